/** The browser that `HOLDFAST_BROWSER` names, Chromium without it, with a page on the fault server. */
import { DevTools } from '../../package/support/devtools.mjs';
import { startWebDriver } from '../../package/support/webdriver/browser.mjs';

export const ENGINE = process.env.HOLDFAST_BROWSER || 'chromium';

/** For a hang: thousands of cases run in a page, and each file waits for those of the one before. */
export const LIMIT_MS = 20 * 60_000;

const FLAGS = [
  // Realms run side by side, each in a window of its own, of which at most one is in front.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  // Names that a case makes up are not asked of anybody.
  '--host-resolver-rules=MAP *.test ~NOTFOUND',
  '--js-flags=--expose-gc',
];

/**
 * Without Playwright: that watches each page's network, and of thousands of connections its reports take longer than the
 * connections.
 */
class Chromium {
  #devtools = new DevTools(...FLAGS);

  async newPage() {
    const { browserContextId } = await this.#devtools.send('Target.createBrowserContext');
    const tab = await this.#devtools.tab('about:blank', { source: '', browserContextId });
    await tab.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    return {
      goto: (url) => tab.goto(url),
      evaluate: (run, argument) => tab.evaluate(run, argument, LIMIT_MS),
      close: () => tab.end(),
    };
  }

  close() {
    return this.#devtools.close();
  }
}

export const startBrowser = () => (ENGINE === 'chromium' ? new Chromium() : startWebDriver(ENGINE));

/** A page in a context of its own. What is thrown in it and caught by nobody ends the run with its text. */
export async function openPage(browser, address, path = '/blank') {
  const page = await browser.newPage();
  await page.goto(address + path);
  return page;
}
