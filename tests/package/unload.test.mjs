/** Messages that are not out yet are counted, and the user is asked before the page is left meanwhile. */
import assert from 'node:assert/strict';
import { ENGINE } from './support/browser.mjs';
import { inPage, sideBySide } from './support/suite.mjs';

/** In the page: how many listeners to `beforeunload` there are that don't capture. */
const COUNT = `globalThis.guards = 0;
for (const [name, by] of [['addEventListener', 1], ['removeEventListener', -1]]) {
  const native = globalThis[name];
  globalThis[name] = function (type, listener, options) {
    if (type === 'beforeunload' && !options) guards += by;
    return native.call(this, type, listener, options);
  };
}`;

sideBySide('unload', () => {
  inPage('the listener to beforeunload is there only while something is not out', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, count]) => {
        new Function(count)();
        const result = [];
        let answer;
        const where = () =>
          new Promise((done) => {
            answer = done;
          });
        const record = probe.watch(new Holdfast.WebSocket(where, [], { guardUnload: true }));
        const { ws } = record;
        const note = () => result.push([ws.unsentCount, guards]);
        await probe.until(() => answer);
        note();
        ws.send('one');
        ws.send('two');
        const asked = ws.request({ method: 'three' }, { signal: AbortSignal.timeout(50) }).catch((error) => error.name);
        note();
        await asked;
        note();
        const leaves = new Event('beforeunload', { cancelable: true });
        dispatchEvent(leaves);
        result.push(leaves.defaultPrevented);
        answer(url);
        await probe.until(() => record.received.length === 2);
        await probe.until(() => !guards);
        note();
        ws.reconnect();
        ws.send('lost');
        note();
        ws.close();
        await record.end();
        note();
        return result;
      },
      [endpoint.url('/echo'), COUNT],
    );
    assert.deepEqual(seen, [[0, 0], [3, 1], [2, 1], true, [0, 0], [1, 1], [0, 0]]);
  });

  inPage('what waits for a connection in doubt is guarded until that has answered', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name, count]) => {
        new Function(count)();
        const heartbeat = { interval: 60_000, timeout: 20_000, ping: 'ping', pong: 'ping' };
        const record = probe.watch(new Holdfast.WebSocket(url, [], { guardUnload: true, heartbeat }));
        const { ws } = record;
        await record.until('open');
        await probe.order(name, 'freeze');
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        await probe.until(() => !ws.unsentCount);
        ws.send('after the answer');
        const during = [ws.unsentCount, guards];
        await probe.sleep(200);
        await probe.order(name, 'thaw');
        await probe.until(() => record.received.length === 1);
        await probe.until(() => !guards);
        const after = ws.unsentCount;
        ws.close();
        return { during, after };
      },
      [endpoint.url('/echo'), endpoint.name, COUNT],
    );
    assert.deepEqual(seen, { during: [1, 1], after: 0 });
  });

  for (const kind of ['bytes', 'texts'])
    inPage(
      `${kind} that the browser still holds count as one, and are guarded until they have left`,
      async ({ page, endpoint }) => {
        const seen = await page.evaluate(
          async ([url, count, kind]) => {
            new Function(count)();
            const guarded = probe.watch(new Holdfast.WebSocket(url, [], { guardUnload: true }));
            const plain = probe.watch(new Holdfast.WebSocket(url));
            await Promise.all([guarded.until('open'), plain.until('open')]);
            const message = kind === 'texts' ? 'x'.repeat(250_000) : new Uint8Array(250_000);
            for (const { ws } of [guarded, plain]) for (let part = 0; part < 16; part += 1) ws.send(message);
            const during = [guarded.ws.unsentCount, plain.ws.unsentCount, guards];
            await probe.until(() => !guards, 60_000);
            const after = [guarded.ws.unsentCount, guarded.ws.bufferedAmount, guards];
            guarded.ws.close();
            plain.ws.close();
            return { during, after };
          },
          [endpoint.url('/drain', { kbps: 16_000 }), COUNT, kind],
        );
        assert.deepEqual(seen, { during: [1, 1, 1], after: [0, 0, 0] });
      },
      { needs: 'backpressure' },
    );

  if (ENGINE === 'chromium')
    inPage('the browser asks the user, who may stay', async ({ page, endpoint }) => {
      await page.evaluate((url) => {
        globalThis.ws = new Holdfast.WebSocket(() => (globalThis.known ? url : new Promise(() => {})), [], {
          guardUnload: true,
        });
        ws.send('unsent');
      }, endpoint.url('/echo'));
      // Browsers don't ask of a page on which nobody has done anything.
      await page.mouse.click(10, 10);
      const asked = new Promise((done) => page.once('dialog', done));
      const leaving = page.close({ runBeforeUnload: true });
      const dialog = await asked;
      assert.equal(dialog.type(), 'beforeunload');
      await dialog.dismiss();
      await leaving;
      const unsent = await page.evaluate(async () => {
        const { unsentCount } = ws;
        globalThis.known = true;
        ws.reconnect();
        while (ws.unsentCount) await probe.sleep(20);
        ws.close();
        return unsentCount;
      });
      assert.equal(unsent, 1);
    });
});
