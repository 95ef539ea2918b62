/** A connection that ends is followed by another attempt: when, how often, and what is told of it. */
import assert from 'node:assert/strict';
import { startServer } from './support/server.mjs';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/** Leaves `record` in the page, of a socket with these options; waits until it is open. */
const connect = (page, url, options = {}) =>
  page.evaluate(
    async ([url, options]) => {
      globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], options));
      await record.until('open');
    },
    [url, options],
  );

const QUICK = { reconnect: { minDelay: 50, maxDelay: 100 } };

// By itself, before the others: it is about time, and the machine may be small. What the same wait takes without us is the
// machine's.
inPage('a dropped connection is open again within 0.6 s', async ({ page, endpoint }) => {
  const trials = await page.evaluate(
    async ([url, name]) => {
      const trials = [];
      for (let trial = 0; trial < 5; trial += 1) {
        const record = probe.watch(new Holdfast.WebSocket(url));
        await record.until('open');
        await probe.order(name, 'drop');
        const { at, code, wasClean, willReconnect, readyState } = await record.until('close');
        const { delay, attempt, cause } = record.last('reconnecting');
        const waited = probe.waitAndConnect(delay, url);
        const again = await record.until('open', 2);
        const late = again.at - at - (await waited);
        record.ws.close();
        trials.push({ late, delay, close: [code, wasClean, willReconnect, readyState, attempt, cause] });
      }
      return trials;
    },
    [endpoint.url('/echo'), endpoint.name],
  );
  for (const { delay, close } of trials) {
    assert.deepEqual(close, [1006, false, true, 0, 1, 'closed']);
    assert.ok(delay >= 250 && delay <= 500, `a delay of ${delay} ms`);
  }
  const late = trials.map(({ late }) => late).sort((a, b) => a - b);
  // The fastest of five: what is late by itself is late each time, and a busy machine now and then.
  assert.ok(late[0] <= 100, `open again ${late} ms later than the delay and a connection take`);
});

