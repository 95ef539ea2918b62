/** The state that the application loads, and messages after it. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { until } from '../package/support/server.mjs';
import { LIMIT_MS, numbered, openBus, publisher, Record, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
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
]);
