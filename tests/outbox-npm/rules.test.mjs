/** The outbox over the class, on the virtual clock of a world. The rules themselves are tested in `tests/outbox`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeliveryError } from '../../pkg/dist/outbox.mjs';
import { inWorld } from './support/world.mjs';

const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);
const inTest = (name, run, options) => test(name, () => inWorld(run, options));
const statesOf = (deliveries) => deliveries.map(({ state }) => state);
/** Waits for an end, whichever. */
const outcome = (delivery) =>
  delivery.then(
    (receipt) => ({ receipt }),
    (error) => ({ error }),
  );

describe('a delivery', () => {
  inTest('waits for the connection, and is acknowledged with the server’s receipt', async ({ w, wire, server, outbox }) => {
    server.refuse();
    const delivery = outbox.deliver({ item: 1 });
    assert.equal(delivery.state, 'pending');
    await w.advance(100);
    assert.equal(await delivery.stored, 'memory');
    assert.equal(delivery.state, 'stored');
    server.accept();
    await w.until(() => delivery.state === 'acknowledged');
    assert.deepEqual(await delivery, { order: 1 });
    assert.deepEqual(wire.items, [1]);
  });

  inTest('is sent when it is stored, and not before hello is answered', async ({ w, wire, ws, outbox }) => {
    await w.until(() => ws.readyState === 1);
    wire.answers = false;
    const delivery = outbox.deliver({ item: 1 });
    await w.advance(500);
    assert.deepEqual([delivery.state, wire.sent], ['stored', []]);
    assert.ok(wire.heard[0].hello);
    wire.answers = true;
    ws.reconnect();
    await w.until(() => delivery.state === 'acknowledged');
  });

  inTest(
    'that is given up at any moment of its storing has ended, and one that is made then is stored',
    async ({ w, server, outbox }) => {
      server.refuse();
      await w.advance(100);
      for (let microtasks = 0; microtasks < 30; microtasks += 1) {
        const [first, second] = [outbox.deliver({ item: 1 }), outbox.deliver({ item: 2 })];
        first.catch(() => {});
        for (let passed = 0; passed < microtasks; passed += 1) await null;
        assert.equal(first.cancel(), true);
        const third = outbox.deliver({ item: 3 });
        await w.advance(100);
        assert.deepEqual(statesOf([first, second, third]), ['failed', 'stored', 'stored'], `after ${microtasks} microtasks`);
      }
    },
  );

  inTest('is copied when it is given', async ({ w, wire, outbox }) => {
    const message = { item: 1 };
    const delivery = outbox.deliver(message);
    message.item = 2;
    await w.until(() => delivery.state === 'acknowledged');
    assert.deepEqual(wire.items, [1]);
  });

  inTest('whose answer is lost is not done again, and has no receipt', async ({ w, wire, server, ws, outbox }) => {
    await outbox.deliver({ item: 1 }).stored;
    await w.until(() => outbox.size === 0);
    wire.answers = false;
    const delivery = outbox.deliver({ item: 2 });
    await w.until(() => wire.items.length === 2);
    server.restart({ down: 300 });
    wire.answers = true;
    await w.until(() => delivery.state === 'acknowledged');
    assert.equal(await delivery, undefined);
    assert.deepEqual(wire.items, [1, 2]);
    assert.equal(ws.status, 'open');
  });

  inTest(
    'is acknowledged by an answer with no receipt, and by no other message with its number',
    async ({ w, wire, outbox }) => {
      const answer = wire.answer.bind(wire);
      let more = { progress: 50 };
      wire.answer = (frame) => {
        const { ok, ...rest } = answer(frame);
        return ok ? { ...rest, ...more } : rest;
      };
      const first = outbox.deliver({ item: 1 });
      await w.advance(1_000);
      assert.deepEqual([first.state, wire.items], ['sent', [1]]);
      more = {};
      const second = outbox.deliver({ item: 2 });
      await w.until(() => outbox.size === 0);
      assert.deepEqual(statesOf([first, second]), ['acknowledged', 'acknowledged']);
      assert.equal(await second, undefined);
    },
  );

  inTest('that the server refuses fails, and those behind it go on', async ({ w, wire, outbox }) => {
    wire.refuses = ({ item }) => item === 2;
    const deliveries = numbers(4).map((item) => outbox.deliver({ item }));
    const refused = outcome(deliveries[1]);
    await w.until(() => outbox.size === 0);
    assert.deepEqual(statesOf(deliveries), ['acknowledged', 'failed', 'acknowledged', 'acknowledged']);
    const { error } = await refused;
    assert.ok(error instanceof DeliveryError);
    assert.deepEqual([error.reason, error.detail], ['refused', { message: 'no such item', final: true }]);
    assert.match(error.message, /no such item/);
    assert.deepEqual(wire.items, [1, 3, 4]);
  });

  inTest('that was refused can be delivered once more, behind all others', async ({ w, wire, outbox }) => {
    wire.refuses = ({ item }) => item === 1;
    const [first, second] = [1, 2].map((item) => outbox.deliver({ item }));
    await w.until(() => outbox.size === 0);
    assert.throws(() => second.retry(), { name: 'InvalidStateError' });
    wire.refuses = () => false;
    const again = first.retry();
    await w.until(() => again.state === 'acknowledged');
    assert.deepEqual(wire.items, [2, 1]);
  });

  inTest('that the server can’t do now is sent again, and nothing overtakes it', async ({ w, wire, outbox }) => {
    let failures = 3;
    wire.fails = ({ item }) => item === 2 && failures-- > 0;
    for (const item of numbers(5)) outbox.deliver({ item });
    await w.until(() => outbox.size === 0);
    assert.deepEqual(wire.items, numbers(5));
  });
});

