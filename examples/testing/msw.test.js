import { WebSocket } from 'holdfast-ws';
import { world } from 'holdfast-ws/testing';
import { ws as mock } from 'msw';
import { setupServer } from 'msw/node';
import { expect, test } from 'vitest';

const live = mock.link('wss://api.test/live');

const handlers = [
  live.addEventListener('connection', ({ client }) => {
    client.addEventListener('message', ({ data }) => client.send(`mocked ${data}`));
  }),
];

test('MSW answers, and an hour of heartbeats takes no time', async () => {
  const w = world();
  // First the world, then MSW: the class dials with the one that came last, and its timers are the world's.
  w.install();
  const server = setupServer(...handlers);
  server.listen({ onUnhandledRequest: 'bypass' });

  const ws = new WebSocket('wss://api.test/live', { heartbeat: { interval: 10_000, timeout: 5_000 } });
  const received = [];
  ws.onmessage = ({ data }) => received.push(data);
  await w.until(() => ws.status === 'open');
  ws.send('hello');
  await w.until(() => received.length > 0);
  expect(received).toEqual(['mocked hello']);
  await w.advance(3_600_000);
  expect(ws.status).toBe('open');

  ws.close();
  await w.advance(1_000);
  server.close();
  w.dispose();
});
