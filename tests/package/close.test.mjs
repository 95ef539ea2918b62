/** close() ends it: in every state, inside every handler, with one last `close` event and no timer left. */
import assert from 'node:assert/strict';
import { inMode, inPage, inWorld, MODES, sideBySide } from './support/suite.mjs';

/** Half a second more than the longest delay of the options the tests use. */
const LONG_ENOUGH = 700;
const QUICK = { reconnect: { minDelay: 100, maxDelay: 200 } };

/** Waits for the one end, then for as long as another attempt could take; returns what came of it all. */
const settle = (page) =>
  page.evaluate(async (ms) => {
    const end = await record.end();
    const { attempts } = record.ws.stats();
    await probe.sleep(ms);
    return {
      ends: record.ends.length,
      readyState: [end.readyState, record.ws.readyState],
      status: record.ws.status,
      timers: probe.timers(),
      more: record.ws.stats().attempts - attempts,
      retryAt: record.ws.retryAt,
      lastEvent: record.events.at(-1).type,
    };
  }, LONG_ENOUGH);

const ENDED = {
  ends: 1,
  readyState: [3, 3],
  status: 'closed',
  timers: 0,
  more: 0,
  retryAt: null,
  lastEvent: 'statuschange',
};

/** Each leaves `record` in the page, with its socket closed in that state. */
const STATES = {
  async 'while the first attempt is under way'({ page, endpoint }) {
    await endpoint.order('handshake', { ms: 400 });
    await page.evaluate(
      ([url, options]) => {
        globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], options));
        record.ws.close();
      },
      [endpoint.url('/echo'), QUICK],
    );
  },
  async 'while a later attempt is under way'({ page, endpoint }) {
    await connect({ page, endpoint });
    await endpoint.order('handshake', { ms: 2_000 });
    await endpoint.order('drop');
    await page.evaluate(async () => {
      await probe.until(() => record.all('close').length === 1 && record.ws.status === 'connecting');
      record.ws.close();
    });
  },
  async 'while open'({ page, endpoint }) {
    await connect({ page, endpoint });
    await page.evaluate(() => record.ws.close());
  },
  async 'while waiting for the next attempt'({ page, endpoint }) {
    await connect({ page, endpoint, options: { reconnect: { minDelay: 20_000, maxDelay: 40_000 } } });
    await endpoint.order('drop');
    await page.evaluate(async () => {
      await probe.until(() => record.ws.status === 'waiting');
      record.ws.close();
    });
  },
  async 'while offline'({ page, endpoint }) {
    await connect({ page, endpoint, options: { reconnect: { minDelay: 20_000, maxDelay: 40_000 } } });
    await page.setOffline(true);
    await endpoint.order('drop');
    await page.evaluate(async () => {
      await probe.until(() => record.ws.status === 'offline');
      record.ws.close();
    });
    await page.setOffline(false);
  },
  async 'while closing'({ page, endpoint }) {
    await connect({ page, endpoint });
    await page.evaluate(() => {
      record.ws.close();
      record.ws.close(4000, 'again');
    });
  },
  async 'while the server closes'({ page, endpoint }) {
    await connect({ page, endpoint });
    await page.evaluate(async (name) => {
      // The page must not hear of the server's close frame before it says so itself.
      await probe.order(name, 'close?code=4000');
      record.ws.close();
    }, endpoint.name);
  },
  async 'after the end'({ page, endpoint }) {
    await connect({ page, endpoint });
    await page.evaluate(async () => {
      record.ws.close();
      await record.end();
      record.ws.close();
    });
  },
  async 'while its URL is being asked for'({ page }) {
    await page.evaluate(async (options) => {
      globalThis.record = probe.watch(new Holdfast.WebSocket(() => new Promise(() => {}), [], options));
      await probe.sleep(50);
      record.ws.close();
    }, QUICK);
  },
  async 'at once, its URL not yet asked for'({ page, endpoint }) {
    await page.evaluate(
      ([url, options]) => {
        globalThis.record = probe.watch(new Holdfast.WebSocket(() => url, [], options));
        record.ws.close();
      },
      [endpoint.url('/echo'), QUICK],
    );
  },
};

async function connect({ page, endpoint, options = QUICK }) {
  await page.evaluate(
    async ([url, options]) => {
      globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], options));
      await record.until('open');
    },
    [endpoint.url('/echo'), options],
  );
  await endpoint.until(({ live }) => live === 1);
}

