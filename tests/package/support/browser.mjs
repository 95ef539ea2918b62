/** A browser, and pages in it that are ready for a test. */
import { startChromium } from './chromium.mjs';
import { DevTools, Shell } from './devtools.mjs';
import { ENGINE } from './engine.mjs';
import { startWebDriver } from './webdriver/browser.mjs';

export { ENGINE };

/** One browser for all files of a process. It ends when the last of them closes it: a start takes seconds of CPU time. */
function sharing(start) {
  let users = 0;
  let started;
  return async () => {
    users += 1;
    started ??= start().then((browser) => {
      const close = browser.close.bind(browser);
      browser.close = async () => {
        users -= 1;
        if (users) return;
        started = undefined;
        await close();
      };
      return browser;
    });
    return started;
  };
}

const shareWebDriver = sharing(() => startWebDriver(ENGINE));
const shareDevTools = sharing(async () => new DevTools());
const shareShell = sharing(async () => new Shell());

export const startBrowser = () => (ENGINE === 'chromium' ? startChromium() : shareWebDriver());

/** For tests whose page is hidden, frozen or slow: `tab(url)` opens one that can be. With `hides: false` none is ever hidden. */
export const startTabs = ({ hides = true } = {}) => {
  if (ENGINE !== 'chromium') return shareWebDriver();
  return hides ? shareDevTools() : shareShell();
};

/**
 * A page that no other test has. `Holdfast` is the built package as an application imports it. Exceptions nobody caught are
 * collected in `page.uncaught`, what was logged as an error in `page.complaints`.
 */
export async function openPage(browser, origin, path = '/blank') {
  const page = await browser.newPage();
  await page.goto(`${origin}${path}`);
  if (path === '/blank') {
    await page.evaluate(async () => {
      globalThis.Holdfast = await import('/pkg/dist/index.mjs');
    });
  }
  return page;
}
