/** Messages of the server: each is handled once, and a new page goes on after the last that was handled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWorld } from './support/world.mjs';

const inTest = (name, run, options) => test(name, () => inWorld(run, options));
const STREAM = {
  position: ({ data }) => (String(data).includes('"seq"') ? JSON.parse(data).seq : undefined),
  subscribe: (position = 0) => JSON.stringify({ subscribe: position }),
};

/** Handles all that comes; `handle` may throw, which leaves the loop. */
async function run(receiver, handle) {
  for await (const { data } of receiver) await handle(JSON.parse(data).text);
}

inTest('each message is handled once, through lost connections and repeats', async ({ w, wire, ws, outbox }) => {
  const handled = [];
  const receiver = outbox.receive(STREAM);
  run(receiver, (text) => handled.push(text));
  await w.until(() => wire.subscribed.length === 1);
  wire.publish('a', 'b');
  await w.until(() => handled.length === 2);
  wire.repeat();
  ws.reconnect();
  wire.publish('c');
  await w.until(() => handled.length === 3);
  wire.repeat();
  wire.publish('d');
  await w.until(() => handled.length === 4);
  await w.advance(100);
  assert.deepEqual(handled, ['a', 'b', 'c', 'd']);
  assert.deepEqual(wire.subscribed, [0, 2]);
  assert.equal(receiver.position, 4);
});

inTest('a position is committed when the loop asks for the next', async ({ w, wire, outbox }) => {
  const receiver = outbox.receive(STREAM);
  let next = receiver.next();
  await w.until(() => wire.subscribed.length === 1);
  wire.publish('a', 'b');
  await w.advance(100);
  assert.equal(JSON.parse((await next).value.data).text, 'a');
  await w.advance(100);
  assert.equal(receiver.position, undefined);
  next = receiver.next();
  assert.equal(receiver.position, 1);
  await next;
});

inTest('what was being handled when the loop was left comes again', async ({ w, wire, outbox }) => {
  const failing = run(outbox.receive(STREAM), (text) => {
    if (text === 'b') throw Error('no room for b');
  });
  const failed = assert.rejects(failing, /no room/);
  await w.until(() => wire.subscribed.length === 1);
  wire.publish('a', 'b', 'c');
  await w.advance(100);
  await failed;
  const handled = [];
  run(outbox.receive(STREAM), (text) => handled.push(text));
  await w.until(() => handled.length === 2);
  assert.deepEqual(handled, ['b', 'c']);
  assert.deepEqual(wire.subscribed, [0, 1]);
});

inTest('ids that come again are left out', async ({ w, wire, outbox }) => {
  const handled = [];
  const receiver = outbox.receive({ ...STREAM, position: (event) => JSON.parse(event.data).text });
  run(receiver, (text) => handled.push(text));
  await w.until(() => wire.subscribed.length === 1);
  wire.publish('x', 'a', 'x', 'b', 'a');
  await w.until(() => handled.length === 3);
  await w.advance(100);
  assert.deepEqual(handled, ['x', 'a', 'b']);
  assert.equal(receiver.position, 'b');
});

inTest('an application that commits the position itself says where to begin', async ({ w, wire, outbox }) => {
  const handled = [];
  wire.publish('a', 'b', 'c');
  run(outbox.receive({ ...STREAM, commit: 'own', start: 2 }), (text) => handled.push(text));
  await w.until(() => handled.length === 1);
  assert.deepEqual([handled, wire.subscribed], [['c'], [2]]);
});

inTest(
  'a server that can’t be asked: what came before it is known where to begin is handled',
  async ({ w, wire, ws, outbox }) => {
    await w.until(() => ws.readyState === 1);
    ws.send(JSON.stringify({ subscribe: 0 }));
    const handled = [];
    run(outbox.receive({ position: STREAM.position }), (text) => handled.push(text));
    wire.publish('a');
    await w.until(() => handled.length === 1);
  },
);

inTest('by default a position is the field `position` of a JSON object', async ({ w, ws, server, outbox }) => {
  await w.until(() => ws.readyState === 1);
  const handled = [];
  const receiver = outbox.receive({ commit: 'after' });
  run(receiver, (text) => handled.push(text));
  const texts = ['"position"', '{"position":{}}', '{"text":"none"}', '{"position":1,"text":"a"}', '{"position":2,"text":"b"}'];
  for (const text of [...texts, texts.at(-1)]) server.broadcast(text);
  await w.until(() => handled.length === 2);
  await w.advance(100);
  assert.deepEqual([handled, receiver.position], [['a', 'b'], 2]);
});

inTest('answers to deliveries are not received, and messages still reach listeners', async ({ w, wire, ws, outbox }) => {
  const [handled, heard] = [[], []];
  ws.addEventListener('message', ({ data }) => heard.push(data));
  run(outbox.receive({ ...STREAM, position: () => 7 }), (text) => handled.push(text));
  await w.until(() => wire.subscribed.length === 1);
  const delivery = outbox.deliver({ item: 1 });
  await w.until(() => delivery.state === 'acknowledged');
  wire.publish('a');
  await w.until(() => handled.length === 1);
  assert.deepEqual([handled, heard], [['a'], ['{"seq":1,"text":"a"}']]);
});

inTest('close() and erase() end the loop, and nothing is committed after', async ({ w, wire, outbox }) => {
  const receiver = outbox.receive(STREAM);
  const ended = run(receiver, () => outbox.erase());
  await w.until(() => wire.subscribed.length === 1);
  wire.publish('a', 'b');
  await w.advance(100);
  await ended;
  assert.equal(receiver.position, undefined);
  const again = run(outbox.receive(STREAM), () => outbox.close());
  await w.advance(100);
  await again;
  assert.deepEqual(wire.subscribed, [0, 0]);
  assert.throws(() => outbox.receive(STREAM), { name: 'InvalidStateError' });
});

inTest('wrong options are told', async ({ outbox }) => {
  for (const options of [
    null,
    { position: 1 },
    { ...STREAM, name: '' },
    { ...STREAM, names: 'a' },
    { ...STREAM, subscribe: 'all' },
    { ...STREAM, commit: 'before' },
    { ...STREAM, start: 1 },
    { ...STREAM, commit: 'own', start: -1 },
  ])
    assert.throws(() => outbox.receive(options), TypeError, JSON.stringify(options));
  outbox.receive(STREAM);
  assert.throws(() => outbox.receive(STREAM), { name: 'InvalidStateError' });
});
