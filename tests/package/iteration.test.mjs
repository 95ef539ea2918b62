/** Iterables: messages, the parts of a reply, and a buffer that drains. */
import assert from 'node:assert/strict';
import { BASE, fixNumbers } from './support/asking.mjs';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

const END = { value: undefined, done: true };

/** A page with `connect(options)`, which gives an open socket, and `say(message)`, which the server then says. */
const inReady =
  (inPlace) =>
  (name, run, { path = '/sink', query, ...options } = {}) =>
    inPlace(
      name,
      async (world) => {
        const { page, endpoint } = world;
        await fixNumbers(page);
        await page.evaluate(
          ([url, name]) => {
            globalThis.connect = async (options) => {
              const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40 }, ...options });
              await new Promise((done) => ws.addEventListener('open', done, { once: true }));
              return ws;
            };
            globalThis.say = async (...messages) => {
              for (const message of messages)
                await probe.order(
                  name,
                  `send?text=${encodeURIComponent(typeof message === 'string' ? message : JSON.stringify(message))}`,
                );
            };
            // Everything an iterable gives, and the error that ends it.
            globalThis.collect = async (iterable, each = (value) => value) => {
              const all = [];
              try {
                for await (const value of iterable) all.push(each(value));
              } catch (error) {
                all.push(error?.name ?? error);
              }
              return all;
            };
            globalThis.data = ({ data }) => data;
          },
          [endpoint.url(path, query), endpoint.name],
        );
        await run(world);
      },
      options,
    );

const inReadyPage = inReady(inPage);
const inReadyWorld = inReady(inWorld);

sideBySide('messages', () => {
  inReadyPage(
    'for await gives every message event in order, over reconnections, until it is over',
    async ({ page, endpoint }) => {
      const running = page.evaluate(async () => {
        const ws = await connect();
        const all = [];
        globalThis.all = all;
        for await (const event of ws) {
          if (event.target !== ws || !(event instanceof MessageEvent)) throw Error('no event of ours');
          all.push(event.data);
          if (event.data === 'last') ws.close();
        }
        return [all, ws.readyState];
      });
      await endpoint.until(({ live }) => live === 1);
      for (const text of ['a', 'b']) await endpoint.order('send', { text });
      // A reset overtakes what is under way.
      await page.evaluate(() => probe.until(() => all.length === 2));
      await endpoint.order('drop');
      await endpoint.until(({ accepted, live }) => accepted === 2 && live === 1);
      for (const text of ['c', 'last']) await endpoint.order('send', { text });
      assert.deepEqual(await running, [['a', 'b', 'c', 'last'], 3]);
    },
  );

  inReadyWorld(
    'messages wait for a slow reader, and past the bound the iteration ends after what was kept',
    async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const ws = await connect();
        const small = ws.messages({ limit: 2 });
        const large = ws.messages();
        const record = probe.watch(ws);
        await say('1', '2', '3', '4');
        await record.until('message', 4);
        const kept = await collect(small, data);
        const all = [];
        for await (const event of large) {
          all.push(event.data);
          if (all.length === 4) break;
        }
        return { kept, all, again: await small.next() };
      });
      assert.deepEqual(seen, { kept: ['1', '2', 'QuotaExceededError'], all: ['1', '2', '3', '4'], again: END });
    },
  );

  inReadyWorld('a signal ends it with its reason, at once or before it began', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = await connect();
      const controller = new AbortController();
      const record = probe.watch(ws);
      const kept = ws.messages({ signal: controller.signal });
      await say('dropped');
      await record.until('message');
      const reading = collect(ws.messages({ signal: controller.signal }), data);
      controller.abort('enough');
      return [await reading, await collect(kept, data), await collect(ws.messages({ signal: AbortSignal.abort() }))];
    });
    assert.deepEqual(seen, [['enough'], ['enough'], ['AbortError']]);
  });

  inReadyWorld('leaving it takes every listener off, whichever way', async ({ page }) => {
    const left = await page.evaluate(async () => {
      const count = (target) => {
        target.count = 0;
        for (const [method, by] of [
          ['addEventListener', 1],
          ['removeEventListener', -1],
        ]) {
          target[method] = function (...given) {
            target.count += by;
            return EventTarget.prototype[method].apply(this, given);
          };
        }
        return target;
      };
      const { addEventListener, removeEventListener } = EventTarget.prototype;
      const ws = await connect();
      let onSocket = 0;
      EventTarget.prototype.addEventListener = function (...given) {
        if (this === ws) onSocket += 1;
        return addEventListener.apply(this, given);
      };
      EventTarget.prototype.removeEventListener = function (...given) {
        if (this === ws) onSocket -= 1;
        return removeEventListener.apply(this, given);
      };
      const { signal } = count(new AbortController());
      const counted = count(new AbortController().signal);
      const returned = ws.messages({ signal: counted });
      const waiting = returned.next();
      const during = [onSocket, counted.count];
      const end = await returned.return('value');
      const full = ws.messages({ limit: 0 });
      await say('x');
      await probe.until(() => ws.stats().received === 1);
      await collect(full);
      collect(ws.messages({ signal }));
      ws.close();
      await probe.until(() => ws.readyState === 3 && onSocket === 0);
      Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
      return { during, end, waiting: await waiting, after: [onSocket, counted.count], closed: await collect(ws) };
    });
    assert.deepEqual(left, {
      during: [2, 1],
      end: { value: 'value', done: true },
      waiting: END,
      after: [0, 0],
      closed: [],
    });
  });

  inReadyWorld('reconnect: false ends it with its connection; unknown options are TypeErrors', async ({ page, endpoint }) => {
    const running = page.evaluate(async () => {
      const ws = await connect({ reconnect: false });
      const wrong = [{ limits: 1 }, { limit: -1 }, { signal: 1 }, 5].map((options) => probe.thrown(() => ws.messages(options)));
      return [wrong, await collect(ws, data)];
    });
    await endpoint.until(({ live }) => live === 1);
    await endpoint.order('send', { text: 'one' });
    await endpoint.order('close');
    assert.deepEqual(await running, [Array(4).fill('TypeError TypeError undefined'), ['one']]);
  });

  inReadyWorld('what next() was asked for ahead comes in order', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = await connect();
      const iterator = ws[Symbol.asyncIterator]();
      const asked = [1, 2, 3].map(() => iterator.next());
      await say('1', '2');
      const first = [await asked[0], await asked[1]].map(({ value }) => value.data);
      ws.close();
      return [first, await asked[2], await iterator.next(), iterator[Symbol.asyncIterator]() === iterator];
    });
    assert.deepEqual(seen, [['1', '2'], END, END, true]);
  });
});