describe('a delivery is given up', () => {
  inTest('after its ttl, while there is no connection', async ({ w, wire, server, outbox }) => {
    server.refuse();
    const [first, second, third] = [{}, { ttl: 1_000 }, {}].map((options, at) => outbox.deliver({ item: at + 1 }, options));
    const ended = outcome(second);
    await w.advance(2_000);
    assert.deepEqual(statesOf([first, second, third]), ['stored', 'expired', 'stored']);
    assert.equal((await ended).error.reason, 'expired');
    server.accept();
    await w.until(() => outbox.size === 0);
    assert.deepEqual(wire.items, [1, 3]);
  });

  inTest(
    'after `keep`, if it has no ttl',
    async ({ w, server, outbox }) => {
      server.refuse();
      const delivery = outbox.deliver({ item: 1 });
      await w.advance(59_000);
      assert.equal(delivery.state, 'stored');
      await w.advance(2_000);
      assert.equal(delivery.state, 'expired');
    },
    { keep: 60_000 },
  );

  inTest('by its signal, with the signal’s reason', async ({ w, wire, server, outbox }) => {
    server.refuse();
    const controller = new AbortController();
    const deliveries = numbers(3).map((item) => outbox.deliver({ item }, item === 1 ? { signal: controller.signal } : {}));
    await w.advance(100);
    controller.abort(Error('changed my mind'));
    await assert.rejects(deliveries[0], /changed my mind/);
    const late = outbox.deliver({ item: 9 }, { signal: controller.signal });
    await assert.rejects(late.stored, /changed my mind/);
    server.accept();
    await w.until(() => outbox.size === 0);
    assert.deepEqual(wire.items, [2, 3]);
  });

  inTest('by cancel(), also the first, the last, and all', async ({ w, wire, server, outbox }) => {
    server.refuse();
    const deliveries = numbers(6).map((item) => outbox.deliver({ item }));
    await w.advance(100);
    for (const at of [0, 2, 5]) assert.equal(deliveries[at].cancel(), true);
    // It has ended when it is removed.
    await w.settle();
    assert.equal(deliveries[0].state, 'failed');
    assert.equal(deliveries[0].cancel(), false);
    server.accept();
    await w.until(() => outbox.size === 0);
    assert.deepEqual(wire.items, [2, 4, 5]);
    const more = outbox.deliver({ item: 7 });
    await w.until(() => more.state === 'acknowledged');
    assert.deepEqual(wire.items, [2, 4, 5, 7]);
  });

  inTest('after it was sent: it ends when the server has told whether it is done', async ({ w, wire, ws, outbox }) => {
    await w.until(() => ws.readyState === 1);
    const first = outbox.deliver({ item: 0 });
    await w.until(() => first.state === 'acknowledged');
    wire.answers = false;
    // The server does it, and can't do the next one.
    wire.fails = ({ item }) => item === 2;
    const deliveries = numbers(3).map((item) => outbox.deliver({ item }));
    await w.until(() => wire.items.includes(1));
    await w.advance(100);
    for (const delivery of deliveries.slice(0, 2)) assert.equal(delivery.cancel(), true);
    await w.advance(100);
    assert.deepEqual(statesOf(deliveries), ['sent', 'sent', 'sent']);
    wire.answers = true;
    ws.reconnect();
    await w.until(() => outbox.size === 0);
    assert.deepEqual(statesOf(deliveries), ['acknowledged', 'failed', 'acknowledged']);
    assert.equal((await outcome(deliveries[1])).error.reason, 'cancelled');
    assert.deepEqual(wire.items, [0, 1, 3]);
  });

  inTest('by erase(), and the outbox goes on', async ({ w, wire, server, outbox }) => {
    server.refuse();
    const deliveries = numbers(3).map((item) => outbox.deliver({ item }));
    await w.advance(100);
    await outbox.erase();
    assert.deepEqual(statesOf(deliveries), ['failed', 'failed', 'failed']);
    server.accept();
    const delivery = outbox.deliver({ item: 4 });
    await w.until(() => delivery.state === 'acknowledged');
    assert.deepEqual(wire.items, [4]);
  });
});