/** JavaScript that makes `ws`, which calls `ws.close()` in one of its handlers, and the fault that leads to it. */
const HANDLERS = {
  open: { listen: 'ws.onopen = end' },
  message: { path: '/greet', listen: 'ws.onmessage = end' },
  error: { refuse: true, listen: 'ws.onerror = end' },
  'a close that another attempt follows': {
    path: '/close?code=4000',
    listen: 'ws.onclose = ({ willReconnect }) => willReconnect && end()',
  },
  'the last close': { path: '/close?code=1000', listen: 'ws.onclose = end' },
  reconnecting: { refuse: true, listen: "ws.addEventListener('reconnecting', end)" },
  'statuschange to open': { listen: "ws.addEventListener('statuschange', () => ws.status === 'open' && end())" },
  'statuschange to waiting': {
    refuse: true,
    listen: "ws.addEventListener('statuschange', () => ws.status === 'waiting' && end())",
  },
  shouldReconnect: {
    refuse: true,
    options: '{ reconnect: { ...quick.reconnect, shouldReconnect() { end(); return true; } } }',
  },
  'the url function': { url: '() => { end(); return url; }' },
  'the second call of the url function': {
    refuse: true,
    url: '({ attempt }) => { if (attempt > 0) end(); return url; }',
  },
  'the protocols function': { protocols: '() => { end(); return []; }' },
  'the ping function': {
    options: "{ ...quick, heartbeat: { interval: 50, timeout: 500, ping() { end(); return 'ping'; } } }",
  },
  'the pong function': {
    path: '/greet',
    options: '{ ...quick, heartbeat: { interval: 5000, pong() { end(); return true; } } }',
  },
};

/** The states and handlers of a browser's own class. With the others, only the engine's rules come. */
const IN_BROWSERS = [
  'while the first attempt is under way',
  'while open',
  'while offline',
  'while the server closes',
  'open',
  'message',
  'the last close',
];

