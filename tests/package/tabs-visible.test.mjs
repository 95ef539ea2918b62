/** Who is visible matters: a hidden tab takes nothing from a leader. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './support/server.mjs';
import { roleOf, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs();
const { openTabs, test: inTabs } = world;

inTabs(
  'a hidden tab leaves a leader that stands still alone, and takes over when it is shown',
  async (context) => {
    const numbered = await withNumbers(context);
    const [leader, other] = await openTabs(context, 2, numbered.url, { tabs: { takeOverAfter: 1_000 } });
    await other.hide();
    await leader.send('Debugger.enable');
    await leader.send('Debugger.pause');
    await sleep(4_000);
    assert.equal(await roleOf(other), 'follower');
    await other.toFront();
    await eventually(async () => assert.equal(await roleOf(other), 'leader'));
    await leader.send('Debugger.resume');
    await leader.send('Debugger.disable');
  },
  { needs: 'a debugger' },
);
