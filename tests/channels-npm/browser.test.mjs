/** Channels in a page: the entries as the browser loads them, a tab that is closed, and a page without a network. */
import assert from 'node:assert/strict';
import { onStage } from '../push/support/stage.mjs';
import { nchan } from './drivers/nchan.mjs';
import { numbered, publisher } from './support/bus.mjs';

/** Runs in the page: a bus, and what its channel has dispatched. */
async function open([url, publish, options]) {
  const map = document.createElement('script');
  map.type = 'importmap';
  map.textContent = JSON.stringify({ imports: { 'holdfast-ws': '/pkg/dist/index.mjs' } });
  document.head.append(map);
  const [{ Channels }, { nchan }] = await Promise.all([
    import('/pkg/dist/channels.mjs'),
    import('/pkg/dist/channels-nchan.mjs'),
  ]);
  globalThis.bus = new Channels(url, {
    via: nchan({ publish, heartbeat: { interval: 500, timeout: 5_000 } }),
    reconnect: { minDelay: 50, maxDelay: 300 },
    // Publications are requests to another origin, with a header that the server must allow.
    token: () => 'a token',
  });
  globalThis.news = bus.channel('news', options);
  globalThis.shown = [];
  globalThis.subscribed = [];
  news.on('message', ({ data }) => shown.push(data));
  news.on('subscribed', (event) => subscribed.push(event));
  await probe.until(() => subscribed.length, 60_000);
}

const shown = (page, count) =>
  page.evaluate((count) => probe.until(() => shown.length >= count, 60_000).then(() => shown), count);

onStage('a page gets what the back end publishes, and publishes itself', async ({ page, stage }) => {
  const broker = await nchan.start(stage);
  await page.evaluate(open, [broker.url, `http://127.0.0.1:${broker.relay.port}/pub/{channel}`, {}]);
  const publish = publisher(broker, 'news');
  await publish(20);
  assert.deepEqual(await shown(page, 20), publish.all());
  const position = await page.evaluate(() => news.publish('from the page'));
  assert.ok(position.offset > 0);
  assert.equal((await shown(page, 21)).at(-1), 'from the page');
  await page.evaluate(() => bus.close());
});

onStage('a page that was offline gets what it has missed', async ({ page, stage }) => {
  const broker = await nchan.start(stage);
  await page.evaluate(open, [broker.url, undefined, { history: 5 }]);
  const publish = publisher(broker, 'news');
  await publish(5);
  await shown(page, 5);
  broker.relay.kill();
  await page.setOffline(true);
  await publish(10);
  await page.evaluate(() => probe.until(() => bus.status !== 'open', 60_000));
  broker.relay.mend();
  await page.setOffline(false);
  await publish(5);
  assert.deepEqual(await shown(page, 20), numbered(20));
  const recovered = await page.evaluate(() => probe.until(() => subscribed[1], 60_000).then(() => subscribed[1].recovered));
  assert.equal(recovered, 'unknown');
  await page.evaluate(() => bus.close());
});

onStage(
  'tabs of one browser have a connection each, and one that is closed takes nothing from the other',
  async ({ page, stage }) => {
    const broker = await nchan.start(stage);
    const other = await page.context().newPage();
    await other.goto(page.url());
    for (const tab of [page, other]) await tab.evaluate(open, [broker.url, undefined, {}]);
    const publish = publisher(broker, 'news');
    await publish(10);
    for (const tab of [page, other]) assert.deepEqual(await shown(tab, 10), numbered(10));
    await other.close();
    await publish(10);
    assert.deepEqual(await shown(page, 20), numbered(20));
    const refused = await page.evaluate(async (url) => {
      const [{ Channels }, { nchan }, tabs] = await Promise.all([
        import('/pkg/dist/channels.mjs'),
        import('/pkg/dist/channels-nchan.mjs'),
        import('/pkg/dist/tabs.mjs'),
      ]);
      try {
        new Channels(url, { via: nchan(), WebSocket: tabs.WebSocket });
      } catch (error) {
        return String(error);
      }
    }, broker.url);
    assert.match(refused, /TypeError.*not of holdfast-ws\/tabs/);
    await page.evaluate(() => bus.close());
  },
);
