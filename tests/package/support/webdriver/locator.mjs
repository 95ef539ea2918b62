/** Elements of a page, found anew for each use: as much of Playwright's `Locator` as the tests use. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
const VISIBLE =
  '((element) => element?.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0)';

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
  async waitFor({ timeout = 10_000 } = {}) {
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

  /** Does something with the element by WebDriver's own commands, as the user would. */
  async #with(use) {
    await this.#page.use(async (command) => {
      const element = await command('POST', '/execute/sync', { script: `return ${this.#elements}[0]`, args: [] });
      await use((action, body) => command('POST', `/element/${element[ELEMENT]}/${action}`, body));
    });
  }

  async click() {
    await this.waitFor();
    await this.#with((act) => act('click'));
  }

  async check() {
    if (!(await this.#page.evaluate(`${this.#elements}[0].checked`))) await this.click();
  }

  async fill(text) {
    await this.waitFor();
    await this.#with(async (act) => {
      await act('clear');
      await act('value', { text });
    });
  }

  /** Chooses a file, as somebody does in the dialog. */
  async setInputFiles({ name, buffer }) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
    // The browser reads it when it is sent.
    this.#page.atEnd(() => rmSync(folder, { recursive: true }));
    const path = join(folder, name);
    writeFileSync(path, buffer);
    await this.#with((act) => act('value', { text: path }));
  }
}
