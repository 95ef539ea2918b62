/** The URL and the subprotocols: given once, or asked of the application before each attempt. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

const ERRORS = ['Error: not yet', 'Error: still not'];

const QUICK = { reconnect: { minDelay: 50, maxDelay: 100 } };

sideBySide('addresses', () => {
  inPage(
    'a URL function that throws, then rejects, is asked again and recovers',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const asked = [];
        const provide = ({ attempt, lastClose }) => {
          asked.push([attempt, lastClose?.code ?? null, lastClose?.willReconnect ?? null]);
          if (asked.length === 1) throw Error('not yet');
          if (asked.length === 2) return Promise.reject(Error('still not'));
          return asked.length === 3 ? 'not a URL: \0' : Promise.resolve(new URL(url));
        };
        const record = probe.watch(new Holdfast.WebSocket(provide, [], { reconnect: { minDelay: 20, maxDelay: 40 } }));
        const before = record.ws.url;
        await record.until('open');
        record.ws.send('through');
        await record.until('message');
        const { url: after } = record.ws;
        record.ws.close();
        return {
          before,
          after,
          asked,
          failures: record.all('error').length,
          reported: probe.errors.map(String),
          causes: record.all('reconnecting').map(({ cause }) => cause),
        };
      }, endpoint.url('/echo'));
      assert.deepEqual(seen, {
        before: '',
        after: endpoint.url('/echo'),
        asked: [
          [0, null, null],
          [1, 1006, true],
          [2, 1006, true],
          [3, 1006, true],
        ],
        failures: 3,
        reported: ERRORS,
        causes: ['failed', 'failed', 'failed'],
      });
    },
    { uncaught: true },
  );

  inWorld(
    'a URL function that never answers is given up after connectTimeout, and its late answer is ignored',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const answers = [];
        // From the third on at once: a busy browser may need longer for a connection than the second has.
        const provide = () => (answers.length < 2 ? new Promise((answer) => answers.push(answer)) : url);
        const record = probe.watch(
          new Holdfast.WebSocket(provide, [], { reconnect: { minDelay: 20, maxDelay: 40, connectTimeout: 2_000 } }),
        );
        const { reason } = await record.until('close');
        await probe.until(() => answers.length === 2);
        answers[0](`${url}&late`);
        answers[1](url);
        await record.until('open');
        await probe.sleep(200);
        const result = { reason, url: record.ws.url, opens: record.all('open').length };
        record.ws.close();
        return result;
      }, endpoint.url('/echo'));
      assert.deepEqual(seen, { reason: 'connect timeout', url: endpoint.url('/echo'), opens: 1 });
      assert.ok((await endpoint.seen()).accepted >= 1);
    },
  );

  inPage('url is set at once, resolved as the browser does it', async ({ page }) => {
    const wrong = await page.evaluate(() => {
      history.replaceState(null, '', '/lab/page?x#y');
      const given = [
        '/echo',
        'echo?a=b',
        location.origin,
        `${location.origin}/ä`,
        new URL('/echo', location),
        'WS://LOCALHOST:1/A',
        '?only',
      ];
      return given.flatMap((url) => {
        const [native, ours] = [new WebSocket(url), new Holdfast.WebSocket(url)];
        const urls = [native.url, ours.url];
        native.close();
        ours.close();
        return urls[0] === urls[1] ? [] : [urls];
      });
    });
    assert.deepEqual(wrong, []);
  });

  inWorld('protocols may be a text, a list or a function, and hold across reconnections', async ({ page, endpoint }) => {
    const protocols = await page.evaluate(
      async ([url, name, options]) => {
        let token = 0;
        const given = [
          'chat',
          ['superchat', 'chat'],
          () => [`token-${++token}`],
          async ({ attempt }) => `attempt-${attempt}`,
          [],
        ];
        const records = given.map((protocols) => probe.watch(new Holdfast.WebSocket(url, protocols, options)));
        const before = records.map(({ ws }) => ws.protocol);
        await Promise.all(records.map((record) => record.until('open')));
        const first = records.map(({ ws }) => ws.protocol);
        await probe.order(name, 'drop');
        await Promise.all(records.map((record) => record.until('open', 2)));
        const second = records.map(({ ws }) => ws.protocol);
        for (const { ws } of records) ws.close();
        return { before, first, second };
      },
      [endpoint.url('/echo'), endpoint.name, QUICK],
    );
    assert.deepEqual(protocols, {
      before: ['', '', '', '', ''],
      first: ['chat', 'superchat', 'token-1', 'attempt-0', ''],
      second: ['chat', 'superchat', 'token-2', 'attempt-1', ''],
    });
  });
});
