/** Browsers with a profile that outlives them, killed as the system kills a process: `kill -9`. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevTools } from '../../package/support/devtools.mjs';
import { removeFolder } from '../../package/support/remove.mjs';
import { startWebDriver } from '../../package/support/webdriver/browser.mjs';

export function makeProfile(context) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-outbox-'));
  context.after(() => removeFolder(folder));
  return folder;
}

/** By engine: starts it with a profile. It has `tab(url)`, `kill()` and `close()`. */
export const BROWSERS = {
  chromium: async (profile) => new DevTools(`--user-data-dir=${profile}`),
  firefox: (profile) => startWebDriver('firefox', { profile }),
};
