/** After a loss: what was missed comes once and in order, and `subscribed` says what is proven. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, until } from '../package/support/server.mjs';
import { LIMIT_MS, numbered, openBus, publisher, subscribe } from './support/bus.mjs';
import { allKept } from './support/judge.mjs';
import { withEachBroker } from './support/suite.mjs';

withEachBroker([
  {
    says: 'while channels are joined and left under traffic, a channel that stays loses nothing and repeats nothing',
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
    says: 'a page that reads more slowly than is published gets everything once and in order, and the broker holds out',
    async run(world) {
      const news = await subscribe(openBus(world), 'news');
      const { broker } = world;
      // A heartbeat is answered behind what waits, so that connections may end meanwhile.
      broker.relay.slow(300_000);
      const long = 'x'.repeat(5_000);
      const all = numbered(400).map((text) => `${text} ${long}`);
      for (const text of all) await broker.publish('news', text);
      await until(
        () => news.texts.at(-1) === all.at(-1),
        LIMIT_MS,
        () => `the last one; there are ${news.texts.length}`,
      );
      assert.deepEqual(
        news.texts.map((text) => text.slice(0, -5_001)),
        numbered(400),
      );
      assert.deepEqual(news.of('gap'), []);
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
      if (world.can.survives) await allKept(world, news, publish);
      else await eventually(() => assert.equal(news.texts.at(-1), 'message 70'), LIMIT_MS);
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
      // With nchan it shows, unless the first that is kept is also the first of its second.
      const { position } = news.of('message')[5];
      const shows = world.can.recovery === true || position.offset % 65_536 > 0;
      assert.equal(news.of('gap').length > 0, shows);
    },
  },
]);
