/**
 * Connections that are gone leave nothing behind: a few hundred here, ten thousand in `cargo xtask bench`. Counted after the
 * collector has run: what is still alive of the browser's objects and of ours, listeners, and memory.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exposeWasmMemory } from '../support/wasm-memory.mjs';
import { startTabs } from './support/browser.mjs';
import { withEvidence } from './support/evidence.mjs';
import { lack } from './support/lacks.mjs';
import { startServer } from './support/server.mjs';
import { sideBySide } from './support/suite.mjs';

const CONNECTIONS = 500;
/** A page's first figures are not yet all there is: code is compiled, tables get their size. */
const FIRST = 300;
/** So many between two collections, since wasm memory never shrinks: it has the size of the most that was ever alive. */
const BATCH = 100;
/** The core's allocator may need one more, for the same in another order. */
const WASM_PAGE = 65_536;

const skip = lack('figures of its memory');
let server;
let browser;

before(async () => {
  if (skip) return;
  server = await startServer();
  browser = await startTabs({ hides: false });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/**
 * A test in a page of its own, and with an endpoint. Without Playwright: that watches each page's network, and of thousands of connections
 * its reports take as long as the connections.
 */
function inPage(name, run, { timeout = 600_000 } = {}) {
  test(name, { timeout, skip }, async (context) => {
    const endpoint = server.endpoint(name);
    const page = await browser.tab(`${server.origin}/blank?leaks`);
    context.after(async () => {
      await page.end();
      await endpoint.forget();
    });
    try {
      await page.evaluate(async () => {
        globalThis.Holdfast = await import('/pkg/dist/index.mjs');
        globalThis.uncaught = [];
        addEventListener('error', ({ message }) => uncaught.push(message));
        addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));
      });
      await run({ page, endpoint });
      assert.deepEqual(await page.evaluate(() => uncaught), [], 'exceptions nobody caught');
    } catch (error) {
      throw await withEvidence(error, { page, endpoint });
    }
  });
}

/** What there is in a page. */
async function lookInto(page) {
  await page.evaluate(exposeWasmMemory);
  await page.send('Performance.enable');
  const alive = async (prototype, of = 'this.length') => {
    const { result } = await page.send('Runtime.evaluate', { expression: prototype });
    const { objects } = await page.send('Runtime.queryObjects', { prototypeObjectId: result.objectId });
    const functionDeclaration = `function () { return ${of}; }`;
    const call = { objectId: objects.objectId, functionDeclaration, returnByValue: true };
    const { result: answer } = await page.send('Runtime.callFunctionOn', call);
    // Else this look keeps them alive for the next.
    for (const { objectId } of [result, objects]) await page.send('Runtime.releaseObject', { objectId });
    return answer.value;
  };
  // Callbacks let go of what the collector finds. They are tasks of their own; then there is more to find.
  const collect = async (times) => {
    for (let done = 0; done < times; done++) {
      await page.send('HeapProfiler.collectGarbage');
      await page.evaluate(() => probe.sleep(50));
    }
  };
  const look = async () => {
    await collect(4);
    const { usedSize, embedderHeapUsedSize = 0 } = await page.send('Runtime.getHeapUsage');
    const { metrics } = await page.send('Performance.getMetrics');
    return {
      native: await alive('WebSocket.prototype'),
      ours: await alive('Holdfast.WebSocket.prototype'),
      wasm: await alive('WebAssembly.Memory.prototype', 'this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)'),
      listeners: metrics.find(({ name }) => name === 'JSEventListeners').value,
      heap: usedSize + embedderHeapUsedSize,
    };
  };
  return { collect, look };
}

/** Code that gets hot is compiled, which is heap as well, and comes to an end. A leak grows each time. */
const TIMES = 5;

/** The collector may take several runs to find garbage; a leak it never finds. */
const LOOKS = 10;

/** A leak of one small object for each connection is found: 100 bytes. */
async function assertFlat({ collect, look }, connect) {
  const connectAll = async (count) => {
    for (let done = 0; done < count; done += BATCH) {
      await connect(BATCH);
      await collect(2);
    }
  };
  await connectAll(FIRST);
  const { heap, wasm, ...counts } = await look();
  assert.ok(wasm, 'the memory of the wasm is seen');
  const grown = (figures) => Object.keys(counts).filter((what) => figures[what] > counts[what]);
  const heaps = [heap];
  while (heaps.length <= TIMES) {
    await connectAll(CONNECTIONS);
    let after = await look();
    for (let looks = 1; looks < LOOKS && grown(after).length; looks++) after = await look();
    const { heap: lastHeap, wasm: lastWasm, ...lastCounts } = after;
    if (grown(lastCounts).length) assert.deepEqual(lastCounts, counts);
    assert.ok(lastWasm <= wasm + WASM_PAGE, `wasm memory grew from ${wasm} to ${lastWasm} bytes`);
    if (lastHeap < heaps.at(-1) + 100 * CONNECTIONS) return;
    heaps.push(lastHeap);
  }
  assert.fail(`the heap grew each time, by ${CONNECTIONS} connections: ${heaps} bytes`);
}

