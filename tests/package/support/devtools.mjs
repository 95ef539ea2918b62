/**
 * Chromium over its DevTools pipe, for what Playwright keeps from happening: it emulates focus, so that no page of its is ever
 * hidden, and a page that isn't hidden is neither frozen nor throttled. https://chromedevtools.github.io/devtools-protocol/
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CHROMIUM, FLAGS, HEADLESS } from './flags.mjs';
import { lack } from './lacks.mjs';
import { removeFolder } from './remove.mjs';
import { startServer, until } from './server.mjs';

const probe = readFileSync(resolve(dirname(fileURLToPath(import.meta.url)), 'probe.js'), 'utf8');

/** For a browser that takes the order to end and doesn't. */
const END_MS = 60_000;
const CRASHED = 'the page has crashed';

export class DevTools {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
  #ended;
  #answers = new Map();
  #last = 0;
  /** The sessions of tabs whose process is gone: what runs in them has no answer. */
  #crashed = new Set();
  /** Tabs that tests are done with. Opening one, with its process, takes several times the CPU time of a navigation. */
  #spare = [];

  constructor(...more) {
    // The last one of a flag counts: a test may keep a profile of its own.
    const flags = ['--headless', ...FLAGS, '--remote-debugging-pipe', `--user-data-dir=${this.#folder}`, ...more];
    this.#child = spawn(this.program, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      for (const { reject } of this.#answers.values()) reject(Error(`Chromium ended with ${code}`));
    });
    // What is written to a browser that is gone has no answer.
    this.#child.stdio[3].on('error', () => {});
    let rest = '';
    this.#child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop();
      for (const part of parts) this.#hear(JSON.parse(part));
    });
  }

  get program() {
    return CHROMIUM;
  }

  /** Ends the browser as a crash does, at once. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#ended;
    await removeFolder(this.#folder);
  }

  #hear({ id, result, error, method, sessionId }) {
    if (method === 'Inspector.targetCrashed') this.#endAnswers(sessionId);
    if (method === 'Inspector.targetReloadedAfterCrash') this.#crashed.delete(sessionId);
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error) answer?.reject(Error(error.message));
    else answer?.resolve(result);
  }

  #endAnswers(sessionId) {
    this.#crashed.add(sessionId);
    for (const [id, answer] of this.#answers) {
      if (answer.sessionId !== sessionId) continue;
      this.#answers.delete(id);
      answer.reject(Error(CRASHED));
    }
  }

  /** Sends a command and waits for its answer, not for ever: the first one waits until the browser has started. */
  async send(method, params = {}, sessionId = undefined, ms = 120_000) {
    const id = ++this.#last;
    if (method === 'Runtime.evaluate' && this.#crashed.has(sessionId)) throw Error(CRASHED);
    const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject, sessionId }));
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Error(`${method}: no answer in ${ms} ms`)), ms);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  /** Opens a tab in front of the others, which hides them. `source` is what runs in it before anything else. */
  async tab(url, { source = probe, browserContextId } = {}) {
    const isCommon = source === probe && !browserContextId;
    const tab = (isCommon && (await this.#takeSpare())) || (await this.#newTab(source, browserContextId));
    await tab.goto(url);
    return tab;
  }

  async #takeSpare() {
    const ids = this.#spare.pop();
    if (!ids) return undefined;
    await this.send('Target.activateTarget', { targetId: ids[0] });
    return new Tab(this, ...ids, this.#spare);
  }

  async #newTab(source, browserContextId) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    await this.send('Page.enable', {}, sessionId);
    await this.send('Inspector.enable', {}, sessionId);
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source }, sessionId);
    return new Tab(this, targetId, sessionId, source === probe && !browserContextId ? this.#spare : undefined);
  }

  /** Ends a tab, and waits until it is gone: Chromium answers before the page has run what it does when it is left. */
  async closeTab(id) {
    await this.send('Target.closeTarget', { targetId: id });
    await until(async () => {
      const { targetInfos } = await this.send('Target.getTargets');
      return targetInfos.every(({ targetId }) => targetId !== id);
    });
  }

  async close() {
    await this.send('Browser.close').catch(() => this.#child.kill('SIGKILL'));
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(late);
    await removeFolder(this.#folder);
  }
}

/**
 * The same without windows, for tests in which no tab needs to be hidden, frozen or in the back/forward cache: here, none ever is. A tab and a
 * navigation take half the CPU time.
 */
export class Shell extends DevTools {
  get program() {
    return HEADLESS;
  }
}

class Tab {
  #devtools;
  #targetId;
  #sessionId;
  #cover;
  /** Where it goes when a test is done with it, unless the test has done to it what a navigation doesn't undo. */
  #spare;
  #isLeft = false;

  constructor(devtools, targetId, sessionId, spare) {
    this.#devtools = devtools;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    this.#spare = spare;
  }

  /** For a test's own commands: they may have lasting effects. */
  send(method, params, ms) {
    this.#spare = undefined;
    return this.#send(method, params, ms);
  }

  #send(method, params, ms) {
    return this.#devtools.send(method, params, this.#sessionId, ms);
  }

  async goto(url) {
    await this.#send('Page.navigate', { url });
    await this.#isAt(url);
  }

  async #isAt(url) {
    const there = `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`;
    const wait = `(async () => { while (!(${there})) await new Promise((done) => setTimeout(done, 10)); })()`;
    // The old document's context goes away, maybe while it waits.
    await this.evaluate(wait).catch(() => this.evaluate(wait));
  }

  /** Runs a function in the page, with an argument that JSON can carry. */
  async evaluate(run, argument, ms = undefined) {
    const expression = typeof run === 'string' ? run : `(${run})(${JSON.stringify(argument)})`;
    const { result, exceptionDetails } = await this.#send(
      'Runtime.evaluate',
      {
        expression,
        awaitPromise: true,
        returnByValue: true,
      },
      ms,
    );
    if (exceptionDetails) throw Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Another tab hides it, for as long as it is open. */
  async hide() {
    this.#cover = await this.#devtools.tab(await this.evaluate(() => `${location.origin}/blank?cover`));
    await this.evaluate(() => probe.until(() => document.hidden));
  }

  toFront() {
    return this.#devtools.send('Target.activateTarget', { targetId: this.#targetId });
  }

  /** Stops everything in it, as the browser does after minutes in the background. */
  freeze() {
    return this.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  thaw() {
    return this.send('Page.setWebLifecycleState', { state: 'active' });
  }

  /** As on a machine so many times slower. */
  slowDown(rate) {
    return this.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Closes it. */
  async end() {
    this.#spare = undefined;
    await this.release();
  }

  /**
   * A test is done with it: it is closed, or kept for another test. The page replaces itself: with that it neither goes into the back/forward
   * cache nor gets another process, as it would if the browser opened the next one.
   */
  async release() {
    // Once: it may be another test's afterwards.
    if (this.#isLeft) return;
    this.#isLeft = true;
    await this.#cover?.release();
    const spare = this.#spare;
    if (!spare) return this.#devtools.closeTab(this.#targetId);
    await this.evaluate(() => {
      sessionStorage.clear();
      location.replace('about:blank');
    });
    await this.#isAt('about:blank');
    spare.push([this.#targetId, this.#sessionId]);
  }
}

/**
 * Starts a server and a Chromium of its own for the tests of a file that need hidden tabs; `flags` are Chromium's. `open` gives a
 * test its endpoint of the server and its tab, and ends both with the test.
 */
export function hiddenTabs(...flags) {
  const skip = lack('freezing');
  let server;
  let browser;
  before(async () => {
    if (skip) return;
    server = await startServer();
    browser = new DevTools(...flags);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const open = async (context, name) => {
    const endpoint = server.endpoint(name);
    const tab = await browser.tab(`${server.origin}/blank?${name}`);
    context.after(async () => {
      await tab.release();
      await endpoint.forget();
    });
    return { endpoint, tab };
  };
  return { skip, open };
}
