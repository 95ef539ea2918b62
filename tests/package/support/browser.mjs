/** A browser, and pages in it that are ready for a test. */
import { startChromium } from './chromium.mjs';
import { DevTools } from './devtools.mjs';
import { ENGINE } from './engine.mjs';
import { startWebDriver } from './webdriver/browser.mjs';

export { ENGINE };

export const startBrowser = () => (ENGINE === 'chromium' ? startChromium() : startWebDriver(ENGINE));

/** For tests whose page is hidden, frozen or slow: `tab(url)` opens one that can be. */
export const startTabs = async () => (ENGINE === 'chromium' ? new DevTools() : startWebDriver(ENGINE));

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
