/** graphql-ws's own client on our class, against its own server. */
import assert from 'node:assert/strict';
import { sideBySide } from '../package/support/suite.mjs';
import { load, script } from './support/client.mjs';
import { launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';
import { relayTo } from './support/relay.mjs';
import { program } from './support/table.mjs';

const library = script('graphql-ws');
const kind = { command: () => [process.execPath, program('graphql-ws.mjs')] };

/** A page with `connect()`, a server of its own and a relay to it. A token is good for `life` ms. */
const inGraphqlPage = (name, run, { life = 60_000, plain } = {}) =>
  inPage(name, async ({ page }) => {
    const server = await launch(kind);
    const relay = await relayTo(server.port);
    try {
      await load(page, library, plain);
      await page.evaluate(
        ([url, life]) => {
          globalThis.tokens = 0;
          const freshToken = async () => {
            tokens += 1;
            return `ada until ${Date.now() + life}`;
          };
          globalThis.connect = () => Client.connect(url, freshToken, { retryWait: () => probe.sleep(50) });
          globalThis.query = (client, query) =>
            new Promise((next, error) => {
              let result;
              const sink = { next: (value) => (result = value.data), error, complete: () => next(result) };
              client.subscribe({ query }, sink);
            });
          /** Counts; returns the numbers that have come so far, and what ended it. */
          globalThis.count = (client, every = 20) => {
            const seen = { counts: [], failed: undefined };
            seen.stop = client.subscribe(
              { query: `subscription { count(from: 100, every: ${every}) }` },
              {
                next: ({ data }) => seen.counts.push(data.count),
                error: (error) => {
                  seen.failed = String(error?.reason ?? error);
                },
                complete() {},
              },
            );
            return seen;
          };
        },
        [`ws://127.0.0.1:${relay.port}/graphql`, life],
      );
      await run({ page, relay, server });
    } finally {
      relay.stop();
      await server.stop('SIGKILL');
    }
  });

/** How often a count began anew: once for each connection. */
const beginnings = (counts) => counts.filter((count) => count === 100).length;

sideBySide('graphql-ws', () => {
  inGraphqlPage('queries and a subscription share a socket', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const one = connect();
      const counted = count(one);
      const { hello } = await query(one, '{ hello(name: "Ada") }');
      await probe.until(() => counted.counts.length >= 5, 30_000);
      counted.stop();
      await one.dispose();
      await probe.until(() => made[0].readyState === 3, 30_000);
      return {
        hello,
        first: counted.counts.slice(0, 5),
        failed: counted.failed,
        sockets: made.length,
        protocol: made[0].protocol,
      };
    });
    assert.deepEqual(seen, {
      hello: 'Hello, Ada!',
      first: [100, 101, 102, 103, 104],
      failed: undefined,
      sockets: 1,
      protocol: 'graphql-transport-ws',
    });
  });

  inGraphqlPage('a subscription goes on through a restart of the server', async ({ page, server }) => {
    await page.evaluate(async () => {
      globalThis.one = connect();
      globalThis.counted = count(one);
      await probe.until(() => counted.counts.length >= 3, 30_000);
    });
    await server.stop();
    await page.evaluate(() => probe.until(() => made.length >= 4, 30_000, 'some attempts in vain'));
    const again = await launch(kind, { port: server.port });
    try {
      const seen = await page.evaluate(async () => {
        const before = counted.counts.length;
        await probe.until(() => counted.counts.length > before + 3, 30_000);
        const open = made.filter(({ readyState }) => readyState !== 3).length;
        counted.stop();
        await one.dispose();
        return { counts: counted.counts, failed: counted.failed, open };
      });
      assert.equal(beginnings(seen.counts), 2);
      assert.deepEqual({ failed: seen.failed, open: seen.open }, { failed: undefined, open: 1 });
    } finally {
      await again.stop('SIGKILL');
    }
  });

  inGraphqlPage(
    'a connection whose token has run out is replaced by one with a fresh token',
    async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const one = connect();
        const counted = count(one);
        await probe.until(() => counted.counts.filter((count) => count === 100).length >= 3, 60_000);
        // Each socket asks for one once it is open.
        await probe.until(
          () => tokens === made.length,
          30_000,
          () => `${made.length} tokens; there were ${tokens}`,
        );
        const { length: sockets } = made;
        counted.stop();
        await one.dispose();
        return { failed: counted.failed, sockets };
      });
      assert.equal(seen.failed, undefined);
      assert.ok(seen.sockets >= 3, `${seen.sockets} sockets`);
    },
    { life: 2_500 },
  );

  inGraphqlPage(
    'with our heartbeat in its words a dead line is found, and the subscription goes on',
    async ({ page, relay }) => {
      const alive = await page.evaluate(async () => {
        globalThis.one = connect();
        globalThis.counted = count(one, 60_000);
        await probe.until(() => made[0]?.stats().pings >= 3, 30_000);
        await probe.until(() => made[0].latency !== null, 30_000);
        return made.length;
      });
      assert.equal(alive, 1);
      relay.freeze();
      const seen = await page.evaluate(async () => {
        await probe.until(() => counted.counts.length === 2, 30_000);
        const dead = made.map((ws) => ws.stats().deadLines);
        counted.stop();
        await one.dispose();
        return { dead, counts: counted.counts, failed: counted.failed };
      });
      assert.deepEqual(seen, { dead: [1, 0], counts: [100, 100], failed: undefined });
    },
    { plain: { heartbeat: { interval: 300, timeout: 5_000, ping: '{"type":"ping"}', pong: '{"type":"pong"}' } } },
  );
});
