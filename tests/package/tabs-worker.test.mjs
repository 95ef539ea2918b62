/** One connection for all tabs in a SharedWorker, which is killed, hangs and loses its tabs while numbers go both ways. */
import assert from 'node:assert/strict';
import { eventually, until } from './support/server.mjs';
import { killProcess, runInWorker, workersOf } from './support/shared-worker.mjs';
import { hasSentAll, hearsAll, leave, roleOf, TAKES_OVER, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs({ worker: '/fixtures/connection.worker.mjs' });
const { openTab, openTabs } = world;
const inTabs = world.test;

/** The worker ends as when its process is killed: no page is told. One that is still debugged is found by its name afterwards. */
async function kill(numbered, debugged) {
  for (const worker of await workersOf(world.browser, numbered))
    await runInWorker(world.browser, worker, 'self.close()', debugged);
}

inTabs('three tabs have one connection in a worker: each hears all, once and in order, and all are heard', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 3, numbered.url);
  assert.deepEqual(await Promise.all(tabs.map(roleOf)), ['client', 'client', 'client']);
  for (let round = 0; round < 20; round += 1) {
    numbered.say();
    await Promise.all(tabs.map((tab) => tab.evaluate(() => send())));
  }
  for (const tab of tabs) {
    await hearsAll(tab, numbered);
    await hasSentAll(tab, numbered);
    const seen = await tab.evaluate(() => ({ status: ws.status, url: ws.url, all: record.received.length, gaps }));
    assert.deepEqual(seen, { status: 'open', url: numbered.url, all: 20, gaps: [] });
  }
  assert.deepEqual([numbered.accepted, numbered.most], [1, 1]);
});

inTabs('a page that calls serve() is told that it is for a SharedWorker', async (context) => {
  const numbered = await withNumbers(context);
  const tab = await openTab(context, numbered.url);
  const told = await tab.evaluate(async () => {
    const { serve } = await import('/pkg/dist/tabs-worker.mjs');
    try {
      serve({ url: 'wss://example.com' });
    } catch (error) {
      return `${error}`;
    }
  });
  assert.equal(told, 'TypeError: holdfast-ws: serve() is for the script of a SharedWorker');
});

inTabs(
  'when tabs of a worker are closed, the others go on with the same connection; it ends with the last',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await openTabs(context, 3, numbered.url);
    for (const tab of tabs) {
      numbered.say();
      await tab.evaluate(() => send());
      await hearsAll(tab, numbered);
      await hasSentAll(tab, numbered);
      if (tab === tabs[0]) await tab.end();
      else
        await tab.evaluate(async () => {
          ws.close();
          await record.end();
        });
    }
    await eventually(() => assert.equal(numbered.live, 0));
    assert.equal(numbered.accepted, 1);
    await tabs[2].evaluate(async () => {
      ws.reconnect();
      await record.until('open', 2);
    });
    assert.deepEqual([numbered.live, numbered.accepted], [1, 2]);
  },
);

inTabs('closing for everyone ends the sockets of all tabs of a worker', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 2, numbered.url);
  await tabs[0].evaluate(() => ws.close(4000, 'logged out', { everyone: true }));
  for (const tab of tabs) {
    const { code, reason } = await tab.evaluate(() => record.end());
    assert.deepEqual([code, reason], [4000, 'logged out']);
  }
  await eventually(() => assert.equal(numbered.live, 0));
});

inTabs(
  'when the worker is killed, a new one holds the connection; nothing is lost, doubled or out of order',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await openTabs(context, 3, numbered.url, { tabs: TAKES_OVER });
    for (let round = 1; round <= 3; round += 1) {
      numbered.say();
      for (const tab of tabs) await tab.evaluate(() => send());
      for (const tab of tabs) await hearsAll(tab, numbered);
      for (const tab of tabs) await hasSentAll(tab, numbered);
      const { accepted } = numbered;
      await kill(numbered, round === 3);
      for (let count = 0; count < 5; count += 1) {
        numbered.say();
        for (const tab of tabs) await tab.evaluate(() => send());
      }
      await eventually(() => assert.ok(numbered.accepted > accepted));
      numbered.say();
      for (const tab of tabs) await hearsAll(tab, numbered);
      for (const tab of tabs) await hasSentAll(tab, numbered);
      for (const tab of tabs) assert.deepEqual(await tab.evaluate(() => gaps), []);
      await eventually(() => assert.equal(numbered.live, 1));
    }
  },
  { needs: 'a debugger' },
);

