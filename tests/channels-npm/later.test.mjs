/** Parts of a page that come to a channel which is used already, or was until just now. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { LIMIT_MS, numbered, openBus, publisher, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
  {
    says: 'a part that leaves, and comes back at once with its position, gets what came meanwhile',
    async run(world) {
      const bus = openBus(world);
      const first = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      await publish(3);
      await first.until('message', 3);
      const { channel } = first;
      channel.leave();
      await publish(2);
      const again = await subscribe(bus, 'news', { since: channel.position });
      await publish(1);
      await again.until('message', 3);
      assert.deepEqual(again.texts, numbered(3, 4));
    },
  },
  {
    says: 'a part that leaves and comes back at once gets its messages of before',
    async run(world) {
      const bus = openBus(world);
      const first = await subscribe(bus, 'news');
      const publish = publisher(world.broker, 'news');
      await publish(5);
      await first.until('message', 5);
      first.channel.leave();
      const again = await subscribe(bus, 'news', { history: 2 });
      // nchan may answer before it has read what Redis keeps.
      await again.until('message', 2);
      assert.deepEqual(again.texts, numbered(2, 4));
    },
  },
  {
    says: 'a part that comes later and is a member makes the page one; another user within the linger is another member',
    needs: (can) => can.presence,
    async run(world) {
      const [bus, other] = [openBus(world), openBus(world)];
      const plain = await subscribe(bus, 'room');
      const watcher = await subscribe(other, 'room', { presence: { user: 'zoe' } });
      const users = () => watcher.channel.members.map(({ user }) => user);
      const ada = bus.channel('room', { presence: { user: 'ada' } });
      await eventually(() => assert.deepEqual(users(), ['ada', 'zoe']), LIMIT_MS);
      await world.broker.publish('room', 'hello');
      await plain.until('message');
      assert.deepEqual([plain.texts, plain.of('gap')], [['hello'], []]);
      plain.channel.leave();
      ada.leave();
      bus.channel('room', { presence: { user: 'bob' } });
      await eventually(() => assert.deepEqual(users(), ['bob', 'zoe']), LIMIT_MS);
    },
  },
  {
    says: 'history() of a bus that is not connected yet waits for the connection',
    needs: (can) => can.history,
    async run(world) {
      const publish = publisher(world.broker, 'news');
      await publish(3);
      const found = await openBus(world).history('news');
      assert.deepEqual(
        found.map(({ data }) => data),
        numbered(3),
      );
    },
  },
  {
    says: 'several calls of next() without a message between them each get one',
    async run(world) {
      const { channel } = await subscribe(openBus(world), 'news');
      const messages = channel[Symbol.asyncIterator]();
      const calls = [messages.next(), messages.next(), messages.next()];
      await publisher(world.broker, 'news')(2);
      const [one, two] = await Promise.all(calls.slice(0, 2));
      assert.deepEqual([one.value.data, two.value.data], numbered(2));
      channel.leave();
      assert.equal((await calls[2]).done, true);
    },
  },
]);
