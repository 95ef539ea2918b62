/** A browser that WebDriver drives: its pages, and what a driver gives beyond WebDriver. */

import { until } from '../server.mjs';
import { ENGINES } from './engines.mjs';
import { Page } from './page.mjs';

export async function startWebDriver(engine, options) {
  const { session, stop } = await ENGINES[engine](options);
  return new Browser(engine, session, stop);
}

/**
 * Replaces the page in a window by an empty one. The page does so itself: a page that WebDriver opens has no site, for which Firefox starts
 * another process, and one more for the next page.
 */
async function clear(command) {
  const run = (script) => command('POST', '/execute/sync', { script, args: [] });
  await run(`location.replace('about:blank')`);
  const isThere = () => run(`return location.href === 'about:blank' && document.readyState === 'complete'`);
  // The script may end with the page in which it runs.
  await until(() => isThere().catch(() => false));
}

class Browser {
  #engine;
  #stop;
  /** Windows that tests are done with. Opening one, with its process, takes longer than many a test. */
  #spare = [];

  constructor(engine, session, stop) {
    this.#engine = engine;
    this.session = session;
    this.#stop = stop;
  }

  async newPage() {
    return new Page(this, this.#spare.pop() ?? (await this.session.open()));
  }

  /** Ends the page in a window. */
  async leave(handle, { reusable }) {
    if (!reusable) return this.session.closeWindow(handle);
    await this.session.inWindow(handle, clear);
    this.#spare.push(handle);
  }

  async tab(url) {
    const page = await this.newPage();
    await page.goto(url);
    return page;
  }

  /** Runs a script in Firefox itself, in the window of a page. */
  #inChrome(page, script) {
    return page.use(async (command) => {
      await command('POST', '/moz/context', { context: 'chrome' });
      try {
        return await command('POST', '/execute/sync', { script, args: [] });
      } finally {
        await command('POST', '/moz/context', { context: 'content' });
      }
    });
  }

  /** Nothing in WebKit collects garbage when told to, but it does when there is much. */
  async collectGarbage(page) {
    await page.evaluate(() => {
      globalThis.__witness = new WeakRef({});
    });
    // As about:memory does when asked to.
    if (this.#engine === 'firefox') {
      const requests = `['child-gc-request', 'child-cc-request']`;
      await this.#inChrome(page, `for (const request of ${requests}) Services.obs.notifyObservers(null, request);`);
    }
    await page.evaluate((churn) => {
      let garbage;
      const gone = () => {
        if (churn) garbage = Array.from({ length: 100_000 }, () => [garbage?.length]);
        return !__witness.deref();
      };
      return probe.until(gone, 60_000, 'the garbage to be collected');
    }, this.#engine === 'webkit');
  }

  /**
   * Makes a page hidden or visible. In Firefox as another tab in front of it does, so that its timers are throttled. WebKit's
   * driver has no way to; there the page is only told so.
   */
  async setHidden(page, hidden) {
    if (this.#engine === 'firefox') await this.#inChrome(page, `gBrowser.selectedBrowser.docShellIsActive = ${!hidden};`);
    await page.evaluate(
      async ([hidden, told]) => {
        if (told) {
          const states = { hidden, visibilityState: hidden ? 'hidden' : 'visible' };
          for (const [name, value] of Object.entries(states))
            Object.defineProperty(document, name, { configurable: true, value });
          document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        }
        await probe.until(() => document.hidden === hidden);
      },
      [hidden, this.#engine === 'webkit'],
    );
  }

  /** Ends the browser as a crash does, at once. */
  kill() {
    return this.session.kill();
  }

  close() {
    return this.#stop();
  }
}
