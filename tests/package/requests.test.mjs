/** `request()`: each settles once, by its own reply and no other, or says why there will be none. */
import assert from 'node:assert/strict';
import { BASE, inReadyPage, inReadyWorld } from './support/asking.mjs';
import { sideBySide } from './support/suite.mjs';

sideBySide('requests', () => {
  inReadyPage(
    'a request resolves with the whole reply that has its id, which no listener hears of',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const ws = await opened(url);
        const record = probe.watch(ws);
        const body = Object.freeze({ method: 'add', params: [1, 2] });
        const replies = await Promise.all([ws.request(body), ws.request({ __proto__: null, method: 'echo', params: ['é'] })]);
        const stats = ws.stats().requests;
        ws.send('{"id":77,"method":"echo","params":["by hand"]}');
        await record.until('message');
        return { replies, stats, body, received: record.received };
      }, endpoint.url('/rpc'));
      assert.deepEqual(seen, {
        replies: [
          { id: BASE + 1, result: 3 },
          { id: BASE + 2, result: 'é' },
        ],
        stats: { pending: 0, late: 0 },
        body: { method: 'add', params: [1, 2] },
        received: ['{"id":77,"result":"by hand"}'],
      });
    },
  );

  inReadyWorld(
    '2,000 at once, in any order, some lost, late, repeated or aborted: each settles once and as it should',
    async ({ page, endpoint }) => {
      const COUNT = 2_000;
      const running = page.evaluate(
        async ([url, count]) => {
          const ws = await opened(url, { request: { timeout: 60_000 } });
          globalThis.record = probe.watch(ws);
          const settled = [];
          const expected = [];
          // A reply is known as late for 10 s after its request has settled; on a machine that stands still for longer, it is a
          // message like any other. Those that really came so late are set aside, and nothing else.
          const settledAt = new Map();
          globalThis.tooLate = new Set();
          ws.addEventListener('message', ({ data }) => {
            const id = /^\{"id":(\d+)/.exec(data)?.[1] - BASE - 1;
            if (performance.now() - settledAt.get(id) > 9_900) tooLate.add(data);
          });
          const requests = Array.from({ length: count }, (_, n) => {
            const kind = n % 20;
            const value = { n, nested: { id: (n * 7) % count } };
            let body = { method: 'wait', params: [((n * 7_919) % count) * 0.3, value] };
            const options = {};
            let fate = JSON.stringify(value);
            if (kind === 3) body = { method: 'never' };
            if (kind === 7) body = { method: 'twice', params: [value] };
            if (kind === 11) body.params[0] = 3_000;
            if (kind === 3 || kind === 11) {
              options.timeout = 900;
              fate = 'TimeoutError';
            }
            if (kind === 15) {
              const controller = new AbortController();
              options.signal = controller.signal;
              setTimeout(() => controller.abort(), n % 3);
              body.params[0] = 3_000;
              fate = 'AbortError';
            }
            settled.push(0);
            expected.push(fate);
            return ws.request(body, options).then(
              ({ result }) => {
                settledAt.set(n, performance.now());
                settled[n] += 1;
                return JSON.stringify(result);
              },
              (error) => {
                settledAt.set(n, performance.now());
                settled[n] += 1;
                return error.name;
              },
            );
          });
          const pending = ws.stats().requests.pending;
          const fates = await Promise.all(requests);
          // Those that come late do come.
          await probe.until(() => ws.stats().requests.late + tooLate.size === (count / 20) * 3, 60_000);
          return {
            wrong: fates.flatMap((fate, n) => (fate === expected[n] ? [] : [`${n}: ${fate} instead of ${expected[n]}`])),
            settledOnce: settled.every((times) => times === 1),
            pending: [pending, ws.stats().requests.pending],
          };
        },
        [endpoint.url('/rpc'), COUNT],
      );
      await endpoint.until(({ live }) => live === 1);
      const pushes = Array.from({ length: 40 }, (_, n) =>
        JSON.stringify({ push: { id: n + 1, list: [{ id: 2 * n }] }, text: '"id":1' }),
      );
      pushes.push(
        '{"id":"5"}',
        '{"id":1000000}',
        '{"id":1.5}',
        '{"id":-1}',
        '{"id":null}',
        '[{"id":6}]',
        '{"id":8',
        'null',
        '"id"',
        ' {"ID":1}',
      );
      for (const text of pushes) await endpoint.order('send', { text });
      assert.deepEqual(await running, { wrong: [], settledOnce: true, pending: [COUNT, 0] });
      const received = await page.evaluate(async (count) => {
        const others = () => record.received.filter((data) => !tooLate.has(data));
        await probe.until(() => others().length >= count);
        return others();
      }, pushes.length);
      assert.deepEqual(received, pushes, 'every push is received, in order, and no reply');
    },
  );

  inReadyPage(
    'a kill loses what was sent on the connection, and what may run twice runs again under its id',
    async ({ page, endpoint }) => {
      const running = page.evaluate(async (url) => {
        const ws = await opened(url);
        globalThis.lost = [1, 2].map((n) => fate(ws.request({ method: 'never', n })));
        globalThis.again = [3, 4].map((n) => fate(ws.request({ method: 'never', n }, { retry: true })));
        return [await Promise.all(lost), await Promise.all(again)];
      }, endpoint.url('/sink'));
      await endpoint.until(({ connections }) => connections[0]?.received === 4);
      await endpoint.order('drop');
      await endpoint.until(({ connections }) => connections[1]?.received === 2);
      for (const n of [4, 3]) await endpoint.order('send', { text: JSON.stringify({ id: BASE + n, ok: n }) });
      assert.deepEqual(await running, [
        ['ConnectionLostError', 'ConnectionLostError'],
        [
          { id: BASE + 3, ok: 3 },
          { id: BASE + 4, ok: 4 },
        ],
      ]);
      const again = (await endpoint.received()).slice(4).map(({ text }) => JSON.parse(text));
      assert.deepEqual(again, [
        { id: BASE + 3, method: 'never', n: 3 },
        { id: BASE + 4, method: 'never', n: 4 },
      ]);
    },
  );

  inReadyWorld('what may run twice has one time for all its runs', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const ws = await opened(url);
        const before = performance.now();
        const request = fate(ws.request({ method: 'never' }, { retry: true, timeout: 400 }));
        await probe.order(name, 'refuse');
        await probe.order(name, 'drop');
        const name_ = await request;
        const took = performance.now() - before;
        return { name: name_, inTime: took >= 400, queued: ws.stats().queued.messages };
      },
      [endpoint.url('/sink'), endpoint.name],
    );
    assert.deepEqual(seen, { name: 'DOMException TimeoutError', inTime: true, queued: 0 });
  });

  inReadyWorld(
    'before it is open a request waits its turn, and leaves the queue when it is aborted or out of time',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        let open;
        const ws = new Holdfast.WebSocket(() => new Promise((resolve) => (open = () => resolve(url))));
        const controller = new AbortController();
        const kept = ws.request({ n: 1 });
        const aborted = fate(ws.request({ n: 2 }, { signal: controller.signal }));
        const late = fate(ws.request({ n: 3 }, { timeout: 50 }));
        ws.send('4');
        const before = ws.stats().queued.messages;
        controller.abort('enough');
        const fates = [await aborted, await late];
        const after = ws.stats().queued;
        await probe.until(() => open);
        open();
        return { before, fates, after, echo: await kept };
      }, endpoint.url('/echo'));
      assert.deepEqual(seen, {
        before: 4,
        fates: ['enough', 'DOMException TimeoutError'],
        after: { messages: 2, bytes: `{"id":${BASE + 1},"n":1}`.length + 1 },
        echo: { id: BASE + 1, n: 1 },
      });
      await endpoint.receives([`{"id":${BASE + 1},"n":1}`, '4']);
    },
  );

  inReadyWorld('a signal that is aborted already rejects with its reason, and nothing is sent', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const ws = await opened(url);
      const sent = ws.stats().sent;
      const fates = await Promise.all([
        fate(ws.request({}, { signal: AbortSignal.abort() })),
        ws.request({}, { signal: AbortSignal.abort(5) }).catch((reason) => reason),
        fate(ws.stream({}, { signal: AbortSignal.abort() }).next()),
      ]);
      return { fates, sent: ws.stats().sent - sent, pending: ws.stats().requests.pending };
    }, endpoint.url('/echo'));
    assert.deepEqual(seen, { fates: ['DOMException AbortError', 5, 'DOMException AbortError'], sent: 0, pending: 0 });
  });

  inReadyWorld('nothing stays on a signal whose requests are settled', async ({ page, endpoint }) => {
    const listeners = await page.evaluate(async (url) => {
      const { signal } = new AbortController();
      let count = 0;
      for (const [method, by] of [
        ['addEventListener', 1],
        ['removeEventListener', -1],
      ])
        signal[method] = function (...given) {
          count += by;
          return EventTarget.prototype[method].apply(this, given);
        };
      const ws = await opened(url);
      const controls = [ws.request({ method: 'add', params: [1, 1] }, { signal })];
      controls.push(fate(ws.request({ method: 'never' }, { signal, timeout: 30 })));
      const peak = count;
      await Promise.all(controls);
      const lost = fate(ws.request({ method: 'never' }, { signal }));
      ws.close();
      await lost;
      return { peak, left: count };
    }, endpoint.url('/rpc'));
    assert.deepEqual(listeners, { peak: 2, left: 0 });
  });

  inReadyWorld(
    'a closed socket, a socket that closes and a full queue refuse, and say so by a rejection',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const ws = await opened(url);
        const pending = fate(ws.request({ method: 'never' }));
        ws.close();
        const fates = [await fate(ws.request({})), await pending];
        await probe.until(() => ws.readyState === 3);
        fates.push(await fate(ws.request({})));
        const never = () => new Promise(() => {});
        fates.push(await fate(new Holdfast.WebSocket(never, [], { queue: { maxMessages: 0 } }).request({})));
        fates.push(await fate(new Holdfast.WebSocket(never, [], { queue: false }).request({})));
        fates.push(await fate(new Holdfast.WebSocket(url, [], { reconnect: false }).request({})));
        return fates;
      }, endpoint.url('/sink'));
      assert.deepEqual(seen, [
        'DOMException InvalidStateError',
        'ConnectionLostError',
        'DOMException InvalidStateError',
        'DOMException QuotaExceededError',
        'DOMException InvalidStateError',
        'DOMException InvalidStateError',
      ]);
    },
  );

  inReadyWorld('reconnect: false has requests too, while it is open', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const ws = await opened(url, { reconnect: false });
      const reply = await ws.request({ method: 'add', params: [2, 2] });
      const lost = fate(ws.request({ method: 'never' }, { retry: true }));
      ws.close();
      return [reply, await lost];
    }, endpoint.url('/rpc'));
    assert.deepEqual(seen, [{ id: BASE + 1, result: 4 }, 'ConnectionLostError']);
  });

  inReadyWorld(
    'what is no plain object without an id, and impossible options, are TypeErrors, and nothing is sent',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const ws = await opened(url);
        const cycle = {};
        cycle.cycle = cycle;
        const bodies = [undefined, null, 5, 'x', [], new Date(), new Map(), { id: 1 }, { id: undefined }, cycle, { n: 1n }];
        const options = [
          { timeOut: 1 },
          { timeout: -1 },
          { timeout: '5' },
          { timeout: NaN },
          { signal: {} },
          { retry: 1 },
          { schema: {} },
          { limit: 5 },
          5,
        ];
        const names = [];
        for (const body of bodies) names.push(await fate(ws.request(body)));
        for (const option of options) names.push(await ws.request({}, option).catch((error) => `${error}`));
        return { names, sent: ws.stats().sent, brand: await fate(ws.request.call({}, {})) };
      }, endpoint.url('/echo'));
      assert.equal(seen.sent, 0);
      assert.equal(seen.brand, 'TypeError');
      assert.deepEqual(seen.names.slice(0, 11), Array(11).fill('TypeError'));
      const words = [
        'timeOut is unknown',
        'timeout takes a number from 0 up',
        'timeout',
        'timeout',
        'signal',
        'retry',
        'schema',
        'limit',
        'object',
      ];
      const wrong = seen.names
        .slice(11)
        .filter((message, n) => !message.startsWith('TypeError') || !message.includes(words[n]));
      assert.deepEqual(wrong, []);
    },
  );

  inReadyWorld('a reply may have any shape, and any member but the id', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const ws = await opened(url);
        const requests = [1, 2, 3].map((n) => ws.request({ n }));
        await say(name, ` \n\t{"error":{"code":1},"id":${BASE + 2}}`);
        await say(name, `{"__proto__":{"polluted":1},"id":${BASE + 1}}`);
        await say(name, `{"id":${BASE + 3}}`);
        const replies = await Promise.all(requests);
        return { replies: replies.map((reply) => JSON.stringify(reply)), polluted: {}.polluted ?? null };
      },
      [endpoint.url('/sink'), endpoint.name],
    );
    assert.deepEqual(seen, {
      replies: [`{"__proto__":{"polluted":1},"id":${BASE + 1}}`, `{"error":{"code":1},"id":${BASE + 2}}`, `{"id":${BASE + 3}}`],
      polluted: null,
    });
  });

  inReadyWorld('with nothing pending no message is looked at', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const ws = await opened(url);
        const record = probe.watch(ws);
        const { parse } = JSON;
        let parsed = 0;
        // Not of what a browser's driver reads in the page meanwhile.
        const messages = [`{"id":${BASE + 1}}`, 'no "id" {}', '{"push":1}'];
        JSON.parse = (...given) => {
          if (messages.includes(given[0])) parsed += 1;
          return parse(...given);
        };
        await say(name, `{"id":${BASE + 1}}`);
        await record.until('message');
        const idle = parsed;
        const reply = ws.request({});
        await say(name, 'no "id" {}');
        await say(name, '{"push":1}');
        await say(name, `{"id":${BASE + 1}}`);
        await reply;
        JSON.parse = parse;
        return { idle, parsed, received: record.received };
      },
      [endpoint.url('/sink'), endpoint.name],
    );
    assert.deepEqual(seen, { idle: 0, parsed: 1, received: [`{"id":${BASE + 1}}`, 'no "id" {}', '{"push":1}'] });
  });

  inReadyPage('a socket that nobody holds or listens to lives until its requests are settled', async ({ page, endpoint }) => {
    await page.evaluate(async (url) => {
      globalThis.reply = (await opened(url)).request({ method: 'wait', params: [500, 'here'] });
    }, endpoint.url('/rpc'));
    await page.collectGarbage();
    assert.deepEqual(await page.evaluate(() => reply), { id: BASE + 1, result: 'here' });
  });
});
