/** One connection for all tabs in a SharedWorker, which is killed, hangs and loses its tabs while numbers go both ways. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { hasSentAll, hearsAll, leave, roleOf, TAKES_OVER, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs({ worker: '/fixtures/connection.worker.mjs' });
const { openTab, openTabs } = world;
const inTabs = world.test;

async function workersOf(numbered) {
  const { targetInfos } = await world.browser.send('Target.getTargets');
  return targetInfos.filter(({ type, title }) => type === 'shared_worker' && title.startsWith(numbered.url));
}

/** The worker ends as when its process is killed: no page is told. One that is still debugged is found by its name afterwards. */
async function kill(numbered, debugged) {
  for (const { targetId } of await workersOf(numbered)) {
    const { sessionId } = await world.browser.send('Target.attachToTarget', { targetId, flatten: true });
    await world.browser.send('Runtime.evaluate', { expression: 'self.close()' }, sessionId).catch(() => {});
    if (!debugged) await world.browser.send('Target.detachFromTarget', { sessionId });
  }
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

inTabs(
  'a page that uses a worker comes back from the back/forward cache, and reads on where it was',
  async (context) => {
    const numbered = await withNumbers(context);
    const [tab, other] = await openTabs(context, 2, numbered.url);
    numbered.say();
    for (const each of [tab, other]) await hearsAll(each, numbered);
    await tab.toFront();
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