describe('many deliveries', () => {
  inTest(
    'are on their way at once, up to the window',
    async ({ w, wire, ws, outbox }) => {
      await w.until(() => ws.readyState === 1);
      const first = outbox.deliver({ item: 0 });
      await w.until(() => first.state === 'acknowledged');
      wire.answers = false;
      const deliveries = numbers(20).map((item) => outbox.deliver({ item }));
      await w.advance(500);
      assert.deepEqual(wire.sent, numbers(9, 0));
      assert.equal(deliveries.filter(({ state }) => state === 'sent').length, 8);
      wire.answers = true;
      ws.reconnect();
      await w.until(() => outbox.size === 0);
      assert.deepEqual(wire.items, numbers(21, 0));
    },
    { window: 8 },
  );

  for (const seed of numbers(10))
    inTest(
      `are done once each, in order, through a bad network (${seed})`,
      async ({ w, wire, server, outbox }) => {
        const faults = [
          () => w.network.cut(),
          () => w.network.change(),
          () => server.restart({ down: 200 }),
          () => {
            wire.answers = !wire.answers;
          },
          () => w.network.latency({ up: 200 * w.random(), down: 200 * w.random(), jitter: 50 }),
          () => w.page.setClock((w.random() - 0.5) * 7_200_000),
        ];
        for (let item = 1; item <= 300; item += 1) {
          outbox.deliver({ item });
          await w.advance(w.random() * 60);
          if (w.random() < 0.05) faults[Math.floor(w.random() * faults.length)]();
        }
        wire.answers = true;
        w.network.restore();
        server.restart({ down: 10 });
        await w.until(() => outbox.size === 0, { within: 120_000 });
        assert.deepEqual(wire.items, numbers(300));
      },
      { seed },
    );

  inTest('are listed while they are pending; `change` tells when that list is another', async ({ w, outbox }) => {
    let changes = 0;
    outbox.addEventListener('change', () => {
      changes += 1;
    });
    const none = outbox.pending;
    const deliveries = numbers(3).map((item) => outbox.deliver({ item }));
    assert.equal(outbox.size, 3);
    assert.deepEqual([...outbox], deliveries);
    assert.notEqual(outbox.pending, none);
    assert.equal(outbox.pending, outbox.pending);
    await w.settle();
    assert.ok(changes > 0 && changes < 10, `${changes} changes`);
    await w.until(() => outbox.size === 0);
    assert.deepEqual(outbox.pending, []);
  });
});

