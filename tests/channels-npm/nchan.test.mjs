/** nchan: an empty buffer, which ends a worker of its version 1.3.6 unless it is asked with care. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../push/support/stage.mjs';
import { nchan } from './drivers/nchan.mjs';
import { ChannelError, openBus, subscribe } from './support/bus.mjs';

/** As many as share a set of channels. */
const PAGES = 6;

/** Runs with a broker, and asserts that none of its workers has ended. */
const withNchan = (says, start, run) =>
  test(says, { timeout: 240_000 }, async () => {
    const stage = new Stage();
    try {
      const broker = await nchan.start(stage, start);
      await run({ stage, broker });
      assert.equal(broker.crashed(), false, stage.lastWords);
    } finally {
      await stage.end();
    }
  });

async function openPages(world, names, options) {
  const pages = [];
  for (let page = 0; page < PAGES; page += 1) {
    const bus = openBus(world);
    const records = names.map((name) => subscribe(bus, name, options));
    pages.push(...(await Promise.all(records)));
  }
  return pages;
}

const comeBack = (pages, times) => Promise.all(pages.map((page) => page.until('subscribed', times)));

async function hear(broker, pages, texts) {
  await broker.publish('news', texts.at(-1));
  await Promise.all(pages.map((page) => page.until('message', texts.length)));
  for (const page of pages) assert.deepEqual(page.texts, texts);
}

for (const [where, start] of [
  ['', {}],
  [', with a configuration that adds no channel', { alone: true }],
])
  withNchan(`pages that have heard nothing yet come back to an empty buffer${where}`, start, async (world) => {
    const { broker } = world;
    const pages = await openPages(world, ['news'], { history: 20 });
    for (let times = 2; times <= 4; times += 1) {
      broker.relay.drop();
      await comeBack(pages, times);
    }
    await hear(broker, pages, ['one']);
  });

for (const names of [['news'], ['news', 'other']])
  withNchan(`pages come back with positions to a buffer that a restart has emptied: ${names}`, {}, async (world) => {
    const { broker } = world;
    const pages = await openPages(world, names);
    const readers = pages.filter(({ channel }) => channel.name === 'news');
    await hear(broker, readers, ['one']);
    // Ids are a second and a number in it, which the restart makes begin anew.
    await sleep(1_100);
    await broker.restart();
    await comeBack(pages, 2);
    broker.relay.drop();
    await comeBack(pages, 3);
    await hear(broker, readers, ['one', 'two']);
  });

withNchan('a message of 1 MB arrives, and a greater one is refused with the name of the setting', {}, async (world) => {
  const news = await subscribe(openBus(world), 'news');
  const most = 2 ** 20;
  await news.channel.publish('a'.repeat(most));
  await world.broker.publish('news', 'b'.repeat(most));
  await assert.rejects(news.channel.publish('c'.repeat(most + 1)), (error) => {
    assert.ok(error instanceof ChannelError);
    assert.equal(error.reason, 'refused');
    assert.match(error.message, /HTTP status 413: the message is larger than nginx takes \(client_max_body_size\)/);
    return true;
  });
  await news.channel.publish('d');
  await news.until('message', 3);
  const seen = news.texts.map((text) => [text[0], text.length]);
  assert.deepEqual(seen, [
    ['a', most],
    ['b', most],
    ['d', 1],
  ]);
  assert.deepEqual(news.of('gap'), []);
});
