/** Members: who is there, who has left, and who is lost. With every broker, against its real server. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { LIMIT_MS, openBus, subscribe } from './support/bus.mjs';
import { withEachBroker } from './support/suite.mjs';

/** A user of a room, over a relay of its own. */
async function user(world, name, grace) {
  const line = await world.broker.apart();
  const bus = openBus(world, {}, `ws://127.0.0.1:${line.port}`);
  const record = await subscribe(bus, 'room', { presence: { user: name, grace } });
  return Object.assign(record, { bus, line });
}

const users = ({ channel }) => channel.members.map(({ user }) => user);

const sees = (record, all) => eventually(() => assert.deepEqual(users(record), all), LIMIT_MS);

withEachBroker([
  {
    says: 'members are users: they join with their data, leave, and are told to others',
    servers: true,
    needs: (can) => can.presence,
    async run(world) {
      const [first, second] = [openBus(world), openBus(world)];
      const ada = await subscribe(first, 'room', { presence: { user: 'ada', data: { name: 'Ada' }, grace: 60_000 } });
      const bob = await subscribe(second, 'room', { presence: { user: 'bob', grace: 60_000 } });
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
    says: 'a lost user is a timeout, then back if within the grace, else gone',
    servers: true,
    needs: (can) => can.presence,
    async run(world) {
      const [patient, hasty] = [await user(world, 'ada', 60_000), await user(world, 'eve', 500)];
      const bob = await user(world, 'bob', 60_000);
      for (const record of [patient, hasty]) await sees(record, ['ada', 'bob', 'eve']);
      const begun = new Map([patient, hasty].map((record) => [record, record.events.length]));
      // On a busy machine the others may be late, too, and be back.
      const hears = (record, ...types) =>
        eventually(() => {
          const ofBob = record.events.slice(begun.get(record)).filter(([, { user }]) => user === 'bob');
          const told = ofBob.map(([type]) => type).slice(0, types.length);
          assert.deepEqual(told, types);
        }, LIMIT_MS);
      bob.line.cut();
      await hears(patient, 'timeout');
      await hears(hasty, 'timeout', 'leave');
      assert.ok(users(patient).includes('bob'));
      assert.ok(!users(hasty).includes('bob'));
      bob.line.mend();
      await hears(patient, 'timeout', 'back');
      await hears(hasty, 'timeout', 'leave', 'join');
      for (const record of [patient, hasty]) await sees(record, ['ada', 'bob', 'eve']);
    },
  },
  {
    says: 'two connections of a user are one member, which leaves with the last; close() leaves at once',
    needs: (can) => can.presence,
    async run(world) {
      const ada = await user(world, 'ada', 60_000);
      const [phone, laptop] = [await user(world, 'bob', 60_000), await user(world, 'bob', 60_000)];
      await sees(ada, ['ada', 'bob']);
      await sees(phone, ['ada', 'bob']);
      await sees(laptop, ['ada', 'bob']);
      phone.bus.close();
      const other = await user(world, 'carl', 60_000);
      await sees(ada, ['ada', 'bob', 'carl']);
      assert.deepEqual(ada.of('leave'), []);
      const { length: before } = ada.events;
      laptop.bus.close();
      assert.equal((await ada.until('leave'))[0].user, 'bob');
      // Before that, a busy machine may have kept one of them silent.
      assert.equal(ada.events.slice(before).find(([, { user }]) => user === 'bob')[0], 'leave');
      await sees(other, ['ada', 'carl']);
      assert.deepEqual(
        ada.of('join').map(({ user }) => user),
        ['ada', 'bob', 'carl'],
      );
    },
  },
]);
