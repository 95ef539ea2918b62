/**
 * Connections that a Content Security Policy forbids: Chromium fires `error` for each and never `close`, for its own class too. The
 * constructors of others throw.
 */
import assert from 'node:assert/strict';
import { ENGINE } from './support/browser.mjs';
import { inPage } from './support/suite.mjs';

/** Gives the page `forbid()`: from then on, it may connect to nothing. */
const mayForbid = (page) =>
  page.evaluate(() => {
    globalThis.forbid = () => {
      const policy = Object.assign(document.createElement('meta'), { content: "connect-src 'none'" });
      policy.httpEquiv = 'Content-Security-Policy';
      document.head.append(policy);
    };
  });

if (ENGINE === 'chromium')
  inPage('what connect-src forbids fails at once, each attempt with an error and a close', async ({ page, endpoint }) => {
    await mayForbid(page);
    const told = await page.evaluate(async (url) => {
      forbid();
      const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40 } }));
      await record.until('close', 2);
      record.ws.close();
      return record.events
        .filter(({ type }) => type !== 'statuschange')
        .slice(0, 5)
        .map(({ type, code, reason, cause }) => [type, code, reason, cause].filter(Boolean).join(' '));
    }, endpoint.url('/echo'));
    assert.deepEqual(told, ['error', 'close 1006', 'reconnecting failed', 'error', 'close 1006']);
  });
else
  inPage('what connect-src forbids is thrown by the constructor, as by that of the browser', async ({ page, endpoint }) => {
    await mayForbid(page);
    const [ours, native] = await page.evaluate((url) => {
      forbid();
      return [Holdfast.WebSocket, WebSocket].map((Class) => {
        try {
          return `constructed: ${new Class(url).readyState}`;
        } catch (error) {
          return `${error.name}, ${error.message ?? ''}, ${error.code}`;
        }
      });
    }, endpoint.url('/echo'));
    assert.equal(ours, native);
    assert.doesNotMatch(ours, /^constructed/);
    assert.equal((await endpoint.seen()).accepted, 0);
  });
