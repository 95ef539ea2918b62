/** A page is hidden, throttled, frozen, kept in the back/forward cache or busy; a worker has none of a page's events. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTabs } from './support/browser.mjs';
import { withEvidence } from './support/evidence.mjs';
import { lack } from './support/lacks.mjs';
import { startServer } from './support/server.mjs';
import { inPage, within } from './support/suite.mjs';

let world;
let tabs = 0;

after(async () => {
  const { server, browser } = (await world?.catch(() => {})) ?? {};
  await browser?.close();
  await server?.stop();
});

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;

/** A test in a real tab, which can be hidden and frozen. `record` in the tab is of an open socket with these options. */
function inTab(name, { needs, ...options }, run) {
  // The start of the browser takes its time, too.
  test(name, { timeout: LIMIT_MS + 300_000, skip: lack(needs) }, async (context) => {
    world ??= startTabs().then(async (browser) => ({ browser, server: await startServer() }));
    const { server, browser } = await world;
    tabs += 1;
    const endpoint = server.endpoint(`tab ${tabs}`);
    const tab = await browser.tab(`${server.origin}/blank?${tabs}`);
    context.after(async () => {
      await tab.release();
      await endpoint.forget();
    });
    const prepare = tab.evaluate(
      async ([url, options]) => {
        const { WebSocket } = await import('/pkg/dist/index.mjs');
        globalThis.record = probe.watch(new WebSocket(url, [], options));
        await record.until('open');
        globalThis.told = [];
        for (const type of ['visibilitychange', 'freeze', 'resume']) {
          document.addEventListener(type, () =>
            told.push({ type: type === 'visibilitychange' ? document.visibilityState : type, at: performance.now() }),
          );
        }
        addEventListener('pageshow', ({ persisted }) =>
          told.push({ type: persisted ? 'restored' : 'shown', at: performance.now() }),
        );
      },
      [endpoint.url('/pong'), options],
    );
    await within(
      LIMIT_MS,
      prepare.then(() => run({ tab, endpoint, server })),
    ).catch(async (error) => {
      throw await withEvidence(error, { page: tab, endpoint });
    });
  });
}

/** A timeout long enough for the answer of a busy machine. */
const HEARTBEAT = { interval: 500, timeout: 3_000, pong: 'pong' };
const QUICK = { minDelay: 100, maxDelay: 200 };
/** So long that what comes at once is not what was planned, on a busy machine too. */
const SLOW = { minDelay: 60_000, maxDelay: 120_000 };

// Chromium closes the sockets of a frozen page itself, and says so when the page wakes up: with 1006, without a reason. On a busy machine
// it says so after the page was told that it is awake.
inTab(
  'a page frozen for long has its socket back as soon as it wakes, and calls no connection dead',
  { heartbeat: HEARTBEAT, reconnect: SLOW, needs: 'freezing' },
  async ({ tab, endpoint }) => {
    await tab.hide();
    await tab.freeze();
    const before = await endpoint.seen();
    await sleep(5_000);
    const after = await endpoint.seen();
    assert.ok(after.connections[0].received <= before.connections[0].received + 1, 'a frozen page sends no pings');
    assert.equal(after.accepted, 1, 'nor does it connect');
    await tab.thaw();
    await tab.toFront();
    const seen = await tab.evaluate(async () => {
      await probe.until(() => told.at(-1).type === 'visible');
      await probe.until(
        () => record.ws.readyState === 1 && record.last('open').at > told.find(({ type }) => type === 'resume').at,
      );
      const { deadLines, pongs } = record.ws.stats();
      await probe.until(() => record.ws.stats().pongs >= pongs + 2);
      return {
        deadLines,
        told: told.map(({ type }) => type),
      };
    });
    assert.deepEqual(seen, { deadLines: 0, told: ['hidden', 'freeze', 'resume', 'visible'] });
  },
);

inTab(
  'a connection that died while the page was frozen is replaced within the timeout of waking',
  { heartbeat: { ...HEARTBEAT, interval: 60_000, timeout: 400 }, reconnect: QUICK, needs: 'freezing' },
  async ({ tab, endpoint }) => {
    await tab.hide();
    await tab.freeze();
    await endpoint.order('freeze');
    await sleep(2_000);
    await tab.thaw();
    await tab.toFront();
    // Long before the next ping is due.
    await tab.evaluate(() => record.until('open', 2));
  },
);

for (const [state, dead] of [
  ['alive', false],
  ['dead', true],
]) {
  inPage(
    `after an hour's sleep of the machine, a connection that is ${state} is ${dead ? 'found out within the timeout' : 'left alone'}`,
    async ({ page, endpoint }) => {
      await page.evaluate(async (url) => {
        const heartbeat = { interval: 60_000, timeout: 2_500, pong: 'pong' };
        globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, idleTimeout: 120_000 }));
        await record.until('open');
      }, endpoint.url('/pong'));
      await endpoint.until(({ live }) => live === 1);
      if (dead) await endpoint.order('freeze');
      const seen = await page.evaluate(async (dead) => {
        // `performance.now()` stands still while the machine sleeps, `Date.now()` doesn't. https://crbug.com/1206450
        const { now } = Date;
        Date.now = () => now() + 3_600_000;
        document.dispatchEvent(new Event('resume'));
        await probe.until(() => record.ws.stats().pongs > 0 || record.all('close').length > 0);
        // The timeout, and some more.
        if (!dead) await probe.sleep(3_000);
        const result = { pongs: record.ws.stats().pongs, reason: record.last('close')?.reason };
        record.ws.close();
        return result;
      }, dead);
      if (dead) assert.equal(seen.reason, 'heartbeat timeout');
      else assert.deepEqual(seen, { pongs: 1, reason: undefined });
    },
  );
}