inTabs(
  'when the process of the worker is killed, perhaps with a tab, the other tabs go on with a new one, and nothing is lost',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await openTabs(context, 4, numbered.url, { tabs: TAKES_OVER });
    numbered.say();
    for (const tab of tabs) await tab.evaluate(() => send());
    for (const tab of tabs) await hearsAll(tab, numbered);
    for (const tab of tabs) await hasSentAll(tab, numbered);
    await killProcess(world.browser, numbered);
    numbered.say();
    const stay = await Promise.all(tabs.map((tab) => tab.evaluate(() => true).catch(() => false)));
    const others = tabs.filter((_, index) => stay[index]);
    assert.ok(others.length >= 3, 'a tab has a process of its own');
    for (const tab of others) await tab.evaluate(() => send());
    await eventually(() => assert.ok(numbered.accepted > 1));
    numbered.say();
    for (const tab of others) {
      await hearsAll(tab, numbered);
      await hasSentAll(tab, numbered);
      assert.deepEqual(await tab.evaluate(() => gaps), []);
    }
    await eventually(() => assert.equal(numbered.live, 1));
  },
  { needs: 'a debugger' },
);

inTabs('a worker that hangs is replaced by one with another name', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 2, numbered.url, { tabs: TAKES_OVER });
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  await tabs[0].evaluate((url) => new BroadcastChannel(`orders:${url}`).postMessage('hang'), numbered.url);
  numbered.say();
  await eventually(() => assert.ok(numbered.accepted > 1));
  for (const tab of tabs) await tab.evaluate(() => send());
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  for (const tab of tabs) await hasSentAll(tab, numbered);
});

/** Opens two tabs that have heard a message. */
async function openTwo(context) {
  const numbered = await withNumbers(context);
  const [tab, other] = await openTabs(context, 2, numbered.url);
  numbered.say();
  for (const each of [tab, other]) await hearsAll(each, numbered);
  await tab.toFront();
  return { numbered, tab, other };
}

inTabs(
  'a page that uses a worker comes back from the back/forward cache, and reads on where it was',
  async (context) => {
    const { numbered, tab, other } = await openTwo(context);
    const comeBack = await leave(tab);
    numbered.say();
    await hearsAll(other, numbered);
    await comeBack();
    numbered.say();
    await tab.evaluate(() => send());
    await hearsAll(tab, numbered);
    await hasSentAll(tab, numbered);
    assert.deepEqual(await tab.evaluate(() => gaps), []);
    assert.equal(numbered.accepted, 1);
  },
  { needs: 'the back/forward cache' },
);

inTabs(
  'a worker that answers a page late is not replaced',
  async (context) => {
    const { numbered, tab } = await openTwo(context);
    await tab.evaluate(() => {
      const post = BroadcastChannel.prototype.postMessage;
      // From then on what the page says takes longer than a worker has to begin.
      const delay = () => {
        BroadcastChannel.prototype.postMessage = function postLate(frames) {
          setTimeout(() => post.call(this, frames), 2_500);
        };
      };
      addEventListener('pagehide', delay);
      globalThis.started = [];
      globalThis.SharedWorker = class extends SharedWorker {
        constructor(script, options) {
          super(script, options);
          started.push(options.name);
        }
      };
    });
    const comeBack = await leave(tab);
    await comeBack();
    numbered.say();
    await hearsAll(tab, numbered);
    assert.equal((await tab.evaluate(() => started)).length, 1, 'the worker that is there');
    assert.deepEqual(await tab.evaluate(() => gaps), []);
    assert.equal(numbered.accepted, 1);
  },
  { needs: 'the back/forward cache' },
);

inTabs('tabs that meet a worker of another version of the package start one of their own', async (context) => {
  const numbered = await withNumbers(context);
  const tab = await openTab(context, numbered.url);
  await tab.evaluate(() => record.until('open'));
  // To a worker of this version the others are of another.
  const answer = await tab.evaluate(
    ([worker, url]) =>
      new Promise((resolve) => {
        const { port } = new SharedWorker(worker, { type: 'module', name: url });
        port.onmessage = ({ data }) => resolve(data);
        port.postMessage({ version: 2, name: 'holdfast:2:worker:other' });
      }),
    ['/fixtures/connection.worker.mjs', numbered.url],
  );
  assert.equal(answer, 'old');
  assert.equal(numbered.accepted, 1);
  await tab.evaluate(async (url) => {
    ws.close();
    await record.end();
    const { WebSocket } = await import('/pkg/dist/tabs.mjs');
    const worker = (suffix) => {
      const script = suffix ? '/fixtures/connection.worker.mjs' : '/fixtures/other-version.worker.mjs';
      return new SharedWorker(script, { type: 'module', name: url + suffix });
    };
    globalThis.ws = new WebSocket('shared:', [], { tabs: { key: 'other version', worker } });
    globalThis.record = probe.watch(ws);
    await record.until('open');
  }, numbered.url);
  assert.equal(await roleOf(tab), 'client');
  await eventually(() => assert.deepEqual([numbered.accepted, numbered.live], [2, 1]));
});

