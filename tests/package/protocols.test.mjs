/** A protocol of the application's own for requests, and validators for their replies. */
import assert from 'node:assert/strict';
import { BASE, inReadyPage, inReadyWorld } from './support/asking.mjs';
import { sideBySide } from './support/suite.mjs';

sideBySide('a protocol of one’s own', () => {
  /** Four bytes of id, one of kind, and a payload. The echo server sends it back. */
  const BINARY = `({
    encode: (id, bytes) => {
      const message = new Uint8Array(5 + bytes.length);
      new DataView(message.buffer).setUint32(0, id);
      message.set(bytes, 5);
      return message;
    },
    decode: (data) => {
      if (!(data instanceof ArrayBuffer)) return;
      return { id: new DataView(data).getUint32(0), result: [...new Uint8Array(data, 5)] };
    },
  })`;

  inReadyPage('requests and replies may be binary', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, protocol]) => {
        // biome-ignore lint/security/noGlobalEval: a page is given functions as text
        const ws = await opened(url, { request: { protocol: eval(protocol) } });
        ws.binaryType = 'arraybuffer';
        const record = probe.watch(ws);
        const replies = await Promise.all([1, 2, 3].map((n) => ws.request([n, n])));
        ws.send('text');
        await record.until('message');
        return { replies, received: record.received };
      },
      [endpoint.url('/echo'), BINARY],
    );
    assert.deepEqual(seen, {
      replies: [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      received: ['text'],
    });
  });

  inReadyPage(
    'what encode() throws rejects; what decode() throws is reported, and the message delivered',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, name]) => {
          const protocol = {
            encode(id, payload) {
              if (payload === 'bad') throw RangeError('no');
              return `${id}`;
            },
            decode(data) {
              if (data === 'bad') throw RangeError('what');
              return data.startsWith('{')
                ? JSON.parse(data)
                : data === 'none'
                  ? undefined
                  : data === 'null'
                    ? null
                    : { id: data };
            },
          };
          const ws = await opened(url, { request: { protocol } });
          const record = probe.watch(ws);
          const fates = [fate(ws.request('bad'))];
          const requests = Array.from({ length: 5 }, () => ws.request('good'));
          for (const text of ['bad', 'none', 'null', `${BASE + 2}`]) await say(name, text);
          await say(name, { id: BASE + 2, result: [1] });
          await say(name, { id: BASE + 3, error: { code: 4, message: 'five', data: 6 } });
          await say(name, { id: BASE + 4, error: 'in words' });
          await say(name, { id: BASE + 5, error: {} });
          await say(name, { id: BASE + 6 });
          const errors = await Promise.all(
            requests
              .slice(1, 4)
              .map((request) =>
                request.catch((error) => [
                  error instanceof Holdfast.RpcError,
                  error.name,
                  error.code,
                  error.message,
                  error.data,
                ]),
              ),
          );
          return {
            fates: await Promise.all(fates),
            first: await requests[0],
            errors,
            last: (await requests[4]) ?? 'undefined',
            received: record.received,
            reported: probe.errors.map(String),
          };
        },
        [endpoint.url('/sink'), endpoint.name],
      );
      assert.deepEqual(seen.fates, ['RangeError']);
      assert.deepEqual(seen.first, [1]);
      assert.deepEqual(seen.errors[0], [true, 'RpcError', 4, 'five', 6]);
      assert.deepEqual(seen.errors[1].slice(0, 2), [true, 'RpcError']);
      assert.equal(seen.errors[1][3], 'in words');
      assert.equal(typeof seen.errors[2][3], 'string');
      assert.equal(seen.last, 'undefined');
      assert.deepEqual(seen.received, ['bad', 'none', 'null', `${BASE + 2}`]);
      assert.deepEqual(seen.reported, ['RangeError: what']);
    },
    { uncaught: true },
  );

  inReadyWorld(
    'a request that asks for another while it is encoded, or calls close(), settles as any',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        let inner;
        const protocol = {
          encode(id, payload) {
            if (payload === 'outer') inner = ws.request('inner');
            if (payload === 'last') ws.close();
            return JSON.stringify({ id, result: payload });
          },
          decode: (data) => JSON.parse(data),
        };
        const ws = await opened(url, { request: { protocol } });
        const outer = await ws.request('outer');
        return [outer, await inner, await fate(ws.request('last'))];
      }, endpoint.url('/echo'));
      assert.deepEqual(seen, ['outer', 'inner', 'DOMException InvalidStateError']);
    },
  );
});

