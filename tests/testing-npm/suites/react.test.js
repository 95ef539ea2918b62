// @vitest-environment jsdom
/** A React component in a world. */
import { useWebSocket } from 'holdfast-ws/react';
import { world } from 'holdfast-ws/testing';
import { act, createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const URL = 'wss://api.test/news';

function News() {
  const [last, setLast] = useState('nothing yet');
  const { status } = useWebSocket(URL, { onMessage: ({ data }) => setLast(data) });
  return createElement('p', null, `${status}: ${last}`);
}

test('a component shows the last message, and that the connection is lost', async () => {
  const w = world({ act });
  w.install();
  const server = w.server(URL, (connection) => connection.send('hello'));
  const element = document.createElement('div');
  const root = createRoot(element);
  await act(async () => root.render(createElement(News)));
  expect(element.textContent).toBe('connecting: nothing yet');
  await w.until(() => element.textContent === 'open: hello');

  server.restart({ down: 5_000 });
  await w.until(() => element.textContent.startsWith('waiting'));
  await w.until(() => element.textContent.startsWith('open'));

  await act(async () => root.unmount());
  await w.advance(5_000);
  w.dispose();
});

test('a component takes the class of a world that is not installed', async () => {
  using w = world({ act });
  w.server(URL, (connection) => connection.send('hello'));
  function Given({ WebSocket }) {
    const { status } = useWebSocket(URL, { WebSocket });
    return createElement('p', null, status);
  }
  const element = document.createElement('div');
  const root = createRoot(element);
  await act(async () => root.render(createElement(Given, { WebSocket: w.WebSocket })));
  await w.until(() => element.textContent === 'open');
  // Another class is another socket.
  const Preset = w.WebSocket.with({ reconnect: { minDelay: 100 } });
  await act(async () => root.render(createElement(Given, { WebSocket: Preset })));
  expect(element.textContent).toBe('connecting');
  await w.until(() => element.textContent === 'open');
  expect(() => useWebSocket(URL, { WebSocket: 'holdfast-ws' })).toThrow('option WebSocket takes a class');
  await act(async () => root.unmount());
  await w.advance(5_000);
});
