/** The browser that `HOLDFAST_BROWSER` names, Chromium without it, with a page on the fault server. */
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from '../../package/support/flags.mjs';
import { startWebDriver } from '../../package/support/webdriver/browser.mjs';

export const ENGINE = process.env.HOLDFAST_BROWSER || 'chromium';

const ARGUMENTS = [
  ...FLAGS,
  // Names that a case makes up are not asked of anybody.
  '--host-resolver-rules=MAP *.test ~NOTFOUND',
  '--js-flags=--expose-gc',
];

export const startBrowser = () =>
  ENGINE === 'chromium' ? chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS }) : startWebDriver(ENGINE);

/** A page in a context of its own. What is thrown in it and caught by nobody ends the run with its text. */
export async function openPage(browser, address, path = '/blank') {
  const page = await browser.newPage();
  await page.goto(address + path);
  return page;
}

/** Ends this process when something hangs after all: a hang must be a failure with a text. */
export function watchdog(minutes) {
  setTimeout(() => {
    console.error(`still not done after ${minutes} minutes: something hangs`);
    process.exit(1);
  }, minutes * 60_000).unref();
}
