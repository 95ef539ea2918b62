/** Behaviour that holds with every broker, against its real server. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, until } from '../package/support/server.mjs';
import { ChannelError, json, LIMIT_MS, numbered, openBus, publisher, Record, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

/** Waits until all that was published has come, and asserts that each came once and in order. */
async function allOnce(record, publish) {
  await record.until('message', publish.count);
  assert.deepEqual(record.texts, publish.all());
}

/** Waits for the last that was published, and asserts that none came twice or out of order. */
async function inOrder(record, publish) {
  const all = publish.all();
  await until(
    () => record.texts.at(-1) === all.at(-1),
    LIMIT_MS,
    () => `the last one of ${all.length}; there were ${record.texts}`,
  );
  const places = record.texts.map((text) => all.indexOf(text));
  assert.deepEqual(
    places,
    [...new Set(places)].sort((one, other) => one - other),
  );
}

/** After a connection was dropped: everything, where the broker loses nothing. */
const allKept = ({ can }, record, publish) => (can.mayLose ? inOrder : allOnce)(record, publish);

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
    says: 'while channels are joined and left under traffic, a channel that stays loses nothing and repeats nothing',
    // See `chaos.test.mjs`: nchan may lose its memory.
    needs: (can) => can.survives,
    async run(world) {
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      const traffic = publish(60);
      for (let each = 0; each < 6; each += 1) (await subscribe(bus, `other ${each}`)).channel.leave();
      await traffic;
      await publish(1);
      await allKept(world, news, publish);
      assert.deepEqual(news.of('gap'), []);
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
    says: 'a page that comes back with its position gets what it has missed, once',
    servers: true,
    async run(world) {
      const first = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      await first.until('message', 5);
      const since = JSON.parse(JSON.stringify(first.channel.position));
      await publish(5);
      const second = await subscribe(openBus(world), 'news', { since });
      await second.until('message', 5);
      assert.deepEqual(second.texts, numbered(5, 6));
      assert.equal(
        second.of('message').every(({ replayed }) => replayed),
        true,
      );
      assert.equal(second.of('subscribed')[0].recovered, world.can.recovery);
    },
  },
  {
    says: 'dropped connections under traffic: every message once, in order, and recovery is as good as the broker can prove',
    servers: true,
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      for (let drop = 1; drop <= 5; drop += 1) {
        await publish(20);
        world.broker.relay.drop();
        await publish(20);
        await news.until('subscribed', drop + 1);
      }
      await allKept(world, news, publish);
      assert.deepEqual(news.of('gap'), []);
      for (const { recovered } of news.of('subscribed').slice(1)) assert.equal(recovered, world.can.recovery);
    },
  },
  {
    says: 'a connection that is silent is found by the heartbeat, and nothing is lost',
    async run(world) {
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      world.broker.relay.kill();
      await publish(20);
      await until(() => bus.status !== 'open', LIMIT_MS, 'the end of the dead connection');
      world.broker.relay.mend();
      await publish(5);
      await allKept(world, news, publish);
    },
  },
  {
    says: 'several that use a channel are one subscription; it is left 3 s after the last',
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
    says: 'the application’s load comes first, and messages after its position follow once',
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      await news.until('message', 5);
      const { position } = news.channel;
      const load = async () => {
        await publish(5);
        return { state: numbered(5), position };
      };
      const reader = await subscribe(openBus(world), 'news', { load });
      await publish(2);
      await until(() => reader.texts.at(-1) === 'message 12', LIMIT_MS, 'the last message');
      assert.deepEqual(reader.events[0], ['state', { state: numbered(5), position }]);
      assert.deepEqual(reader.texts, numbered(7, 6));
    },
  },
  {
    says: 'a part of the page that comes later with a load gets its state, and nobody gets a message twice',
    async run(world) {
      const bus = openBus(world);
      const plain = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      await plain.until('message', 5);
      const load = async () => {
        const { position } = plain.channel;
        await publish(5);
        return { state: numbered(5), position };
      };
      const reader = new Record(bus.channel('news', { load }));
      await reader.until('state');
      await publish(5);
      for (const record of [plain, reader])
        await until(() => record.texts.at(-1) === 'message 15', LIMIT_MS, 'the last message');
      assert.deepEqual(plain.texts, publish.all());
      assert.deepEqual(reader.texts, numbered(10, 6));
      assert.deepEqual(plain.of('state'), []);
    },
  },
  {
    says: 'publications wait while there is no connection, and fail once when it takes too long or the broker is away',
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      world.broker.relay.cut();
      await until(() => news.channel.status !== 'x' && true, LIMIT_MS);
      const outcome = news.channel.publish('while away').then(
        () => 'published',
        (error) => error,
      );
      await sleep(200);
      world.broker.relay.mend();
      const result = await outcome;
      if (result === 'published') {
        await news.until('message');
        assert.deepEqual(news.texts, ['while away']);
      } else {
        assert.ok(result instanceof ChannelError, String(result));
        assert.ok(['lost', 'refused', 'timeout'].includes(result.reason));
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
  {
    says: 'a channel that is refused fails alone and is tried again; all others go on',
    needs: (can) => can.refuses,
    start: { guarded: true },
    async run(world) {
      const forbidden = new Set(['secret']);
      world.broker.allow = (channel) => !forbidden.has(channel);
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      const secret = new Record(bus.channel('secret'));
      const [{ retryIn }] = await secret.until('refused');
      assert.ok(retryIn > 0);
      assert.equal(secret.channel.status, 'refused');
      const other = await subscribe(bus, 'other');
      await world.broker.publish('news', 'a');
      await world.broker.publish('other', 'b');
      await news.until('message');
      await other.until('message');
      forbidden.clear();
      secret.channel.retry();
      await secret.until('subscribed');
      await world.broker.publish('secret', 'c');
      await secret.until('message');
      assert.deepEqual([news.texts, other.texts, secret.texts], [['a'], ['b'], ['c']]);
      assert.equal(news.of('subscribed').length, 1, 'the others are not touched');
    },
  },
  {
    says: 'an expired token is replaced by the application’s next one',
    needs: (can) => can.refuses,
    start: { guarded: true },
    async run(world) {
      let valid = 'first';
      world.broker.allow = (_, token) => token === valid;
      const asked = [];
      const tokens = ['first', 'second'];
      const token = () => {
        asked.push(tokens[asked.length] ?? 'second');
        return asked.at(-1);
      };
      const news = await subscribe(openBus(world, { token }), 'news');
      world.broker.relay.drop();
      await news.until('subscribed', 2);
      assert.deepEqual(asked, ['first'], 'one that is good is used again');
      valid = 'second';
      world.broker.relay.drop();
      await news.until('subscribed', 3);
      assert.equal(asked[1], 'second');
      await world.broker.publish('news', 'after');
      await news.until('message');
    },
  },
  {
    says: 'a channel’s own token is asked for once, and again when it has expired; without one the channel is refused alone',
    needs: (can) => can.tokens,
    start: { guarded: true },
    async run(world) {
      let valid = 'a&b 1';
      world.broker.allow = (channel, _, own) => channel !== 'secret' || own === valid;
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      const asked = [];
      const authorize = async (name) => {
        asked.push(name);
        return asked.length === 1 ? 'a&b 1' : 'second';
      };
      const secret = await subscribe(bus, 'secret', { authorize });
      world.broker.relay.drop();
      await secret.until('subscribed', 2);
      assert.deepEqual(asked, ['secret']);
      valid = 'second';
      world.broker.relay.drop();
      await secret.until('subscribed', 3);
      // Once more if a connection is lost at the moment of its trial, as that looks the same.
      assert.ok(asked.length >= 2);
      const other = new Record(bus.channel('other', { authorize: () => undefined }));
      await other.until('refused');
      await world.broker.publish('secret', 'a');
      await world.broker.publish('news', 'b');
      await secret.until('message');
      await news.until('message');
    },
  },
  {
    says: 'the broker is restarted under traffic: everything once and in order if it keeps messages; else nothing twice',
    servers: true,
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(30);
      await world.broker.restart();
      await publish(30);
      await news.until('subscribed', 2);
      await publish(10);
      await news.until('message', 40);
      await eventually(() => assert.equal(news.texts.at(-1), 'message 70'), LIMIT_MS);
      if (world.can.survives) assert.deepEqual(news.texts, publish.all());
      const inOrder = publish.all().filter((text) => news.texts.includes(text));
      assert.deepEqual(news.texts, inOrder);
      if (world.can.recovery === true && news.texts.length < 70) assert.ok(news.of('gap').length);
    },
  },
  {
    says: 'of several servers the one of the page is killed under traffic: it goes on at another, all once and in order',
    needs: (can) => can.cluster,
    async run(world) {
      const news = await subscribe(openBus(world, {}, world.broker.anywhere), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(30);
      await Promise.all([publish(60), sleep(50).then(world.broker.lose)]);
      await news.until('subscribed', 2);
      await publish(10);
      await allKept(world, news, publish);
      assert.deepEqual(news.of('gap'), []);
    },
  },
  {
    says: 'the broker comes back empty: it is never called recovered, and new messages come',
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(20);
      await news.until('message', 20);
      world.broker.relay.cut();
      await publish(10);
      // nchan numbers messages within a second, and begins again after a restart.
      await sleep(1_100);
      await world.broker.restart({ empty: true });
      world.broker.relay.mend();
      const [, { recovered }] = await news.until('subscribed', 2);
      assert.equal(recovered, world.can.recovery === true ? false : 'unknown');
      await publish(5);
      await eventually(() => assert.deepEqual(news.texts.slice(-5), numbered(5, 31)), LIMIT_MS);
    },
  },
  {
    says: 'messages that the broker kept no longer are left out, with a gap where it can be seen',
    start: { keep: 10 },
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      await news.until('message', 5);
      world.broker.relay.cut();
      await sleep(1_100);
      await publish(50);
      world.broker.relay.mend();
      const [, { recovered }] = await news.until('subscribed', 2);
      await eventually(() => assert.equal(news.texts.at(-1), 'message 55'), LIMIT_MS);
      assert.deepEqual(
        news.texts,
        [...numbered(5), ...numbered(50, 6)].filter((text) => news.texts.includes(text)),
      );
      assert.ok(news.texts.length < 55);
      assert.notEqual(recovered, true);
      assert.equal(news.of('gap').length > 0, world.can.recovery === true);
    },
  },
  {
    says: 'a thousand channels on one connection; a broker that takes fewer says so of those that are too many',
    async run(world) {
      const bus = openBus(world);
      const most = Math.min(world.can.most, 1_000);
      const records = Array.from({ length: 1_000 }, (_, index) => new Record(bus.channel(`c${index}`)));
      await Promise.all(records.slice(0, most).map((record) => record.until('subscribed')));
      const refused = await Promise.all(records.slice(most).map((record) => record.until('refused')));
      for (const [{ reason, retryIn }] of refused) assert.deepEqual([/at most 255/.test(reason), retryIn], [true, undefined]);
      for (let index = 0; index < most; index += 50) await world.broker.publish(`c${index}`, `to ${index}`);
      for (let index = 0; index < most; index += 50) {
        await records[index].until('message');
        assert.deepEqual(records[index].texts, [`to ${index}`]);
      }
    },
  },
  {
    says: 'history() returns the last messages, and those before a position',
    servers: true,
    needs: (can) => can.history,
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const publish = publisher(world.broker, 'news');
      await publish(20);
      await news.until('message', 20);
      const data = (messages) => messages.map(({ data }) => data);
      assert.deepEqual(data(await news.channel.history({ limit: 5 })), numbered(5, 16));
      const before = news.of('message')[10].position;
      assert.deepEqual(data(await news.channel.history({ limit: 5, before })), numbered(5, 6));
      assert.deepEqual(
        await openBus(world)
          .history('silent')
          .catch(() => []),
        [],
      );
    },
  },
  {
    says: 'where there is no history(), it says so',
    needs: (can) => !can.history,
    async run(world) {
      const { channel } = await subscribe(openBus(world), 'news');
      await assert.rejects(channel.history(), { name: 'ChannelError', reason: 'refused' });
    },
  },
  {
    says: 'where a channel has no token of its own, authorize is an error and not ignored',
    needs: (can) => !can.tokens,
    async run(world) {
      const bus = openBus(world);
      assert.throws(() => bus.channel('room', { authorize: () => 'token' }), { name: 'NotSupportedError' });
      assert.equal(bus.can.tokens, false);
    },
  },
  {
    says: 'where there is no presence, it says so',
    needs: (can) => !can.presence,
    async run(world) {
      const bus = openBus(world);
      assert.throws(() => bus.channel('room', { presence: { user: 'ada' } }), { name: 'NotSupportedError' });
      assert.deepEqual(bus.channel('room').members, []);
    },
  },
  {
    says: 'members are users: they join with their data, leave, and are told to others',
    servers: true,
    needs: (can) => can.presence,
    async run(world) {
      const [first, second] = [openBus(world), openBus(world)];
      const ada = await subscribe(first, 'room', { presence: { user: 'ada', data: { name: 'Ada' }, grace: 1_000 } });
      const bob = await subscribe(second, 'room', { presence: { user: 'bob', grace: 1_000 } });
      const everybody = [
        { user: 'ada', data: { name: 'Ada' } },
        { user: 'bob', data: null },
      ];
      for (const { channel } of [ada, bob]) await eventually(() => assert.deepEqual(channel.members, everybody), LIMIT_MS);
      bob.channel.leave();
      await ada.until('leave');
      assert.deepEqual(ada.of('leave')[0].user, 'bob');
      assert.deepEqual(ada.channel.members, everybody.slice(0, 1));
    },
  },
  {
    says: 'close() ends everything, and says so',
    async run(world) {
      const bus = openBus(world);
      const { channel } = await subscribe(bus, 'news');
      const loop = (async () => {
        for await (const _ of channel);
        return 'ended';
      })();
      bus.close();
      assert.equal(await loop, 'ended');
      assert.equal(channel.status, 'left');
      assert.throws(() => bus.channel('news'), { name: 'InvalidStateError' });
    },
  },
]);
