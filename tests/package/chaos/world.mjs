/**
 * Node's part: a server that can be killed without its records being lost, a browser with the page, and the faults that the schedule
 * says.
 */
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBrowser } from '../support/browser.mjs';
import { pkg, startServer } from '../support/server.mjs';
import { GOODBYE, SOCKETS } from './schedule.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const roots = { pkg, chaos: here };

/** How long coming back may take, on a machine that has much else to do. */
const PATIENCE_MS = 120_000;

/** Servers that follow one another on one port. */
class Servers {
  #server;
  #endpoints;
  /** The records of the servers before, and of this one until now. */
  #past = [];
  #orders = new Set();
  #ready = Promise.resolve();

  static async start() {
    const servers = new Servers();
    await servers.#begin(0);
    return servers;
  }

  async #begin(port) {
    this.#server = await startServer({ port, roots });
    this.#endpoints = Object.fromEntries(SOCKETS.map((name) => [name, this.#server.endpoint(name)]));
  }

  get origin() {
    return this.#server.origin;
  }

  url(name) {
    return this.#endpoints[name].url('/busy', { every: 15 });
  }

  /** Gives an order as soon as a server is there. */
  async order(name, order, query) {
    await this.#ready;
    const given = this.#endpoints[name].order(order, query);
    this.#orders.add(given);
    await given.finally(() => this.#orders.delete(given));
  }

  /** Kills the server. What it has read by then is recorded: it reads nothing in the moment before. */
  restart(ms) {
    this.#ready = this.#ready.then(async () => {
      await Promise.allSettled(this.#orders);
      for (const name of SOCKETS) await this.#endpoints[name].order('freeze', { next: 1 });
      await sleep(100);
      this.#past.push(await this.#record());
      const { port } = this.#server;
      await this.#server.stop();
      await sleep(ms);
      await this.#begin(port);
    });
    return this.#ready;
  }

  async #record() {
    const record = {};
    for (const name of SOCKETS) {
      const { connections } = await this.#endpoints[name].seen();
      const received = await this.#endpoints[name].received();
      record[name] = connections.map(({ id, protocol, closeCode }) => ({
        dial: Number(protocol.slice(1)),
        received: received.filter(({ connection }) => connection === id).map(({ text }) => text),
        // Without a code, it was given up.
        closedByClient: closeCode === GOODBYE || closeCode === 1005,
      }));
    }
    return record;
  }

  /** Ends all that is wrong, and waits until so many connections of each endpoint are left. */
  async lift() {
    await this.#ready;
    await Promise.all(SOCKETS.flatMap((name) => ['accept', 'thaw'].map((order) => this.#endpoints[name].order(order))));
  }

  async settle(live) {
    for (const name of SOCKETS) await this.#endpoints[name].until((endpoint) => endpoint.live === live, PATIENCE_MS);
  }

  /** By socket, what every server has recorded. */
  async records() {
    const all = [...this.#past, await this.#record()];
    return Object.fromEntries(SOCKETS.map((name) => [name, all.flatMap((record) => record[name])]));
  }

  stop() {
    return this.#server.stop();
  }
}

export class World {
  #servers;
  #browser;
  #page;
  #devtools;
  /** Exceptions in the page that were not ours to throw. */
  uncaught = [];
  log = [];

  static async start(seed) {
    const world = new World();
    const [servers, browser] = await Promise.all([Servers.start(), startBrowser()]);
    world.#servers = servers;
    world.#browser = browser;
    try {
      await world.#open(seed);
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  async #open(seed) {
    const context = await this.#browser.newContext();
    for (const path of ['../support/probe.js', 'natives.js']) await context.addInitScript({ path: resolve(here, path) });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', ({ message }) => message.startsWith('chaos') || this.uncaught.push(message));
    this.#page = page;
    this.#devtools = await context.newCDPSession(page);
    await this.#devtools.send('Performance.enable');
    await page.goto(`${this.#servers.origin}/blank`);
    const urls = Object.fromEntries(SOCKETS.map((name) => [name, this.#servers.url(name)]));
    await page.evaluate(
      async ([urls, seed]) => {
        globalThis.Holdfast = await import('/pkg/dist/index.mjs');
        await import('/chaos/application.mjs');
        globalThis.chaos.start(urls, seed);
      },
      [urls, seed],
    );
  }

  /** Does what one round of the schedule says. */
  async round(entries) {
    const isThePages = ({ socket, page }) => socket || page === 'block' || page === 'event';
    const inPage = this.#page.evaluate((own) => globalThis.chaos.round(own), entries.filter(isThePages));
    const begun = performance.now();
    const faults = entries
      .filter((entry) => !isThePages(entry))
      .map(async (entry) => {
        await sleep(Math.max(0, begun + entry.at - performance.now()));
        await this.#inject(entry);
      });
    await Promise.all([inPage, ...faults]);
  }

  #inject({ endpoint, order, query, server, ms, page, offline, rate }) {
    if (endpoint) return this.#servers.order(endpoint, order, query);
    if (server) return this.#servers.restart(ms);
    if (page === 'network') return this.#page.context().setOffline(offline);
    return this.#devtools.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Lifts every fault, waits until all are back, and looks at what is held. */
  async calm() {
    await this.#page.context().setOffline(false);
    await this.#devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await this.#servers.lift();
    await this.#page.evaluate((ms) => globalThis.chaos.calm(ms), PATIENCE_MS);
    await this.#servers.settle(1);
    return this.#weigh();
  }

  /** Closes the sockets; returns what is left. */
  async end() {
    const left = await this.#page.evaluate((ms) => globalThis.chaos.end(ms), PATIENCE_MS);
    await this.#servers.settle(0);
    await this.#take();
    return left;
  }

  async #take() {
    this.log.push(...(await this.#page.evaluate(() => globalThis.chaos.take())));
  }

  async #weigh() {
    await this.#take();
    // The browser keeps messages of the console for whoever opens it.
    await this.#devtools.send('Runtime.discardConsoleEntries');
    // Callbacks let go of what the collector finds. They are tasks of their own; then there is more to find.
    for (let times = 0; times < 4; times++) {
      await this.#devtools.send('HeapProfiler.collectGarbage');
      await this.#page.evaluate(() => probe.sleep(50));
    }
    const { usedSize } = await this.#devtools.send('Runtime.getHeapUsage');
    const { metrics } = await this.#devtools.send('Performance.getMetrics');
    const listeners = metrics.find(({ name }) => name === 'JSEventListeners').value;
    return { heap: usedSize, listeners, wasm: await this.#page.evaluate(() => globalThis.chaos.wasmBytes()) };
  }

  /** Returns the log of each socket, and the servers' records of it. */
  async evidence() {
    const records = await this.#servers.records();
    return SOCKETS.map((name) => ({
      name,
      log: this.log.filter(({ socket }) => socket === name),
      server: records[name],
    }));
  }

  async stop() {
    await this.#browser.close();
    await this.#servers.stop();
  }
}
