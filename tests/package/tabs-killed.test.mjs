/** The process of the tab that leads is killed, in the browser whose driver can't crash a page: a tab of another process takes over. */
import assert from 'node:assert/strict';
import { processOf } from './support/page-process.mjs';
import { eventually } from './support/server.mjs';
import { hasSentAll, hearsAll, leaderOf, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs();

/** True if the page of a tab is there and runs. */
const answers = (tab) =>
  Promise.race([tab.evaluate(() => true), new Promise((resolve) => setTimeout(resolve, 5_000, false))]).catch(() => false);

world.test(
  'when the process of the leader is killed, a tab of another process leads; nothing is lost, doubled or out of order',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await world.openTabs(context, 4, numbered.url);
    const pids = [];
    for (const tab of tabs) pids.push(await processOf(tab));
    context.diagnostic(`processes: ${pids}`);
    const leader = await leaderOf(tabs);
    const pid = pids[tabs.indexOf(leader)];
    const others = tabs.filter((_, index) => pids[index] !== pid);
    assert.ok(others.length > 0, 'tabs in more than one process');
    numbered.say();
    for (const tab of tabs) await hearsAll(tab, numbered);
    for (const tab of tabs) await hasSentAll(tab, numbered);
    const killedAt = Date.now();
    process.kill(pid, 'SIGKILL');
    for (let count = 0; count < 5; count += 1) {
      numbered.say();
      for (const tab of others) await tab.evaluate(() => send());
    }
    await eventually(() => leaderOf(others));
    await eventually(() => assert.ok(numbered.openedAt > killedAt));
    context.diagnostic(`the next connection after ${numbered.openedAt - killedAt} ms`);
    numbered.say();
    for (const tab of others) {
      await hearsAll(tab, numbered);
      await hasSentAll(tab, numbered);
      assert.deepEqual(await tab.evaluate(() => gaps), []);
    }
    await eventually(() => assert.equal(numbered.live, 1));
    assert.equal(await answers(leader), false);
  },
  { needs: 'a killed process' },
);
