/** The examples of the entries for React and Vue, as they are served. */
import assert from 'node:assert/strict';
import { inPage } from './support/suite.mjs';

for (const framework of ['react', 'vue']) {
  inPage(
    `the example for ${framework} holds: what is sent while the connection is down comes back when it is up`,
    async ({ page }) => {
      const shows = (status) =>
        page.waitForFunction((status) => document.getElementById('status')?.textContent === status, status);
      const send = async (text) => {
        await page.getByLabel('text to send').fill(text);
        await page.getByRole('button', { name: 'Send' }).click();
      };
      const received = (count) =>
        page.waitForFunction((count) => document.querySelectorAll('#received li').length === count, count);
      await shows('open');
      await send('one');
      await received(1);
      // The wait may be over before a page on a busy machine is looked at again.
      await page.evaluate(() => {
        const status = document.getElementById('status');
        const watcher = new MutationObserver(() => {
          globalThis.waited ||= status.textContent === 'waiting';
        });
        watcher.observe(status, { characterData: true, childList: true, subtree: true });
      });
      await page.getByRole('button', { name: 'drop the connection' }).click();
      await page.waitForFunction(() => globalThis.waited);
      await send('two');
      await received(2);
      await shows('open');
      assert.deepEqual(await page.locator('#received li').allTextContents(), ['two', 'one']);
      const endpoint = await page.evaluate(
        () => performance.getEntriesByType('resource').find(({ name }) => /\/drop/.test(name)).name,
      );
      const seen = await (await fetch(endpoint.replace('/drop', ''))).json();
      // One before the fault and one after it, for both components.
      assert.equal(seen.accepted, 2);
    },
    { path: `/${framework}/` },
  );
}