describe('the socket', () => {
  inTest('keeps its own messages; answers to the outbox are not dispatched behind it', async ({ w, ws, server, outbox }) => {
    const received = [];
    ws.addEventListener('message', ({ data }) => received.push(data));
    const delivery = outbox.deliver({ item: 1 });
    await w.until(() => delivery.state === 'acknowledged');
    const foreign = ['hello', '{"box":1}', '{"box":"eve/x","done":9}', '{"box"', '{"a":"\\"box\\""}'];
    for (const text of foreign) server.broadcast(text);
    await w.advance(100);
    assert.deepEqual(
      received.filter((text) => text !== 'pong'),
      foreign,
    );
  });

  inTest('of a server that has less than it had: `regressed`', async ({ w, wire, ws, outbox }) => {
    for (const item of numbers(5)) outbox.deliver({ item });
    await w.until(() => outbox.size === 0);
    const [[box]] = wire.boxes;
    wire.boxes.set(box, 2);
    const events = [];
    outbox.addEventListener('regressed', ({ box, done, acknowledged }) => events.push({ box, done, acknowledged }));
    ws.reconnect();
    const delivery = outbox.deliver({ item: 6 });
    await w.until(() => delivery.state === 'acknowledged');
    assert.deepEqual(events, [{ box, done: 2, acknowledged: 5 }]);
    assert.deepEqual(wire.items, numbers(6));
  });

  inTest('may have several outboxes, of one user, too', async ({ w, ws, wire, outbox, Outbox }) => {
    const [other, eve] = [new Outbox(ws, { box: 'ada' }), new Outbox(ws, { box: 'eve' })];
    const heard = [];
    ws.addEventListener('message', ({ data }) => heard.push(data));
    const all = [outbox, other, eve].map((each, at) => each.deliver({ item: at + 1 }));
    await w.until(() => all.every(({ state }) => state === 'acknowledged'));
    assert.deepEqual(
      heard.filter((text) => text !== 'pong'),
      [],
    );
    other.close();
    const last = outbox.deliver({ item: 4 });
    await w.until(() => last.state === 'acknowledged');
    assert.equal(wire.boxes.size, 3);
    eve.close();
  });
});

/** A server that has done numbers of each box before it was ever asked. */
function getAhead(wire, done) {
  const answer = wire.answer.bind(wire);
  wire.answer = (frame) => {
    const name = frame.hello?.box;
    if (name && !wire.boxes.has(name)) wire.boxes.set(name, done);
    return answer(frame);
  };
}

inTest(
  'a server that has more than was sent is told, and everything is done under other numbers',
  async ({ w, wire, outbox }) => {
    getAhead(wire, 120);
    const told = [];
    outbox.addEventListener('ahead', ({ box, done, given }) => told.push([box.startsWith('ada/'), done, given]));
    const all = [1, 2, 3].map((item) => outbox.deliver({ item }));
    await w.until(() => outbox.size === 0);
    assert.deepEqual(await Promise.all(all), [{ order: 1 }, { order: 2 }, { order: 3 }]);
    assert.deepEqual(
      wire.done.map(({ n }) => n),
      [121, 122, 123],
    );
    assert.deepEqual(told, [[true, 120, 3]]);
  },
);

inTest('what waits when the outbox is closed rejects, and is still stored', async ({ w, server, outbox }) => {
  server.refuse();
  const delivery = outbox.deliver({ item: 1 });
  const late = outbox.deliver({ item: 2 });
  await w.until(() => delivery.state === 'stored');
  assert.equal(outbox.close(), 2);
  for (const each of [delivery, late]) {
    await assert.rejects(each, { name: 'DeliveryError', reason: 'closed', message: /kept/ });
    assert.equal(each.state, 'stored');
    assert.equal(each.cancel(), false);
    assert.throws(() => each.retry(), { name: 'InvalidStateError' });
  }
  assert.equal(await delivery.stored, 'memory');
});
