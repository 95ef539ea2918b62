/** zone.js, as an Angular application has it. */
import 'zone.js';
import { WebSocket } from 'holdfast-ws';
import { expect, test, vi } from 'vitest';
import { serve } from './server.js';

const LONG = { timeout: 20_000 };
const echo = await serve((send, text) => send(text));
const { Zone } = globalThis;

test('each listener runs in the zone it was added in, and so does each handler', async () => {
  const zones = [];
  const note = (name) => () => zones.push([name, Zone.current.name]);
  const [first, second] = ['first', 'second'].map((name) => Zone.root.fork({ name }));
  const ws = new WebSocket(echo, [], { reconnect: { minDelay: 10, maxDelay: 20 } });
  ws.onmessage = note('replaced');
  for (const type of ['open', 'message', 'close', 'statuschange']) first.run(() => ws.addEventListener(type, note(type)));
  second.run(() => {
    ws.onmessage = note('onmessage');
    ws.addEventListener('message', { handleEvent: note('object') });
  });
  ws.send('x');
  await vi.waitUntil(() => zones.some(([name]) => name === 'object'), LONG);
  ws.close();
  await vi.waitUntil(() => zones.some(([name]) => name === 'close'), LONG);
  for (const [name, zone] of zones)
    expect([name, zone]).toEqual([name, /^o[bn].*e/.test(name) && name !== 'open' ? 'second' : 'first']);
  expect(new Set(zones.map(([name]) => name)).size).toBe(6);
});

test('what a listener throws is its zone’s to handle', async () => {
  const handled = [];
  const zone = Zone.root.fork({
    name: 'handling',
    onHandleError: (_delegate, _current, _target, error) => {
      handled.push(error.message);
      return false;
    },
  });
  const ws = new WebSocket(echo);
  zone.run(() =>
    ws.addEventListener('message', () => {
      throw Error('mine');
    }),
  );
  ws.send('x');
  await vi.waitUntil(() => handled.length > 0, LONG);
  expect(handled).toEqual(['mine']);
  ws.close();
});

test('a socket with a heartbeat, with requests and with attempts to come leaves its zone stable', async () => {
  const counts = [];
  const zone = Zone.root.fork({
    name: 'stable',
    onHasTask(delegate, current, target, state) {
      delegate.hasTask(target, state);
      if (current === target && state.change === 'macroTask') counts.push(state.macroTask);
    },
  });
  const sockets = zone.run(() => [
    new WebSocket(echo, [], { heartbeat: { interval: 100, timeout: 1_000 } }),
    new WebSocket('ws://127.0.0.1:9', [], { reconnect: { minDelay: 10, maxDelay: 20 } }),
    new WebSocket(() => echo),
  ]);
  zone.run(() => {
    sockets[0].request({ ask: 1 });
    sockets[1].reconnect();
    sockets[2].send('x');
  });
  await vi.waitUntil(() => sockets[0].stats().pings > 1 && sockets[1].stats().attempts > 2, LONG);
  expect(counts).toEqual([]);
  for (const ws of sockets) ws.close();
});
