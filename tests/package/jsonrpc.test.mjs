/** `protocol: 'json-rpc'`: version 2.0 to the letter, in both directions. https://www.jsonrpc.org/specification */
import assert from 'node:assert/strict';
import { BASE, fixNumbers } from './support/asking.mjs';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/** A page with an open `ws` that speaks JSON-RPC, its `record`, and `say(message)`, which the server then says. */
const inRpc =
  (inPlace) =>
  (name, run, { path = '/sink', ...options } = {}) =>
    inPlace(
      name,
      async (world) => {
        const { page, endpoint } = world;
        await fixNumbers(page);
        await page.evaluate(
          async ([url, name]) => {
            globalThis.ws = new Holdfast.WebSocket(url, [], {
              reconnect: { minDelay: 20, maxDelay: 40 },
              request: { protocol: 'json-rpc', timeout: 60_000 },
            });
            globalThis.record = probe.watch(ws);
            globalThis.say = (message) =>
              probe.order(
                name,
                `send?text=${encodeURIComponent(typeof message === 'string' ? message : JSON.stringify(message))}`,
              );
            globalThis.outcome = (promise) => promise.catch(({ name, code, message, data }) => ({ name, code, message, data }));
            await record.until('open');
          },
          [endpoint.url(path), endpoint.name],
        );
        // Returns the client's messages, parsed, once there are so many.
        world.said = async (count) => {
          await endpoint.until(({ connections }) => connections.reduce((sum, { received }) => sum + received, 0) >= count);
          return (await endpoint.received()).map(({ text }) => JSON.parse(text));
        };
        await run(world);
      },
      options,
    );

const inRpcPage = inRpc(inPage);
const inRpcWorld = inRpc(inWorld);

sideBySide('calls', () => {
  inRpcPage(
    'a call resolves with the result, or rejects with the server’s error',
    async ({ page }) => {
      const seen = await page.evaluate(() =>
        Promise.all([
          ws.call('add', [1, 2]),
          outcome(ws.call('add', { a: 1 })),
          outcome(ws.call('fail', ['why'])),
          outcome(ws.call('nothing')),
          ws.call('echo', [null]),
          ws.request({ method: 'add', params: [3, 4] }),
          ws.call('fail').catch((error) => [error instanceof Holdfast.RpcError, error instanceof Error, String(error)]),
        ]),
      );
      assert.deepEqual(seen, [
        3,
        { name: 'RpcError', code: -32602, message: 'add takes two numbers', data: undefined },
        { name: 'RpcError', code: -32000, message: 'failed on request', data: 'why' },
        { name: 'RpcError', code: -32601, message: 'no such method', data: undefined },
        null,
        7,
        [true, true, 'RpcError: failed on request'],
      ]);
    },
    { path: '/rpc' },
  );

  inRpcWorld('what is sent is what the specification asks for', async ({ page, said }) => {
    const wrong = await page.evaluate(async () => {
      ws.call('one').catch(() => {});
      ws.call('two', [1]).catch(() => {});
      ws.call('three', { a: 1 }, { timeout: 50_000 }).catch(() => {});
      ws.notify('four', []);
      ws.notify('five');
      const thrown = [() => ws.notify('x', 5), () => ws.notify(6), () => ws.handle('x', 5), () => ws.handle('x')].map(
        probe.thrown,
      );
      const rejected = await Promise.all(
        [ws.call('x', 5), ws.call(5), ws.call('x', null), ws.request({}), ws.request([]), ws.call('x', [], { x: 1 })].map(
          outcome,
        ),
      );
      return [...thrown, ...rejected.map(({ name }) => name)];
    });
    assert.deepEqual(wrong, [...Array(4).fill('TypeError TypeError undefined'), ...Array(6).fill('TypeError')]);
    assert.deepEqual(await said(5), [
      { jsonrpc: '2.0', id: BASE + 1, method: 'one' },
      { jsonrpc: '2.0', id: BASE + 2, method: 'two', params: [1] },
      { jsonrpc: '2.0', id: BASE + 3, method: 'three', params: { a: 1 } },
      { jsonrpc: '2.0', method: 'four', params: [] },
      { jsonrpc: '2.0', method: 'five' },
    ]);
  });

  inRpcWorld('responses come in batches and in any order; what is for nobody is a message', async ({ page }) => {
    const strange = [
      { id: 98, result: 'no version, and never asked' },
      { jsonrpc: '2.0', id: '99', result: 'never asked' },
      { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } },
      { jsonrpc: '2.0', id: 99, result: 'never asked' },
      { jsonrpc: '2.0', id: BASE + 1, method: 'ask', params: [] },
      { jsonrpc: '2.0', id: BASE + 1 },
      { jsonrpc: '2.0', method: 'news', params: { id: BASE + 1 } },
      [],
      [{ push: { id: BASE + 1 } }],
      `{"jsonrpc":"2.0","id":${BASE + 1},"result":`,
    ].map((message) => (typeof message === 'string' ? message : JSON.stringify(message)));
    const seen = await page.evaluate(async (strange) => {
      const calls = ['a', 'b', 'c', 'd'].map((method) => outcome(ws.call(method)));
      for (const text of strange) await say(text);
      await say([
        { jsonrpc: '2.0', id: BASE + 3, result: [3] },
        { jsonrpc: '2.0', id: BASE + 1, error: { code: 7, message: 'seven', data: { id: 2 } } },
      ]);
      const mixed = [
        { jsonrpc: '2.0', id: BASE + 2, result: false },
        { jsonrpc: '2.0', method: 'news' },
      ];
      await say(mixed);
      await say({ jsonrpc: '2.0', id: BASE + 4, result: 0 });
      await say({ jsonrpc: '2.0', id: BASE + 4, result: 1 });
      await say({ jsonrpc: '2.0', id: BASE + 4, error: { code: 1, message: '' } });
      const results = await Promise.all(calls);
      await probe.until(() => ws.stats().requests.late === 2);
      return { results, received: record.received, mixed: JSON.stringify(mixed) };
    }, strange);
    assert.deepEqual(seen.results, [{ name: 'RpcError', code: 7, message: 'seven', data: { id: 2 } }, false, [3], 0]);
    assert.deepEqual(seen.received, [...strange, seen.mixed]);
  });

  inRpcWorld('without protocol: json-rpc its methods say what to set', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const plain = new Holdfast.WebSocket(url);
      const errors = [await plain.call('x').catch(String)];
      for (const call of [() => plain.notify('x'), () => plain.handle('x', () => {})]) {
        try {
          call();
        } catch (error) {
          errors.push(String(error));
        }
      }
      return errors;
    }, endpoint.url('/echo'));
    assert.equal(seen.length, 3);
    for (const error of seen) assert.match(error, /^TypeError.*request\.protocol.*json-rpc/);
  });
});