sideBySide('replies are validated by any Standard Schema validator', () => {
  inReadyWorld('its value resolves, its issues reject', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const schema = (validate) => ({ '~standard': { version: 1, vendor: 'test', validate } });
      const positive = schema(({ result }) =>
        result > 0 ? { value: { result: -result } } : { issues: [{ message: 'not positive' }] },
      );
      const later = schema(async (value) => positive['~standard'].validate(value));
      const callable = Object.assign(() => {}, positive);
      const ws = await opened(url, { request: { validate: positive } });
      const add = (a, b, options) =>
        ws.request({ method: 'add', params: [a, b] }, options).catch((error) => [error.name, error.issues ?? error.message]);
      return Promise.all([
        add(1, 1),
        add(1, -1),
        add(1, 2, { schema: later }),
        add(-1, 0, { schema: later }),
        add(2, 3, { schema: callable }),
        add(1, 1, {
          schema: schema(() => {
            throw RangeError('mine');
          }),
        }),
        (async () => {
          try {
            for await (const _ of ws.stream({ method: 'add', params: [-1, -1] }));
          } catch ({ issues }) {
            return { issues, pending: ws.stats().requests.pending };
          }
        })(),
      ]);
    }, endpoint.url('/rpc'));
    const issues = [{ message: 'not positive' }];
    assert.deepEqual(seen.slice(0, 6), [
      { result: -2 },
      ['TypeError', issues],
      { result: -3 },
      ['TypeError', issues],
      { result: -5 },
      ['RangeError', 'mine'],
    ]);
    assert.deepEqual(seen[6].issues, issues);
  });
});

sideBySide('what requests add to the package', () => {
  inReadyPage('the methods are there on every class, and none of them is enumerable', async ({ page }) => {
    const seen = await page.evaluate(() => {
      const names = ['request', 'stream', 'call', 'notify', 'handle', 'drained', 'messages', Symbol.asyncIterator];
      const classes = [Holdfast.WebSocket, Holdfast.WebSocket.with({}), Holdfast.WebSocket.with({ reconnect: false })];
      return classes.map(({ prototype }) => [
        names.every((name) => typeof prototype[name] === 'function'),
        names.some((name) => Object.getOwnPropertyDescriptor(prototype, name)?.enumerable),
        Object.keys(prototype).some((name) => names.includes(name)),
      ]);
    });
    assert.deepEqual(seen, Array(3).fill([true, false, false]));
  });

  inReadyPage('the errors are exported, have their names, and are errors', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const { RpcError, ConnectionLostError } = Holdfast;
      const error = new RpcError(-1, 'text', [2]);
      // V8's stack begins with the error's name and text, other engines' has neither.
      const { stack } = error;
      const named = stack.startsWith('RpcError: text') || !Error('text').stack.startsWith('Error: text');
      await new Promise((done) => {
        const script = document.createElement('script');
        Object.assign(script, { src: '/pkg/dist/holdfast-ws.global.js', onload: done });
        globalThis.Holdfast = undefined;
        document.head.append(script);
      });
      return [
        [error instanceof Error, String(error), error.code, error.data, named],
        [new ConnectionLostError('x') instanceof Error, String(new ConnectionLostError('x'))],
        Object.keys(globalThis.Holdfast).sort(),
      ];
    });
    assert.deepEqual(seen, [
      [true, 'RpcError: text', -1, [2], true],
      [true, 'ConnectionLostError: x'],
      ['ConnectionLostError', 'RpcError', 'WebSocket'],
    ]);
  });
});
