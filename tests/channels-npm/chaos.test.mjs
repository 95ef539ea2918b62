/** Numbered messages through seeded faults: nothing lost, nothing doubled, or a gap is told where the broker can prove it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../package/support/server.mjs';
import { LIMIT_MS, openBus, publisher, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

/** Always the same, so that a failure comes again; in a full run another one each time. */
const { HOLDFAST_CHAOS_SEED: chosen = 1 } = process.env;
const SEED = chosen === 'random' ? Math.floor(Math.random() * 1e9) : Number(chosen);
const FAULTS = 200;
const CHANNELS = ['one', 'two', 'three'];

/** Numbers from a seed: xorshift. */
function chance(seed) {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * The texts that a channel told, each as often as the broker has stored it: once. A publication whose answer is lost is repeated with the
 * same id, and a cluster that changes its leader just then may store it twice: at two positions.
 */
function toldOnce(record) {
  const told = new Map();
  for (const { data, position } of record.of('message')) {
    const at = JSON.stringify(position);
    const before = told.get(data) ?? [];
    assert.ok(!before.includes(at), `${data} came twice of ${record.channel.name}, at ${at}`);
    told.set(data, [...before, at]);
  }
  return [...told.keys()];
}

withEachBroker([
  {
    says: `${FAULTS} faults under traffic on three channels (HOLDFAST_CHAOS_SEED=${SEED})`,
    servers: true,
    async run(world) {
      const draw = chance(SEED);
      const { relay } = world.broker;
      const bus = openBus(world, {
        via: world.broker.via({ heartbeat: { interval: 200, timeout: 3_000 } }),
        reconnect: { minDelay: 20, maxDelay: 100, connectTimeout: 3_000 },
      });
      const records = [];
      for (const name of CHANNELS) records.push(await subscribe(bus, name));
      // nchan's refusal looks like a lost connection, and the third one in a row is the last.
      for (const { channel } of records) channel.on('refused', ({ retryIn }) => retryIn ?? channel.retry());
      const publishers = CHANNELS.map((name) => publisher(world.broker, name));
      let over = false;
      const traffic = Promise.all(
        publishers.map(async (publish) => {
          while (!over) {
            await publish(1);
            await sleep(draw(20));
          }
        }),
      );
      // It is awaited at the end, and fails there.
      traffic.catch(() => {});
      const others = new Set();
      const faults = [
        () => relay.drop(),
        async () => {
          relay.cut();
          await sleep(draw(300));
          relay.mend();
        },
        () => others.add(bus.channel(`other ${draw(50)}`)),
        () => {
          const [first] = others;
          others.delete(first);
          first?.leave();
        },
      ];
      for (let fault = 1; fault <= FAULTS; fault += 1) {
        // A connection that dies takes seconds to be found.
        if (fault % 25 === 0) {
          relay.kill();
          await until(() => bus.status !== 'open', LIMIT_MS, 'the end of the dead connection');
          relay.mend();
        } else await faults[draw(faults.length)]();
        await sleep(draw(120));
      }
      over = true;
      await traffic;
      assert.equal(world.broker.crashed?.() ?? false, false, 'a worker of nginx has ended');
      for (const [index, record] of records.entries()) {
        const publish = publishers[index];
        await publish(1);
        await until(
          () => record.texts.at(-1) === publish.all().at(-1),
          LIMIT_MS,
          () =>
            `the last message of ${record.channel.name}, which is ${record.channel.status}; there are ${record.texts.length} of ` +
            `${publish.count}; the last events: ${JSON.stringify(record.events.slice(-5))}`,
        );
        const all = new Set(publish.all());
        const texts = toldOnce(record);
        const missing = [...all].filter((text) => !texts.includes(text));
        // A broker that proves what it recovers keeps everything here.
        if (world.can.recovery === true) assert.deepEqual(record.of('gap'), []);
        const others = record.events.filter(([type]) => type !== 'message');
        const what = () =>
          `of ${record.channel.name} these of ${all.size} are missing: ${missing}; its other events: ${JSON.stringify(others.slice(-20))}`;
        if (record.of('gap').length === 0) assert.ok(missing.length <= (world.can.mayLose ? all.size / 2 : 0), what());
        assert.deepEqual(
          texts,
          [...all].filter((text) => !missing.includes(text)),
          'in order',
        );
        assert.equal(
          record
            .of('subscribed')
            .slice(1)
            .some(({ recovered }) => recovered === true && missing.length),
          false,
        );
      }
    },
  },
]);
