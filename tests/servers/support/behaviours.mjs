/**
 * Tests of every server with our class. `says` is the test's name, `run` the test; `modes` are the ways to use the class that it is
 * run in, where not only the usual one; `alone` wants a server that no other test speaks to.
 */
import assert from 'node:assert/strict';
import { until } from '../../package/support/server.mjs';
import { inMode, MODES } from '../../package/support/suite.mjs';
import { mute, relayTo } from './relay.mjs';

/** How often the servers ping, in ms: a busy machine has this long for an answer. */
export const PING = 5_000;
const MEGABYTE = 1_000_000;

/** Sends each message once the one before has come back, and says which came back as something else. */
const echo = (page, url, kinds, mode) =>
  inMode(page, mode).then(() =>
    page.evaluate(
      async ([url, kinds, size]) => {
        const text = 'zwölf – 十二 – 🕛\n'.trimEnd();
        const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7919) >> 3);
        const given = {
          text: ['one', '', text, text.repeat(size / 40), '{"neither":"id nor close"}'],
          blob: [new Blob(['a blob']), new Blob([]), new Blob([bytes])],
          arraybuffer: [Uint8Array.of(0, 127, 255).buffer, new ArrayBuffer(0), bytes, new DataView(bytes.buffer, 1, 5)],
        };
        const plain = async (data) =>
          typeof data === 'string' ? data : [...new Uint8Array(await new Response(data).arrayBuffer())].join();
        const ws = new Socket(url);
        const record = probe.watch(ws);
        await record.until('open', 1, 30_000);
        const wrong = [];
        let count = 0;
        for (const kind of kinds) {
          if (kind !== 'text') ws.binaryType = kind;
          for (const data of given[kind]) {
            ws.send(data);
            count += 1;
            const { data: back } = await record.until('message', count, 30_000);
            const shape = kind === 'text' ? 'String' : kind === 'blob' ? 'Blob' : 'ArrayBuffer';
            if (back.constructor.name !== shape) wrong.push(`${kind} ${count} came back as ${back.constructor.name}`);
            if ((await plain(back)) !== (await plain(data))) wrong.push(`${kind} ${count} came back changed`);
          }
        }
        ws.close(1000);
        const { code, wasClean } = await record.end(30_000);
        return { wrong, count, end: [code, wasClean] };
      },
      [url, kinds, MEGABYTE],
    ),
  );

/** Codes a server may close with, and whether the class comes back. */
const CODES = [
  [1000, '', false],
  [1001, 'going away', true],
  [1008, 'no', false],
  [1011, 'später – 後で', true],
  [1012, 'restart', true],
  [1013, '{"retryAfter":60000}', true],
  [3000, '', true],
  [4000, 'again', true],
  [4400, 'your fault', false],
  [4499, 'your fault', false],
  [4500, 'x'.repeat(123), true],
];

