/** MSW's WebSocket handlers in a world: the class dials with whatever is in `globalThis.WebSocket`. */
import { WebSocket } from 'holdfast-ws';
import { world } from 'holdfast-ws/testing';
import { ws as mock } from 'msw';
import { setupServer } from 'msw/node';
import { expect, test } from 'vitest';

test('MSW answers, and the class’s timers are the world’s', async () => {
  const w = world();
  w.install();
  const link = mock.link('wss://api.test/live');
  const server = setupServer(
    link.addEventListener('connection', ({ client }) => {
      client.addEventListener('message', ({ data }) => client.send(`mocked ${data}`));
    }),
  );
  server.listen({ onUnhandledRequest: 'bypass' });
  const ws = new WebSocket('wss://api.test/live');
  const received = [];
  ws.onmessage = ({ data }) => received.push(data);
  await w.until(() => ws.readyState === 1);
  ws.send('hello');
  await w.until(() => received.length === 1);
  expect(received).toEqual(['mocked hello']);
  ws.close();
  await w.advance(60_000);
  server.close();
  w.dispose();
});
