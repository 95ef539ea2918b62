/**
 * The project's own fault server, as a process: started on a free port, ordered about over HTTP, gone when its input ends.
 *
 * A test gets an endpoint of its own (see `xtask/src/server`), so tests that run side by side break only their own connections.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pacer, patience } from './patience.mjs';

/** How long to wait for what must happen. A limit against hangs: a busy machine may need seconds for anything. */
export const PATIENCE_MS = 20_000;

const here = dirname(fileURLToPath(import.meta.url));
export const repository = resolve(here, '../../..');
/** The built package; another one can be put in its place. */
export const pkg = resolve(process.env.HOLDFAST_PKG ?? resolve(repository, 'pkg'));
const folders = { pkg, fixtures: resolve(here, '../fixtures'), support: here };

function executable() {
  const found = process.env.HOLDFAST_XTASK ?? resolve(repository, 'target/debug/xtask');
  if (!existsSync(found)) throw Error(`no server at ${found}: run cargo xtask test, or set HOLDFAST_XTASK`);
  return found;
}

/**
 * Starts a server; on a given port to bring one back that was stopped. It serves the `roots`, folders by name, and starts the broker of the
 * chat page if asked to.
 */
export async function startServer({ port = 0, roots = folders, broker = false } = {}) {
  for (const hasTime = patience(PATIENCE_MS); ; await sleep(200)) {
    try {
      return await spawnServer(port, roots, broker);
    } catch (error) {
      // Meanwhile another process may have a connection from the port of the server that was stopped.
      if (port === 0 || !hasTime()) throw error;
    }
  }
}

async function spawnServer(port, served, broker) {
  const roots = Object.entries(served).flatMap(([name, folder]) => ['--root', `${name}=${folder}`]);
  const child = spawn(
    executable(),
    ['serve', '--port', String(port), '--until-eof', ...(broker ? ['--broker'] : []), ...roots],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: repository,
    },
  );
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [first] = await Promise.race([
    once(lines, 'line', { signal: AbortSignal.timeout(180_000) }),
    ended.then(([code]) => Promise.reject(Error(`the server ended at once, with ${code}`))),
  ]);
  const origin = /http:\/\/[^/]+/.exec(first)[0];
  return {
    origin,
    port: Number(new URL(origin).port),
    endpoint: (name) => new Endpoint(origin, name),
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** An endpoint of the server: connections with faults of their own. Every URL that belongs to it names it as `line`. */
class Endpoint {
  #control;
  /** The last orders given from here, for messages of failed tests. */
  orders = [];

  constructor(origin, name) {
    this.name = name;
    this.origin = origin;
    this.#control = `${origin}/endpoints/${encodeURIComponent(name)}`;
  }

  /** A WebSocket URL of this endpoint: `endpoint.url('/push', { every: 100 })`. */
  url(path, query = {}) {
    return `${this.origin.replace('http', 'ws')}${path}?${new URLSearchParams({ endpoint: this.name, ...query })}`;
  }

  /** Orders a fault, `endpoint.order('flap', { after: 20 })`; returns how many live connections it touched. */
  async order(action, query = {}) {
    this.orders = [...this.orders, [action, ...Object.entries(query).map((pair) => pair.join(' '))].join(' ')].slice(-20);
    const answer = await fetch(`${this.#control}/${action}?${new URLSearchParams(query)}`, { method: 'POST' });
    if (!answer.ok) throw Error(`${action}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).connections;
  }

  /** Returns the counts `accepted`, `refused` and `live`, and the `connections`. */
  async seen() {
    return (await fetch(this.#control)).json();
  }

  /** The messages it has received, each `{ connection, text }` or `{ connection, binary: length }`. */
  async received() {
    return (await fetch(`${this.#control}/received`)).json();
  }

  /** Waits until what the endpoint has seen passes a test. */
  until(test, ms) {
    return until(async () => test(await this.seen()), ms, `${test} of endpoint ${this.name}`);
  }

  /** Waits until it has received messages of which these are the texts; each `undefined` stands for a binary one. */
  receives(texts) {
    return eventually(async () =>
      assert.deepEqual(
        (await this.received()).map(({ text }) => text),
        texts,
      ),
    );
  }

  async forget() {
    await fetch(this.#control, { method: 'DELETE' });
  }
}

/** Waits for a condition, no longer than so many milliseconds. */
export async function until(test, ms = PATIENCE_MS, what = String(test)) {
  const pause = pacer();
  for (const hasTime = patience(ms); ; await pause()) {
    const value = await test();
    if (value) return value;
    if (!hasTime()) throw Error(`waited ${ms} ms in vain for ${typeof what === 'function' ? what() : what}`);
  }
}

/** Repeats assertions until they hold, no longer than so many milliseconds; then what the last one threw is thrown. */
export async function eventually(check, ms = PATIENCE_MS) {
  const pause = pacer();
  for (const hasTime = patience(ms); ; await pause()) {
    try {
      return await check();
    } catch (error) {
      if (!hasTime()) throw error;
    }
  }
}