export const BEHAVIOURS = {
  text: {
    says: 'text comes back as it went: empty, beyond ASCII, a megabyte',
    modes: MODES,
    async run({ page, url, mode }) {
      assert.deepEqual(await echo(page, url, ['text'], mode), { wrong: [], count: 5, end: [1000, true] });
    },
  },
  binary: {
    says: 'Blobs and ArrayBuffers come back byte by byte: empty, a megabyte, a view of one',
    modes: MODES,
    async run({ page, url, mode }) {
      const { wrong, count, end } = await echo(page, url, ['blob', 'arraybuffer'], mode);
      assert.deepEqual({ wrong, count, end }, { wrong: [], count: 7, end: [1000, true] });
    },
  },
  push: {
    says: 'what one page says to all reaches another unasked',
    // All would be every other test's page, too.
    alone: true,
    async run({ page, url }) {
      const received = await page.evaluate(async (url) => {
        const [speaker, listener] = [1, 2].map(() => probe.watch(new Holdfast.WebSocket(url)));
        await Promise.all([speaker, listener].map((record) => record.until('open', 1, 30_000)));
        for (let all = 1; all <= 100; all += 1) speaker.ws.send(JSON.stringify({ all }));
        await listener.until('message', 100, 30_000);
        for (const { ws } of [speaker, listener]) ws.close();
        return listener.received.map((text) => JSON.parse(text).all);
      }, url);
      assert.deepEqual(
        received,
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
    },
  },
  request: {
    says: 'requests get their own replies, whatever else comes',
    async run({ page, url }) {
      const { replies, received } = await page.evaluate(async (url) => {
        const record = probe.watch(new Holdfast.WebSocket(url, [], { request: { timeout: 30_000 } }));
        const replies = Promise.all(
          Array.from({ length: 50 }, (_, say) => {
            record.ws.send(`between ${say}`);
            return record.ws.request({ say });
          }),
        );
        const said = (await replies).map(({ said }) => said);
        await record.until('message', 50, 30_000);
        record.ws.close();
        return { replies: said, received: record.received };
      }, url);
      const fifty = Array.from({ length: 50 }, (_, index) => index);
      assert.deepEqual(replies, fifty);
      assert.deepEqual(
        received,
        fifty.map((index) => `between ${index}`),
      );
    },
  },
  protocol: {
    says: 'the subprotocol that the server chose is the socket’s',
    modes: MODES,
    async run({ page, url, mode }) {
      await inMode(page, mode);
      const chosen = await page.evaluate(async (url) => {
        const record = probe.watch(new Socket(url, ['v3.live', 'v2.live']));
        await record.until('open', 1, 30_000);
        record.ws.close();
        return record.ws.protocol;
      }, url);
      assert.equal(chosen, 'v2.live');
    },
  },
  compression: {
    says: (server) =>
      server.compresses
        ? 'a megabyte of one letter is compressed, both ways'
        : 'it has no compression, and a megabyte goes as it is',
    async run({ page, server, port }) {
      const relay = await relayTo(port);
      try {
        const extensions = await page.evaluate(
          async ([url, size]) => {
            const record = probe.watch(new Holdfast.WebSocket(url));
            await record.until('open', 1, 30_000);
            record.ws.send('a'.repeat(size));
            const { data } = await record.until('message', 1, 30_000);
            record.ws.close();
            return data === 'a'.repeat(size) && record.ws.extensions;
          },
          [relay.url, MEGABYTE],
        );
        if (server.compresses) {
          assert.match(extensions, /permessage-deflate/);
          assert.ok(relay.counted.up < MEGABYTE / 20, `${relay.counted.up} bytes up`);
          assert.ok(relay.counted.down < MEGABYTE / 20, `${relay.counted.down} bytes down`);
        } else {
          assert.equal(extensions, '');
          assert.ok(relay.counted.up > MEGABYTE && relay.counted.down > MEGABYTE);
        }
      } finally {
        relay.stop();
      }
    },
  },
  ping: {
    says: 'its pings are answered: a quiet page stays, a client that never answers is dropped',
    async run({ page, url, port }) {
      await page.evaluate(async (url) => {
        globalThis.record = probe.watch(new Holdfast.WebSocket(url));
        await record.until('open', 1, 30_000);
      }, url);
      const silent = await mute(port);
      try {
        await until(silent.dropped, 60_000, 'the server to drop a client that answers no ping');
      } finally {
        silent.end();
      }
      // The page was there before, so it would have been dropped before.
      const seen = await page.evaluate(async () => {
        record.ws.send('still here');
        const { data } = await record.until('message', 1, 30_000);
        record.ws.close();
        return { data, opens: record.all('open').length };
      });
      assert.deepEqual(seen, { data: 'still here', opens: 1 });
    },
  },
  heartbeat: {
    says: 'a heartbeat that it returns keeps a quiet line, and finds it out when it is dead',
    async run({ page, port }) {
      const relay = await relayTo(port);
      try {
        const opens = await page.evaluate(async (url) => {
          const heartbeat = { interval: 300, timeout: 4_000, ping: 'ping', pong: 'ping' };
          globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
          await probe.until(() => record.ws.stats().pings >= 4, 30_000);
          return record.all('open').length;
        }, relay.url);
        assert.equal(opens, 1);
        relay.freeze();
        const seen = await page.evaluate(async () => {
          await record.until('open', 2, 30_000);
          record.ws.send('through again');
          await record.until('message', 1, 30_000);
          const { code, reason, wasClean, willReconnect } = record.all('close')[0];
          const { deadLines } = record.ws.stats();
          record.ws.close();
          return { received: record.received, close: [code, reason, wasClean, willReconnect], deadLines };
        });
        assert.deepEqual(seen, {
          received: ['through again'],
          close: [1006, 'heartbeat timeout', false, true],
          deadLines: 1,
        });
      } finally {
        relay.stop();
      }
    },
  },
  close: {
    says: 'its close codes and reasons are told, and what follows them',
    modes: MODES,
    async run({ page, url, mode }) {
      await inMode(page, mode);
      const told = await page.evaluate(
        ([url, codes]) =>
          Promise.all(
            codes.map(async ([close, reason]) => {
              const record = probe.watch(new Socket(url));
              await record.until('open', 1, 30_000);
              record.ws.send(JSON.stringify({ close, reason }));
              // As it was when the close was told: a moment later it may be open again.
              const { code, reason: why, wasClean, willReconnect, readyState } = await record.until('close', 1, 30_000);
              const { delay } = willReconnect ? await record.until('reconnecting', 1, 30_000) : {};
              record.ws.close();
              return { told: [code, why, wasClean], willReconnect, readyState, delay };
            }),
          ),
        [url, CODES],
      );
      const reconnecting = mode === MODES[0];
      for (const [index, [code, reason, again]] of CODES.entries()) {
        const { delay, ...rest } = told[index];
        assert.deepEqual(rest, {
          // A code without a reason may be told without a word of the server's own.
          told: [code, reason, true],
          willReconnect: reconnecting ? again : undefined,
          readyState: reconnecting && again ? 0 : 3,
        });
        // 1012 alone asks for five seconds; the reason of 1013 for a minute.
        const least = { 1012: 5_000, 1013: 60_000 }[code] ?? 0;
        if (reconnecting && again) assert.ok(delay >= least, `${delay} ms after ${code}`);
      }
    },
  },
  refuse: {
    says: 'a handshake it refuses is a failed attempt, and another follows',
    async run({ page, url }) {
      const story = await page.evaluate(async (url) => {
        const record = probe.watch(
          new Holdfast.WebSocket(({ attempt }) => (attempt < 2 ? `${url}/nowhere` : url), [], {
            reconnect: { minDelay: 20, maxDelay: 40 },
          }),
        );
        await record.until('open', 1, 30_000);
        record.ws.close();
        return record.events
          .filter(({ type }) => /open|error|close/.test(type))
          .map(({ type, code, willReconnect }) => [type, code, willReconnect].join(' ').trim());
      }, url);
      assert.deepEqual(story, ['error', 'close 1006 true', 'error', 'close 1006 true', 'open']);
    },
  },
};
