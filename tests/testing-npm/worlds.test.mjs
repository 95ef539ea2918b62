/** Many worlds: side by side, in the place of the globals, the same again, and at their end. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import * as all from '../../pkg/dist/testing.mjs';
import { echoWorld, end, HEARTBEAT, openSocket, URL } from './support/echo.mjs';

describe('worlds', () => {
  test('are made by import and by require, which touch no global', () => {
    const before = Reflect.ownKeys(globalThis);
    const required = createRequire(import.meta.url)('../../pkg/dist/testing.cjs');
    assert.deepEqual(Object.keys(required), Object.keys(all));
    const w = required.world();
    assert.equal(w.WebSocket.name, 'WebSocket');
    assert.equal(w.WebSocket.supported, true);
    w.dispose();
    assert.deepEqual(Reflect.ownKeys(globalThis), before);
  });

  test('the same seed gives the same log, to the byte, and another seed another', async () => {
    const run = async (seed) => {
      const { w, ws } = await openSocket({ seed });
      w.network.latency({ up: 30, down: 50, jitter: 200 });
      for (let minute = 0; minute < 10; minute++) {
        w.network.cut();
        ws.send(`minute ${minute}`);
        await w.advance(60_000);
      }
      w.page.hide();
      await w.advance(600_000);
      await end(w, ws);
      return w.transcript;
    };
    const [first, second, other] = [await run(3), await run(3), await run(4)];
    assert.equal(first, second);
    assert.notEqual(first, other);
  });

  test('stand side by side: each has its own time, class and servers', async () => {
    const [one, two] = await Promise.all([openSocket({ seed: 1 }), openSocket({ seed: 2, browser: 'webkit' })]);
    assert.notEqual(one.w.WebSocket, two.w.WebSocket);
    one.ws.send('one');
    await Promise.all([one.w.advance(100), two.w.advance(5_000)]);
    assert.deepEqual(one.received, ['echo one']);
    assert.deepEqual(two.received, []);
    await end(one.w, one.ws);
    await end(two.w, two.ws);
  });

  test('touch no global but those that install() puts in place, and dispose() puts those back', async () => {
    const names = ['WebSocket', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'CloseEvent'];
    const seen = () => [...names.map((name) => globalThis[name]), Math.random, performance.now];
    const before = seen();
    const { w } = echoWorld();
    assert.deepEqual(seen(), before);
    w.install();
    assert.equal(globalThis.WebSocket, w.NativeWebSocket);
    assert.notEqual(globalThis.setTimeout, before[1]);
    let rang = false;
    setTimeout(() => {
      rang = true;
    }, 3_600_000);
    await w.advance(3_600_000);
    assert.equal(rang, true);
    assert.equal(performance.now(), 3_600_000);
    w.dispose();
    assert.deepEqual(seen(), before);
  });

  test('the application’s own import of holdfast-ws runs in a world that is installed', async () => {
    const { WebSocket } = await import('../../pkg/dist/index.mjs');
    const { w, server } = echoWorld();
    w.install();
    const ws = new WebSocket(URL, HEARTBEAT);
    await w.until(() => ws.status === 'open');
    w.network.change();
    ws.send('hello');
    await w.advance(20_000);
    await w.until(() => ws.status === 'open');
    ws.send('again');
    await w.advance(100);
    assert.equal(server.received.at(-1), 'again');
    ws.close();
    await w.advance(60_000);
    w.dispose();
  });

  test('dispose() names what is left, and can be told not to', async () => {
    const { w } = await openSocket();
    assert.throws(() => w.dispose(), /the world ends with leaks:\n {2}socket 1 to wss:\/\/api\.test\/live is not closed/);
    const other = await openSocket();
    other.w.network.silence();
    other.ws.close();
    other.ws.reconnect();
    other.ws.send('waits');
    other.ws.drained().catch(() => {});
    other.w.globals.setInterval(function poll() {}, 1_000);
    const named = `${other.w.leaks()}`;
    assert.match(named, /1 call of drained\(\) of wss:\/\/api\.test\/live pending/);
    assert.match(named, /timers set: .*setInterval\(poll, 1000\)/);
    other.w.dispose({ leaks: 'ignore' });
    await assert.rejects(other.w.advance(1), /disposed of/);
  });

  for (const [how, end] of [
    ['has crashed', (w) => w.page.crash()],
    ['was unloaded', (w) => w.page.leave()],
  ])
    test(`a page that ${how} leaves no leak: its sockets, requests and timers went with it`, async () => {
      // Firefox keeps no page with an open socket in its back/forward cache.
      const { w, ws } = await openSocket({ browser: 'firefox' });
      ws.request({ ask: 1 }, { timeout: 600_000 }).catch(() => {});
      w.globals.setInterval(() => {}, 1_000);
      new w.NativeWebSocket(URL);
      assert.equal(w.leaks().length, 4, `${w.leaks()}`);
      end(w);
      await w.advance(1_000);
      assert.equal(w.page.isGone, true);
      assert.deepEqual(w.leaks(), []);
      w.page.load();
      assert.deepEqual(w.leaks(), []);
      new w.NativeWebSocket(URL);
      assert.match(`${w.leaks()}`, /socket 3 to wss/);
      w.dispose({ leaks: 'ignore' });
    });
});
