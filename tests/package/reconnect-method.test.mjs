/** `reconnect()`, from every state and from within every listener. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/** How to come to a state; then `reconnect()` is called. And how many `close` events must have come before the new `open`. */
const STATES = {
  connecting: [
    'await probe.order(name, "handshake?ms=500"); make(); await probe.sleep(100); await probe.order(name, "accept");',
    1,
  ],
  open: ['make(); await record.until("open");', 1],
  waiting: [
    'make(); await record.until("open"); const waits = new Promise((done) => ws.addEventListener("statuschange", () => ws.status === "waiting" && done())); probe.order(name, "drop"); await waits;',
    1,
  ],
  'waiting for long': [
    'make({ minDelay: 20_000, maxDelay: 40_000 }); await record.until("open"); await probe.order(name, "drop"); await probe.until(() => ws.status === "waiting");',
    1,
  ],
  closing: ['make(); await record.until("open"); ws.close();', 1],
  closed: ['make(); await record.until("open"); ws.close(); await record.end();', 1],
  'given up': [
    'await probe.order(name, "refuse"); make({ maxAttempts: 2 }); await record.end(); await probe.order(name, "accept");',
    2,
  ],
};

const HANDLERS = {
  open: ['make(); ws.onopen = again;', 1],
  message: ['make(); ws.onopen = () => ws.send("x"); ws.onmessage = again;', 1],
  error: [
    'await probe.order(name, "refuse"); make({ minDelay: 20_000, maxDelay: 40_000 }); ws.onerror = async () => { await probe.order(name, "accept"); again(); };',
    1,
  ],
  close: ['make(); ws.onclose = again; await record.until("open"); await probe.order(name, "drop");', 1],
  'the last close': ['make(); ws.onclose = again; await record.until("open"); ws.close();', 1],
  reconnecting: [
    'make({ minDelay: 20_000, maxDelay: 40_000 }); ws.addEventListener("reconnecting", again); await record.until("open"); await probe.order(name, "drop");',
    1,
  ],
  'statuschange to waiting': [
    'make({ minDelay: 20_000, maxDelay: 40_000 }); ws.addEventListener("statuschange", () => ws.status === "waiting" && again()); await record.until("open"); await probe.order(name, "drop");',
    1,
  ],
  'statuschange to closed': [
    'make(); ws.addEventListener("statuschange", () => ws.status === "closed" && again()); await record.until("open"); ws.close();',
    1,
  ],
};

const run = (page, endpoint, source, inside) =>
  page.evaluate(
    async ([url, name, source, inside]) => {
      const program = `return (async () => {
        let ws;
        let record;
        let called = 0;
        const again = () => { if (!called++) ws.reconnect(); };
        const make = (reconnect = {}) => {
          ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 100, maxDelay: 10_000, ...reconnect } });
          record = probe.watch(ws);
        };
        ${source}
        ${inside ? 'await probe.until(() => called);' : 'const opens = record.all("open").length; again();'}
        await probe.until(() => ws.readyState === 1 && record.last('reconnecting')?.cause === 'manual', undefined, 'open again');
        await record.until('open', 1);
        const closes = record.all('close').length;
        ws.send('proof');
        await probe.until(() => record.received.includes('proof'));
        ws.close();
        await probe.until(() => ws.readyState === 3);
        await probe.sleep(300);
        return { closes, readyState: ws.readyState, timers: probe.timers() };
      })()`;
      return new Function('url', 'name', program)(url, name);
    },
    [endpoint.url('/echo'), endpoint.name, source, inside],
  );

sideBySide('reconnect()', () => {
  inWorld('reconnect() starts again after the server said it was the end', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async (url) => {
        const record = probe.watch(new Holdfast.WebSocket(url));
        await record.end();
        record.ws.reconnect();
        await record.until('open', 2);
        await probe.until(() => record.ends.length === 2);
        return [record.ws.readyState, probe.timers()];
      },
      endpoint.url('/close', { code: 1000 }),
    );
    assert.deepEqual(seen, [3, 0]);
  });

  inPage(
    'what awaits `close` and then `open` misses neither, even if the timer is later than the connection',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, name]) => {
          const ws = new Holdfast.WebSocket(url);
          const record = probe.watch(ws);
          const happens = (type) => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
          await probe.until(() => record.last('statuschange')?.status === 'open');
          // The old connection must not be heard of: its end would have the socket look, too.
          await probe.order(name, 'freeze');
          // Browsers throttle timers: those of hidden pages, and those that a timer sets.
          const { setTimeout: soon } = globalThis;
          globalThis.setTimeout = (run, ms, ...more) => soon(run, ms + 10_000, ...more);
          const closed = happens('close');
          ws.reconnect();
          await closed;
          const opened = happens('open').then(() => 'open');
          const outcome = await Promise.race([opened, record.until('open', 2).then(() => 'missed')]);
          globalThis.setTimeout = soon;
          ws.close();
          return outcome;
        },
        [endpoint.url('/echo'), endpoint.name],
      );
      assert.equal(seen, 'open');
    },
  );

  for (const [state, [source, closes]] of Object.entries(STATES)) {
    const inPlace = state === 'open' ? inPage : inWorld;
    inPlace(`reconnect() connects anew from ${state}`, async ({ page, endpoint }) => {
      assert.deepEqual(await run(page, endpoint, source, false), { closes, readyState: 3, timers: 0 });
      await endpoint.until(({ live }) => live === 0);
    });
  }
  for (const [handler, [source, closes]] of Object.entries(HANDLERS)) {
    const inPlace = handler === 'close' ? inPage : inWorld;
    inPlace(`reconnect() inside ${handler} connects anew`, async ({ page, endpoint }) => {
      assert.deepEqual(await run(page, endpoint, source, true), { closes, readyState: 3, timers: 0 });
      await endpoint.until(({ live }) => live === 0);
    });
  }
});
