/** Messages: who gets which, once and in order. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, numbered, openBus, publisher, subscribe } from './support/bus.mjs';
import { allOnce } from './support/judge.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
  {
    says: 'what the back end publishes comes once, in order, with growing positions',
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(50);
      await allOnce(news, publish);
      const offsets = news.of('message').map(({ position }) => position.offset);
      assert.deepEqual(offsets, offsets.toSorted?.((one, other) => one - other) ?? offsets);
      assert.equal(new Set(offsets).size, 50);
      assert.deepEqual(news.of('subscribed'), [{ recovered: true, replayed: 0 }]);
      assert.equal(
        news.of('message').some(({ replayed }) => replayed),
        false,
      );
    },
  },
  {
    says: 'channels of one connection get their own messages, also those that are joined later',
    async run(world) {
      const bus = openBus(world);
      const [one, other] = [await subscribe(bus, 'one'), await subscribe(bus, 'other')];
      await world.broker.publish('one', 'a');
      await world.broker.publish('other', 'b');
      await one.until('message');
      await other.until('message');
      const third = await subscribe(bus, 'third');
      for (const name of ['one', 'third', 'other']) await world.broker.publish(name, `to ${name}`);
      await third.until('message');
      await one.until('message', 2);
      await other.until('message', 2);
      assert.deepEqual([one.texts, other.texts, third.texts], [['a', 'to one'], ['b', 'to other'], ['to third']]);
      assert.equal(one.of('subscribed').length, 1, 'a channel that is joined later touches no other');
    },
  },
  {
    says: 'a late subscriber gets what is published from then on; with history, the last ones first',
    async run(world) {
      await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(10);
      // In another second than what follows, as far as a broker counts in seconds.
      await sleep(1_100);
      const bus = openBus(world);
      const [late, reader] = [await subscribe(bus, 'news'), await subscribe(openBus(world), 'news', { history: 5 })];
      assert.deepEqual(reader.texts, numbered(5, 6));
      assert.equal(
        reader.of('message').every(({ replayed }) => replayed),
        true,
      );
      assert.equal(reader.of('subscribed')[0].replayed, 5);
      await publish(3);
      await late.until('message', 3);
      await reader.until('message', 8);
      assert.deepEqual([late.texts, reader.texts], [numbered(3, 11), numbered(8, 6)]);
    },
  },
  {
    says: 'parts of a page that use one channel each get its messages, until each leaves',
    async run(world) {
      const bus = openBus(world);
      const one = await subscribe(bus, 'news');
      const other = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      await publish(3);
      await allOnce(one, publish);
      await allOnce(other, publish);
      one.channel.leave();
      await publish(2);
      await other.until('message', 5);
      assert.deepEqual(one.texts, numbered(3));
      assert.equal(one.channel.status, 'left');
    },
  },
  {
    says: 'a second page gets the same messages, and what one publishes comes to both',
    async run(world) {
      const [one, other] = [await subscribe(openBus(world), 'chat'), await subscribe(openBus(world), 'chat')];
      const position = await one.channel.publish('hello');
      await other.channel.publish('hi');
      await one.until('message', 2);
      await other.until('message', 2);
      assert.deepEqual(
        [one.texts, other.texts],
        [
          ['hello', 'hi'],
          ['hello', 'hi'],
        ],
      );
      assert.deepEqual(position, other.of('message')[0].position);
    },
  },
  {
    says: 'text beyond ASCII and bytes come as they went; with the codec json, values do',
    async run(world) {
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      const text = 'zwölf – 十二 – 🕛\n\nid: 5:0\n';
      await news.channel.publish(text);
      await news.channel.publish('{}');
      await news.channel.publish(Uint8Array.of(0, 10, 10, 255));
      await news.until('message', 3);
      const [first, second, third] = news.of('message').map(({ data }) => data);
      assert.deepEqual([first, second], [text, '{}']);
      assert.ok(third instanceof ArrayBuffer);
      assert.deepEqual([...new Uint8Array(third)], [0, 10, 10, 255]);
      const values = await subscribe(openBus(world, { codec: json }), 'values');
      await values.channel.publish({ price: 42 });
      await values.until('message');
      assert.deepEqual(values.texts, [{ price: 42 }]);
    },
  },
  {
    says: 'a name may have spaces, signs and other alphabets',
    async run(world) {
      const bus = openBus(world);
      for (const name of ['a b', 'prices-eu_1', '新闻', '50€']) {
        const record = await subscribe(bus, name);
        await world.broker.publish(name, 'x');
        await record.until('message');
        record.channel.leave();
      }
    },
  },
  {
    says: 'a loop over messages gets each once, ends with leave(), and one that is too slow is told',
    async run(world) {
      const bus = openBus(world);
      const { channel } = await subscribe(bus, 'news');
      const seen = [];
      const loop = (async () => {
        for await (const { data } of channel) {
          seen.push(data);
          if (seen.length === 5) channel.leave();
        }
      })();
      const publish = publisher(world.broker, 'news');
      await publish(6);
      await loop;
      assert.deepEqual(seen, numbered(5));
      const slow = await subscribe(bus, 'many');
      const messages = slow.channel[Symbol.asyncIterator]();
      for (let first = 1; first <= 1_100; first += 50)
        await Promise.all(numbered(50, first).map((text) => world.broker.publish('many', text)));
      await slow.until('message', 1_100);
      let count = 0;
      await assert.rejects(
        async () => {
          for await (const _ of messages) count += 1;
        },
        { name: 'QuotaExceededError' },
      );
      assert.ok(count >= 1_000, `${count}`);
    },
  },
]);
