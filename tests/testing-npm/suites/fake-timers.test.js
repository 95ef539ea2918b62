/** One clock with Vitest's fake timers. */
import { world } from 'holdfast-ws/testing';
import { afterEach, expect, test, vi } from 'vitest';

const URL = 'wss://api.test/live';

afterEach(() => vi.useRealTimers());

test('the application’s fake timers and the world’s time pass in one order', async () => {
  vi.useFakeTimers();
  const w = world();
  w.attach(vi);
  const server = w.server(URL, (connection) => connection.send('hello'));
  const seen = [];
  const ws = new w.WebSocket(URL);
  ws.onopen = () => seen.push(`open at ${w.now}`);
  ws.onmessage = () => seen.push(`message at ${w.now}`);
  setTimeout(() => seen.push(`before at ${w.now}`), 59);
  setTimeout(() => {
    seen.push(`after at ${w.now}`);
    ws.send('from a timer');
  }, 65);
  await w.advance(100);
  expect(seen).toEqual(['before at 59', 'open at 60', 'message at 60', 'after at 65']);
  expect(server.received).toEqual(['from a timer']);
  expect(w.log.find(({ text }) => text.includes('server receives')).at).toBe(75);
  ws.close();
  await w.advance(1_000);
  w.dispose();
});

test('advanceTimersByTimeAsync() drives both, and is put back', async () => {
  const before = vi.advanceTimersByTimeAsync;
  const w = world();
  w.attach(vi);
  w.server(URL);
  const ws = new w.WebSocket(URL, { heartbeat: { interval: 10_000, timeout: 5_000 } });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1_000);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(ws.readyState).toBe(1);
  expect(ticks).toBe(10);
  expect(w.now).toBe(10_500);
  clearInterval(timer);
  ws.close();
  await w.advance(1_000);
  w.dispose();
  expect(vi.advanceTimersByTimeAsync).toBe(before);
});
