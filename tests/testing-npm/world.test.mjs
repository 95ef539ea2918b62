/** The world's time, network and page, with the real class and the real engine. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import * as all from '../../pkg/dist/testing.mjs';
import { echoWorld, end, HEARTBEAT, openSocket, URL } from './support/echo.mjs';

const { world } = all;

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
    other.w.dispose({ leaks: 'ignore' });
    await assert.rejects(other.w.advance(1), /disposed of/);
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
    takes(() => w.server(URL, 5), 'server() takes a function');
    takes(() => w.network.latency({ upp: 1 }), 'latency() takes up, down, jitter, not upp');
    takes(() => w.network.bandwidth({ jitter: 1 }), 'not jitter');
    takes(() => server.restart({ status: 1 }), 'not status');
    takes(() => server.restart({ code: 99_999 }), 'from 0 to 65535');
    w.dispose();
    assert.throws(() => w.server(URL), /disposed of/);
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
});
