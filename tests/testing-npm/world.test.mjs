/** The world's time, network and page, with the real class and the real engine. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { world } from '../../pkg/dist/testing.mjs';
import { echoWorld, end, HEARTBEAT, openSocket, URL } from './support/echo.mjs';

describe('time', () => {
  test('passes only when the test says so, and a handshake takes three round trips with wss', async () => {
    const { w } = echoWorld();
    const ws = new w.WebSocket(URL);
    await w.settle();
    assert.equal(w.now, 0);
    await w.advance(59.999);
    assert.equal(ws.readyState, 0);
    await w.advance(0.001);
    assert.equal(ws.readyState, 1);
    assert.equal(w.now, 60);
    await end(w, ws);
  });

  test('an hour takes well under a second, and about 50 ms once the code is warm', async (t) => {
    const times = [];
    for (let run = 0; run < 5; run++) {
      const { w, ws } = await openSocket();
      const begun = performance.now();
      await w.advance(3_600_000);
      times.push(performance.now() - begun);
      assert.ok(ws.stats().pongs >= 358, `${ws.stats().pongs} pongs`);
      await end(w, ws);
    }
    t.diagnostic(`an hour with a heartbeat every 10 s: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
    assert.ok(Math.min(...times) < 5_000);
  });

  test('timers, events and promises have one order, with every microtask run between two events', async () => {
    const { w } = echoWorld();
    const order = [];
    const { setTimeout } = w.globals;
    for (const name of ['first', 'second'])
      setTimeout(() => {
        order.push(name);
        let ticks = Promise.resolve();
        for (let i = 0; i < 50; i++) ticks = ticks.then(() => {});
        ticks.then(() => order.push(`after ${name}`));
      }, 5);
    await w.advance(5);
    assert.deepEqual(order, ['first', 'after first', 'second', 'after second']);
    w.dispose();
  });

  test('run() lets time pass until a promise is settled, and has its value or its error', async () => {
    const { w, ws, server } = await openSocket();
    server.after(5_000, () => server.broadcast('{"id":"now"}'));
    const first = new Promise((resolve) => ws.addEventListener('message', ({ data }) => resolve(data)));
    assert.equal(await w.run(first), '{"id":"now"}');
    assert.equal(await w.run(() => 5), 5);
    await assert.rejects(w.run(ws.request({ ask: 1 }, { timeout: 2_000 })), { name: 'TimeoutError' });
    await assert.rejects(w.run(new Promise(() => {}), { within: 1_000 }), /it didn't hold within 1000 ms/);
    await end(w, ws);
  });

  test('until() rejects in the end, with the end of the log', async () => {
    const { w } = echoWorld();
    const ws = new w.WebSocket(URL);
    await assert.rejects(
      w.until(() => false, { within: 1_000 }),
      /it didn't hold within 1000 ms[\s\S]*socket 1 dispatches open/,
    );
    assert.equal(w.now, 1_000);
    await end(w, ws);
  });

  test('what a listener, a timer or a server throws rejects what the test awaits', async () => {
    const { w, ws } = await openSocket();
    ws.onmessage = () => {
      throw Error('in a listener');
    };
    ws.send('hello');
    await assert.rejects(w.advance(100), /in a listener/);
    w.globals.setTimeout(() => {
      throw Error('in a timer');
    });
    await assert.rejects(w.advance(100), /in a timer/);
    w.servers[0].after(1, async () => {
      throw Error('in a server');
    });
    await assert.rejects(w.advance(100), /in a server/);
    await end(w, ws);
  });

  test('the clocks are the world’s', async () => {
    const { w } = echoWorld();
    const { Date: WorldDate, performance } = w.globals;
    assert.equal(new WorldDate().toISOString(), '2030-01-01T00:00:00.000Z');
    await w.advance(1_500);
    assert.equal(WorldDate.now(), Date.UTC(2030) + 1_500);
    assert.equal(performance.now(), 1_500);
    w.page.sleep(60_000);
    await w.advance(60_000);
    assert.equal(performance.now(), 1_500);
    assert.equal(new WorldDate().getTime(), Date.UTC(2030) + 61_500);
    w.dispose();
  });
});

describe('the network', () => {
  for (const browser of ['chromium', 'firefox', 'webkit'])
    test(`a silent connection is found dead by its heartbeat, in ${browser}`, async () => {
      const { w, ws, received } = await openSocket({ seed: 7, browser });
      w.network.change();
      ws.send('lost?');
      await w.until(() => ws.status !== 'open', { within: 20_000 });
      await w.until(() => ws.status === 'open');
      ws.send('hello');
      await w.advance(100);
      assert.equal(received.at(-1), 'echo hello');
      await end(w, ws);
    });

  test('a connection that is cut is open again within a second', async () => {
    const { w, ws } = await openSocket();
    w.network.cut();
    await w.advance(1);
    assert.equal(ws.readyState, 0);
    await w.until(() => ws.status === 'open', { within: 1_000 });
    await end(w, ws);
  });

  test('offline and online are told to the page, and end and begin attempts', async () => {
    const { w, ws } = await openSocket();
    const seen = [];
    for (const type of ['online', 'offline'])
      w.globals.addEventListener(type, () => seen.push([type, w.globals.navigator.onLine]));
    w.network.offline();
    await w.advance(20_000);
    assert.equal(ws.status, 'offline');
    w.network.online();
    await w.until(() => ws.status === 'open');
    assert.deepEqual(seen, [
      ['offline', false],
      ['online', true],
    ]);
    await end(w, ws);
  });

  test('bufferedAmount falls as the network takes bytes', async () => {
    const { w, ws } = await openSocket();
    w.network.bandwidth({ up: 10_000 });
    ws.send(new Uint8Array(100_000));
    const begin = ws.bufferedAmount;
    await w.advance(2_000);
    const later = ws.bufferedAmount;
    assert.ok(begin > later && later > 0, `${begin}, then ${later}`);
    await w.advance(20_000);
    assert.equal(ws.bufferedAmount, 0);
    await end(w, ws);
  });
});

describe('servers', () => {
  test('answer handshakes as their option says: a status, a subprotocol, or later', async () => {
    const w = world();
    const seen = [];
    w.server(URL, (connection) => seen.push([connection.url, connection.protocol]), {
      handshake: async ({ url, protocols }) => (url.endsWith('?token=good') ? protocols[1] : 401),
    });
    const refused = new w.NativeWebSocket(`${URL}?token=bad`, ['a', 'b']);
    const codes = [];
    refused.onclose = ({ code }) => codes.push(code);
    const accepted = new w.NativeWebSocket(`${URL}?token=good`, ['a', 'b']);
    await w.advance(1_000);
    assert.deepEqual(codes, [1006]);
    assert.equal(accepted.protocol, 'b');
    assert.deepEqual(seen, [[`${URL}?token=good`, 'b']]);
    accepted.close();
    await w.advance(5_000);
    w.dispose();
  });

  test('have timers of their own, and restart', async () => {
    const { w, server, ws, received } = await openSocket();
    const stop = server.every(1_000, () => server.broadcast('tick'));
    await w.advance(3_100);
    assert.deepEqual(received, ['tick', 'tick', 'tick']);
    stop();
    const closes = [];
    ws.addEventListener('close', ({ code, reason, willReconnect }) => closes.push([code, reason, willReconnect]));
    server.restart({ down: 2_000, code: 1012, reason: '{"retryAfter":500}' });
    await w.advance(1_000);
    assert.deepEqual(closes.slice(0, 1), [[1012, '{"retryAfter":500}', true]]);
    await w.until(() => ws.status === 'open', { within: 20_000 });
    assert.ok(w.now > 5_000);
    await end(w, ws);
  });

  test('exchange binary messages and Blobs, in order', async () => {
    const w = world();
    const server = w.server(URL, (connection) => {
      connection.on('message', (data) => connection.send(data));
    });
    const ws = new w.WebSocket(URL);
    ws.binaryType = 'arraybuffer';
    const received = [];
    ws.onmessage = ({ data }) => received.push(typeof data === 'string' ? data : new Uint8Array(data));
    ws.send(Uint8Array.of(1, 2));
    ws.send(new Blob(['ab']));
    ws.send('text');
    await w.advance(1_000);
    assert.deepEqual(server.received, [Uint8Array.of(1, 2), Uint8Array.of(97, 98), 'text']);
    assert.deepEqual(received, server.received);
    ws.binaryType = 'blob';
    ws.send(Uint8Array.of(7));
    await w.advance(1_000).catch(() => {});
    await end(w, ws);
  });

  test('requests are answered, and one that nobody answers is named at the end', async () => {
    const w = world();
    w.server(URL, (connection) => {
      connection.on('message', (data) => {
        const { id, method } = JSON.parse(data);
        if (method === 'add') connection.send(JSON.stringify({ id, result: 3 }));
      });
    });
    const ws = new w.WebSocket(URL);
    await w.until(() => ws.readyState === 1);
    let answer;
    ws.request({ method: 'add' }).then((value) => {
      answer = value;
    });
    await w.advance(100);
    assert.equal(answer.result, 3);
    ws.request({ method: 'other' }, { timeout: 60_000 }).catch(() => {});
    await w.advance(100);
    assert.match(`${w.leaks()}`, /1 request to wss:\/\/api\.test\/live pending/);
    assert.throws(() => w.dispose(), /socket 1 to wss:\/\/api\.test\/live is not closed/);
  });
});

describe('the page', () => {
  test('a hidden page’s heartbeat goes on in time, by the worker that the class starts', async () => {
    const { w, ws } = await openSocket();
    w.page.hide();
    await w.advance(600_000);
    const before = ws.stats().pongs;
    await w.advance(60_000);
    assert.ok(ws.stats().pongs - before >= 5, `${ws.stats().pongs - before} pongs in a minute`);
    await end(w, ws);
  });

  test('a frozen page hears afterwards what happened meanwhile', async () => {
    const { w, server, received, ws } = await openSocket();
    w.page.freeze();
    await w.advance(1_000);
    server.broadcast('meanwhile');
    await w.advance(5_000);
    assert.deepEqual(received, []);
    w.page.resume();
    await w.advance(100);
    assert.deepEqual(received, ['meanwhile']);
    w.page.show();
    await end(w, ws);
  });

  test('what is sent right after a short sleep waits until the connection has proved to be alive', async () => {
    const { w, server, ws } = await openSocket();
    w.page.sleep(3_000);
    await w.advance(3_000);
    w.network.change();
    ws.send('hello');
    await w.advance(100);
    assert.equal(ws.unsentCount, 1);
    await w.until(() => server.received.includes('hello'), { within: 20_000 });
    await end(w, ws);
  });

  test('a listener of the page that was removed hears nothing more, whether it captures or not', async () => {
    const { w } = echoWorld();
    const { addEventListener, removeEventListener, document } = w.globals;
    const heard = [];
    for (const options of [undefined, true, { capture: true }, { once: true }]) {
      const listener = () => heard.push(options);
      addEventListener('pagehide', listener, options);
      removeEventListener('pagehide', listener, options);
      document.addEventListener('visibilitychange', listener, options);
      document.removeEventListener('visibilitychange', listener, options);
    }
    w.page.leave();
    await w.settle();
    assert.deepEqual(heard, []);
    w.dispose();
  });

  test('after an hour of sleep the connection is open within seconds', async () => {
    const { w, ws } = await openSocket();
    w.page.sleep(3_600_000);
    await w.advance(3_600_000);
    ws.send('hello');
    await w.until(() => w.servers[0].received.includes('hello'), { within: 30_000 });
    assert.equal(ws.status, 'open');
    await end(w, ws);
  });

  test('it comes back from the back/forward cache, and the class reconnects', async () => {
    const { w, ws } = await openSocket();
    w.page.leave(500);
    await w.advance(10_000);
    assert.equal(w.servers[0].connections.length, 0);
    assert.equal(w.page.back(), true);
    await w.until(() => ws.status === 'open');
    await end(w, ws);
  });

  test('after a crash it is loaded anew, with a class of its own', async () => {
    const { w, ws } = await openSocket();
    const { WebSocket } = w;
    w.page.crash();
    await w.advance(1_000);
    assert.equal(w.page.isGone, true);
    w.page.load();
    assert.notEqual(w.WebSocket, WebSocket);
    const again = new w.WebSocket(URL, [], HEARTBEAT);
    await w.until(() => again.status === 'open');
    // The old page's: nothing happens to it any more.
    ws.close();
    await end(w, again);
  });
});