sideBySide('leaks', () => {
  inPage('sockets that are constructed, opened and closed leave nothing behind', async ({ page, endpoint }) => {
    const looks = await lookInto(page);
    const cycle = (count) =>
      page.evaluate(
        async ([url, count]) => {
          for (; count; count--) {
            const ws = new Holdfast.WebSocket(url, [], { heartbeat: {} });
            const told = (type) => new Promise((done) => ws.addEventListener(type, done, { once: true }));
            await told('message');
            ws.close();
            await told('close');
          }
        },
        [endpoint.url('/greet'), count],
      );
    await assertFlat(looks, cycle);
  });

  inPage('a large message is not kept after its delivery', async ({ page, endpoint }) => {
    const { look } = await lookInto(page);
    await page.evaluate(async (url) => {
      globalThis.received = [];
      globalThis.ws = new Holdfast.WebSocket(url, [], { heartbeat: { pong: 'pong' } });
      ws.binaryType = 'arraybuffer';
      ws.addEventListener('message', ({ data }) => received.push(typeof data === 'string' ? data : new WeakRef(data)));
      await new Promise((done) => ws.addEventListener('open', done, { once: true }));
      for (const message of ['a', 'b', 'c', new ArrayBuffer(1_000_000)]) ws.send(message);
      await probe.until(() => received.length === 4);
    }, endpoint.url('/echo'));
    for (let looks = 0; looks < LOOKS; looks++) {
      await look();
      if (await page.evaluate(() => !received[3].deref())) return;
    }
    assert.fail('it is still there');
  });

  inPage('a socket that reconnects leaves nothing of its earlier connections behind', async ({ page, endpoint }) => {
    const looks = await lookInto(page);
    await page.evaluate((url) => {
      // `reconnect()` again and again is paced by minDelay.
      globalThis.ws = new Holdfast.WebSocket(url, [], { heartbeat: {}, reconnect: { minDelay: 1 } });
      globalThis.left = 1;
      ws.addEventListener('open', () => {
        if (--left) ws.reconnect();
      });
    }, endpoint.url('/echo'));
    const reconnect = (count) =>
      page.evaluate(async (count) => {
        await probe.until(() => left === 0);
        globalThis.left = count;
        ws.reconnect();
        await probe.until(() => left === 0, 200_000);
      }, count);
    await assertFlat(looks, reconnect);
  });

  inPage('an event that is stopped before its last listener leaves no socket behind', async ({ page, endpoint }) => {
    const looks = await lookInto(page);
    const cycle = (count) =>
      page.evaluate(
        async ([url, count]) => {
          for (; count; count--) {
            const ws = new Holdfast.WebSocket(url);
            const stopped = (type) =>
              new Promise((done) => {
                ws.addEventListener(type, (event) => {
                  event.stopImmediatePropagation();
                  done();
                });
                for (let more = 0; more < 2; more++) ws.addEventListener(type, () => ws.url);
              });
            const [open, message, close] = ['open', 'message', 'close'].map(stopped);
            await open;
            await message;
            ws.close();
            await close;
          }
        },
        [endpoint.url('/greet'), count],
      );
    await assertFlat(looks, cycle);
  });

  inPage('an open socket that nobody refers to goes once a signal has removed its listeners', async ({ page, endpoint }) => {
    const looks = await lookInto(page);
    await page.evaluate((url) => {
      // Of the whole page: it outlives them all.
      const { signal: page } = new AbortController();
      globalThis.make = async () => {
        const ws = new Holdfast.WebSocket(url);
        const [own, message] = [new AbortController(), new AbortController()];
        const signal = AbortSignal.any([own.signal, page]);
        await new Promise((done) => {
          ws.addEventListener('message', () => ws.url, { signal: message.signal });
          ws.addEventListener('open', done, { once: true, signal: page });
          for (const capture of [true, false]) ws.addEventListener('close', () => ws.url, { signal, capture });
          ws.addEventListener('statuschange', () => ws.url, { signal });
        });
        message.abort();
        own.abort();
      };
    }, endpoint.url('/echo'));
    await assertFlat(looks, (count) => page.evaluate((count) => Promise.all(Array.from({ length: count }, make)), count));
  });
});