sideBySide('the server’s calls', () => {
  inRpcPage('are answered with what the handler returns or throws, sync or async', async ({ page, said }) => {
    await page.evaluate(async () => {
      const { RpcError } = Holdfast;
      globalThis.given = [];
      ws.handle('subtract', (params) => {
        given.push(params);
        return Array.isArray(params) ? params[0] - params[1] : params.minuend - params.subtrahend;
      });
      ws.handle('later', async () => 'later');
      ws.handle('nothing', () => {});
      ws.handle('refuse', () => {
        throw new RpcError(-32000, 'no', { why: 'because' });
      });
      ws.handle('like', async () => {
        throw { code: 5, message: 'like one' };
      });
      const call = (id, method, params) => say({ jsonrpc: '2.0', id, method, params });
      await call(1, 'subtract', [42, 23]);
      await call('two', 'subtract', { minuend: 42, subtrahend: 23 });
      await call(null, 'later');
      await call(4, 'nothing', []);
      await call(5, 'refuse');
      await call(6, 'like');
      await call(7, 'foobar');
      await call(8, 'constructor');
    });
    const answers = (await said(8)).sort((a, b) => String(a.id) > String(b.id) || -1);
    assert.deepEqual(answers, [
      { jsonrpc: '2.0', id: 1, result: 19 },
      { jsonrpc: '2.0', id: 4, result: null },
      { jsonrpc: '2.0', id: 5, error: { code: -32000, message: 'no', data: { why: 'because' } } },
      { jsonrpc: '2.0', id: 6, error: { code: 5, message: 'like one' } },
      { jsonrpc: '2.0', id: 7, error: { code: -32601, message: 'Method not found' } },
      { jsonrpc: '2.0', id: 8, error: { code: -32601, message: 'Method not found' } },
      { jsonrpc: '2.0', id: null, result: 'later' },
      { jsonrpc: '2.0', id: 'two', result: 19 },
    ]);
    assert.deepEqual(await page.evaluate(() => [given, record.received]), [[[42, 23], { minuend: 42, subtrahend: 23 }], []]);
  });

  inRpcWorld(
    'an error that is not meant for the server is told by its message alone, and reported',
    async ({ page, said }) => {
      await page.evaluate(async () => {
        ws.handle('bug', () => {
          throw Object.assign(TypeError('oops'), { data: 'secret', code: 'E_SECRET' });
        });
        ws.handle('cycle', () => {
          const cycle = {};
          cycle.cycle = cycle;
          return cycle;
        });
        ws.handle('undefined', () => Promise.reject());
        for (const [id, method] of ['bug', 'cycle', 'undefined'].entries()) await say({ jsonrpc: '2.0', id, method });
      });
      const [bug, cycle, undef] = (await said(3)).sort((a, b) => a.id - b.id);
      assert.deepEqual(bug, { jsonrpc: '2.0', id: 0, error: { code: -32603, message: 'oops' } });
      assert.equal(cycle.error.code, -32603);
      assert.deepEqual(undef, { jsonrpc: '2.0', id: 2, error: { code: -32603, message: 'Internal error' } });
      assert.ok(await page.evaluate(() => probe.until(() => probe.errors.length === 3)));
    },
    { uncaught: true },
  );

  inRpcPage(
    'notifications are never answered; those that nobody handles are messages',
    async ({ page, said }) => {
      await page.evaluate(async () => {
        globalThis.got = [];
        ws.handle('news', (params) => got.push(params));
        ws.handle('fails', () => {
          throw new Holdfast.RpcError(1, 'nobody hears');
        });
        await say({ jsonrpc: '2.0', method: 'news', params: [1] });
        await say({ jsonrpc: '2.0', method: 'fails' });
        await say({ jsonrpc: '2.0', method: 'other' });
        await say({ push: 1 });
        await say({ jsonrpc: '2.0', id: 1, method: 'news' });
      });
      assert.deepEqual(await said(1), [{ jsonrpc: '2.0', id: 1, result: 2 }]);
      const seen = await page.evaluate(() => ({
        got: got.map((params) => params ?? 'none'),
        received: record.received,
        errors: probe.errors.map(String),
      }));
      assert.deepEqual(seen, {
        got: [[1], 'none'],
        received: ['{"jsonrpc":"2.0","method":"other"}', '{"push":1}'],
        errors: ['RpcError: nobody hears'],
      });
    },
    { uncaught: true },
  );

  inRpcWorld('a batch is answered as one, as in the specification’s examples', async ({ page, said }) => {
    await page.evaluate(async () => {
      ws.handle('sum', async (params) => params.reduce((a, b) => a + b));
      ws.handle('subtract', ([a, b]) => a - b);
      ws.handle('get_data', () => ['hello', 5]);
      ws.handle('notify_hello', () => {});
      const own = ws.call('own');
      await say([
        { jsonrpc: '2.0', method: 'sum', params: [1, 2, 4], id: '1' },
        { jsonrpc: '2.0', method: 'notify_hello', params: [7] },
        { jsonrpc: '2.0', method: 'subtract', params: [42, 23], id: '2' },
        { foo: 'boo' },
        { jsonrpc: '2.0', method: 'foo.get', params: { name: 'myself' }, id: '5' },
        { jsonrpc: '2.0', method: 'get_data', id: '9' },
        { jsonrpc: '2.0', id: BASE + 1, result: 'own' },
      ]);
      if ((await own) !== 'own') throw Error('the response in the batch');
      await say([]);
      await say([1, 2]);
      await say({ jsonrpc: '2.0', method: 1, params: 'bar' });
      await say({ jsonrpc: '2.0', method: 'sum', params: 'bar', id: 7 });
      await say({ jsonrpc: '2.0', method: 'sum', id: {} });
      await say([{ jsonrpc: '2.0', method: 'notify_hello', params: [7] }]);
      await probe.until(() => ws.stats().received === 7);
      ws.notify('the end');
    });
    const invalid = (id = null) => ({ jsonrpc: '2.0', id, error: { code: -32600, message: 'Invalid Request' } });
    assert.deepEqual(await said(8), [
      { jsonrpc: '2.0', id: BASE + 1, method: 'own' },
      [
        { jsonrpc: '2.0', id: '1', result: 7 },
        { jsonrpc: '2.0', id: '2', result: 19 },
        invalid(),
        { jsonrpc: '2.0', id: '5', error: { code: -32601, message: 'Method not found' } },
        { jsonrpc: '2.0', id: '9', result: ['hello', 5] },
      ],
      invalid(),
      [invalid(), invalid()],
      invalid(),
      invalid(7),
      invalid(),
      { jsonrpc: '2.0', method: 'the end' },
    ]);
    assert.deepEqual(await page.evaluate(() => record.received), []);
  });

  inRpcWorld('until there is a handler, and once there is none again, they are messages', async ({ page, endpoint }) => {
    const messages = await page.evaluate(async () => {
      const call = { jsonrpc: '2.0', id: 1, method: 'ask' };
      await say(call);
      await record.until('message');
      ws.handle('ask', () => {});
      ws.handle('ask', null);
      await say(call);
      await record.until('message', 2);
      return record.received;
    });
    assert.equal(messages.length, 2);
    assert.deepEqual(await endpoint.received(), []);
  });

  inRpcWorld('an answer that is ready after the connection has ended is for nobody', async ({ page, endpoint, said }) => {
    await page.evaluate(async () => {
      ws.handle('slow', () => new Promise((done) => (globalThis.finish = done)));
      await say({ jsonrpc: '2.0', id: 1, method: 'slow' });
      await probe.until(() => globalThis.finish);
    });
    await endpoint.order('drop');
    await page.evaluate(async () => {
      await record.until('open', 2);
      finish('too late');
      await probe.sleep(0);
      ws.notify('first');
    });
    assert.deepEqual(await said(1), [{ jsonrpc: '2.0', method: 'first' }]);
  });
});
