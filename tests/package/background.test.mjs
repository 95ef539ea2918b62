/** A page that Chromium throttles to one timer a minute: pings keep their interval, and what is sent on waking is not lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hiddenTabs } from './support/devtools.mjs';
import { until } from './support/server.mjs';
import { inPage } from './support/suite.mjs';

/** A timeout long enough for the answer of a busy machine. */
const HEARTBEAT = { interval: 2_000, timeout: 5_000, pong: 'pong' };
const QUICK = { minDelay: 100, maxDelay: 200 };
const { skip, open } = hiddenTabs('--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5');

test('in a hidden, throttled tab pings keep their interval and a dead connection is replaced', {
  skip,
  timeout: 240_000,
}, async (context) => {
  const { endpoint, tab } = await open(context, 'background');
  await tab.evaluate(
    async ([url, heartbeat, reconnect]) => {
      const made = [];
      const { Worker } = globalThis;
      globalThis.workers = made;
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          made.push('made');
        }
        terminate() {
          made.push('ended');
          super.terminate();
        }
      };
      const { WebSocket } = await import('/pkg/dist/index.mjs');
      globalThis.record = probe.watch(new WebSocket(url, [], { heartbeat, reconnect }));
      await record.until('open');
    },
    [endpoint.url('/pong'), HEARTBEAT, QUICK],
  );
  assert.deepEqual(await tab.evaluate(() => workers), [], 'none while it is seen');
  await tab.hide();
  // The throttling begins; after that a chain of timers would ring once a minute.
  await sleep(12_000);
  const pings = () => tab.evaluate(() => record.ws.stats().pings);
  // By the tab's own timers five would take five minutes.
  const enough = (await pings()) + 5;
  await until(async () => (await pings()) >= enough, 90_000);
  await endpoint.order('freeze');
  // By the tab's own timers the next ping alone takes up to a minute, and its missing answer is noticed a minute later.
  await endpoint.until(({ accepted }) => accepted === 2, 50_000);
  await endpoint.order('thaw');
  const seen = await tab.evaluate(async () => {
    const hidden = document.hidden;
    record.ws.close();
    await record.end();
    return { hidden, workers, deadLines: record.ws.stats().deadLines };
  });
  assert.equal(seen.hidden, true);
  assert.equal(seen.deadLines, 1);
  assert.equal(seen.workers.at(-1), 'ended', 'nothing is due any more');
});

inPage(
  'where timers ring rarely and no worker may run, the second late tick without an answer is a verdict',
  async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, heartbeat, reconnect]) => {
        const { setTimeout: native } = globalThis;
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, reconnect, backgroundTimer: false }));
        await record.until('open');
        const EVERY = 4_000;
        globalThis.setTimeout = (run, ms, ...more) =>
          native(run, Math.ceil((performance.now() + ms) / EVERY) * EVERY - performance.now(), ...more);
        try {
          await probe.order(name, 'freeze');
          await probe.until(() => record.ws.stats().deadLines, 60_000, 'the verdict');
          await probe.order(name, 'thaw');
        } finally {
          globalThis.setTimeout = native;
        }
        record.ws.close();
        return record.ws.stats().deadLines;
      },
      [endpoint.url('/pong'), endpoint.name, { interval: 1_000, timeout: 1_000, pong: 'pong' }, QUICK],
    );
    assert.equal(seen, 1);
  },
);

inPage(
  'what is sent on waking waits for the answer, on a dead connection for the next connection',
  async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, heartbeat, reconnect]) => {
        // Before ours is listened to.
        let ws;
        document.addEventListener('visibilitychange', () => ws.send('waking'));
        addEventListener('online', () => ws.send('waking'));
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, reconnect }));
        ws = record.ws;
        await record.until('open');
        await probe.order(name, 'freeze');
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        const { messages } = ws.stats().queued;
        await record.until('open', 2);
        await probe.order(name, 'thaw');
        await probe.until(() => record.received.includes('waking'));
        const received = record.received.length;
        const { deadLines } = ws.stats();
        // On a live one it leaves with the answer.
        dispatchEvent(new Event('offline'));
        dispatchEvent(new Event('online'));
        await probe.until(() => record.received.length > received);
        ws.close();
        return { messages, deadLines, received: record.received };
      },
      [endpoint.url('/echo'), endpoint.name, { interval: 60_000, timeout: 1_000, pong: 'ping' }, QUICK],
    );
    assert.deepEqual(seen, { messages: 1, deadLines: 1, received: ['waking', 'waking'] });
  },
);

