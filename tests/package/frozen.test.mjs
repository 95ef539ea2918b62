/** Connections on which nothing moves any more, found by silence or by bytes that stay, or left by the application. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

const QUICK = { minDelay: 100, maxDelay: 200 };

sideBySide('frozen connections', () => {
  inWorld('idleTimeout: silence alone is death, and any message is life', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([quiet, lively, reconnect]) => {
        const open = (url, idleTimeout) => probe.watch(new Holdfast.WebSocket(url, [], { idleTimeout, reconnect }));
        const [silent, talking] = [open(quiet, 500), open(lively, 3_000)];
        const { at } = await silent.until('open');
        const close = await silent.until('close');
        await talking.until('message', 40);
        const { code, reason, wasClean, willReconnect } = close;
        // The machine itself may have been too busy to move anything.
        const times = ['open', 'message', 'close']
          .flatMap((type) => talking.all(type).map(({ at }) => at))
          .sort((a, b) => a - b);
        const result = {
          longest: Math.max(...times.map((time, index) => time - times[Math.max(0, index - 1)])),
          took: close.at - at,
          end: [code, reason, wasClean, willReconnect, silent.last('reconnecting').cause],
          dead: silent.ws.stats().deadLines > 0,
          lively: talking.all('close').length,
        };
        silent.ws.close();
        talking.ws.close();
        return result;
      },
      [endpoint.url('/sink'), endpoint.url('/push', { every: 100 }), QUICK],
    );
    assert.deepEqual(seen.end, [1006, 'idle timeout', false, true, 'idle']);
    assert.ok(seen.took >= 500, `dead after ${seen.took} ms`);
    assert.ok(seen.dead);
    assert.ok(seen.lively === 0 || seen.longest >= 2_900, `the lively one ended: ${JSON.stringify(seen)}`);
  });

  inPage(
    'stallTimeout: bytes that do not move are death',
    async ({ page, endpoint }) => {
      const end = await page.evaluate(
        async ([url, name, reconnect]) => {
          const record = probe.watch(new Holdfast.WebSocket(url, [], { stallTimeout: 3_000, reconnect }));
          await record.until('open');
          await probe.order(name, 'freeze');
          // More than the browser and the kernels hold for a connection.
          for (let part = 0; part < 128; part += 1) record.ws.send(new Uint8Array(250_000));
          const { code, reason, wasClean } = await record.until('close', 1, 60_000);
          const { cause } = record.last('reconnecting');
          await record.until('open', 2);
          record.ws.close();
          return [code, reason, wasClean, cause];
        },
        [endpoint.url('/drain', { kbps: 16_000 }), endpoint.name, QUICK],
      );
      assert.deepEqual(end, [1006, 'stalled', false, 'stalled']);
    },
    { needs: 'backpressure' },
  );

  inPage(
    'stallTimeout: bytes that move slowly are no death',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, reconnect]) => {
          const record = probe.watch(new Holdfast.WebSocket(url, [], { stallTimeout: 3_000, reconnect }));
          await record.until('open');
          // Firefox takes a message from bufferedAmount when all of it is sent, no sooner.
          for (let part = 0; part < 128; part += 1) record.ws.send(new Uint8Array(250_000));
          const begun = performance.now();
          const held = record.ws.bufferedAmount;
          const still = { longest: 0, since: begun, amount: held };
          // The machine itself may be too busy to move anything, or stand still until all has moved.
          while (performance.now() < begun + 6_000 && !record.all('close').length) {
            await probe.sleep(50);
            const amount = record.ws.bufferedAmount;
            const now = performance.now();
            still.longest = Math.max(still.longest, now - still.since);
            if (amount < still.amount) Object.assign(still, { since: now, amount });
          }
          const { longest, amount: left } = still;
          const closes = record.all('close').length;
          record.ws.close();
          return { held, left, longest, closes };
        },
        [endpoint.url('/drain', { kbps: 16_000 }), QUICK],
      );
      assert.equal(seen.held, 32_000_000);
      const stoodStill = seen.longest >= 2_900;
      assert.ok(seen.left > 0 || stoodStill, 'it was still sending');
      assert.ok(seen.closes === 0 || stoodStill, `slow is not dead: ${JSON.stringify(seen)}`);
    },
    { needs: 'backpressure' },
  );

  inPage('close() on a frozen connection ends within the heartbeat’s timeout', async ({ page, endpoint }) => {
    const tryOnce = () =>
      page.evaluate(
        async ([url, name]) => {
          const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat: { interval: 60_000, timeout: 500 } }));
          await record.until('open');
          await probe.order(name, 'freeze');
          const begun = performance.now();
          record.ws.close(1000, 'bye');
          const { readyState, status } = record.ws;
          const { at, code, wasClean } = await record.end();
          await probe.sleep(500);
          return {
            took: at - begun,
            closing: [readyState, status],
            end: [code, wasClean, record.ws.readyState],
            ends: record.ends.length,
            timers: probe.timers(),
          };
        },
        [endpoint.url('/echo'), endpoint.name],
      );
    // A page that stood still when the time was up gives the connection some more. So one of several tries is enough.
    const tries = [];
    do {
      const { took, ...rest } = await tryOnce();
      tries.push(took);
      assert.deepEqual(rest, { closing: [2, 'closing'], end: [1006, false, 3], ends: 1, timers: 0 });
    } while (tries.at(-1) > 1_000 && tries.length < 5);
    assert.ok(tries.every((took) => took >= 450) && tries.at(-1) <= 1_000, `closed after ${tries} ms`);
  });

  inWorld('reconnect() leaves a frozen connection at once', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const record = probe.watch(new Holdfast.WebSocket(url));
        await record.until('open');
        await probe.order(name, 'freeze');
        record.ws.reconnect();
        await record.until('open', 2);
        record.ws.send('new');
        await record.until('message');
        record.ws.close();
        const { code, reason, wasClean } = record.all('close')[0];
        return { delay: record.last('reconnecting').delay, end: [code, reason, wasClean] };
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(seen, { delay: 0, end: [1006, 'reconnect', false] });
  });

  inWorld(
    'of connections that were given up few are closing at once, and one that has closed makes room',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, name, reconnect]) => {
          const natives = [];
          const { WebSocket: Native } = globalThis;
          globalThis.WebSocket = class extends Native {
            constructor(...given) {
              super(...given);
              natives.push(this);
            }
          };
          const closing = () => natives.filter(({ readyState }) => readyState === 2).length;
          const heartbeat = { interval: 300, timeout: 300 };
          const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat, reconnect }));
          for (let dead = 1; dead <= 8; dead += 1) {
            await record.until('open', dead);
            await probe.order(name, 'freeze');
            await record.until('close', dead);
          }
          await probe.until(() => record.last('reconnecting').delay > 9_000);
          const full = closing();
          await probe.order(name, 'thaw');
          const begun = performance.now();
          // The machine's own time for a connection is not ours.
          const waited = probe.waitAndConnect(0, url);
          await record.until('open', 9);
          const took = performance.now() - begun - (await waited);
          record.ws.close();
          globalThis.WebSocket = Native;
          return { full, took };
        },
        [endpoint.url('/sink'), endpoint.name, QUICK],
      );
      assert.equal(seen.full, 8);
      assert.ok(seen.took < 9_000, `${seen.took} ms after one has closed`);
    },
    { needs: 'a closing that lasts' },
  );

  inPage('coming online probes an open connection at once', async ({ page, endpoint }) => {
    await page.evaluate(async (url) => {
      globalThis.record = probe.watch(
        new Holdfast.WebSocket(url, [], { heartbeat: { interval: 60_000, timeout: 2_500, pong: 'pong' } }),
      );
      await record.until('open');
    }, endpoint.url('/pong'));
    assert.deepEqual(await endpoint.received(), []);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.evaluate(() => probe.until(() => record.ws.stats().pongs === 1));
    await endpoint.order('freeze');
    const seen = await page.evaluate(async () => {
      const { pings } = record.ws.stats();
      dispatchEvent(new Event('online'));
      const asked = record.ws.stats().pings - pings;
      // Long before the interval is over.
      const { reason } = await record.until('close');
      record.ws.close();
      return { asked, reason };
    });
    assert.deepEqual(seen, { asked: 1, reason: 'heartbeat timeout' });
  });
});
