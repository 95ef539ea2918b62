/** Refused channels, and tokens. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { openBus, Record, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
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
    says: 'where a channel has no token of its own, authorize is an error and not ignored',
    needs: (can) => !can.tokens,
    async run(world) {
      const bus = openBus(world);
      assert.throws(() => bus.channel('room', { authorize: () => 'token' }), { name: 'NotSupportedError' });
      assert.equal(bus.can.tokens, false);
    },
  },
]);
