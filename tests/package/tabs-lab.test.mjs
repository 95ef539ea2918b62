/** The lab page in three tabs with one connection, as somebody uses it who wants to see who leads. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { useTabs } from './support/tabs.mjs';

const world = useTabs();

/** Opens the lab as the link of another lab's does. */
async function openLab(context, endpoint) {
  const query = new URLSearchParams({ endpoint: endpoint.name, tabs: 'on' });
  const tab = await world.browser.tab(`${world.server.origin}/?${query}`);
  context.after(() => tab.release().catch(() => {}));
  await eventually(async () => assert.equal(await tab.evaluate(() => globalThis.ws?.readyState), 1));
  return tab;
}

const roles = (tabs) => Promise.all(tabs.map((tab) => tab.evaluate(() => ws.role)));

/** The rows of the list: what each tab is, this one first. */
const rows = (tab) => tab.evaluate(() => [...document.querySelectorAll('#tabs-list li')].map(({ textContent }) => textContent));

world.test('the lab in three tabs shows who leads; closed or hung by a button, the leader is replaced', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = [];
  for (let made = 0; made < 3; made += 1) tabs.push(await openLab(context, endpoint));
  assert.deepEqual(await roles(tabs), ['leader', 'follower', 'follower']);
  const [first, second, third] = tabs;
  await eventually(async () => {
    const [own, ...others] = await rows(third);
    assert.equal(own, 'this tab · follower · open');
    assert.equal(others.length, 2);
    assert.equal(others.filter((row) => row.includes('· leader · open')).length, 1);
  });
  assert.equal((await endpoint.seen()).live, 1);
  await third.evaluate(() => document.querySelector('#tabs-close').click());
  await eventually(async () => assert.deepEqual((await roles([second, third])).sort(), ['follower', 'leader']));
  await eventually(async () => assert.equal(await first.evaluate(() => location.href), 'about:blank'));
  await eventually(async () => assert.equal((await rows(third)).length, 2));
  await eventually(async () => assert.equal((await endpoint.seen()).live, 1));
  const leads = (await roles([second, third]))[0] === 'leader' ? second : third;
  const other = leads === second ? third : second;
  await other.toFront();
  await other.evaluate(() => document.querySelector('#tabs-hang').click());
  await eventually(async () => assert.equal(await other.evaluate(() => ws.role), 'leader'));
  await eventually(async () =>
    assert.equal(
      await other.evaluate(() => document.querySelectorAll('#log li[data-type="rolechange"][data-role="leader"]').length > 0),
      true,
    ),
  );
  // The one that hung follows when it runs again.
  await eventually(async () => assert.equal(await leads.evaluate(() => ws.role), 'follower'));
  await eventually(async () => assert.equal((await endpoint.seen()).live, 1));
});
