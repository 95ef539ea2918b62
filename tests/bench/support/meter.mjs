/**
 * Pages in headless Chromium, and the CPU time of their main thread. `ThreadTime` of `Performance.getMetrics` is the thread's
 * own clock (CLOCK_THREAD_CPUTIME_ID), in microseconds: other processes, and the page's waiting, are not in it.
 */
import { DevTools } from '../../package/support/devtools.mjs';
import { folder, modules } from './contenders.mjs';
import { startServer } from './server.mjs';

/** The longest that one measurement may take. */
const MS = 120_000;

/** So that garbage is no part of a measurement it wasn't made in. */
const FLAGS = ['--js-flags=--expose-gc'];

const LOADER = `
globalThis.drive = {};
globalThis.load = async (name, folder) => { drive[name] = await import(folder + '/drive.mjs'); };
globalThis.run = (name, what, ...given) => drive[name][what](...given);
`;

/** `warm`: how many rounds only warm up, before those that count. */
export async function startMeter({ warm = 5 } = {}) {
  const server = await startServer(await modules());
  return new Meter(server, new DevTools(...FLAGS), warm);
}

class Meter {
  constructor(server, devtools, warm) {
    this.server = server;
    this.devtools = devtools;
    this.warm = warm;
  }

  async version() {
    return (await this.devtools.send('Browser.getVersion')).product.replace('/', ' ');
  }

  /** Returns the URL of a path of the server's. */
  url(path) {
    return `${this.server.ws}${path}`;
  }

  /** A page with these contenders in it. `apart` gives it a process of its own, and nothing remembered. */
  async page(contenders, { apart = false } = {}) {
    const context = apart ? await this.devtools.send('Target.createBrowserContext') : {};
    const tab = await this.devtools.tab(`${this.server.origin}/`, { source: LOADER, ...context });
    await tab.send('Performance.enable', { timeDomain: 'threadTicks' });
    const page = new Page(this, tab, context);
    for (const name of contenders) await page.load(name);
    return page;
  }

  async stop() {
    await this.devtools.close();
    this.server.stop();
  }
}

class Page {
  constructor(meter, tab, context) {
    this.meter = meter;
    this.tab = tab;
    this.context = context;
  }

  /** Returns the URL of a path of the server's. */
  url(path) {
    return this.meter.url(path);
  }

  /** The URL of a server that answers no handshake. */
  get silence() {
    return this.meter.server.silence;
  }

  evaluate(expression) {
    return this.tab.evaluate(expression, undefined, MS);
  }

  load(name) {
    return this.evaluate(`load(${JSON.stringify(name)}, ${JSON.stringify(folder(name))})`);
  }

  /** Calls a function of a contender's drive. */
  run(name, what, ...given) {
    return this.evaluate(`run(${[name, what, ...given].map((one) => JSON.stringify(one)).join()})`);
  }

  async metrics() {
    const { metrics } = await this.tab.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** How many microseconds of the main thread something takes. */
  async time(work) {
    await this.evaluate(`gc({ type: 'minor' })`);
    const before = await this.metrics();
    await work();
    const after = await this.metrics();
    return (after.ThreadTime - before.ThreadTime) * 1e6;
  }

  /** Bytes in use after a collection: of JavaScript, of the browser's own objects, of buffers (wasm memory is one). */
  async memory() {
    for (let times = 0; times < 3; times++) await this.tab.send('HeapProfiler.collectGarbage', {}, MS);
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await this.tab.send('Runtime.getHeapUsage');
    return { heap: usedSize + embedderHeapUsedSize, buffers: backingStorageSize };
  }

  /** A number made of all living objects with a prototype, by an expression over `them`. */
  async alive(prototype, expression = 'them.length') {
    const objectGroup = 'alive';
    const { result } = await this.tab.send('Runtime.evaluate', { expression: prototype, objectGroup });
    const { objects } = await this.tab.send('Runtime.queryObjects', { prototypeObjectId: result.objectId, objectGroup }, MS);
    const { result: answer } = await this.tab.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: `function () { const them = this; return ${expression}; }`,
      returnByValue: true,
    });
    await this.tab.send('Runtime.releaseObjectGroup', { objectGroup });
    return answer.value;
  }

  async close() {
    await this.tab.end();
    await this.meter.server.idle();
    if (this.context.browserContextId)
      await this.meter.devtools.send('Target.disposeBrowserContext', this.context).catch(() => {});
  }
}
