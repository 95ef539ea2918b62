// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { useWebSocket } from 'holdfast-ws/react';
import { world } from 'holdfast-ws/testing';
import { act, useState } from 'react';
import { afterEach, beforeEach, test } from 'vitest';

const URL = 'wss://api.test/news';

function News() {
  const [news, setNews] = useState('nothing yet');
  const { status } = useWebSocket(URL, { onMessage: ({ data }) => setNews(data) });
  return <p>{`${status}: ${news}`}</p>;
}

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

let w;

beforeEach(() => {
  w = world({ act });
  w.install();
});

afterEach(async () => {
  cleanup();
  // The hook closes a socket a moment after its last component is gone.
  await w.advance(5_000);
  w.dispose();
});

test('the component shows the news, and that the connection is lost', async () => {
  const server = w.server(URL, (connection) => connection.send('hello'));
  render(<News />);
  await w.until(() => screen.queryByText('open: hello'));

  server.restart({ down: 5_000 });
  await w.until(() => screen.queryByText('waiting: hello'));
  await w.until(() => screen.queryByText('open: hello'));
});