sideBySide('reconnecting', () => {
  inWorld('a server that is down for long is found again', async ({ page, endpoint }) => {
    await connect(page, endpoint.url('/greet'), { reconnect: { maxDelay: 2_000 } });
    await page.evaluate(() => record.until('message'));
    await endpoint.order('refuse', { status: 0 });
    await endpoint.order('drop');
    // Past where the delays have stopped growing: from then on each is from 3/8 of maxDelay to all of it.
    await page.evaluate(() => record.until('close', 12, 100_000));
    await endpoint.order('accept');
    const { attempts, delays, received } = await page.evaluate(async () => {
      await record.until('open', 2, 60_000);
      await record.until('message', 2);
      record.ws.close();
      const planned = record.all('reconnecting');
      return {
        attempts: planned.map(({ attempt }) => attempt),
        delays: planned.map(({ delay }) => delay),
        received: record.received,
      };
    });
    assert.deepEqual(received, ['hello', 'hello']);
    assert.deepEqual(
      attempts,
      Array.from(attempts, (_, index) => index + 1),
    );
    const last = delays.slice(8);
    assert.ok(
      last.every((delay) => delay >= 750 && delay <= 2_000),
      `delays of ${delays} ms`,
    );
  });

  inWorld('a server that accepts and resets after 20 ms sees at most 8 connections in 12 s', async ({ page, endpoint }) => {
    await endpoint.order('flap', { after: 20 });
    await connect(page, endpoint.url('/echo'));
    const opens = await page.evaluate(async () => {
      const { at } = await record.until('open');
      await record.until('open', 3, 60_000);
      await probe.sleep(at + 12_000 - performance.now());
      record.ws.close();
      return record.all('open').filter((open) => open.at < at + 12_000).length;
    });
    assert.ok(opens <= 8, `${opens} connections`);
  });

  inPage('a server that was stopped and started anew is found again, and what was sent meanwhile arrives', async ({ page }) => {
    let server = await startServer();
    const { port } = server;
    try {
      await connect(page, server.endpoint('restart').url('/echo'), { reconnect: { maxDelay: 1_000 } });
      await server.stop();
      await page.evaluate(async () => {
        await record.until('close');
        record.ws.send('sent while nobody was there');
      });
      await page.evaluate(() => record.until('error', 6, 60_000));
      server = await startServer({ port });
      const messages = await page.evaluate(async () => {
        await record.until('message', 1, 60_000);
        record.ws.close();
        return record.received;
      });
      assert.deepEqual(messages, ['sent while nobody was there']);
    } finally {
      await server.stop();
    }
  });

  inWorld('while it reconnects, everything a status line needs is told and can be read', async ({ page, endpoint }) => {
    await connect(page, endpoint.url('/echo'), { reconnect: { minDelay: 200, maxDelay: 400, stableAfter: 300 } });
    await page.evaluate(() => {
      const { ws } = record;
      globalThis.waiting = [];
      ws.addEventListener('reconnecting', ({ attempt, delay }) => {
        const left = ws.retryAt - Date.now();
        waiting.push({
          attempt,
          own: ws.attempt,
          status: ws.status,
          readyState: ws.readyState,
          passed: delay - left,
        });
      });
    });
    await endpoint.order('refuse', { status: 503 });
    await endpoint.order('drop');
    const waiting = await page.evaluate(() => probe.until(() => waiting.length > 2 && waiting));
    for (const [index, { passed, ...rest }] of waiting.entries()) {
      assert.deepEqual(rest, { attempt: index + 1, own: index + 1, status: 'waiting', readyState: 0 });
      assert.ok(passed > -5, `retryAt is ${-passed} ms after the end of the delay told`);
    }
    // Some of the delay may be over when the listener gets its turn, on a busy machine a good part of it.
    const passed = waiting.map(({ passed }) => passed);
    assert.ok(Math.min(...passed) < 50, `retryAt is ${passed} ms before the end of the delay told`);
    await endpoint.order('accept');
    const after = await page.evaluate(async () => {
      await record.until('open', 2);
      const { ws } = record;
      const open = { status: ws.status, retryAt: ws.retryAt, latency: ws.latency };
      await probe.until(() => ws.attempt === 0, undefined, 'the backoff to start over on a stable connection');
      ws.close();
      await record.end();
      const { connections, attempts, sent, received, queued, unsent, deadLines, roundTrip } = ws.stats();
      return { open, stats: { connections, sent, received, queued, unsent, deadLines, roundTrip }, attempts };
    });
    assert.deepEqual(after.open, { status: 'open', retryAt: null, latency: null });
    assert.deepEqual(after.stats, {
      connections: 2,
      sent: 0,
      received: 0,
      queued: { messages: 0, bytes: 0 },
      unsent: 0,
      deadLines: 0,
      roundTrip: null,
    });
    const { refused } = await endpoint.seen();
    assert.equal(after.attempts, 2 + refused);
  });

  inPage(
    'the events of a drop come in order: close, reconnecting, statuschange; of a failed attempt: error first',
    async ({ page, endpoint }) => {
      await connect(page, endpoint.url('/echo'), QUICK);
      await page.evaluate(async (url) => {
        globalThis.native = probe.watch(new WebSocket(url));
        await native.until('open');
      }, endpoint.url('/echo'));
      await endpoint.order('refuse', { status: 503 });
      await endpoint.order('drop');
      // WebKit has an error event before the close event of a connection that was lost, too.
      const lost = await page.evaluate(async () => {
        await native.end();
        return native.all('error').map(({ type }) => type);
      });
      const story = await page.evaluate(async () => {
        await record.until('close', 2);
        await probe.until(() => record.ws.status === 'waiting');
        record.ws.close();
        await record.end();
        return record.events.map(
          ({ type, status, willReconnect }) => type + (status ? ` ${status}` : '') + (willReconnect ? ' and on' : ''),
        );
      });
      assert.deepEqual(story.slice(0, lost.length + 10), [
        'open',
        'statuschange open',
        ...lost,
        'close and on',
        'reconnecting',
        'statuschange waiting',
        'statuschange connecting',
        'error',
        'close and on',
        'reconnecting',
        'statuschange waiting',
      ]);
      assert.deepEqual(story.slice(-2), ['close', 'statuschange closed']);
    },
  );

  inPage('handlers, listeners and binaryType hold across reconnections', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, options]) => {
        const ws = new Holdfast.WebSocket(url, [], options);
        ws.binaryType = 'arraybuffer';
        const messages = [];
        const tell = (by) => (event) =>
          event.data instanceof ArrayBuffer && messages.push([by, event.data.byteLength, event.target === ws]);
        ws.onmessage = tell('handler');
        ws.addEventListener('message', tell('listener'));
        await probe.until(() => messages.length === 4);
        await probe.order(name, 'drop');
        await probe.until(() => messages.length === 8);
        ws.close();
        return messages.slice(4);
      },
      [endpoint.url('/types'), endpoint.name, QUICK],
    );
    const both = (bytes) => [
      ['handler', bytes, true],
      ['listener', bytes, true],
    ];
    assert.deepEqual(seen, [...both(3), ...both(0)]);
  });

  inWorld('a connection that has not opened by connectTimeout is abandoned for another attempt', async ({ page, endpoint }) => {
    // Long enough for a page that a busy machine lets stand still for a while.
    await endpoint.order('handshake', { ms: 15_000 });
    const seen = await page.evaluate(
      async ([url, name]) => {
        const begun = performance.now();
        const record = probe.watch(
          new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40, connectTimeout: 1_000 } }),
        );
        const { at, code, wasClean, reason } = await record.until('close');
        const { cause } = await record.until('reconnecting');
        await probe.order(name, 'accept');
        await record.until('open');
        await probe.sleep(begun + 15_500 - performance.now());
        const { opens, errors } = { opens: record.all('open').length, errors: record.all('error').length };
        record.ws.close();
        return {
          took: at - begun,
          end: [code, wasClean, reason, cause],
          opens,
          failed: errors === record.all('close').length,
        };
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(seen.end, [1006, false, 'connect timeout', 'connect-timeout']);
    assert.ok(seen.took >= 1_000, `abandoned after ${seen.took} ms`);
    assert.equal(seen.opens, 1, 'the abandoned handshake never reaches the application');
    assert.ok(seen.failed, 'an error before each close');
  });

  inPage(
    'offline it waits without spending attempts, but tries every maxDelay; online it is back at once',
    async ({ page, endpoint }) => {
      await connect(page, endpoint.url('/echo'), { reconnect: { minDelay: 100, maxDelay: 5_000 } });
      await page.evaluate(() => {
        globalThis.left = [];
        record.ws.addEventListener('statuschange', ({ status }) => {
          if (status === 'offline') left.push(record.ws.retryAt - Date.now());
        });
      });
      await page.setOffline(true);
      // Where the page is only told that it is offline, what is tried all the same must fail too.
      await endpoint.order('refuse');
      await endpoint.order('drop');
      const offline = await page.evaluate(async () => {
        const { ws } = record;
        await probe.until(() => left.length === 2, undefined, 'a try all the same');
        const { readyState } = ws;
        const at = (status) => record.events.find((event) => event.status === status && event.type === 'statuschange').at;
        const connecting = record.events.filter(({ status }) => status === 'connecting');
        return { readyState, left, tried: connecting[0].at - at('offline') };
      });
      assert.equal(offline.readyState, 0);
      // Some of the wait is over when a listener reads the clock; all of it lasts far longer than the delays of other attempts.
      assert.ok(offline.tried > 2_500, `tried after ${offline.tried} ms`);
      for (const left of offline.left) assert.ok(left > 2_500 && left <= 5_000, `the next try in ${left} ms`);
      await endpoint.order('accept');
      await page.setOffline(false);
      const online = await page.evaluate(async () => {
        await record.until('open', 2);
        record.ws.close();
        const { cause, delay } = record.last('reconnecting');
        return { cause, delay };
      });
      // The engine's plan, and no clock: the next try all the same has another cause.
      assert.equal(online.cause, 'online');
      assert.ok(online.delay <= 1_000, `planned in ${online.delay} ms`);
    },
  );
});
