/** Every behaviour of the server's half, with every store of `servers/`. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, deliverAll } from './support/plain-client.mjs';
import { STORES, startServer } from './support/stores.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;
const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);
const order = (box, n, item = n) => ({ box, n, item });
const brief = (answers) => answers.map(({ n, done, ok, error }) => (ok ? `did ${n}` : error ? `refused ${n}` : `done ${done}`));
const ownOf = (orders, box) => orders.filter((each) => each.box === box).map(({ n }) => n);

/** `ok` or `done` of a number that the store drops. */
const wasDone = (answer, n) => answer.n === n || answer.done >= n;

const BEHAVIOURS = {
  greets: {
    says: 'hello is answered by the last number that it has',
    async run({ client, box }) {
      assert.deepEqual(await client.ask({ hello: { box, from: 1 } }), [{ hello: { box, done: 0 } }]);
      await client.ask(order(box, 1), order(box, 2));
      assert.deepEqual(await client.ask({ hello: { box, from: 1 } }), [{ hello: { box, done: 2 } }]);
    },
  },
  does: {
    says: 'numbers in order are done once each, and each has a receipt',
    async run({ client, box, server }) {
      await client.ask({ hello: { box, from: 1 } });
      const answers = await client.ask(...numbers(50).map((n) => order(box, n)));
      assert.deepEqual(
        brief(answers),
        numbers(50).map((n) => `did ${n}`),
      );
      for (const answer of answers) assert.equal(typeof answer.ok.order, 'number');
      for (const answer of answers) assert.equal(answer.box, box);
      assert.deepEqual(
        (await server.orders()).filter((each) => each.box === box),
        numbers(50).map((n) => order(box, n)),
      );
    },
  },
  repeats: {
    says: 'a number that comes again is done, but not once more: on this connection and on the next',
    async run({ client, box, server }) {
      await client.ask({ hello: { box, from: 1 } });
      await client.ask(...numbers(5).map((n) => order(box, n)));
      const next = await connect(server.url);
      await next.ask({ hello: { box, from: 3 } });
      for (const each of [client, next])
        for (const n of [3, 4, 5]) assert.ok((await each.ask(order(box, n))).every((answer) => wasDone(answer, n)));
      assert.deepEqual(brief(await next.ask(order(box, 6))), ['did 6']);
      next.close();
      assert.deepEqual(ownOf(await server.orders(), box), numbers(6));
    },
  },
  gaps: {
    says: 'a number that is too early is not done; the answer names the last that is',
    async run({ client, box, server }) {
      const answers = await client.ask(order(box, 1), order(box, 3), order(box, 4), order(box, 2), order(box, 3));
      assert.deepEqual(brief(answers), ['did 1', 'done 1', 'done 1', 'did 2', 'did 3']);
      assert.deepEqual(ownOf(await server.orders(), box), [1, 2, 3]);
    },
  },
  skips: {
    says: 'numbers that never come are passed over from the next hello on',
    async run({ client, box, server }) {
      await client.ask(order(box, 1));
      assert.deepEqual(brief(await client.ask(order(box, 4))), ['done 1']);
      assert.deepEqual(await client.ask({ hello: { box, from: 4 } }), [{ hello: { box, done: 1 } }]);
      assert.deepEqual(brief(await client.ask(order(box, 3), order(box, 4))), ['done 3', 'did 4']);
      assert.deepEqual(await client.ask({ hello: { box, from: 2 } }), [{ hello: { box, done: 4 } }]);
      assert.deepEqual(ownOf(await server.orders(), box), [1, 4]);
    },
  },
  refuses: {
    says: 'a message that is refused leaves nothing behind, and those after it are done',
    async run({ client, box, server }) {
      const answers = await client.ask(order(box, 1), order(box, 2, -1), order(box, 3));
      assert.deepEqual(brief(answers), ['did 1', 'refused 2', 'did 3']);
      assert.deepEqual(answers[1], { box, n: 2, error: { message: 'no such item', final: true } });
      assert.deepEqual(brief(await client.ask(order(box, 2, -1))), ['done 3']);
      assert.deepEqual(ownOf(await server.orders(), box), [1, 3]);
    },
  },
  posts: {
    says: 'lines that a page has posted when it was left are done, and what comes again by a connection is not',
    async run({ client, box, server }) {
      const frames = [{ hello: { box, from: 1 } }, ...numbers(3).map((n) => order(box, n))];
      const body = frames.map((frame) => `${JSON.stringify(frame)}\n`).join('');
      for (let times = 0; times < 2; times += 1) await fetch(server.postUrl, { method: 'POST', body });
      assert.deepEqual(ownOf(await server.orders(), box), [1, 2, 3]);
      await client.ask({ hello: { box, from: 2 } });
      await client.ask(order(box, 2), order(box, 3), order(box, 4));
      assert.deepEqual(ownOf(await server.orders(), box), [1, 2, 3, 4]);
    },
  },
  races: {
    says: 'two connections that send the same numbers at once: each is done once',
    async run({ box, server }) {
      await Promise.all([deliverAll(server.url, box, 100), deliverAll(server.url, box, 100)]);
      assert.deepEqual(ownOf(await server.orders(), box), numbers(100));
    },
  },
  separates: {
    says: 'boxes have nothing to do with each other',
    async run({ box, server }) {
      const boxes = [1, 2, 3, 4].map((each) => `${box}/${each}`);
      await Promise.all(boxes.map((each) => deliverAll(server.url, each, 50)));
      const orders = await server.orders();
      for (const each of boxes) assert.deepEqual(ownOf(orders, each), numbers(50));
    },
  },
  survives: {
    says: 'it is killed again and again while a thousand come: each is done once, in order',
    async run({ box, server }) {
      let over = false;
      const killer = (async () => {
        for (let kills = 0; !over && kills < 10; kills += 1) {
          await sleep(50 + Math.random() * 250);
          await server.killAndStart();
        }
      })();
      try {
        await deliverAll(server.url, box, 1_000);
      } finally {
        over = true;
        await killer;
      }
      assert.deepEqual(ownOf(await server.orders(), box), numbers(1_000));
    },
  },
};

/** Ends what the tests of a store have started, in the opposite order. */
function ending() {
  const all = [];
  after(async () => {
    for (const each of all.reverse()) await each();
  });
  return { after: (each) => all.push(each) };
}

/** All behaviours with one store. */
function withStore(store) {
  const context = ending();
  let started;
  for (const [behaviour, { says, run }] of Object.entries(BEHAVIOURS)) {
    test(says, { timeout: LIMIT_MS, skip: store.lack ?? store.cannot?.[behaviour] }, async () => {
      started ??= startServer(context, store);
      const server = await started;
      const client = await connect(server.url);
      try {
        await run({ server, client, box: `ada/${behaviour}` });
      } finally {
        client.close();
      }
    });
  }
}

for (const store of STORES) describe(store.name, () => withStore(store));
