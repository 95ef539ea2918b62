// @vitest-environment jsdom
/** A Vue component, and a Pinia store, in a world. */
import { world } from 'holdfast-ws/testing';
import { useWebSocket } from 'holdfast-ws/vue';
import { createPinia, defineStore, setActivePinia } from 'pinia';
import { expect, test } from 'vitest';
import { createApp, effectScope, h, ref } from 'vue';

const URL = 'wss://api.test/news';

test('a component shows the last message, and that the connection is lost', async () => {
  const w = world();
  w.install();
  const server = w.server(URL, (connection) => connection.send('hello'));
  const News = {
    setup() {
      const last = ref('nothing yet');
      const onMessage = ({ data }) => {
        last.value = data;
      };
      const { status } = useWebSocket(URL, { onMessage });
      return () => h('p', `${status.value}: ${last.value}`);
    },
  };
  const element = document.createElement('div');
  const app = createApp(News);
  app.mount(element);
  await w.until(() => element.textContent === 'open: hello');
  server.restart({ down: 5_000 });
  await w.until(() => element.textContent.startsWith('waiting'));
  await w.until(() => element.textContent.startsWith('open'));
  app.unmount();
  await w.advance(5_000);
  w.dispose();
});

test('a store keeps what a server has said, over a lost connection', async () => {
  setActivePinia(createPinia());
  const w = world();
  const server = w.server(URL);
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
  const news = useNews();
  const ws = news.connect(w.WebSocket);
  await w.until(() => news.status === 'open');
  server.broadcast('one');
  await w.advance(100);
  w.network.change();
  await w.until(() => news.status !== 'open');
  await w.until(() => news.status === 'open');
  server.broadcast('two');
  await w.advance(100);
  expect(news.all).toEqual(['one', 'two']);
  ws.close();
  // The connection that died is closed after a minute, as in a browser.
  await w.advance(90_000);
  w.dispose();
});

test('a scope takes the class of a world that is not installed', async () => {
  using w = world();
  w.server(URL, (connection) => connection.send('hello'));
  const scope = effectScope();
  const { data } = scope.run(() => useWebSocket(URL, { WebSocket: w.WebSocket }));
  await w.until(() => data.value === 'hello');
  scope.stop();
  await w.advance(5_000);
});
