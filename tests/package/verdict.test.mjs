/** The decision about another attempt, and its least delay: by the close code, the server's words, the application's, the count. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/**
 * The codes that reach the browser's own close event when the server closes with these. libsoup, under WebKitGTK, knows no
 * 1012 to 1014: it takes such a frame for a broken one, and the event says 1006.
 */
const receivedCodes = (page, endpoint, codes) =>
  page.evaluate(
    (urls) =>
      Promise.all(
        urls.map(async (url) => {
          const { code } = await probe.watch(new WebSocket(url)).end();
          return code;
        }),
      ),
    codes.map((code) => endpoint.url('/close', { code })),
  );

sideBySide('verdicts', () => {
  inWorld('maxAttempts failures in a row are the end', async ({ page, endpoint }) => {
    await endpoint.order('refuse', { status: 503 });
    const seen = await page.evaluate(async (url) => {
      const record = probe.watch(
        new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40, maxAttempts: 3 } }),
      );
      await record.end();
      await probe.sleep(200);
      return {
        errors: record.all('error').length,
        closes: record.all('close').map(({ willReconnect, readyState }) => [willReconnect, readyState]),
        timers: probe.timers(),
      };
    }, endpoint.url('/echo'));
    assert.deepEqual(seen, {
      errors: 3,
      closes: [
        [true, 0],
        [true, 0],
        [false, 3],
      ],
      timers: 0,
    });
    assert.equal((await endpoint.seen()).refused, 3);
  });

  inWorld(
    'shouldReconnect is asked with the close event and the attempt, and its no is the end',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async (url) => {
          const asked = [];
          const shouldReconnect = (event, attempt) => {
            asked.push([event instanceof CloseEvent, event.type, event.code, event.reason, attempt]);
            return asked.length < 3;
          };
          const record = probe.watch(
            new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40, shouldReconnect } }),
          );
          await record.end();
          return { asked, closes: record.all('close').map(({ willReconnect, code }) => [willReconnect, code]) };
        },
        endpoint.url('/close', { code: 4000, reason: 'again?' }),
      );
      assert.deepEqual(seen, {
        asked: [1, 2, 3].map((attempt) => [true, 'close', 4000, 'again?', attempt]),
        closes: [
          [true, 4000],
          [true, 4000],
          [false, 4000],
        ],
      });
    },
  );

  inWorld(
    'a shouldReconnect that throws is reported and does not stop it',
    async ({ page, endpoint }) => {
      await endpoint.order('refuse', { status: 503 });
      const { errors, opens } = await page.evaluate(
        async ([url, name]) => {
          const shouldReconnect = () => {
            throw RangeError('my mistake');
          };
          const record = probe.watch(
            new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40, shouldReconnect } }),
          );
          await record.until('close', 2);
          await probe.order(name, 'accept');
          await record.until('open');
          record.ws.close();
          return { errors: probe.errors.map(String), opens: record.all('open').length };
        },
        [endpoint.url('/echo'), endpoint.name],
      );
      assert.ok(errors.length >= 2 && errors.every((error) => error === 'RangeError: my mistake'), String(errors));
      assert.equal(opens, 1);
    },
    { uncaught: true },
  );

  inWorld(
    'a server slows it down by 1012, 1013 or a retryAfter, and by nothing that only looks like one',
    async ({ page, endpoint }) => {
      const cases = [
        [1012, '', 5_000, 30_000],
        [1013, '', 5_000, 30_000],
        [4000, '{"retryAfter":1234}', 1_234, 1_800],
        [1013, '{"retryAfter":700}', 700, 1_300],
        [4000, '{"retryAfter":0}', 250, 500],
        [4000, '{"retryAfter":-5}', 250, 500],
        [4000, '{"retryAfter":"9000"}', 250, 500],
        [4000, '{"retryAfter":1e999}', 250, 500],
        [4000, '{"retryAfter":[9000]}', 250, 500],
        [1013, '{"retryAfter":null}', 5_000, 30_000],
        [4000, '{"retryAfter":1e99}', 86_400_000, 86_401_000],
        [4000, '{"retryAfter":9000', 250, 500],
        [4000, 'retryAfter: 9000', 250, 500],
        [4000, 'null', 250, 500],
        [4000, '[9000]', 250, 500],
        [4000, '"retryAfter"', 250, 500],
        [4000, '{"other":9000}', 250, 500],
        [1011, '', 250, 500],
      ];
      const delays = await page.evaluate(
        (urls) =>
          Promise.all(
            urls.map(async (url) => {
              const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { connectTimeout: 60_000 } }));
              const { delay } = await record.until('reconnecting', 1, 60_000);
              record.ws.close();
              return delay;
            }),
          ),
        cases.map(([code, reason]) => endpoint.url('/close', { code, reason })),
      );
      const received = await receivedCodes(page, endpoint, [1012, 1013]);
      const wrong = cases.flatMap(([code, reason, least, most], index) => {
        const delay = delays[index];
        if (received[code - 1012] === 1006) return [];
        return delay >= least && delay <= most ? [] : [`${code} ${reason}: ${delay} ms`];
      });
      assert.deepEqual(wrong, []);
    },
  );

  inPage('the close codes that are the end are the end, all others are not', async ({ page, endpoint }) => {
    const final = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4499];
    const passing = [1001, 1011, 1012, 1013, 1014, 3000, 4000, 4399, 4500, 4999];
    const ends = await page.evaluate(
      (urls) =>
        Promise.all(
          urls.map(async (url) => {
            const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { connectTimeout: 60_000 } }));
            const { code, willReconnect, readyState } = await record.until('close', 1, 60_000);
            record.ws.close();
            return [code, willReconnect, readyState];
          }),
        ),
      [...final, ...passing].map((code) => endpoint.url('/close', { code })),
    );
    const received = await receivedCodes(page, endpoint, passing);
    assert.deepEqual(ends, [...final.map((code) => [code, false, 3]), ...received.map((code) => [code, true, 0])]);
  });
});