inPage('a step of the wall clock times nothing out, and probes', async ({ page, endpoint }) => {
  const seen = await page.evaluate(
    async ([url, heartbeat]) => {
      const { now } = Date;
      const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
      await record.until('open');
      let failed;
      record.ws.request({ method: 'never answered' }, { timeout: 60_000 }).catch((error) => {
        failed = error.name;
      });
      const { pings } = record.ws.stats();
      Date.now = () => now() + 3_600_000;
      record.ws.send('an hour later, they say');
      await probe.until(() => record.ws.stats().pings > pings);
      Date.now = () => now() - 3_600_000;
      record.ws.send('and an hour earlier');
      await probe.sleep(500);
      Date.now = now;
      const { deadLines, requests } = record.ws.stats();
      record.ws.close();
      return { deadLines, pending: requests.pending, failed: failed ?? null };
    },
    [endpoint.url('/pong'), { interval: 20_000, timeout: 5_000, pong: 'pong' }],
  );
  assert.deepEqual(seen, { deadLines: 0, pending: 1, failed: null });
});

inPage('no odd time of an event decides anything', async ({ page, endpoint }) => {
  const seen = await page.evaluate(
    async ([url, heartbeat]) => {
      const result = [];
      const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
      for (const stamp of [() => -5, () => Date.now(), () => performance.now() + 5_000]) {
        Object.defineProperty(MessageEvent.prototype, 'timeStamp', { get: stamp, configurable: true });
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
        await record.until('open');
        await probe.sleep(4_000);
        const { pings, deadLines } = record.ws.stats();
        record.ws.close();
        result.push([pings > 0, deadLines]);
      }
      Object.defineProperty(MessageEvent.prototype, 'timeStamp', { get, configurable: true });
      return result;
    },
    [endpoint.url('/pong'), { interval: 500, timeout: 5_000, pong: 'pong' }],
  );
  assert.deepEqual(seen, [
    [true, 0],
    [true, 0],
    [true, 0],
  ]);
});

inPage(
  'a policy that forbids workers is no error, ends the tries, and leaves the heartbeat of a page that is seen alone',
  async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, heartbeat]) => {
        const policy = document.createElement('meta');
        policy.httpEquiv = 'Content-Security-Policy';
        policy.content = "worker-src 'none'";
        document.head.append(policy);
        // At once or by an event, as browsers differ.
        let refused = 0;
        // An alarm that is set anew before the event has come is another try.
        let triedAgain = 0;
        globalThis.Worker = new Proxy(Worker, {
          construct(target, parameters) {
            if (refused) triedAgain += 1;
            try {
              const worker = Reflect.construct(target, parameters);
              worker.addEventListener('error', () => {
                refused += 1;
              });
              return worker;
            } catch (error) {
              refused += 1;
              throw error;
            }
          },
        });
        const turn = (hidden) => {
          Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        };
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
        await record.until('open');
        for (let times = 0; times < 3; times += 1) {
          turn(true);
          await probe.until(() => refused);
          await probe.sleep(300);
          turn(false);
        }
        const { pongs } = record.ws.stats();
        await probe.until(() => record.ws.stats().pongs >= pongs + 3);
        const { deadLines } = record.ws.stats();
        record.ws.close();
        await record.end();
        return { deadLines, triedAgain, errors: probe.errors.length };
      },
      [endpoint.url('/pong'), { interval: 200, timeout: 10_000, pong: 'pong' }],
    );
    assert.deepEqual(seen, { deadLines: 0, triedAgain: 0, errors: 0 });
  },
);
