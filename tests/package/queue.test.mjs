/** Messages sent while nothing is open wait, in order; nothing accepted is dropped in silence. */
import assert from 'node:assert/strict';
import { until } from './support/server.mjs';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/** mulberry32: a seed makes a failed run repeatable. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

sideBySide('the queue', () => {
  inPage(
    'numbered messages through five random kills arrive in order, each once, or are reported unsent',
    async ({ page, endpoint }) => {
      const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31));
      const draw = random(seed);
      const pauses = Array.from({ length: 5 }, () => Math.round(30 + draw() * 400));
      const why = (what) => `${what} (HOLDFAST_SEED=${seed})`;

      await page.evaluate((url) => {
        const ws = new Holdfast.WebSocket(url, [], {
          reconnect: { minDelay: 200, maxDelay: 400 },
          queue: { maxMessages: 100_000 },
        });
        globalThis.record = probe.watch(ws);
        globalThis.sent = 0;
        // Messages that found no open connection, and so were promised to the next.
        globalThis.queued = [];
        globalThis.ticking = setInterval(() => {
          for (let burst = 0; burst < 3; burst += 1) {
            const before = ws.stats().queued.messages;
            globalThis.sent += 1;
            ws.send(String(globalThis.sent));
            if (ws.stats().queued.messages > before) queued.push(globalThis.sent);
          }
        }, 4);
      }, endpoint.url('/sink'));

      for (const [index, pause] of pauses.entries()) {
        await page.evaluate((count) => record.until('open', count), index + 1);
        const last = await page.evaluate(() => queued.at(-1) ?? 1);
        // Killed only when it has brought what had waited: a connection that dies with messages on it loses them, whoever sent them.
        await endpoint.until(({ connections }) => connections.length === index + 1 && connections[index].received > 0);
        await until(
          async () => (await endpoint.received()).some(({ text }) => Number(text) >= last),
          60_000,
          `message ${last}`,
        );
        await page.evaluate((ms) => probe.sleep(ms), pause);
        await endpoint.order('drop');
        await page.evaluate((count) => record.until('close', count), index + 1);
      }

      const { sent, queued, unsent, counted } = await page.evaluate(async () => {
        await record.until('open', 6);
        clearInterval(ticking);
        await probe.until(() => record.ws.bufferedAmount === 0);
        record.ws.close();
        await record.end();
        const { sent: counted } = record.ws.stats();
        return {
          sent: globalThis.sent,
          queued: globalThis.queued,
          unsent: record.all('close').flatMap(({ unsent }) => unsent),
          counted,
        };
      });
      await endpoint.until(({ live }) => live === 0);
      const received = (await endpoint.received()).map(({ connection, text }) => ({ connection, number: Number(text) }));
      const numbers = received.map(({ number }) => number);

      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
        why('in order'),
      );
      assert.equal(new Set(numbers).size, numbers.length, why('each once'));
      assert.deepEqual(unsent, [], why('nothing was left over when it closed'));
      assert.equal(counted, sent, why('each handed to a connection exactly once'));
      const arrived = new Set(numbers);
      assert.ok(queued.length > 20, why(`only ${queued.length} had to wait`));
      assert.deepEqual(
        queued.filter((number) => !arrived.has(number)),
        [],
        why('what waited has arrived'),
      );
      // Missing messages were lost with a connection: never from the middle of what a connection brought.
      for (const [index, { connection, number }] of received.entries()) {
        const before = received[index - 1];
        if (before?.connection === connection)
          assert.equal(number, before.number + 1, why(`a hole in connection ${connection}`));
      }
      assert.equal(received.at(-1).number, sent, why('the last one arrived'));
    },
  );

  inWorld('what waited goes out before what onopen sends', async ({ page, endpoint }) => {
    await page.evaluate(async (url) => {
      const ws = new Holdfast.WebSocket(url);
      for (const text of ['1', '2', '3']) ws.send(text);
      ws.onopen = () => ws.send('4');
      await probe.until(() => ws.readyState === 1);
      ws.send('5');
      globalThis.ws = ws;
    }, endpoint.url('/sink'));
    await endpoint.until(({ connections }) => connections[0]?.received === 5);
    assert.deepEqual(
      (await endpoint.received()).map(({ text }) => text),
      ['1', '2', '3', '4', '5'],
    );
  });

  inWorld(
    'a full queue throws QuotaExceededError and keeps what it has, by messages and by bytes',
    async ({ page, endpoint }) => {
      await endpoint.order('refuse', { status: 503 });
      const seen = await page.evaluate(async (url) => {
        const fill = (queue, texts) => {
          const ws = new Holdfast.WebSocket(url, [], { queue, reconnect: { minDelay: 50, maxDelay: 100 } });
          const thrown = texts.map((text) => {
            try {
              ws.send(text);
              return 'taken';
            } catch (error) {
              return `${error instanceof DOMException} ${error.name}`;
            }
          });
          return { ws, thrown, amount: ws.bufferedAmount, queued: ws.stats().queued };
        };
        const byCount = fill({ maxMessages: 2 }, ['m1', 'm2', 'm3', 'm4']);
        const byBytes = fill({ maxBytes: 10 }, ['1234567', '12345', 'ü€', '', 'x', new Uint8Array(1)]);
        const byDefault = fill(undefined, ['x'.repeat(2 ** 20 - 1), 'ü', 'y', 'z']);
        const none = fill({ maxMessages: 0 }, ['a']);
        globalThis.sockets = [byCount.ws, byBytes.ws];
        for (const { ws } of [byDefault, none]) ws.close();
        return [byCount, byBytes, byDefault, none].map(({ ws, ...rest }) => rest);
      }, endpoint.url('/sink'));
      const full = 'true QuotaExceededError';
      assert.deepEqual(seen, [
        { thrown: ['taken', 'taken', full, full], amount: 4, queued: { messages: 2, bytes: 4 } },
        { thrown: ['taken', full, full, 'taken', 'taken', 'taken'], amount: 9, queued: { messages: 4, bytes: 9 } },
        { thrown: ['taken', full, 'taken', full], amount: 2 ** 20, queued: { messages: 2, bytes: 2 ** 20 } },
        { thrown: [full], amount: 0, queued: { messages: 0, bytes: 0 } },
      ]);
      await endpoint.order('accept');
      await page.evaluate(() =>
        probe.until(() => sockets.every((ws) => ws.readyState === 1 && ws.stats().queued.messages === 0)),
      );
      await endpoint.until(({ connections }) => connections.reduce((sum, { received }) => sum + received, 0) === 6);
      const texts = (await endpoint.received()).map(({ text, binary }) => text ?? binary);
      assert.deepEqual(texts.sort(), [1, '', '1234567', 'm1', 'm2', 'x'].sort());
      await page.evaluate(() => sockets.map((ws) => ws.close()));
    },
  );

  inWorld('without a queue, send() throws InvalidStateError until a connection is open', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const record = probe.watch(new Holdfast.WebSocket(url, [], { queue: false }));
        const thrown = [probe.thrown(() => record.ws.send('too early'))];
        await record.until('open');
        thrown.push(probe.thrown(() => record.ws.send('in time')));
        await probe.order(name, 'drop');
        await record.until('close');
        thrown.push(probe.thrown(() => record.ws.send('between')));
        record.ws.close();
        await record.end();
        thrown.push(probe.thrown(() => record.ws.send('too late')));
        return { thrown, native: probe.thrown(() => new WebSocket(url).send('')), unsent: record.ends[0].unsent };
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    const state = 'DOMException InvalidStateError 11';
    assert.deepEqual(seen, { thrown: [state, 'nothing', state, 'nothing'], native: state, unsent: [] });
  });

  inPage('bufferedAmount counts what waits in UTF-8 bytes, and nothing once it is sent', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const payloads = [
        '',
        'abc',
        'äöü',
        '€',
        '😀',
        '\ud800',
        '\udc00\ud800',
        'a\0b',
        new ArrayBuffer(7),
        new Uint16Array(3),
        new DataView(new ArrayBuffer(9), 4),
        new Blob(['12', 'ü']),
        42,
        null,
        { toString: () => 'obj' },
      ];
      const ws = new Holdfast.WebSocket(url);
      const amounts = payloads.map((payload) => {
        const before = ws.bufferedAmount;
        ws.send(payload);
        return ws.bufferedAmount - before;
      });
      const total = ws.bufferedAmount;
      await probe.until(() => ws.readyState === 1 && ws.bufferedAmount === 0);
      return { amounts, total, queued: ws.stats().queued };
    }, endpoint.url('/sink'));
    assert.deepEqual(seen, {
      amounts: [0, 3, 6, 3, 4, 3, 6, 3, 7, 6, 5, 4, 2, 4, 3],
      total: 59,
      queued: { messages: 0, bytes: 0 },
    });
    await endpoint.until(({ connections }) => connections[0]?.received === 15);
    const received = (await endpoint.received()).map(({ text, binary }) => text ?? binary);
    assert.deepEqual(received, [
      '',
      'abc',
      'äöü',
      '€',
      '😀',
      '\ufffd',
      '\ufffd\ufffd',
      'a\0b',
      7,
      6,
      5,
      4,
      '42',
      'null',
      'obj',
    ]);
  });

  inPage('after the end, bufferedAmount grows by what is sent and lost, as the browser’s does', async ({ page, endpoint }) => {
    const amounts = await page.evaluate(async (url) => {
      const told = [];
      for (const Class of [WebSocket, Holdfast.WebSocket]) {
        const record = probe.watch(new Class(url));
        await record.until('open');
        record.ws.close();
        record.ws.send('während');
        await record.end();
        record.ws.send('nach');
        record.ws.send(new Uint8Array(5));
        record.ws.send(new Blob(['123']));
        told.push(record.ws.bufferedAmount);
      }
      return told;
    }, endpoint.url('/echo'));
    const [native, ours] = amounts;
    assert.equal(ours, 8 + 4 + 5 + 3);
    // WebKit adds what the frames would take beside the data, 6 bytes each. The standard: "it does not include framing
    // overhead". https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
    assert.ok([ours, ours + 4 * 6].includes(native), `${native} by the browser's`);
  });

  inWorld('a message that waits is the message as it was when it was sent', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const ws = new Holdfast.WebSocket(url);
      ws.binaryType = 'arraybuffer';
      const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
      ws.send(bytes);
      ws.send(bytes.subarray(2, 5));
      ws.send(new DataView(bytes.buffer, 6));
      ws.send(new Uint16Array(bytes.buffer, 2, 1));
      ws.send(bytes.buffer);
      bytes.fill(99);
      const gone = new ArrayBuffer(2);
      ws.send(gone);
      structuredClone(gone, { transfer: [gone] });
      const record = probe.watch(ws);
      await record.until('message', 6);
      ws.close();
      return record.received.map((data) => [...new Uint8Array(data)]);
    }, endpoint.url('/echo'));
    assert.deepEqual(seen, [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [2, 3, 4],
      [6, 7],
      [2, 3],
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 0],
    ]);
  });

  inWorld('what can no longer be sent is in the last close event, as it was given', async ({ page, endpoint }) => {
    await endpoint.order('refuse', { status: 503 });
    const seen = await page.evaluate(async (url) => {
      const payloads = ['text', new Uint8Array([1, 2]), new Blob(['blob']), 7];
      const end = async (reconnect, finish) => {
        const record = probe.watch(
          new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 40, maxDelay: 80, ...reconnect } }),
        );
        for (const payload of payloads) record.ws.send(payload);
        finish?.(record.ws);
        const { unsent } = await record.end();
        const tell = async (data) => (typeof data === 'string' ? data : await new Response(data).text());
        return {
          unsent: await Promise.all(unsent.map(tell)),
          kinds: unsent.map((data) => data.constructor.name),
          before: record
            .all('close')
            .slice(0, -1)
            .flatMap(({ unsent }) => unsent),
          stats: [record.ws.stats().unsent, record.ws.stats().queued.messages],
        };
      };
      return [
        await end({ maxAttempts: 2 }),
        await end({ shouldReconnect: () => false }),
        await end({}, (ws) => ws.addEventListener('reconnecting', () => ws.close())),
      ];
    }, endpoint.url('/sink'));
    for (const { unsent, kinds, before, stats } of seen) {
      assert.deepEqual(unsent, ['text', '\u0001\u0002', 'blob', '7']);
      assert.equal(kinds[0], 'String');
      assert.equal(kinds[2], 'Blob');
      assert.deepEqual([before, stats], [[], [4, 0]]);
    }
    assert.deepEqual(await endpoint.received(), []);
  });

  inWorld('what close() finds waiting during the first attempt is reported, not lost', async ({ page, endpoint }) => {
    const unsent = await page.evaluate(async (url) => {
      const record = probe.watch(new Holdfast.WebSocket(url));
      record.ws.send('one');
      record.ws.send('two');
      record.ws.close();
      return (await record.end()).unsent;
    }, endpoint.url('/sink'));
    assert.deepEqual(unsent, ['one', 'two']);
  });

  inWorld('what is sent after the server began to close waits for the next connection', async ({ page, endpoint }) => {
    const { queued } = await page.evaluate(
      async ([url, name]) => {
        const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 100 } }));
        await record.until('open');
        const handled = new Promise((resolve) => {
          const send = () => resolve(record.ws.send('in the close handler'));
          record.ws.addEventListener('close', send, { once: true });
        });
        await probe.order(name, 'close?code=4000');
        await handled;
        record.ws.send('after it');
        const { queued } = record.ws.stats();
        await record.until('open', 2);
        await probe.until(() => record.ws.bufferedAmount === 0);
        return { queued };
      },
      [endpoint.url('/sink'), endpoint.name],
    );
    assert.equal(queued.messages, 2);
    await endpoint.until(({ connections }) => connections[1]?.received === 2);
    assert.deepEqual(
      (await endpoint.received()).map(({ text }) => text),
      ['in the close handler', 'after it'],
    );
  });
});
