/** Alive or dead, as the heartbeat finds out. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

const QUICK = { minDelay: 100, maxDelay: 200 };

// By itself, before the others: it is about time, and the machine may be small. What the same waits take without us is
// the machine's.
inPage('a frozen connection is open again within interval + timeout + 0.5 s', async ({ page, endpoint }) => {
  const [interval, timeout] = [800, 600];
  const late = await page.evaluate(
    async ([url, name, heartbeat, reconnect]) => {
      const late = [];
      for (let trial = 0; trial < 3; trial++) {
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, reconnect }));
        await record.until('open');
        await probe.order(name, 'freeze');
        const begun = performance.now();
        const waited = probe.waitAndConnect(heartbeat.interval + heartbeat.timeout + reconnect.maxDelay, url);
        const closed = await record.until('close');
        const again = await probe.until(() => record.all('open').find(({ at }) => at > closed.at));
        late.push(again.at - begun - (await waited));
        await probe.order(name, 'thaw');
        record.ws.close();
        await record.end();
      }
      return late.sort((a, b) => a - b);
    },
    [endpoint.url('/echo'), endpoint.name, { interval, timeout, pong: 'ping' }, QUICK],
  );
  // The fastest of three: what is late by itself is late each time, and a busy machine now and then.
  assert.ok(late[0] <= 500 - QUICK.maxDelay, `open again ${late} ms later than these waits take`);
});

sideBySide('alive', () => {
  inPage(
    'a frozen connection is told as dead and replaced, and nothing of it is heard after its thaw',
    async ({ page, endpoint }) => {
      const end = await page.evaluate(
        async ([url, name, heartbeat, reconnect]) => {
          const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, reconnect }));
          await record.until('open');
          await probe.order(name, 'freeze');
          // Waits in the old connection for the thaw.
          await probe.order(name, 'send?text=late');
          const { code, reason, wasClean, willReconnect } = await record.until('close');
          await record.until('open', 2);
          await probe.order(name, 'thaw');
          globalThis.record = record;
          return [code, reason, wasClean, willReconnect];
        },
        [endpoint.url('/echo'), endpoint.name, { interval: 500, timeout: 2_500, pong: 'ping' }, QUICK],
      );
      // The server has said on the old connection what it had to say.
      await endpoint.until(({ connections }) => connections[0].endedAt !== null);
      const seen = await page.evaluate(async () => {
        record.ws.send('new');
        await probe.until(() => record.received.includes('new'));
        const { deadLines } = record.ws.stats();
        const story = record.events.map(({ type, status, cause }) => [type, status ?? cause].filter(Boolean).join(' '));
        record.ws.close();
        return { story, received: record.received, deadLines };
      });
      assert.deepEqual(end, [1006, 'heartbeat timeout', false, true]);
      assert.deepEqual(seen.story, [
        'open',
        'statuschange open',
        'close',
        'reconnecting heartbeat',
        'statuschange waiting',
        'statuschange connecting',
        'open',
        'statuschange open',
        'message',
      ]);
      assert.deepEqual(seen.received, ['new']);
      assert.equal(seen.deadLines, 1);
      assert.equal((await endpoint.seen()).accepted, 2, 'one extra connection at most');
    },
  );

  inWorld('a quiet connection with twenty answered pings sees no reconnection and no message', async ({ page, endpoint }) => {
    const [interval, timeout] = [500, 15_000];
    const seen = await page.evaluate(
      async ([url, heartbeat]) => {
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
        const { at } = await record.until('open');
        await probe.until(() => record.ws.stats().pongs >= 20, 60_000, 'twenty answers');
        const { pings, pongs, received, deadLines, roundTrip } = record.ws.stats();
        const { latency } = record.ws;
        const took = performance.now() - at;
        record.ws.close();
        return { story: record.events.map(({ type }) => type), pings, pongs, received, deadLines, roundTrip, latency, took };
      },
      [endpoint.url('/pong'), { interval, timeout, pong: 'pong' }],
    );
    assert.deepEqual(seen.story, ['open', 'statuschange']);
    assert.ok(seen.pings <= seen.took / interval + 1, `${seen.pings} pings in ${seen.took} ms`);
    // The last one may still be on its way.
    assert.ok(seen.pongs >= seen.pings - 1, `${seen.pongs} answers to ${seen.pings} pings`);
    assert.equal(seen.deadLines, 0);
    // Firefox's clock goes by whole milliseconds, and an answer on one machine may take less.
    assert.ok(typeof seen.latency === 'number' && seen.latency < timeout, `a latency of ${seen.latency}`);
    const { p50, p90, p99, max } = seen.roundTrip;
    assert.ok(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= max && max < timeout, JSON.stringify(seen.roundTrip));
    assert.equal((await endpoint.seen()).accepted, 1);
  });

  inWorld('any message proves life, unless pong says what an answer looks like', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async (url) => {
        const heartbeat = { interval: 300, timeout: 3_000, ping: 'are you there?' };
        const open = (heartbeat) => probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
        const any = open(heartbeat);
        const strict = open({ ...heartbeat, pong: 'never said' });
        await strict.until('close');
        await any.until('message', 40);
        const result = {
          any: any.all('close').length,
          strict: strict.last('close').reason,
          received: strict.received.length > 0,
        };
        any.ws.close();
        strict.ws.close();
        return result;
      },
      endpoint.url('/push', { every: 100 }),
    );
    assert.deepEqual(seen, { any: 0, strict: 'heartbeat timeout', received: true });
  });

  inWorld('pings come only after silence', async ({ page, endpoint }) => {
    const { pings, silences } = await page.evaluate(
      async (url) => {
        const interval = 1_500;
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat: { interval, timeout: 15_000 } }));
        await record.until('message', 20);
        const { pings } = record.ws.stats();
        record.ws.close();
        // On a busy machine there may be some; but for the clock's grain.
        const times = record.events.map(({ at }) => at);
        const silences = times.filter((at, index) => at - times[index - 1] >= interval - 50);
        return { pings, silences: silences.length };
      },
      endpoint.url('/push', { every: 100 }),
    );
    assert.ok(pings <= silences, `${pings} pings in ${silences} silences`);
    const { length: received } = await endpoint.received();
    assert.ok(received <= silences, `the server received ${received} of them`);
  });

  inWorld('pings and answers may be text, binary, made by a function, known by a function', async ({ page, endpoint }) => {
    const kinds = {
      'text, the default': ['/pong', '{ pong: "pong" }', { text: 'ping' }],
      'a text answer of its own': ['/pong?reply=here', '{ ping: "ping", pong: "here" }', { text: 'ping' }],
      binary: [
        '/pong',
        '{ ping: new Uint8Array([9]).buffer, pong: (data) => data instanceof ArrayBuffer && new Uint8Array(data)[0] === 10 }',
        { binary: 1 },
      ],
      'a function that counts': ['/echo', '{ ping: () => "p" + ++n, pong: (data) => data === "p" + n }', { text: 'p1' }],
      JSON: [
        '/echo',
        '{ ping: () => JSON.stringify({ type: "ping" }), pong: (data) => JSON.parse(data).type === "ping" }',
        { text: '{"type":"ping"}' },
      ],
      'an empty text': ['/echo', '{ ping: "", pong: "" }', { text: '' }],
    };
    for (const [kind, [path, source, first]] of Object.entries(kinds)) {
      const [where, query] = path.split('?');
      await endpoint.forget();
      const seen = await page.evaluate(
        async ([url, source]) => {
          const heartbeat = { interval: 60, timeout: 15_000, ...new Function(`let n = 0; return (${source})`)() };
          const ws = new Holdfast.WebSocket(url, [], { heartbeat });
          ws.binaryType = 'arraybuffer';
          const record = probe.watch(ws);
          await probe.until(() => ws.stats().pongs >= 3);
          const result = { latency: typeof ws.latency === 'number', story: record.events.map(({ type }) => type) };
          ws.close();
          await record.end();
          return result;
        },
        [endpoint.url(where, Object.fromEntries(new URLSearchParams(query))), source],
      );
      assert.deepEqual(seen, { latency: true, story: ['open', 'statuschange'] }, kind);
      const [{ connection, ...sent }] = await endpoint.received();
      assert.deepEqual(sent, first, kind);
    }
  });

  inWorld('without pong an answer is a message like any other', async ({ page, endpoint }) => {
    const messages = await page.evaluate(async (url) => {
      const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat: { interval: 100, timeout: 15_000 } }));
      await record.until('message', 2);
      record.ws.close();
      return record.received.slice(0, 2);
    }, endpoint.url('/pong'));
    assert.deepEqual(messages, ['pong', 'pong']);
  });

  inWorld('a server that pings the application’s way proves its life by that alone', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async (url) => {
        const ws = new Holdfast.WebSocket(url, [], { heartbeat: { interval: 3_000, timeout: 15_000, pong: 'ping' } });
        const record = probe.watch(ws);
        await record.until('open');
        await probe.sleep(4_500);
        const { pings, pongs } = ws.stats();
        ws.close();
        return { pings, pongs, story: record.events.map(({ type }) => type) };
      },
      endpoint.url('/pong', { pings: 100 }),
    );
    assert.equal(seen.pings, 0);
    assert.deepEqual(seen.story, ['open', 'statuschange']);
  });

  inWorld('a late answer is waited for until the timeout, not until the next ping', async ({ page, endpoint }) => {
    await endpoint.order('delay', { ms: 600 });
    const seen = await page.evaluate(async (url) => {
      const ws = new Holdfast.WebSocket(url, [], { heartbeat: { interval: 200, timeout: 15_000, pong: 'pong' } });
      const record = probe.watch(ws);
      await probe.until(() => ws.stats().pongs >= 2);
      const result = { latency: ws.latency, closes: record.all('close').length };
      ws.close();
      return result;
    }, endpoint.url('/pong'));
    assert.equal(seen.closes, 0);
    assert.ok(seen.latency >= 590 && seen.latency < 15_000, `a latency of ${seen.latency} ms`);
  });

  inWorld(
    'a ping or pong function that throws is reported and wedges nothing',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        let pings = 0;
        const heartbeat = {
          interval: 100,
          timeout: 15_000,
          ping() {
            pings += 1;
            if (pings < 3) throw RangeError('ping');
            return 'ping';
          },
          pong(data) {
            if (data === 'hello') throw RangeError('pong');
            return data === 'ping';
          },
        };
        const ws = new Holdfast.WebSocket(url, [], { heartbeat });
        const record = probe.watch(ws);
        await probe.until(() => ws.stats().pongs >= 2);
        ws.close();
        return { errors: probe.errors.map(String).sort(), received: record.received, closes: record.all('close').length };
      }, endpoint.url('/greet'));
      assert.deepEqual(seen, {
        errors: ['RangeError: ping', 'RangeError: ping', 'RangeError: pong'],
        received: ['hello'],
        closes: 0,
      });
    },
    { uncaught: true },
  );

  inWorld('a ping function that gives nothing to send sends nothing', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      let asked = 0;
      const ping = () => {
        asked += 1;
      };
      const ws = new Holdfast.WebSocket(url, [], { heartbeat: { interval: 60, timeout: 100, ping } });
      const record = probe.watch(ws);
      await probe.until(() => asked >= 4);
      ws.close();
      return { pings: ws.stats().pings, closes: record.all('close').length };
    }, endpoint.url('/sink'));
    assert.deepEqual(seen, { pings: 0, closes: 0 });
    assert.deepEqual(await endpoint.received(), []);
  });
});
