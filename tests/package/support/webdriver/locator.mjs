/** Elements of a page, found anew for each use: as much of Playwright's `Locator` as the tests use. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PageLeft } from './left.mjs';

/** A reference to an element, in an answer. https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** In the page: the elements that are meant. */
const FIND = `(({ selector, hasText, label, last }) => {
  const fits = (text, wanted) =>
    wanted === undefined || (wanted.source ? new RegExp(wanted.source, wanted.flags).test(text) : text.toLowerCase().includes(wanted.toLowerCase()));
  const named = (element) => [element.ariaLabel, ...[...(element.labels ?? [])].map(({ textContent }) => textContent)].join(' ');
  const found = [...document.querySelectorAll(selector)].filter(
    (element) => fits(element.textContent, hasText) && (label === undefined || fits(named(element), label)),
  );
  return last ? found.slice(-1) : found;
})`;
const VISIBLE = '((element) => element?.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0)';

export class Locator {
  #page;
  #what;

  constructor(page, what) {
    this.#page = page;
    this.#what = what;
  }

  last() {
    return new Locator(this.#page, { ...this.#what, last: true });
  }

  get #elements() {
    return `${FIND}(${JSON.stringify(this.#what)})`;
  }

  /** Waits until it can be seen. */
  async waitFor({ timeout = 90_000 } = {}) {
    await this.#page.waitForFunction(`() => ${VISIBLE}(${this.#elements}[0])`, undefined, { timeout });
  }

  async isVisible() {
    return this.#page.evaluate(`!!${VISIBLE}(${this.#elements}[0])`);
  }

  async textContent() {
    await this.#found();
    return this.#page.evaluate(`${this.#elements}[0].textContent`);
  }

  allTextContents() {
    return this.#page.evaluate(`${this.#elements}.map(({ textContent }) => textContent)`);
  }

  async #found() {
    await this.#page.waitForFunction(`() => ${this.#elements}.length`);
  }

  /**
   * Clicks and text come from the page itself, not from WebDriver's mouse and keyboard: those need a focused window, which nobody
   * gives without a window manager. In Chromium they are real.
   */
  async click() {
    await this.waitFor();
    await this.#page.evaluate(`${this.#elements}[0].click()`).catch((error) => {
      // A link leads away.
      if (!(error instanceof PageLeft)) throw error;
    });
  }

  async check() {
    if (!(await this.#page.evaluate(`${this.#elements}[0].checked`))) await this.click();
  }

  /** By the prototype's setter: React puts one of its own on the element. */
  async fill(text) {
    await this.waitFor();
    await this.#page.evaluate(`((element) => {
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value');
      set.call(element, ${JSON.stringify(text)});
      for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true }));
    })(${this.#elements}[0])`);
  }

  /** Chooses a file, as somebody does in the dialog. */
  async setInputFiles({ name, buffer }) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
    // The browser reads it when it is sent.
    this.#page.atEnd(() => rmSync(folder, { recursive: true }));
    const path = join(folder, name);
    writeFileSync(path, buffer);
    await this.#page.use(async (command) => {
      const element = await command('POST', '/execute/sync', { script: `return ${this.#elements}[0]`, args: [] });
      await command('POST', `/element/${element[ELEMENT]}/value`, { text: path });
    });
  }
}