inTab(
  'a hidden page, its timers throttled to one a second, raises no false alarm and still finds a dead connection',
  { heartbeat: { ...HEARTBEAT, interval: 300, timeout: 5_000 }, reconnect: QUICK, needs: 'throttling' },
  async ({ tab, endpoint }) => {
    await tab.hide();
    // Its tasks run by the second from now on.
    const { throttled, closes } = await tab.evaluate(async () => {
      await probe.sleep(1_000);
      const begun = performance.now();
      for (let nap = 0; nap < 5; nap += 1) await probe.sleep(10);
      return { throttled: performance.now() - begun, closes: record.all('close').length };
    });
    assert.ok(throttled > 3_000, `five naps of 10 ms took ${throttled} ms: not throttled`);
    assert.equal(closes, 0);
    await endpoint.order('freeze');
    const { reason, reopened } = await tab.evaluate(async () => {
      const { reason } = await record.until('close');
      await record.until('open', 2);
      return { reason, reopened: record.ws.stats().deadLines };
    });
    assert.deepEqual({ reason, reopened }, { reason: 'heartbeat timeout', reopened: 1 });
  },
);

inTab('becoming visible brings a planned attempt forward to at once', { reconnect: SLOW }, async ({ tab, endpoint }) => {
  await tab.hide();
  await endpoint.order('drop');
  const left = await tab.evaluate(async () => {
    await probe.until(() => record.ws.status === 'waiting');
    return record.ws.retryAt - Date.now();
  });
  assert.ok(left > 25_000, `the next attempt was only ${left} ms away`);
  await tab.toFront();
  const cause = await tab.evaluate(async () => {
    await record.until('open', 2);
    return record.last('reconnecting').cause;
  });
  assert.equal(cause, 'online');
});

inTab(
  'a page with a socket stays eligible for the back/forward cache, and its socket is back after pageshow',
  { heartbeat: HEARTBEAT, reconnect: QUICK, needs: 'the back/forward cache' },
  async ({ tab, endpoint, server }) => {
    await tab.evaluate(() => {
      globalThis.survivor = true;
    });
    await tab.goto(`${server.origin}/blank?elsewhere`);
    await sleep(1_500);
    const away = await endpoint.seen();
    // In a while: a script whose page goes into the cache beneath it would end only once it is back.
    await tab.evaluate(() => void setTimeout(() => history.back(), 100));
    await sleep(1_000);
    const end = performance.now() + 60_000;
    let seen;
    while (!seen) {
      assert.ok(performance.now() < end, 'the page did not come back with its socket');
      seen = await tab
        .evaluate(
          () => globalThis.survivor && probe.until(() => record.all('open').length === 2 && { restored: told.at(-1).type }),
        )
        .catch(() => sleep(50));
    }
    assert.equal(away.accepted, 1, 'nothing is tried while the page is in the cache');
    assert.equal(seen.restored, 'restored');
    const received = await tab.evaluate(async () => {
      record.ws.send('ping');
      const { pongs } = record.ws.stats();
      await probe.until(() => record.ws.stats().pongs > pongs);
      return record.ws.readyState;
    });
    assert.equal(received, 1);
  },
);

inTab(
  'a page too busy to look at the answer in time raises no false alarm',
  { heartbeat: { ...HEARTBEAT, interval: 200 }, reconnect: QUICK },
  async ({ tab, endpoint }) => {
    await tab.slowDown(4);
    const { pings, closes } = await tab.evaluate(async (timeout) => {
      const busy = (ms) => {
        for (const end = performance.now() + ms; performance.now() < end; );
      };
      const { pings } = record.ws.stats();
      for (let turn = 0; turn < 3; turn += 1) {
        // Ends just after the deadline of an answer that has long arrived.
        const seen = record.ws.stats().pings;
        await probe.until(() => record.ws.stats().pings > seen);
        busy(timeout + 1 + turn * 100);
      }
      const { pongs } = record.ws.stats();
      await probe.until(() => record.ws.stats().pongs > pongs + 1 || record.all('close').length);
      return { pings: record.ws.stats().pings - pings, closes: record.all('close').length };
    }, HEARTBEAT.timeout);
    assert.ok(pings >= 3, `${pings} pings`);
    assert.equal(closes, 0);
    assert.equal((await endpoint.seen()).accepted, 1);
  },
);

const STORY = {
  received: ['waited', [1, 2, 3]],
  causes: ['closed', 'heartbeat'],
  end: [4000, 'enough', 3, 'chat'],
  counts: [3, 1, 0],
};

for (const [kind, make] of Object.entries({
  'a module worker': "new Worker('/fixtures/module-worker.mjs', { type: 'module' })",
  'a classic worker': "new Worker('/fixtures/classic-worker.js')",
  'a shared worker': "new SharedWorker('/fixtures/module-worker.mjs', { type: 'module' }).port",
})) {
  inPage(`everything works in ${kind}, which has none of a page's events`, async ({ page, endpoint }) => {
    const story = await page.evaluate(
      async ([make, url, name]) => {
        const worker = new Function(`return ${make}`)();
        const answer = new Promise((done, failed) => {
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = ({ message }) => failed(Error(message));
          setTimeout(() => failed(Error('the worker said nothing in 90 s')), 90_000);
        });
        worker.postMessage([url, name]);
        return answer;
      },
      [make, endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(story, STORY);
    await endpoint.until(({ accepted }) => accepted === 3);
  });
}