inTabs('the URL `shared:` without a worker is a TypeError that names the option', async (context) => {
  const numbered = await withNumbers(context);
  const tab = await openTab(context, numbered.url);
  const thrown = await tab.evaluate(async () => {
    const { WebSocket } = await import('/pkg/dist/tabs.mjs');
    try {
      return new WebSocket('shared:', [], { tabs: { key: 'no worker' } }).url;
    } catch (error) {
      return String(error);
    }
  });
  assert.match(thrown, /^TypeError: .*tabs\.worker/);
});

inTabs('a function `tabs.worker` that returns no worker is reported, and the socket can be closed', async (context) => {
  const numbered = await withNumbers(context);
  const tab = await openTab(context, numbered.url);
  const errors = await tab.evaluate(async () => {
    const { WebSocket } = await import('/pkg/dist/tabs.mjs');
    const made = [() => undefined, () => ({ name: 'no worker' })].map(
      (worker, index) => new WebSocket('shared:', [], { tabs: { key: `none ${index}`, worker } }),
    );
    await probe.until(() => probe.errors.length === 2);
    const closed = made.map((ws) => new Promise((resolve) => ws.addEventListener('close', resolve)));
    for (const ws of made) ws.close();
    await Promise.all(closed);
    return probe.errors.map(String);
  });
  for (const error of errors) assert.match(error, /^TypeError: .*tabs\.worker/);
});

inTabs('a worker that waits to replace another counts as no tab: the connection ends with the last tab', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 2, numbered.url, { tabs: TAKES_OVER });
  // Before a tab has a token, nobody can resume.
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  // Where the machine stood still for as long, the worker runs again before it is missed.
  const isMissed = async () => {
    await tabs[0].evaluate((url) => new BroadcastChannel(`orders:${url}`).postMessage('hang a while'), numbered.url);
    return until(() => numbered.accepted > 1, 10_000).catch(() => false);
  };
  assert.ok((await isMissed()) || (await isMissed()) || (await isMissed()), 'no other worker has come');
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  // The first worker runs again, and waits.
  const workers = async () => (await workersOf(world.browser, numbered)).length;
  if (world.browser.send) assert.ok((await workers()) > 1);
  for (const tab of tabs) await tab.evaluate(() => ws.close());
  for (const tab of tabs) await tab.evaluate(() => record.end());
  await eventually(() => assert.equal(numbered.live, 0));
});

inTabs('a worker serves each user apart', async (context) => {
  const numbered = await withNumbers(context);
  const ada = await openTab(context, numbered.url, { tabs: { identity: 'ada' } });
  const bob = await openTab(context, numbered.url, { tabs: { identity: 'bob' } });
  for (const tab of [ada, bob]) await tab.evaluate(() => record.until('open'));
  assert.equal(numbered.live, 2);
  await ada.evaluate(() => ws.close(4000, 'out', { everyone: true }));
  await eventually(() => assert.equal(numbered.live, 1));
  numbered.say();
  await hearsAll(bob, numbered);
});

inTabs(
  'the connection of a worker outlives the last tab by `tabs.linger`, and a tab that opens meanwhile finds it',
  async (context) => {
    const numbered = await withNumbers(context);
    const tab = await openTab(context, numbered.url, { tabs: { linger: 600_000 } });
    await tab.evaluate(async () => {
      await record.until('open');
      ws.close();
      await record.end();
      await probe.sleep(2_000);
    });
    assert.equal(numbered.live, 1);
    await tab.evaluate(async () => {
      ws = make();
      record = probe.watch(ws);
      await record.until('open');
    });
    assert.equal(numbered.accepted, 1);
    const other = await openTab(context, numbered.url, { tabs: { key: 'lingers a little', linger: 2_000 } });
    await other.evaluate(() => record.until('open'));
    assert.equal(numbered.live, 2);
    const left = performance.now();
    await other.evaluate(() => ws.close());
    await eventually(() => assert.equal(numbered.live, 1));
    // Without the option it would be half a second. The worker's clock may be a little ahead of ours.
    assert.ok(performance.now() - left >= 1_500);
  },
);
