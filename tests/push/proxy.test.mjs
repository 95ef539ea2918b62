/** Behind proxies: what the class reports in each case of `docs/troubleshooting.md`, and that what it advises helps. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { freePort } from '../package/support/port.mjs';
import { stopper } from '../package/support/stop-server.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { startNginx } from './support/nginx.mjs';
import { onStage } from './support/stage.mjs';

/** A back end that answers pings and echoes; `protocols` are what nginx said it was asked by. */
async function startBackend(stage, port) {
  const http = createServer((request, response) => response.end(request.headers['x-protocol']));
  const stop = stopper(http);
  const server = new WebSocketServer({ server: http });
  const protocols = [];
  server.on('connection', (socket, request) => {
    protocols.push(request.headers['x-protocol']);
    socket.on('message', (data) => socket.send(`${data}` === 'ping' ? 'pong' : `${data}`));
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  stage.atEnd(stop);
  return { protocols, stop };
}

const proxy = (backend, more = '') => `
  location / {
    proxy_pass http://127.0.0.1:${backend};
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header X-Protocol $server_protocol;
    ${more}
  }`;

async function behindNginx(stage, more) {
  const [port, backend] = [await freePort(), await freePort()];
  const server = await startBackend(stage, backend);
  await startNginx(stage, `server { listen 127.0.0.1:${port}; ${proxy(backend, more)} }`, [port], { nchan: false });
  return { url: `ws://127.0.0.1:${port}/`, backend, server };
}

const QUICK = { reconnect: { minDelay: 50, maxDelay: 200 } };

const watch = (page, url, options) =>
  page.evaluate(
    ([url, options]) => {
      globalThis.record = probe.watch(new Holdfast.WebSocket(url, [], options));
    },
    [url, options],
  );

/** The first events, until one of a type has come so often. */
const story = (page, type, count = 1) =>
  page.evaluate(
    async ([type, count]) => {
      await record.until(type, count, 60_000);
      const told = record.events.filter((event) => event.type !== 'statuschange');
      const last = told.filter((event) => event.type === type)[count - 1];
      return told
        .slice(0, told.indexOf(last) + 1)
        .map(({ type, code, reason, willReconnect, cause }) =>
          [type, code, reason, cause, willReconnect && 'and on'].filter(Boolean).join(' '),
        );
    },
    [type, count],
  );

sideBySide('nginx as a proxy', () => {
  onStage(
    'ends a connection that is quiet for proxy_read_timeout; a heartbeat below it holds the connection',
    async ({ page, stage }) => {
      const { url } = await behindNginx(stage, 'proxy_read_timeout 4s; proxy_send_timeout 4s;');
      await watch(page, url, QUICK);
      assert.deepEqual(await story(page, 'open', 2), ['open', 'close 1006 and on', 'reconnecting closed', 'open']);
      await watch(page, url, { ...QUICK, heartbeat: { interval: 500, timeout: 10_000, pong: 'pong' } });
      const { closes, longest } = await page.evaluate(async () => {
        const { at: openedAt } = await record.until('open', 1, 60_000);
        let [pongs, heardAt, longest] = [0, openedAt, 0];
        while (performance.now() < openedAt + 9_000 && !record.all('close').length) {
          await probe.sleep(50);
          longest = Math.max(longest, performance.now() - heardAt);
          if (record.ws.stats().pongs > pongs) heardAt = performance.now();
          pongs = record.ws.stats().pongs;
        }
        return { closes: record.all('close').length, longest };
      });
      // A machine that stands still is quiet, too.
      assert.ok(closes === 0 || longest > 3_500, `ended, though it was quiet for ${longest} ms at most`);
    },
  );

  onStage('502 while the back end restarts is an error and a close, until it is back', async ({ page, stage }) => {
    const { url, backend, server } = await behindNginx(stage);
    await watch(page, url, QUICK);
    await story(page, 'open');
    await server.stop();
    const told = await story(page, 'close', 3);
    assert.deepEqual(told, [
      'open',
      'close 1006 and on',
      'reconnecting closed',
      'error',
      'close 1006 and on',
      'reconnecting failed',
      'error',
      'close 1006 and on',
    ]);
    assert.equal((await fetch(url.replace('ws:', 'http:'))).status, 502);
    await startBackend(stage, backend);
    await story(page, 'open', 2);
  });
});
