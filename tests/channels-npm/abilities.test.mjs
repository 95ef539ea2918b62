/** Publications, history, many channels, and what a broker has not. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../package/support/server.mjs';
import { LIMIT_MS, numbered, openBus, publisher, Record, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
  {
    says: 'a publication without a connection waits for it, and comes once',
    async run(world) {
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      world.broker.relay.cut();
      await until(() => bus.status !== 'open', LIMIT_MS, 'the end of the connection');
      const published = news.channel.publish('while away');
      await sleep(1_000);
      world.broker.relay.mend();
      await published;
      await news.until('message');
      assert.deepEqual(news.texts, ['while away']);
    },
  },
  {
    says: 'a publication that finds no connection in time fails once, and says so',
    async run(world) {
      const bus = openBus(world);
      const news = await subscribe(bus, 'news');
      world.broker.relay.cut();
      await until(() => bus.status !== 'open', LIMIT_MS, 'the end of the connection');
      await assert.rejects(news.channel.publish('never'), { name: 'ChannelError', reason: 'timeout' });
      world.broker.relay.mend();
      await news.until('subscribed', 2);
      await news.channel.publish('now');
      await news.until('message');
      assert.deepEqual(news.texts, ['now']);
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
      for (const [{ reason, retryIn }] of refused) assert.deepEqual([/at most 254/.test(reason), retryIn > 0], [true, true]);
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
    says: 'where there is no presence, it says so',
    needs: (can) => !can.presence,
    async run(world) {
      const bus = openBus(world);
      assert.throws(() => bus.channel('room', { presence: { user: 'ada' } }), { name: 'NotSupportedError' });
      assert.deepEqual(bus.channel('room').members, []);
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
