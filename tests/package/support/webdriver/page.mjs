/** A page in a window of its own, with as much of Playwright's `Page` as the tests use. */
import { readFileSync } from 'node:fs';
import { PageLeft } from './left.mjs';
import { Locator } from './locator.mjs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const PREPARE = read('./remote.js');
const PROBE = read('../probe.js');

/** How long one look at a script's outcome keeps the session from other pages: less if one of them waits for it. */
const [LOOK_MS, SHORT_LOOK_MS] = [300, 60];

/** The script's text runs as an element's, which is the page's realm. Where a link has led, nothing has been prepared. */
const RUN = `
  const [texts, id, ms, prepares, done] = arguments;
  if (!prepares && !window.__remote) return done(null);
  for (const text of texts) {
    const script = document.createElement('script');
    script.textContent = text;
    document.documentElement.append(script);
    script.remove();
  }
  window.__remote.look(id, ms).then(done);
`;

/** The elements that have a role by nature, where they aren't called like it. */
const ROLES = { link: 'a[href]', heading: 'h1, h2, h3' };

export class Page {
  #browser;
  #handle;
  #last = 0;
  #hidden = false;
  #atEnd = [];
  #ended = false;
  /** Exceptions nobody caught, and what went to `console.error`: of each script's time, once it is over. */
  uncaught = [];
  complaints = [];

  constructor(browser, handle) {
    this.#browser = browser;
    this.#handle = handle;
  }

  /** Has the window, and the session with it, to itself. */
  use(commands) {
    return this.#browser.session.inWindow(this.#handle, commands);
  }

  async goto(url) {
    await this.use(async (command) => {
      await command('POST', '/url', { url });
      await this.#prepare(command);
    });
  }

  async reload() {
    await this.use(async (command) => {
      await command('POST', '/refresh');
      await this.#prepare(command);
    });
  }

  /** Classic WebDriver has nothing that runs before the page's own scripts. */
  async #prepare(command) {
    await this.#look(command, [PREPARE, PROBE, '__remote.run(0, () => {})'], 0, true);
  }

  async #look(command, texts, id, prepares = false) {
    const ms = this.#browser.session.isAwaited ? SHORT_LOOK_MS : LOOK_MS;
    const text = await command('POST', '/execute/async', { script: RUN, args: [texts, id, ms, prepares] }).catch((error) => {
      throw /unload/.test(error.message) ? new PageLeft() : error;
    });
    if (!text) {
      if (!texts.length) throw new PageLeft();
      await this.#prepare(command);
      return this.#look(command, texts, id);
    }
    const answer = JSON.parse(text);
    this.uncaught.push(...answer.uncaught);
    this.complaints.push(...answer.complaints);
    return answer;
  }

  /** Runs a function in the page, with an argument that JSON can carry, and waits for what comes of it. */
  async evaluate(run, argument) {
    const id = ++this.#last;
    const call = typeof run === 'string' ? run : `(${run})(${JSON.stringify(argument)})`;
    const text = `__remote.run(${id}, async () => ${call})`;
    let answer = await this.use((command) => this.#look(command, [text], id));
    while (!('value' in answer || 'error' in answer)) {
      answer = await this.use((command) => this.#look(command, [], id));
    }
    if ('error' in answer) throw Error(answer.error);
    return decode(JSON.parse(answer.value));
  }

  /** The condition may become true on the page that a link leads to. */
  async waitForFunction(test, argument, { timeout = 90_000 } = {}) {
    const script = `(async (test, argument) => {
        for (const end = performance.now() + ${timeout}; !(await test(argument)); await probe.sleep(20))
          if (performance.now() > end) throw Error('waited ${timeout} ms in vain for ' + test);
      })(${test}, ${JSON.stringify(argument)})`;
    await this.evaluate(script).catch((error) => {
      if (!(error instanceof PageLeft)) throw error;
      return this.evaluate(script);
    });
  }

  locator(selector, { hasText } = {}) {
    return new Locator(this, { selector, hasText: pattern(hasText) });
  }

  getByLabel(label) {
    return new Locator(this, { selector: 'input, textarea, select', label });
  }

  getByRole(role, { name }) {
    return new Locator(this, { selector: ROLES[role] ?? role, hasText: pattern(name) });
  }

  /** Another page that could talk to this one. */
  sibling() {
    return this.#browser.newPage();
  }

  /**
   * WebDriver can't take the network from a page, so the page is only told so. What is tried all the same has to be
   * refused by the server.
   */
  async setOffline(offline) {
    await this.evaluate((offline) => {
      Object.defineProperty(navigator, 'onLine', { configurable: true, value: !offline });
      dispatchEvent(new Event(offline ? 'offline' : 'online'));
    }, offline);
  }

  hide() {
    this.#hidden = true;
    return this.#browser.setHidden(this, true);
  }

  toFront() {
    return this.#browser.setHidden(this, false);
  }

  /** Nothing slows it down: it is as slow as the machine is. */
  slowDown() {}

  collectGarbage() {
    return this.#browser.collectGarbage(this);
  }

  /** Does something once the page is closed. */
  atEnd(work) {
    this.#atEnd.push(work);
  }

  close() {
    return this.end();
  }

  /** A test is done with it. */
  release() {
    return this.end();
  }

  /** Once: its window may be another page's afterwards. */
  async end() {
    if (this.#ended) return;
    this.#ended = true;
    await this.#browser.leave(this.#handle, { reusable: !this.#hidden });
    for (const work of this.#atEnd) work();
  }
}

/** Text or a regular expression, as JSON. */
const pattern = (text) => (text instanceof RegExp ? { source: text.source, flags: text.flags } : text);

const NAMED = {
  undefined,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

function decode(value) {
  if (typeof value !== 'object' || value === null) return value;
  if ('$is' in value) return NAMED[value.$is];
  for (const key of Object.keys(value)) value[key] = decode(value[key]);
  return value;
}
