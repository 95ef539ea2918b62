/** Mistakes of a test: each is an error that names the call, and no hang. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as all from '../../pkg/dist/testing.mjs';
import { openSocket, URL } from './support/echo.mjs';

const { world } = all;

describe('what can only be a mistake', () => {
  const takes = (call, text) => assert.throws(call, ({ name, message }) => name === 'TypeError' && message.includes(text));

  test('times, functions and options that are none are TypeErrors', () => {
    const w = world();
    const server = w.server(URL);
    takes(() => world(7), 'an object of options');
    takes(() => world({ act: 5 }), 'act takes a function');
    takes(() => w.until(5), 'until() takes a function');
    takes(() => w.advance('5'), 'milliseconds');
    takes(() => w.network.latency({ up: Number.NaN }), 'latency(): up');
    takes(() => w.network.bandwidth({ up: 0 }), 'above 0');
    takes(() => w.page.sleep(), 'sleep()');
    takes(() => w.page.block(-1), 'block()');
    takes(() => w.page.setClock(Number.NaN), 'setClock()');
    takes(() => server.restart({ down: Number.NaN }), 'restart(): down');
    takes(() => server.after(5), 'after() takes a function');
    takes(() => w.server(`${URL}/other`, 5), 'server() takes a function');
    takes(() => w.network.latency({ upp: 1 }), 'latency() takes up, down, jitter, not upp');
    takes(() => w.network.bandwidth({ jitter: 1 }), 'not jitter');
    takes(() => server.restart({ status: 1 }), 'not status');
    takes(() => server.restart({ code: 99_999 }), 'from 0 to 65535');
    takes(() => w.server(`${URL}/other`, () => {}, { handshak: 1 }), 'handshake, not handshak');
    takes(() => w.server(`${URL}/other`, () => {}, { handshake: 401 }), 'handshake takes a function');
    takes(() => w.dispose({ leak: 'ignore' }), 'leaks, not leak');
    takes(() => w.dispose({ leaks: 'no' }), 'throw, ignore, not no');
    w.dispose();
    assert.throws(() => w.server(URL), /disposed of/);
  });

  test('a world that has ended makes no sockets, and nothing happens in it', async () => {
    const { w, ws } = await openSocket();
    const { WebSocket, NativeWebSocket } = w;
    w.dispose({ leaks: 'ignore' });
    const isOver = /the world is disposed of/;
    assert.throws(() => new WebSocket(URL), isOver);
    assert.throws(() => new NativeWebSocket(URL), isOver);
    for (const call of [() => w.install(), () => w.attach({}), () => w.server(URL)]) assert.throws(call, isOver);
    for (const call of [() => w.advance(1), () => w.settle(), () => w.until(() => true), () => w.run(5)])
      await assert.rejects(async () => call(), isOver);
    ws.send('nobody hears it');
    ws.close();
    w.dispose();
  });

  test('a world that a listener ends is over at once', async () => {
    const { w, server, ws } = await openSocket();
    ws.addEventListener('message', () => w.dispose({ leaks: 'ignore' }));
    server.broadcast('the end');
    await assert.rejects(w.advance(60_000), /disposed of/);
    assert.ok(w.now < 1_000);
  });

  test('act() may not let time pass, which waits for it', { timeout: 60_000 }, async () => {
    const w = world({
      async act(run) {
        await run();
        await w.advance(1);
      },
    });
    w.server(URL);
    new w.WebSocket(URL);
    await assert.rejects(w.advance(1_000), /act\(\) returned a promise that isn't settled after 10 s/);
  });

  test('a URL has one server', () => {
    const w = world();
    w.server(URL);
    assert.throws(() => w.server(`${URL}?query`), /there is a server at wss:\/\/api\.test\/live already/);
    w.server(`${URL}/other`);
    w.dispose();
  });

  test('a handshake that is answered with neither a status nor a subprotocol is an error', async () => {
    for (const answer of [false, true, 7, 99.5, {}]) {
      const w = world();
      w.server(URL, undefined, { handshake: () => answer });
      new w.NativeWebSocket(URL);
      await assert.rejects(w.advance(1_000), /handshake\(\) returns an HTTP status, a subprotocol or nothing/);
      w.dispose({ leaks: 'ignore' });
    }
  });

  test('a condition that lets time pass is told so, in place of waiting for itself', async () => {
    const w = world();
    await assert.rejects(
      w.until(() => w.advance(1)),
      /the condition of until\(\) may not call advance\(\)/,
    );
    w.dispose();
  });

  test('a world is not installed over another, and the globals come back', () => {
    const { setTimeout: before } = globalThis;
    const [w, other] = [world(), world()];
    w.install();
    assert.throws(() => other.install(), /a world is installed already/);
    assert.throws(() => w.install(), /a world is installed already/);
    w.dispose();
    assert.equal(globalThis.setTimeout, before);
    other.install();
    other.dispose();
    assert.equal(globalThis.setTimeout, before);
  });

  test('a simulation of no browser, or of half a run, is refused', async () => {
    const { simulate } = all;
    const nothing = { servers: () => {}, app: () => {}, invariant: () => {} };
    await assert.rejects(simulate({ ...nothing, browsers: [] }), /browsers: one at least/);
    await assert.rejects(simulate({ ...nothing, runs: 1.5 }), /runs: an integer, not 1.5/);
  });

  test('faults without an end of them are refused', async () => {
    const { simulate } = all;
    await assert.rejects(
      simulate({ servers: () => {}, app: () => {}, invariant: () => {}, every: 0 }),
      /every: milliseconds from 10 on/,
    );
  });

  test('impossible options and arguments are TypeErrors that name them', () => {
    assert.throws(() => world({ seed: -1 }), /seed: an integer from 0 on, not -1/);
    assert.throws(() => world({ browser: 'opera' }), /browser: chromium, firefox, webkit, not opera/);
    assert.throws(() => world({ sede: 1 }), /not sede/);
    const w = world();
    assert.throws(() => w.advance(-1), /advance\(\) takes milliseconds/);
    assert.throws(() => w.server('http'), /server\(\) takes a URL/);
    assert.throws(() => w.page.throttle('day'), /throttle\(\) takes/);
    w.dispose();
  });
});
