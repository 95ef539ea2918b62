/** A hidden page that lets go of its connection, or makes no attempt, until it is seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenTabs } from './support/devtools.mjs';
import { inPage, sideBySide } from './support/suite.mjs';

const QUICK = { minDelay: 100, maxDelay: 200 };
const AFTER = 300;

/** In the page: hides it, or shows it. */
const TURN = `globalThis.turn = (hidden) => {
  Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
};`;

sideBySide('a hidden page', () => {
  inPage(
    'lets go of its connection, and has it back when it is seen and when something is sent',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, turn, closeAfter]) => {
          new Function(turn)();
          const record = probe.watch(new Holdfast.WebSocket(url, [], { hidden: { closeAfter } }));
          const { ws } = record;
          await record.until('open');
          turn = globalThis.turn;
          turn(true);
          const { code, reason, willReconnect } = await record.until('close');
          // Without a timer nothing comes by itself.
          await probe.until(() => ws.status === 'waiting' && !probe.timers());
          const { readyState, retryAt } = ws;
          const { attempts } = ws.stats();
          // Nobody waits for an answer: it may be let go of before the echo comes.
          ws.send('hidden, and sent');
          await record.until('close', 2);
          turn(false);
          await record.until('open', 3);
          // Longer than a hidden page keeps its connection.
          await probe.sleep(2 * closeAfter);
          const closes = record.all('close').length;
          const causes = record.all('reconnecting').map(({ cause, delay }) => [cause, delay]);
          ws.close();
          return { end: [code, reason, willReconnect], waits: [readyState, retryAt, attempts], closes, causes };
        },
        [endpoint.url('/echo'), TURN, AFTER],
      );
      assert.deepEqual(seen, {
        end: [1006, 'hidden', true],
        waits: [0, null, 1],
        closes: 2,
        causes: [
          ['hidden', 0],
          ['hidden', 0],
        ],
      });
      await endpoint.receives(['hidden, and sent']);
      await endpoint.until(({ accepted }) => accepted === 3);
    },
  );

  inPage(
    'waits for replies, for what is yet to be sent, and for what the server is to be answered',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([rpc, slow, turn, closeAfter]) => {
          new Function(turn)();
          const request = { protocol: 'json-rpc' };
          const asking = probe.watch(new Holdfast.WebSocket(rpc, [], { hidden: { closeAfter }, request }));
          const sending = probe.watch(new Holdfast.WebSocket(slow, [], { hidden: { closeAfter } }));
          await Promise.all([asking.until('open'), sending.until('open')]);
          const aborts = new AbortController();
          const asked = asking.ws.call('never', [], { signal: aborts.signal, timeout: 60_000 }).catch((error) => error.name);
          for (let part = 0; part < 32; part += 1) sending.ws.send(new Uint8Array(250_000));
          globalThis.turn(true);
          const begun = performance.now();
          await probe.sleep(4 * closeAfter);
          // All of it takes 4 s. A page that stood still meanwhile may find it sent.
          const stoodStill = performance.now() - begun > 3_000;
          const held = [asking, sending].map((record) => record.all('close').length);
          const { bufferedAmount } = sending.ws;
          aborts.abort();
          const { reason } = await asking.until('close');
          await sending.until('close', 1, 60_000);
          const left = sending.ws.bufferedAmount;
          globalThis.turn(false);
          asking.ws.close();
          sending.ws.close();
          return {
            held: stoodStill ? [held[0], 0] : held,
            sends: bufferedAmount > 0 || stoodStill,
            left,
            reason,
            error: await asked,
          };
        },
        [endpoint.url('/sink'), endpoint.url('/drain', { kbps: 16_000 }), TURN, AFTER],
      );
      assert.deepEqual(seen, { held: [0, 0], sends: true, left: 0, reason: 'hidden', error: 'AbortError' });
    },
    { needs: 'backpressure' },
  );

  inPage('with dial: false makes no attempt until it is seen', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, turn, reconnect]) => {
        new Function(turn)();
        const record = probe.watch(new Holdfast.WebSocket(url, [], { hidden: { dial: false }, reconnect }));
        const { ws } = record;
        await record.until('open');
        globalThis.turn(true);
        await probe.order(name, 'drop');
        await record.until('close');
        await probe.until(() => ws.status === 'waiting');
        ws.send('later');
        dispatchEvent(new Event('online'));
        await probe.until(() => !probe.timers());
        const before = [ws.stats().attempts, ws.retryAt];
        globalThis.turn(false);
        await probe.until(() => record.received.length === 1);
        ws.close();
        return { before, cause: record.last('reconnecting').cause };
      },
      [endpoint.url('/echo'), endpoint.name, TURN, QUICK],
    );
    assert.deepEqual(seen, { before: [1, null], cause: 'closed' });
  });

  inPage('that was hidden from the start makes its first attempt, and no other', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, turn, reconnect, closeAfter]) => {
        new Function(turn)();
        globalThis.turn(true);
        const stays = probe.watch(new Holdfast.WebSocket(url, [], { hidden: { dial: false }, reconnect }));
        const goes = probe.watch(new Holdfast.WebSocket(url, [], { hidden: { closeAfter }, reconnect }));
        await Promise.all([stays.until('open'), goes.until('open')]);
        const { reason } = await goes.until('close');
        await probe.order(name, 'drop');
        await stays.until('close');
        await probe.until(() => stays.ws.status === 'waiting' && !probe.timers());
        const { attempts } = stays.ws.stats();
        globalThis.turn(false);
        await Promise.all([stays.until('open', 2), goes.until('open', 2)]);
        stays.ws.close();
        goes.ws.close();
        return { reason, attempts };
      },
      [endpoint.url('/echo'), endpoint.name, TURN, QUICK, AFTER],
    );
    assert.deepEqual(seen, { reason: 'hidden', attempts: 1 });
  });
});

const { skip, open } = hiddenTabs('--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1');

test('a tab whose timers are throttled lets go of its connection in time', { skip, timeout: 300_000 }, async (context) => {
  const { endpoint, tab } = await open(context, 'hidden');
  await tab.evaluate(async (url) => {
    const { WebSocket } = await import('/pkg/dist/index.mjs');
    globalThis.record = probe.watch(new WebSocket(url, [], { hidden: { closeAfter: 15_000 } }));
    // A timer of the same length that is not throttled: whatever makes it late, makes ours late too.
    const code = 'onmessage = () => setTimeout(postMessage, 15000, 0)';
    globalThis.clock = new Worker(URL.createObjectURL(new Blob([code])));
    clock.onmessage = () => {
      globalThis.dueAt = performance.now();
    };
    document.addEventListener('visibilitychange', () => {
      if (globalThis.hiddenAt) return;
      globalThis.hiddenAt = performance.now();
      clock.postMessage(0);
    });
    await record.until('open');
  }, endpoint.url('/echo'));
  await tab.hide();
  await endpoint.until(({ live }) => live === 0, 80_000);
  const { took, late } = await tab.evaluate(async () => {
    await probe.until(() => globalThis.dueAt);
    const { at } = record.last('close');
    return { took: at - hiddenAt, late: at - dueAt };
  });
  // By the tab's own timers, which ring once a minute, it would be up to a minute late.
  assert.ok(took >= 15_000 && late < 20_000, `let go of after ${took} ms, ${late} ms late`);
  await tab.toFront();
  await endpoint.until(({ accepted }) => accepted === 2, 40_000);
});