sideBySide('close()', () => {
  for (const [state, closeThen] of Object.entries(STATES)) {
    const inPlace = IN_BROWSERS.includes(state) ? inPage : inWorld;
    inPlace(`close() ${state} ends it once, without a timer left`, async ({ page, endpoint }) => {
      await closeThen({ page, endpoint });
      assert.deepEqual(await settle(page), ENDED);
      await endpoint.until(({ live }) => live === 0);
      assert.deepEqual(await page.evaluate(() => probe.errors), []);
    });
  }

  for (const [
    handler,
    { path = '/echo', refuse, listen = '', options = 'quick', url: provider = 'url', protocols = '[]' },
  ] of Object.entries(HANDLERS)) {
    const inPlace = IN_BROWSERS.includes(handler) ? inPage : inWorld;
    inPlace(`close() inside ${handler} ends it once, without a timer left`, async ({ page, endpoint }) => {
      if (refuse) await endpoint.order('refuse');
      const [where, query] = path.split('?');
      const source = `
        let ws;
        let ended = 0;
        const end = () => {
          ended += 1;
          ws.close();
        };
        ws = new Holdfast.WebSocket(${provider}, ${protocols}, ${options});
        ${listen};
        globalThis.record = probe.watch(ws);
        globalThis.ended = () => ended;
      `;
      await page.evaluate(
        ([source, url, quick]) => new Function('url', 'quick', source)(url, quick),
        [source, endpoint.url(where, Object.fromEntries(new URLSearchParams(query))), QUICK],
      );
      assert.deepEqual(await settle(page), ENDED);
      assert.equal(await page.evaluate(() => ended()), 1);
      await endpoint.until(({ live }) => live === 0);
    });
  }

  for (const mode of MODES) {
    inPage(`a bad URL or protocol throws what the browser throws, and opens nothing (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const compared = await page.evaluate((good) => {
        const cases = [
          ['ws://a b/'],
          ['ws://'],
          ['wss://[::1'],
          ['foo:bar'],
          ['ftp://example.com/'],
          ['mailto:me@example.com'],
          ['about:blank'],
          [`${good}#fragment`],
          [`${good}#`],
          [Symbol('url')],
          [good, 'a b'],
          [good, 'a,b'],
          [good, ''],
          [good, ['']],
          [good, ['a', 'a']],
          [good, ['a', 'b', 'a']],
          [good, ['a', 'b c']],
          [good, 'ä'],
          [good, [Symbol('protocol')]],
          [
            good,
            null,
            {
              get reconnect() {
                throw RangeError('mine');
              },
            },
          ],
          [],
        ];
        return cases.map((given, index) => {
          const native = probe.thrown(() => new WebSocket(...given).close());
          return { index, native, ours: probe.thrown(() => new Socket(...given).close()) };
        });
      }, endpoint.url('/echo'));
      const [own] = compared.splice(-2, 1);
      assert.deepEqual(
        compared.filter(({ native, ours }) => native !== ours),
        [],
      );
      assert.ok(compared.filter(({ native }) => native !== 'nothing').length >= 18, 'most of these are bad');
      if (mode === MODES[0])
        assert.equal(own.ours, 'RangeError RangeError undefined', 'what a getter of the options throws passes');
      // Firefox dials one connection to a host at a time, and takes its time after failures.
      await endpoint.until(({ live }) => live === 0, 60_000);
    });

    inPage(
      `a bad close code or reason throws what the browser throws, and changes nothing (${mode})`,
      async ({ page, endpoint }) => {
        await inMode(page, mode);
        const { wrong, count, readyState, timers } = await page.evaluate(async (url) => {
          const cases = [
            [999],
            [1001],
            [1005],
            [1006],
            [1015],
            [2999],
            [5000],
            [65536 + 1000],
            [-1],
            [0],
            [null],
            ['close'],
            [Number.NaN],
            [{}],
            [1000, 'x'.repeat(124)],
            [3000, 'ü'.repeat(62)],
            [1000, '\ud800'.repeat(42)],
            [4999, '😀'.repeat(31)],
            [Symbol('code')],
            [1000, Symbol('reason')],
            [10n],
          ];
          const eventsOf = (ws) =>
            cases.map((given) => `${given.map(String)}: ${probe.thrown(() => ws.close(...given))} ${ws.readyState}`);
          const compare = (native, ours) => {
            const expected = eventsOf(native);
            return eventsOf(ours).flatMap((line, index) => (line === expected[index] ? [] : [line, expected[index]]));
          };
          const native = new WebSocket(url);
          const ours = new Socket(url);
          const wrong = compare(native, ours);
          const opened = (ws) => probe.until(() => ws.readyState === 1);
          await Promise.all([opened(native), opened(ours)]);
          wrong.push(...compare(native, ours));
          const { readyState } = ours;
          native.close();
          const record = probe.watch(ours);
          ours.close();
          await record.end();
          await probe.until(() => native.readyState === 3);
          wrong.push(...compare(native, ours));
          return { wrong, count: cases.length, readyState, timers: probe.timers() };
        }, endpoint.url('/echo'));
        assert.deepEqual(wrong, []);
        assert.deepEqual({ count, readyState, timers }, { count: 21, readyState: 1, timers: 0 });
      },
    );

    inPage(`a reason without a code is refused or ends it, as the browser has it (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const [native, ours] = await page.evaluate(
        (url) =>
          Promise.all(
            [WebSocket, Socket].map(async (Class) => {
              const ends = [];
              for (const reason of ['bye', 'x'.repeat(124)]) {
                const record = probe.watch(new Class(url));
                await record.until('open');
                const thrown = probe.thrown(() => record.ws.close(undefined, reason));
                const { readyState } = record.ws;
                record.ws.close();
                const end = await record.end();
                ends.push([thrown, readyState, end.code, end.reason]);
              }
              return ends;
            }),
          ),
        endpoint.url('/echo'),
      );
      assert.deepEqual(ours, native);
    });

    inPage(`the longest reason and every code an application may use are taken (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const closes = await page.evaluate(async (url) => {
        const cases = [
          [],
          [undefined],
          [1000],
          [3000],
          [4999],
          ['4000'],
          [4000.5],
          [1000, 'x'.repeat(123)],
          [3000, `${'ü'.repeat(61)}!`],
        ];
        return Promise.all(
          cases.map(async (given) => {
            const record = probe.watch(new Socket(url));
            await record.until('open');
            record.ws.close(...given);
            const { code, reason, wasClean } = await record.end();
            return [code, reason.length, wasClean];
          }),
        );
      }, endpoint.url('/echo'));
      const expected = [
        [1005, 0, true],
        [1005, 0, true],
        [1000, 0, true],
        [3000, 0, true],
        [4999, 0, true],
        [4000, 0, true],
        [4000, 0, true],
        [1000, 123, true],
        [3000, 62, true],
      ];
      assert.deepEqual(closes, expected);
    });
  }
});
