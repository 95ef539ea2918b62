/** A page that is hidden and seen again, being left, left and returned to. */
import assert from 'node:assert/strict';
import { inPage } from './support/suite.mjs';

const QUICK = { minDelay: 100, maxDelay: 200 };

/** In the page: says that it is hidden, or seen, without an event. */
const PRETEND = `globalThis.pretend = (hidden) =>
  Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });`;

for (const [type, target] of [
  ['visibilitychange', 'document'],
  ['pageshow', 'globalThis'],
]) {
  inPage(
    `without a heartbeat a connection that died while the page was hidden is made anew by ${type} alone`,
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, name, type, target, pretend]) => {
          new Function(pretend)();
          let ws;
          // Before ours is listened to.
          globalThis[target === 'document' ? 'document' : 'window'].addEventListener(type, () => {
            if (!document.hidden) ws.send('waking');
          });
          const record = probe.watch(new Holdfast.WebSocket(url));
          ws = record.ws;
          await record.until('open');
          const eventCount = () => record.all('close').length;
          // Hidden for a moment.
          for (const hidden of [true, false, true]) {
            globalThis.pretend(hidden);
            if (hidden || target === 'document') document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
            else dispatchEvent(new Event(type));
          }
          const briefly = eventCount();
          await probe.until(() => record.received.length === 1);
          await probe.order(name, 'freeze');
          await probe.sleep(10_500);
          const hidden = eventCount();
          globalThis.pretend(false);
          (target === 'document' ? document : globalThis).dispatchEvent(new Event(type, { bubbles: true }));
          await record.until('open', 2);
          await probe.order(name, 'thaw');
          await probe.until(() => record.received.length === 2);
          const { cause } = record.last('reconnecting');
          const { reason } = record.last('close');
          delete document.hidden;
          ws.close();
          return { briefly, hidden, cause, reason, received: record.received };
        },
        [endpoint.url('/echo'), endpoint.name, type, target, PRETEND],
      );
      assert.deepEqual(seen, { briefly: 0, hidden: 0, cause: 'wake', reason: 'wake', received: ['waking', 'waking'] });
    },
  );
}

inPage('onWake: false leaves the connection as it is', async ({ page, endpoint }) => {
  const seen = await page.evaluate(
    async ([url, pretend]) => {
      new Function(pretend)();
      const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { onWake: false } }));
      await record.until('open');
      const { now } = Date;
      globalThis.pretend(true);
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      // The machine sleeps, and the page's own clock stands still.
      Date.now = () => now() + 3_600_000;
      globalThis.pretend(false);
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      Date.now = now;
      delete document.hidden;
      record.ws.send('here');
      await record.until('message');
      record.ws.close();
      return record.all('open').length;
    },
    [endpoint.url('/echo'), PRETEND],
  );
  assert.equal(seen, 1);
});

inPage('a page that is being left tells and dials nothing, and one that stays goes on', async ({ page, endpoint }) => {
  const seen = await page.evaluate(
    async ([url, name, reconnect]) => {
      const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect }));
      const eventCount = () => record.all('close').length + record.all('error').length + record.all('reconnecting').length;
      await record.until('open');
      dispatchEvent(new Event('beforeunload'));
      const begun = performance.now();
      await probe.order(name, 'drop');
      await record.until('close');
      const stayed = performance.now() - begun;
      await record.until('open', 2);
      const before = eventCount();
      dispatchEvent(new Event('beforeunload'));
      await probe.order(name, 'drop');
      dispatchEvent(new Event('pagehide'));
      await probe.sleep(7_000);
      const left = eventCount() - before;
      const opens = record.all('open').length;
      dispatchEvent(new Event('pageshow'));
      await record.until('open', 3);
      record.ws.close();
      return { stayed, left, opens, causes: record.all('reconnecting').map(({ cause }) => cause) };
    },
    [endpoint.url('/echo'), endpoint.name, QUICK],
  );
  assert.ok(seen.stayed > 4_900, `told after ${seen.stayed} ms`);
  assert.equal(seen.left, 0);
  assert.equal(seen.opens, 2);
  assert.equal(seen.causes.at(0), 'closed');
  await endpoint.until(({ accepted }) => accepted === 3);
});

inPage('a page that is back from the back/forward cache, but hidden, has its connection back', async ({ page, endpoint }) => {
  const seen = await page.evaluate(
    async ([url, name, pretend, reconnect]) => {
      new Function(pretend)();
      const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect }));
      const { ws } = record;
      await record.until('open');
      globalThis.pretend(true);
      dispatchEvent(new Event('pagehide'));
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      await probe.order(name, 'drop');
      await probe.sleep(1_000);
      const away = record.all('close').length;
      dispatchEvent(new Event('pageshow'));
      await record.until('open', 2);
      delete document.hidden;
      ws.close();
      return { away, closes: record.all('close').length };
    },
    [endpoint.url('/echo'), endpoint.name, PRETEND, QUICK],
  );
  assert.deepEqual(seen, { away: 0, closes: 1 });
});

inPage(
  'a request that waited for a connection in doubt, and ran out of time, says that it was never sent',
  async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const heartbeat = { interval: 60_000, timeout: 20_000, ping: 'ping', pong: 'ping' };
        const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
        const { ws } = record;
        await record.until('open');
        await probe.order(name, 'freeze');
        const fate = ({ name: error, sent }) => [error, sent];
        const first = ws.request({ method: 'sent' }, { timeout: 300 }).catch(fate);
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        const second = ws.request({ method: 'queued' }, { timeout: 300 }).catch(fate);
        const fates = [await first, await second];
        await probe.order(name, 'thaw');
        ws.close();
        return fates;
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(seen, [
      ['TimeoutError', true],
      ['TimeoutError', false],
    ]);
  },
);
