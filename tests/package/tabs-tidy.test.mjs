/** What a tab keeps of others: a leader one channel for each, and one lock that it waits for. They go with the tab, and with the lead. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs();
const inTabs = world.test;

/** Counts the channels of other tabs that the page opens from now on, and has not closed. */
const countChannels = (tab) =>
  tab.evaluate(() => {
    const Native = BroadcastChannel;
    globalThis.channels = new Set();
    globalThis.BroadcastChannel = class extends Native {
      constructor(name) {
        super(name);
        channels.add(this);
      }
      close() {
        channels.delete(this);
        super.close();
      }
    };
  });

/** The locks of other tabs that any tab waits for, by which it learns of their end. */
const watched = (tab) =>
  tab.evaluate(async () => (await navigator.locks.query()).pending.filter(({ name }) => name.includes(':alive:')).length);

inTabs(
  'a leader keeps no lock and no channel of a tab that is gone, nor of any tab when it leads no longer',
  async (context) => {
    const numbered = await withNumbers(context);
    const [leader] = await world.openTabs(context, 1, numbered.url);
    await countChannels(leader);
    const others = await world.openTabs(context, 2, numbered.url);
    const keeps = (count) =>
      eventually(async () => {
        assert.equal(await watched(leader), count);
        assert.equal(await leader.evaluate(() => channels.size), count);
      });
    await keeps(2);
    await others[0].evaluate(() => ws.close());
    await keeps(1);
    // Whoever has the lock then, it is no hub that could ask for anything.
    await others[1].evaluate(async (key) => {
      const { name } = (await navigator.locks.query()).held.find(({ name }) => name.includes(key) && !name.includes(':alive:'));
      navigator.locks.request(name, { steal: true }, () => new Promise(() => {}));
    }, context.name);
    await leader.evaluate(() => probe.until(() => ws.role === 'follower'));
    await keeps(0);
  },
);

inTabs('a socket that has ended leaves no listener at its page, no lock and no channel', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await world.openTabs(context, 1, numbered.url);
  await countChannels(tab);
  const left = await tab.evaluate(async (key) => {
    const listeners = [];
    const { addEventListener: add, removeEventListener: remove } = globalThis;
    globalThis.addEventListener = (type, listener, ...more) => {
      listeners.push([type, listener]);
      add.call(globalThis, type, listener, ...more);
    };
    globalThis.removeEventListener = (type, listener, ...more) => {
      const at = listeners.findIndex((known) => known[0] === type && known[1] === listener);
      if (at >= 0) listeners.splice(at, 1);
      remove.call(globalThis, type, listener, ...more);
    };
    const locks = async () => {
      const { held, pending } = await navigator.locks.query();
      return [...held, ...pending].filter(({ name }) => name.includes(key)).length;
    };
    const other = make({ tabs: { key, takeOverAfter: 60_000 } });
    const { size } = channels;
    await probe.watch(other).until('open');
    const during = [listeners.length > 0, (await locks()) > 0, size > 0];
    other.close();
    await probe.until(() => other.readyState === 3);
    // The lock is let go of a little later.
    while (await locks());
    return { during, listeners: listeners.map(([type]) => type), channels: channels.size };
  }, `${context.name} other`);
  assert.deepEqual(left, { during: [true, true, true], listeners: [], channels: 0 });
});
