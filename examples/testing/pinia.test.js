import { world } from 'holdfast-ws/testing';
import { createPinia, defineStore, setActivePinia } from 'pinia';
import { expect, test } from 'vitest';

const URL = 'wss://api.test/news';

// The application calls it with the class of holdfast-ws, a test with that of its world.
const useNews = defineStore('news', {
  state: () => ({ all: [], status: 'connecting' }),
  actions: {
    connect(WebSocket) {
      const ws = new WebSocket(URL, { heartbeat: { interval: 10_000, timeout: 5_000 } });
      ws.onmessage = ({ data }) => this.all.push(data);
      ws.onstatuschange = () => {
        this.status = ws.status;
      };
      return ws;
    },
  },
});

test('the store goes on after the connection was half-open', async () => {
  setActivePinia(createPinia());
  const w = world();
  const server = w.server(URL);
  const news = useNews();
  const ws = news.connect(w.WebSocket);
  await w.until(() => news.status === 'open');
  server.broadcast('one');
  await w.advance(100);

  // The phone is in another network now: no event says so, the heartbeat finds out.
  w.network.change();
  await w.until(() => news.status !== 'open');
  await w.until(() => news.status === 'open');
  server.broadcast('two');
  await w.advance(100);
  expect(news.all).toEqual(['one', 'two']);

  ws.close();
  // The browser closes the dead connection as late as a real one.
  await w.advance(90_000);
  w.dispose();
});
