/** `docs/push.md` on one server: nginx with nchan, as it says there. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../package/support/port.mjs';
import { until } from '../package/support/server.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { codeUnder, swap } from './support/docs.mjs';
import { publisher, startNchan, subscribe } from './support/nchan.mjs';
import { onStage } from './support/stage.mjs';

const sh = async (code) => (await promisify(execFile)('sh', ['-c', code])).stdout;

sideBySide('nchan', () => {
  onStage(
    'what curl publishes is shown, and the channel tells how many listen and what its last id is',
    async ({ page, stage }) => {
      const nchan = await startNchan(stage);
      const place = { 'http://127.0.0.1:8080': nchan.back };
      const received = await subscribe(page, nchan.port);
      await received.open();
      await sh(swap(codeUnder('Publish', 'sh')[0], place));
      assert.deepEqual(await received.until(1), ['{"price": 42}']);
      const info = JSON.parse(await sh(swap(codeUnder('History', 'sh')[0], place)));
      assert.deepEqual([info.messages, info.subscribers], [1, 1]);
      // The page's has a place for the channel of the connection.
      const [, second, number] = (await page.evaluate(() => tokens.at(-1))).match(/^(\d+):\[(\d+)\],-$/);
      assert.equal(`${second}:${number}`, info.last_message_id);
    },
  );

  onStage('dropped connections under traffic: every message once, in order', async ({ page, stage }) => {
    const nchan = await startNchan(stage);
    const relay = await stage.relay(nchan.port);
    const received = await subscribe(page, relay.port);
    await received.open();
    const publish = publisher(nchan.back);
    for (let drop = 1; drop <= 5; drop += 1) {
      await publish(20);
      relay.drop();
      await publish(20);
      await until(() => relay.carried > drop, 60_000, 'another connection');
    }
    assert.deepEqual(await received.until(publish.count), publish.all());
  });

  onStage(
    'offline on a dead connection: found by the heartbeat, and what was said meanwhile comes once; without resume all comes twice',
    async ({ page, stage }) => {
      const nchan = await startNchan(stage);
      const relay = await stage.relay(nchan.port);
      const received = await subscribe(page, relay.port);
      await received.open();
      await page.evaluate(async (url) => {
        globalThis.forgetful = probe.watch(
          new Holdfast.WebSocket(url, 'ws+meta.nchan', {
            reconnect: { minDelay: 50, maxDelay: 200 },
            // Slow answers end no connection: each one more has all from the server once more.
            heartbeat: { interval: 300, timeout: 5_000, pong: 'pong' },
          }),
        );
        await forgetful.until('open', 1, 60_000);
      }, `ws://127.0.0.1:${relay.port}/sub/news`);
      const publish = publisher(nchan.back);
      await publish(20);
      await received.until(20);
      await page.evaluate(() => forgetful.until('message', 20, 60_000).then(() => {}));
      relay.kill();
      await page.setOffline(true);
      await publish(30);
      // Messages under way still come, after `offline` too, and then the browser's word counts for nothing: `waiting`, not `offline`.
      await page.evaluate(() => probe.until(() => ws.stats().deadLines > 0 && ws.status !== 'open', 60_000));
      await publish(30);
      relay.mend();
      await page.setOffline(false);
      await publish(20);
      assert.deepEqual(await received.until(100), publish.all());
      const forgot = await page.evaluate(() => forgetful.until('message', 120, 60_000).then(() => forgetful.received.length));
      assert.equal(forgot, 120, 'the first 20 twice');
    },
  );

  onStage('what is no longer in the buffer is left out', async ({ page, stage }) => {
    const nchan = await startNchan(stage, {
      change: { 'nchan_message_buffer_length 1000': 'nchan_message_buffer_length 10' },
    });
    const relay = await stage.relay(nchan.port);
    const received = await subscribe(page, relay.port);
    await received.open();
    const publish = publisher(nchan.back);
    await publish(5);
    await received.until(5);
    relay.cut();
    // A message's id is a second and a number in it; what the browser has must be of another one.
    await sleep(1_100);
    await publish(25);
    relay.mend();
    const all = publish.all();
    assert.deepEqual(await received.until(15), [...all.slice(0, 5), ...all.slice(-10)]);
  });

  onStage('a restart empties the buffer of a server without Redis, and so does a reload', async ({ page, stage }) => {
    const nchan = await startNchan(stage);
    const relay = await stage.relay(nchan.port);
    const received = await subscribe(page, relay.port);
    await received.open();
    const publish = publisher(nchan.back);
    await publish(5);
    await received.until(5);
    for (const again of [
      async () => {
        await nchan.nginx.stop();
        await nchan.nginx.start();
      },
      async () => {
        const ended = () => nchan.nginx.said.match(/worker process \d+ exited/g)?.length ?? 0;
        const before = ended();
        nchan.nginx.signal('SIGHUP');
        await until(() => ended() > before, 60_000, 'the end of the worker before the reload');
      },
    ]) {
      const connections = await page.evaluate(() => ws.stats().connections);
      relay.cut();
      const before = publish.count;
      await publish(5);
      await again();
      relay.mend();
      await page.evaluate(
        (count) => probe.until(() => ws.readyState === 1 && ws.stats().connections > count, 60_000),
        connections,
      );
      const [said] = await publish(1);
      await page.evaluate((said) => probe.until(() => shown.includes(said), 60_000), said);
      const shown = await page.evaluate(() => shown);
      const lost = publish
        .all()
        .slice(before, before + 5)
        .filter((message) => !shown.includes(message));
      assert.equal(lost.length, 5, `${lost.length} lost`);
    }
  });

  onStage('a heartbeat where browsers may not publish is the end', async ({ page, stage }) => {
    const nchan = await startNchan(stage, {
      change: {
        'nchan_pubsub websocket;': 'nchan_subscriber websocket;',
        'nchan_publisher_channel_id -nowhere-;': '',
        'nchan_publisher_upstream_request /nowhere;': '',
      },
    });
    await subscribe(page, nchan.port);
    const end = await page.evaluate(() => record.end(60_000));
    assert.deepEqual([end.code, end.willReconnect], [1008, false]);
  });

  onStage('the application is told who comes and goes, and may refuse', async ({ page, stage }) => {
    const told = [];
    let allows = 1;
    const application = createServer(({ url, headers }, response) => {
      const [path] = url.split('?');
      told.push([path, headers['x-original-uri']]);
      response.statusCode = path === '/allowed' && allows-- < 1 ? 403 : 200;
      response.end();
    });
    const port = await freePort();
    application.listen(port, '127.0.0.1');
    stage.atEnd(() => application.close());
    const [hooks, locations] = codeUnder('Presence', 'nginx');
    const [authorize] = codeUnder('Who may subscribe', 'nginx');
    const asked = swap(locations, { 'http://127.0.0.1:3000': `http://127.0.0.1:${port}` });
    const allowing = asked.slice(0, asked.indexOf('location = /left')).replaceAll('joined', 'allowed');
    const nchan = await startNchan(stage, {
      change: { 'nchan_pubsub websocket;': `nchan_pubsub websocket; ${hooks} ${authorize}` },
      more: `${asked} ${allowing}`,
    });
    const relay = await stage.relay(nchan.port);
    const received = await subscribe(page, relay.port);
    await received.open();
    await until(() => told.length >= 2, 60_000, 'joined');
    relay.drop();
    const { code, reason, willReconnect } = await page.evaluate(() => record.until('close', 2, 60_000));
    await until(() => told.some(([path]) => path === '/left'), 60_000, 'left');
    assert.deepEqual(told.slice(0, 2), [
      ['/allowed', '/sub/news?last_event_id='],
      ['/joined', '/sub/news?last_event_id='],
    ]);
    assert.equal(told.filter(([path]) => path === '/joined').length, 1);
    assert.deepEqual([code, reason, willReconnect], [1006, '', true]);
  });
});
