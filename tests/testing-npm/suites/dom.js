/** The tests of each environment with a DOM. */
import { world } from 'holdfast-ws/testing';
import { expect, test } from 'vitest';

const URL = 'wss://api.test/live';

export function inDom(name) {
  test(`an installed world tells the document of ${name} that the page is hidden`, async () => {
    const w = world();
    w.install();
    const seen = [];
    document.addEventListener('visibilitychange', () => seen.push(document.visibilityState));
    window.addEventListener('offline', () => seen.push(`online: ${navigator.onLine}`));
    w.page.hide();
    w.network.offline();
    await w.settle();
    expect(seen).toEqual(['hidden', 'online: false']);
    w.dispose();
    expect(document.hidden).toBe(false);
  });

  test(`the class and its events work in ${name}`, async () => {
    const w = world();
    w.server(URL, (connection) => connection.on('message', (data) => connection.send(data)));
    const ws = new w.WebSocket(URL);
    const seen = [];
    ws.addEventListener('open', (event) => seen.push(event.target === ws && event instanceof Event));
    ws.onmessage = ({ data }) => seen.push(data);
    await w.until(() => ws.readyState === 1);
    ws.send('hello');
    await w.advance(100);
    w.network.cut();
    await w.until(() => ws.readyState === 1 && ws.stats().connections === 2);
    expect(seen).toEqual([true, 'hello', true]);
    ws.close();
    await w.advance(1_000);
    w.dispose();
  });
}
