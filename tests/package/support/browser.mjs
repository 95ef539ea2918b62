/** Headless Chromium, and pages in it that are ready for a test. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const probe = resolve(dirname(fileURLToPath(import.meta.url)), 'probe.js');

const FLAGS = ['--disable-gpu', '--disable-quic', '--disable-component-update', '--disable-sync'];

/** `env`: another environment than the tests' own. */
export function startBrowser({ ignoreDefaultArgs, env } = {}) {
  return chromium.launch({
    executablePath: process.env.HOLDFAST_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: FLAGS,
    ignoreDefaultArgs,
    env,
    timeout: 20_000,
  });
}

/**
 * A page in a context of its own, so that its network can be taken from it alone. `Holdfast` is the built package as an
 * application imports it. Exceptions nobody caught are collected in `page.uncaught`.
 */
export async function openPage(browser, origin, path = '/blank') {
  const context = await browser.newContext();
  await context.addInitScript({ path: probe });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.uncaught = [];
  page.on('pageerror', (error) => page.uncaught.push(String(error)));
  await page.goto(`${origin}${path}`);
  if (path === '/blank') {
    await page.evaluate(async () => {
      globalThis.Holdfast = await import('/pkg/dist/index.mjs');
    });
  }
  return page;
}
