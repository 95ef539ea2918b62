/** Findings of the chaos: moments that a test of one behaviour at a time doesn't meet. */
import assert from 'node:assert/strict';
import { inPage, sideBySide } from './support/suite.mjs';

/** From now on timers come late in this page, and so after what comes over the network, as happens when it is busy. */
const delayTimers = (page) =>
  page.evaluate(() => {
    const { setTimeout: later } = globalThis;
    globalThis.setTimeout = (run, ms, ...more) => later(run, ms + 500, ...more);
  });

sideBySide('odd moments', () => {
  inPage(
    'a connection that opens before a timer had its turn is told after the end of the one before',
    async ({ page, endpoint }) => {
      await delayTimers(page);
      const story = await page.evaluate(async (url) => {
        const record = probe.watch(new Holdfast.WebSocket(url));
        await record.until('open');
        record.ws.reconnect();
        await record.until('open', 2);
        record.ws.close();
        return record.events.map(({ type }) => type).filter((type) => type !== 'statuschange');
      }, endpoint.url('/echo'));
      assert.deepEqual(story, ['open', 'close', 'reconnecting', 'open']);
    },
  );

  inPage('closed by a listener to what was told before it, a connection is not told to be open', async ({ page, endpoint }) => {
    await delayTimers(page);
    const story = await page.evaluate(async (url) => {
      const record = probe.watch(new Holdfast.WebSocket(url));
      await record.until('open');
      record.ws.addEventListener('reconnecting', () => record.ws.close(), { once: true });
      record.ws.reconnect();
      await record.end();
      return record.events.map(({ type }) => type).filter((type) => type !== 'statuschange');
    }, endpoint.url('/echo'));
    assert.deepEqual(
      story.filter((type) => type !== 'error'),
      ['open', 'close', 'reconnecting', 'close'],
    );
  });

  inPage('in the error of an open connection readyState is CONNECTING, whatever is sent there', async ({ page, endpoint }) => {
    const [states, arrived] = await page.evaluate(
      async ([url, name]) => {
        const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40 } });
        const record = probe.watch(ws);
        await record.until('open');
        const states = [];
        ws.onerror = () => {
          states.push(ws.readyState);
          ws.send('kept');
          states.push(ws.readyState);
        };
        await probe.order(name, 'garble');
        await record.until('open', 2);
        return [states, await probe.until(() => record.received.includes('kept'))];
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(states, [0, 0]);
    assert.ok(arrived);
  });

  inPage(
    'until shouldReconnect has answered, readyState is never CLOSED',
    async ({ page, endpoint }) => {
      const states = await page.evaluate(
        async (url) => {
          const states = [];
          const ws = new Holdfast.WebSocket(({ attempt }) => (attempt ? Promise.reject(Error('no URL')) : url), [], {
            reconnect: {
              minDelay: 10,
              maxDelay: 20,
              shouldReconnect: () => states.push(ws.readyState) < 4,
            },
          });
          ws.onerror = () => states.push(ws.readyState);
          await probe.watch(ws).end();
          return states;
        },
        endpoint.url('/close', { code: 4000 }),
      );
      // Of the connection that was closed, and of the attempts that failed: their error, and what follows from it.
      assert.deepEqual(states, [2, 2, 2, 2, 2]);
    },
    // An exception of the URL function is reported.
    { uncaught: true },
  );

  inPage(
    'a server that has closed owes no answer to a ping: its code is told, however late the connection goes',
    async ({ page, endpoint }) => {
      const closes = await page.evaluate(
        async ([url, name]) => {
          const closes = [];
          // Asked before the server closes, and to be asked after. The answer is due before Chromium ends such a connection, 2 s
          // later, and as late as can be, for the server to have closed by then on a busy machine.
          const tryWith = async (heartbeat) => {
            const record = probe.watch(new Holdfast.WebSocket(url, [], { heartbeat }));
            const { at } = await record.until('open');
            await probe.order(name, 'freeze?way=in');
            if (heartbeat.interval < heartbeat.timeout) await probe.until(() => record.ws.stats().pings === 1);
            await probe.order(name, 'close?code=4400&reason=enough');
            const took = performance.now() - at;
            const { code, reason, willReconnect } = await record.until('close', 1, 60_000);
            record.ws.close();
            return { took, close: [code, reason, willReconnect] };
          };
          for (const heartbeat of [
            { interval: 300, timeout: 1_900 },
            { interval: 1_900, timeout: 50 },
          ]) {
            for (let trial = 1; ; trial += 1) {
              const { took, close } = await tryWith(heartbeat);
              // The server of a machine that stood still has closed too late.
              if (close[0] !== 4400 && took > 1_700 && trial < 5) continue;
              closes.push(close);
              break;
            }
          }
          return closes;
        },
        [endpoint.url('/sink'), endpoint.name],
      );
      assert.deepEqual(closes, [
        [4400, 'enough', false],
        [4400, 'enough', false],
      ]);
    },
    { needs: 'a closing that shows' },
  );

  inPage(
    'an admitted connection is told to be open before its server is seen to close',
    async ({ page, endpoint }) => {
      await delayTimers(page);
      const story = await page.evaluate(
        async ([url, name]) => {
          const ws = new Holdfast.WebSocket(url, [], { authenticate: async () => {} });
          const record = probe.watch(ws);
          await probe.until(() => ws.readyState === 1);
          await probe.order(name, 'freeze?way=in');
          await probe.order(name, 'close?code=4400');
          await record.end(60_000);
          return record.events.map(({ type, readyState }) => [type, readyState]).filter(([type]) => type !== 'statuschange');
        },
        [endpoint.url('/sink'), endpoint.name],
      );
      assert.deepEqual(story, [
        ['open', 1],
        ['close', 3],
      ]);
    },
    { needs: 'a closing that shows' },
  );

  inPage('in a second life nothing is left of what was sent between the two', async ({ page, endpoint }) => {
    const left = await page.evaluate(async (url) => {
      const record = probe.watch(new Holdfast.WebSocket(url));
      const { ws } = record;
      await record.until('open');
      ws.close();
      ws.send('while closing');
      await record.end();
      ws.send('when it is over');
      const between = ws.bufferedAmount;
      ws.reconnect();
      await ws.drained();
      return { between, after: ws.bufferedAmount };
    }, endpoint.url('/sink'));
    assert.deepEqual(left, { between: 28, after: 0 });
  });

  inPage('while it waits offline, bufferedAmount counts nothing of the connection that is gone', async ({ page, endpoint }) => {
    const amounts = await page.evaluate(
      async ([url, name]) => {
        const ws = new Holdfast.WebSocket(url);
        const record = probe.watch(ws);
        await record.until('open');
        for (let n = 0; n < 200; n += 1) ws.send(new Uint8Array(65_536));
        const before = ws.bufferedAmount;
        dispatchEvent(new Event('offline'));
        await probe.order(name, 'drop');
        await record.until('close');
        return { held: before > 0, status: ws.status, after: ws.bufferedAmount };
      },
      [endpoint.url('/drain', { kbps: 100 }), endpoint.name],
    );
    assert.deepEqual(amounts, { held: true, status: 'offline', after: 0 });
  });
});
