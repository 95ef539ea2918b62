/** Arguments that an outbox takes, and those that it refuses at once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Outbox } from '../../pkg/dist/outbox.mjs';
import { inWorld } from './support/world.mjs';

const inTest = (name, run, options) => test(name, () => inWorld(run, options));
/** Waits for an end, whichever. */
const outcome = (delivery) =>
  delivery.then(
    (receipt) => ({ receipt }),
    (error) => ({ error }),
  );

describe('arguments', () => {
  const socket = { readyState: 0, send() {}, reconnect() {}, addEventListener() {}, removeEventListener() {} };
  test('that are wrong throw a TypeError that names them', () => {
    const wrong = {
      box: ['', 'a/b', 7, undefined],
      store: ['disk'],
      durability: ['none'],
      window: [0, 1.5, 2_000, '3'],
      keep: [0, Number.NaN],
      codec: [{}, { encode() {} }],
      onError: ['throw'],
      key: [{}],
      version: [0, 1.5],
      migrate: [1],
      flush: ['', 'http://', 'mailto:ada', 7],
    };
    for (const [name, values] of Object.entries(wrong))
      for (const value of values)
        assert.throws(() => new Outbox(socket, { box: 'ada', [name]: value }), { name: 'TypeError', message: RegExp(name) });
    assert.throws(() => new Outbox(socket, { box: 'ada', boxes: 1 }), { name: 'TypeError', message: /boxes/ });
    assert.throws(() => new Outbox(socket), { name: 'TypeError' });
    assert.throws(() => new Outbox({}, { box: 'ada' }), { name: 'TypeError' });
  });

  test('a socket of the browser’s own is refused, because it doesn’t reconnect', () => {
    const { reconnect, ...own } = socket;
    assert.throws(() => new Outbox(own, { box: 'ada' }), { name: 'TypeError', message: /reconnects/ });
  });

  test('a key that is not for AES-GCM, or may not encrypt and decrypt, is refused', async () => {
    const make = (name, usages) => crypto.subtle.generateKey({ name, length: 256 }, false, usages);
    for (const key of [await make('AES-CBC', ['encrypt', 'decrypt']), await make('AES-GCM', ['encrypt'])])
      assert.throws(() => new Outbox(socket, { box: 'ada', key }), { name: 'TypeError', message: /key/ });
    new Outbox(socket, { box: 'ada', key: await make('AES-GCM', ['encrypt', 'decrypt']) }).close();
  });

  inTest('of deliver(), too; and nothing is kept of them', async ({ outbox }) => {
    for (const message of ['text', undefined, [1], { box: 1 }, { n: 1 }, { hello: 1 }])
      assert.throws(() => outbox.deliver(message), { name: 'TypeError' });
    const circle = {};
    circle.circle = circle;
    for (const [message, why] of [
      [{ item: 1n }, /BigInt/],
      [circle, /circular/],
      ...[new Map([[1, 2]]), new Set([1]), new Blob(['a']), new Uint8Array(2), new ArrayBuffer(2), /a/].map((value) => [
        { in: [{ value }] },
        RegExp(`content of a ${value.constructor.name} would be lost`),
      ]),
      // What it says of itself would be another box's.
      [{ toJSON: () => ({ box: 'bob/1', n: 7 }) }, /the field box/],
      [{ toJSON: () => 'text' }, /plain object/],
    ])
      assert.throws(() => outbox.deliver(message), { name: 'TypeError', message: why });
    for (const ttl of [0, -1, '5', Number.NaN]) assert.throws(() => outbox.deliver({}, { ttl }), { name: 'TypeError' });
    const wrong = { signal: [{}, 1], ttl: ['5'], tll: [5] };
    for (const [name, values] of Object.entries(wrong))
      for (const value of values)
        assert.throws(() => outbox.deliver({}, { [name]: value }), { name: 'TypeError', message: RegExp(name) });
    assert.throws(() => outbox.deliver({ run() {} }), { name: 'DataCloneError' });
    assert.equal(outbox.size, 0);
    const delivery = outbox.deliver({ item: 1 });
    const closed = [];
    outbox.addEventListener('close', ({ size }) => closed.push(size));
    assert.equal(outbox.close(), 1);
    assert.equal(outbox.close(), 1);
    assert.deepEqual(closed, [1]);
    // It stays as it is for the next page.
    assert.equal(delivery.cancel(), false);
    assert.throws(() => outbox.deliver({}), { name: 'InvalidStateError' });
  });

  test('with a key, a message that is no JSON is refused, whatever the codec', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const outbox = new Outbox(socket, { box: 'ada', key, codec: { encode: String, decode() {} } });
    for (const message of [undefined, 1n]) assert.throws(() => outbox.deliver(message), { name: 'TypeError', message: /JSON/ });
    outbox.close();
  });

  inTest('a message is sent as JSON says it, whatever its values are made of', async ({ w, wire, outbox }) => {
    class Price {
      cents = 150;
      toJSON() {
        return '1.50';
      }
    }
    const at = new Date(0);
    const messages = [
      { item: 1, price: new Price(), at },
      { item: 2, tags: new Proxy(['a'], {}) },
      new Proxy({ item: 3, from: new URL('https://example.com/a') }, {}),
    ];
    const [first] = messages.map((message) => outbox.deliver(message));
    await w.until(() => outbox.size === 0);
    assert.deepEqual(
      wire.done.map(({ box, n, ...message }) => message),
      messages.map((message) => JSON.parse(JSON.stringify(message))),
    );
    assert.equal(first.message.price, '1.50');
    assert.equal(outbox.deliver({ at }).message.at.getTime(), 0);
    assert.throws(() => outbox.deliver(new Proxy({ run() {} }, {})), { name: 'DataCloneError' });
  });

  test('a message that the codec can’t encode fails when its turn comes, and those behind it go on', () =>
    inWorld(
      async ({ w, wire, outbox }) => {
        const all = [{ item: 1 }, { item: 2n }, 'nothing', { item: 3 }].map((message) => outbox.deliver(message));
        const [, second, third] = all.map(outcome);
        await w.until(() => outbox.size === 0);
        assert.deepEqual(
          all.map(({ state }) => state),
          ['acknowledged', 'failed', 'failed', 'acknowledged'],
        );
        for (const failed of [second, third]) assert.equal((await failed).error.name, 'TypeError');
        assert.match((await third).error.message, /encode\(\)/);
        assert.deepEqual(wire.items, [1, 3]);
      },
      {
        codec: {
          encode: ({ hello, box, n, message }) =>
            message === 'nothing' ? undefined : JSON.stringify(hello ? { hello } : { box, n, ...message }),
          decode: (data) => {
            const answer = String(data).startsWith('{') ? JSON.parse(data) : undefined;
            return answer?.hello ? { ...answer.hello, hello: true } : answer;
          },
        },
      },
    ));

  const codec = {
    encode: ({ hello, box, n, message }) => (hello ? JSON.stringify({ hello }) : `${box} ${n} ${message}`),
    decode: (data) => {
      const [box, n] = String(data).split(' ');
      if (!n) return data.startsWith('{"hello') ? { ...JSON.parse(data).hello, hello: true } : undefined;
      return { box, n: Number(n), ok: `done ${n}` };
    },
  };
  test('codec: any message, in any form', () =>
    inWorld(
      async ({ w, wire, server, outbox }) => {
        wire.connect = (connection) =>
          connection.on('message', (data) => {
            if (data.startsWith('{')) connection.send(JSON.stringify(wire.answer(JSON.parse(data))));
            else connection.send(data);
          });
        server.restart({ down: 10 });
        const delivery = outbox.deliver('order 7');
        await w.until(() => delivery.state === 'acknowledged');
        assert.equal(await delivery, 'done 1');
      },
      { codec },
    ));
});
