/** `docs/push.md` with Redis behind it: nginx restarted, and two nginx servers of which one is lost. */
import assert from 'node:assert/strict';
import { freePort } from '../package/support/port.mjs';
import { until } from '../package/support/server.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { codeUnder, swap } from './support/docs.mjs';
import { publisher, startNchan, subscribe } from './support/nchan.mjs';
import { onStage } from './support/stage.mjs';

const HEADING = 'Restarts, and several servers: Redis';

/** A Redis, and what a server needs to use it. */
async function startRedis(stage) {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: stage.folder(), daemonize: 'no' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await stage.program(['redis-server', ...args], port);
  const [upstream, pass] = codeUnder(HEADING, 'nginx');
  return {
    around: swap(upstream, { '127.0.0.1:6379': `127.0.0.1:${port}` }),
    change: Object.fromEntries(['nchan_pubsub websocket;', 'nchan_publisher http;'].map((line) => [line, `${line} ${pass}`])),
  };
}

/** nchan says so when it has found its Redis. */
const ready = (nchan, times = 1) =>
  until(() => nchan.nginx.said.split('upstream messages: ready').length > times, 60_000, 'its Redis');

const subscribeToBoth = (page, one, other) =>
  subscribe(page, one, {
    code: codeUnder(HEADING, 'js')[0],
    places: {
      'wss://push1.example.com': `ws://127.0.0.1:${one}`,
      'wss://push2.example.com': `ws://127.0.0.1:${other}`,
    },
  });

sideBySide('nchan with Redis', () => {
  onStage('nginx restarted under traffic: every message once, in order', async ({ page, stage }) => {
    const nchan = await startNchan(stage, await startRedis(stage));
    await ready(nchan);
    const received = await subscribe(page, nchan.port);
    await received.open();
    const publish = publisher(nchan.back);
    // Stopped when the last POST is answered and the browser has got what it has got.
    await publish(50);
    await nchan.nginx.stop();
    await nchan.nginx.start();
    await ready(nchan, 2);
    await publish(50);
    assert.deepEqual(await received.until(100), publish.all());
  });

  onStage('what was said before a restart outlives it, for a browser that was away', async ({ page, stage }) => {
    const nchan = await startNchan(stage, await startRedis(stage));
    await ready(nchan);
    const relay = await stage.relay(nchan.port);
    const received = await subscribe(page, relay.port);
    await received.open();
    const publish = publisher(nchan.back);
    await publish(20);
    await received.until(20);
    relay.cut();
    await publish(30);
    await nchan.nginx.stop();
    await nchan.nginx.start();
    await ready(nchan, 2);
    relay.mend();
    await received.until(50);
    await publish(30);
    assert.deepEqual(await received.until(80), publish.all());
  });

  onStage(
    'of two servers the browser’s is killed, then the connection to the other dies, under traffic: all once, in order',
    async ({ page, stage }) => {
      const redis = await startRedis(stage);
      const servers = [];
      for (const _ of 'ab') {
        const nchan = await startNchan(stage, redis);
        await ready(nchan);
        servers.push({ ...nchan, relay: await stage.relay(nchan.port) });
      }
      const received = await subscribeToBoth(page, ...servers.map(({ relay }) => relay.port));
      await received.open();
      const url = await page.evaluate(() => ws.url);
      const [one, other] = url.includes(`:${servers[0].relay.port}/`) ? servers : servers.toReversed();
      // The back end stays with the server that stays.
      const publish = publisher(other.back);
      await publish(50);
      await one.nginx.stop('SIGKILL');
      await publish(50);
      // A busy machine's late answer may have brought it there before.
      await page.evaluate(
        (port) => probe.until(() => ws.url.includes(`:${port}/`) && ws.readyState === 1, 60_000, 'the other server'),
        other.relay.port,
      );
      await publish(20);
      await received.until(120);
      // Now the server goes on, and so does the back end; only the browser's connection to it is dead.
      await one.nginx.start();
      await ready(one, 2);
      other.relay.kill();
      await publish(60);
      await page.evaluate(() => probe.until(() => ws.stats().deadLines > 0 && ws.readyState === 1, 60_000));
      await publish(20);
      assert.deepEqual(await received.until(200), publish.all());
    },
  );
});