sideBySide('streams', () => {
  inReadyPage('a stream gives the parts of its reply until one is marked done', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = await connect();
      const record = probe.watch(ws);
      const empty = collect(ws.stream({ n: 1 }));
      const full = collect(ws.stream({ n: 2 }));
      const single = ws.request({ n: 3 });
      await say(
        { id: BASE + 1, result: 'a' },
        { id: BASE + 2, part: 1 },
        { id: BASE + 1, result: 'b' },
        { id: BASE + 3, result: null, done: true },
      );
      await say(
        { id: BASE + 1, result: null, done: true },
        { id: BASE + 2, part: 2, done: true },
        { id: BASE + 2, part: 3 },
        { id: BASE + 1, result: 'c' },
      );
      const result = { empty: await empty, full: await full, single: await single };
      await probe.until(() => ws.stats().requests.late === 2);
      return { ...result, received: record.received, pending: ws.stats().requests.pending };
    });
    assert.deepEqual(seen, {
      empty: [
        { id: BASE + 1, result: 'a' },
        { id: BASE + 1, result: 'b' },
      ],
      full: [
        { id: BASE + 2, part: 1 },
        { id: BASE + 2, part: 2, done: true },
      ],
      single: { id: BASE + 3, result: null, done: true },
      received: [],
      pending: 0,
    });
  });

  inReadyWorld('its timeout is for each part, and what came before the error is given', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = await connect();
      const stream = ws.stream({}, { timeout: 4_000 });
      for (const part of [1, 2, 3]) {
        await probe.sleep(1_500);
        await say({ id: BASE + 1, part });
      }
      return [await collect(stream, ({ part }) => part), await stream.next()];
    });
    assert.deepEqual(seen, [[1, 2, 3, 'TimeoutError'], END]);
  });

  inReadyWorld('a lost connection, an end, an abort and a full buffer are thrown by next()', async ({ page, endpoint }) => {
    const running = page.evaluate(async () => {
      const ws = await connect();
      const part = (value) => value.part;
      const controller = new AbortController();
      const lost = ws.stream({});
      const aborted = ws.stream({}, { signal: controller.signal });
      const full = ws.stream({}, { limit: 2 });
      await say({ id: BASE + 1, part: 1 }, { id: BASE + 2, part: 1 }, ...[1, 2, 3].map((part) => ({ id: BASE + 3, part })));
      await probe.until(() => ws.stats().requests.pending === 2);
      controller.abort();
      const first = [await collect(aborted, part), await collect(full, part)];
      await probe.order(ws.url.match(/endpoint=([^&]*)/)[1].replace('+', ' '), 'drop');
      const second = await collect(lost, part);
      ws.close();
      return [...first, second, await collect(ws.stream({})), probe.thrown(() => ws.stream({}, { x: 1 }))];
    });
    assert.deepEqual(await running, [
      ['AbortError'],
      [1, 2, 'QuotaExceededError'],
      [1, 'ConnectionLostError'],
      ['InvalidStateError'],
      'TypeError TypeError undefined',
    ]);
    assert.ok((await endpoint.seen()).accepted >= 1);
  });

  inReadyWorld(
    'leaving early cancels, in the words of the protocol, what the server has heard of',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async () => {
        const protocol = {
          encode: (id, payload) => `${id} ${payload}`,
          decode: (data) => JSON.parse(data),
          cancel: (id) => (id === BASE + 4 ? undefined : `cancel ${id}`),
        };
        const controller = new AbortController();
        const ws = await connect({ request: { protocol } });
        const parts = [];
        const left = ws.stream('left');
        ws.stream('aborted', { signal: controller.signal });
        const request = ws.request('request', { signal: controller.signal }).catch(({ name }) => name);
        const silent = ws.stream('silent');
        const whole = collect(ws.stream('whole'));
        await say({ id: BASE + 1, result: 'first' }, { id: BASE + 5, result: 'only' }, { id: BASE + 5, done: true });
        for await (const part of left) {
          parts.push(part);
          break;
        }
        controller.abort();
        await silent.return();
        await probe.order(ws.url.match(/endpoint=([^&]*)/)[1].replace('+', ' '), 'refuse');
        const result = { parts, request: await request, whole: await whole };
        ws.reconnect();
        const queued = ws.stream('queued');
        await queued.return();
        return { ...result, queued: ws.stats().queued.messages, pending: ws.stats().requests.pending };
      });
      assert.deepEqual(seen, { parts: ['first'], request: 'AbortError', whole: ['only'], queued: 0, pending: 0 });
      const said = ['left', 'aborted', 'request', 'silent', 'whole'].map((payload, n) => `${BASE + n + 1} ${payload}`);
      await endpoint.receives([...said, ...[1, 2, 3].map((n) => `cancel ${BASE + n}`)]);
    },
  );
});

