/** The page that shows the reports of `cargo xtask bench` and `cargo xtask storm`. */
import assert from 'node:assert/strict';
import { inPage } from './support/suite.mjs';

inPage('the page of benchmarks shows both reports, with their tables and plots', async ({ page, server }) => {
  await page.goto(`${server.origin}/`);
  await page.getByRole('link', { name: 'Benchmarks' }).click();
  await page.getByRole('heading', { name: 'A million clients' }).waitFor();
  await page.getByRole('heading', { name: 'The figures to reach' }).waitFor();
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  const { pictures, empty, raw, rows } = await page.evaluate(() => ({
    pictures: document.images.length,
    empty: [...document.images].filter(({ naturalWidth }) => !naturalWidth).map(({ src }) => src),
    // Markdown that the page does not know would stand there as it is written.
    raw: /[|`]|\*\*|!\[/.exec(document.querySelector('main').textContent)?.[0],
    rows: document.querySelectorAll('td').length,
  }));
  assert.ok(pictures >= 8 && rows > 100, `${pictures} pictures, ${rows} cells`);
  assert.deepEqual([empty, raw], [[], undefined]);
  assert.equal(await page.locator('#notice').isVisible(), false);
});
