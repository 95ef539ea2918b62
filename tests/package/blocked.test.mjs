/** Connections that a Content Security Policy forbids: Chromium fires `error` for each and never `close`, for its own class too. */
import assert from 'node:assert/strict';
import { ENGINE } from './support/browser.mjs';
import { inPage } from './support/suite.mjs';

if (ENGINE === 'chromium')
  inPage('what connect-src forbids fails at once, each attempt with an error and a close', async ({ page, endpoint }) => {
    const told = await page.evaluate(async (url) => {
      const policy = Object.assign(document.createElement('meta'), { content: "connect-src 'none'" });
      policy.httpEquiv = 'Content-Security-Policy';
      document.head.append(policy);
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