sideBySide('drained()', () => {
  inReadyPage(
    'waits until no more than so much is left',
    async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const ws = await connect();
        await ws.drained();
        for (let n = 0; n < 40; n += 1) ws.send(new Uint8Array(65_536));
        const before = ws.bufferedAmount;
        const some = ws.drained(before - 100_000).then(() => ws.bufferedAmount);
        const wrong = await Promise.all([-1, NaN, 'x'].map((bytes) => ws.drained(bytes).catch(({ name }) => name)));
        const left = await some;
        return { fell: left <= before - 100_000, wrong, timers: probe.timers() <= 1 };
      });
      assert.deepEqual(seen, { fell: true, wrong: Array(3).fill('TypeError'), timers: true });
    },
    { path: '/drain', query: { kbps: 8_000 } },
  );

  inReadyWorld('waits through a reconnection, and rejects when it is over before that', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      let open;
      const ws = new Holdfast.WebSocket(() => new Promise((resolve) => (open = () => resolve(url))));
      ws.send('waits');
      const drained = ws.drained().then(() => [ws.bufferedAmount, ws.readyState]);
      await probe.until(() => open);
      open();
      const first = await drained;
      const other = new Holdfast.WebSocket(() => new Promise(() => {}));
      other.send('never');
      const never = other.drained().catch(({ name }) => name);
      other.close();
      return [first, await never, await other.drained().catch(({ name }) => name)];
    }, endpoint.url('/sink'));
    assert.deepEqual(seen, [[0, 1], 'InvalidStateError', 'InvalidStateError']);
  });
});
