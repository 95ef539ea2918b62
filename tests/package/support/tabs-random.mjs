/**
 * Eight real tabs with one connection, which are closed, crashed, frozen, left and opened at random while numbers go both ways.
 * `HOLDFAST_TABS_RANDOM=50` for more rounds; `HOLDFAST_TABS_SEED` for those of another run.
 */
import assert from 'node:assert/strict';
import { eventually } from './server.mjs';
import { hasSentAll, hearsAll, leave, roleOf, withNumbers } from './tabs.mjs';

const ROUNDS = Number(process.env.HOLDFAST_TABS_RANDOM ?? 6);
export const SEED = Number(process.env.HOLDFAST_TABS_SEED ?? 1);
const TABS = 8;
/** Against hangs, not for slow machines. */
export const LIMIT_MS = 180_000 + ROUNDS * 60_000;

/** Numbers below 1 (mulberry32). */
function numbersFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The fates of a tab. Each returns how it comes back, if it does. */
const EVENTS = {
  closed: async (tab) => void (await tab.end()),
  crashed: async (tab) => void (await tab.send('Page.crash', {}, 1_000).catch(() => {})),
  async frozen(tab) {
    await tab.freeze();
    return () => tab.thaw();
  },
  async left(tab) {
    await tab.toFront();
    return leave(tab);
  },
};

/** True if the page of a tab is there and runs. */
const answers = (tab) => tab.evaluate(() => true).catch(() => false);

/**
 * Runs the rounds. `more` has further events, each of which may end tabs, and `chooses` returns the tab of a round, or undefined for any.
 */
export async function lose(context, world, { chooses = async () => undefined, more = {} } = {}) {
  const random = numbersFrom(SEED);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const numbered = await withNumbers(context);
  let tabs = await world.openTabs(context, TABS, numbered.url);
  const talk = async (talking) => {
    for (let count = 0; count < 5; count += 1) {
      numbered.say();
      await Promise.all(talking.map((tab) => tab.evaluate(() => send())));
    }
  };
  // Before a tab has a token, nobody can resume, and a gap is told.
  await talk(tabs);
  for (const tab of tabs) await hearsAll(tab, numbered);
  const story = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const how = pick(Object.keys({ ...EVENTS, ...more }));
    const tab = (random() < 0.5 && (await chooses(tabs))) || pick(tabs);
    // What a tab that ends has not handed over ends with it.
    for (const each of more[how] ? tabs : [tab]) await hasSentAll(each, numbered);
    let comeBack;
    let others = tabs.filter((other) => other !== tab);
    if (more[how]) {
      story.push(how);
      await more[how](numbered);
      const stay = await Promise.all(tabs.map(answers));
      others = tabs.filter((_, index) => stay[index]);
    } else {
      story.push(`${tab.number} (${await roleOf(tab)}) ${how}`);
      comeBack = await EVENTS[how](tab);
    }
    await others[0].toFront();
    await talk(others);
    if (comeBack) {
      await comeBack();
      await tab.toFront();
    } else {
      tabs = others;
      while (tabs.length < TABS) tabs = [...tabs, await world.openTab(context, numbered.url)];
    }
    for (const each of tabs) await each.evaluate(() => probe.until(() => ws.readyState === 1));
    await talk(tabs);
    for (const each of tabs) {
      await hearsAll(each, numbered);
      await hasSentAll(each, numbered);
      assert.deepEqual(await each.evaluate(() => gaps), [], story.join(', '));
    }
    await eventually(() => assert.equal(numbered.live, 1, story.join(', ')));
  }
  context.diagnostic(`${story.join(', ')}; connections: ${numbered.accepted}, at once ${numbered.most}`);
}
