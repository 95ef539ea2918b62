/** Recipes of `docs/recipes.md` that have code of their own. */
import assert from 'node:assert/strict';
import { inPage } from './support/suite.mjs';

inPage(
  'one socket for all tabs: a shared worker holds it, and the next page takes it over',
  async ({ page, endpoint, server }) => {
    const join = (tab) =>
      tab.evaluate((url) => {
        const worker = new SharedWorker('/fixtures/shared-worker.mjs', { type: 'module', name: url });
        globalThis.port = worker.port;
        globalThis.received = [];
        port.onmessage = ({ data: { status, data } }) => {
          if (status) globalThis.status = status;
          else received.push(data);
        };
      }, endpoint.url('/echo'));
    const other = await page.sibling();
    await other.goto(`${server.origin}/blank`);
    for (const tab of [page, other]) await join(tab);
    for (const tab of [page, other]) await tab.waitForFunction(() => globalThis.status === 'open');
    await page.evaluate(() => port.postMessage('hello'));
    for (const tab of [page, other]) await tab.waitForFunction(() => received.includes('hello'));
    await page.goto(`${server.origin}/blank`);
    await join(page);
    await other.evaluate(() => port.postMessage('again'));
    await page.waitForFunction(() => received.includes('again'));
    assert.equal((await endpoint.seen()).accepted, 1);
  },
);
