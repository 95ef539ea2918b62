// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/vue';
import { world } from 'holdfast-ws/testing';
import { useWebSocket } from 'holdfast-ws/vue';
import { afterEach, beforeEach, test } from 'vitest';
import { h } from 'vue';

const URL = 'wss://api.test/news';

const News = {
  setup() {
    const { status, data } = useWebSocket(URL);
    return () => h('p', `${status.value}: ${data.value ?? 'nothing yet'}`);
  },
};

let w;

beforeEach(() => {
  w = world();
  w.install();
});

afterEach(async () => {
  cleanup();
  // The composable closes a socket a moment after its last component is gone.
  await w.advance(5_000);
  w.dispose();
});

test('the component shows the news, and that the connection is lost', async () => {
  const server = w.server(URL, (connection) => connection.send('hello'));
  render(News);
  await w.until(() => screen.queryByText('open: hello'));

  server.restart({ down: 5_000 });
  await w.until(() => screen.queryByText('waiting: hello'));
  await w.until(() => screen.queryByText('open: hello'));
});
