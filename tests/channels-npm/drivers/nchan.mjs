/** nchan as `docs/channels.md` configures it: one nginx, and two with Redis behind them. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { freePort } from '../../package/support/port.mjs';
import { until } from '../../package/support/server.mjs';
import { swap } from '../../push/support/docs.mjs';
import { startNginx } from '../../push/support/nginx.mjs';
import { entry } from '../support/bus.mjs';
import { codeUnder } from '../support/docs.mjs';

const { nchan: adapter } = await entry('channels-nchan');

const run = promisify(execFile);

/** The application that nginx asks who may subscribe. */
async function startApplication(stage, broker) {
  const server = createServer((request, response) => {
    const url = new URL(request.headers['x-original-uri'] ?? '/', 'http://a');
    const channels = decodeURIComponent(url.pathname.replace(/^\/sub\//, '')).split(',');
    const own = url.searchParams.get('tokens')?.split(',') ?? [];
    const token = url.searchParams.get('token');
    const allowed = channels.every((channel, index) => broker.allow(channel, token, own[index]));
    response.writeHead(allowed ? 200 : 403).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

async function startServer(stage, { keep = 1_000, guarded, alone, broker, redis }) {
  const [port, back] = [await freePort(), await freePort()];
  const [server] = codeUnder('nginx', 'nginx');
  const change = {
    'listen 80;': `listen 127.0.0.1:${port};`,
    'listen 127.0.0.1:8080': `listen 127.0.0.1:${back}`,
    'nchan_message_buffer_length 1000': `nchan_message_buffer_length ${keep}`,
  };
  let http = swap(server, change);
  // As many configure it.
  if (alone)
    http = swap(http, { '"$1,-$connection-"': '$1', 'nchan_subscriber_last_message_id $arg_after $arg_last_event_id;': '' });
  if (guarded) {
    const [ask, answer] = codeUnder('Who may subscribe', 'nginx');
    const application = await startApplication(stage, broker);
    http = swap(http, {
      'nchan_pubsub websocket;': `nchan_pubsub websocket; ${ask}`,
      'location = /nowhere': `${answer} location = /nowhere`,
    });
    // With what follows the port: another one may begin with the same digits.
    http = swap(http, { '127.0.0.1:3000/': `127.0.0.1:${application}/` });
  }
  if (redis) {
    const [upstream, pass] = codeUnder('Several servers: Redis', 'nginx');
    http = swap(upstream, { '127.0.0.1:6379': `127.0.0.1:${redis}` }) + http;
    http = swap(http, {
      'nchan_pubsub websocket;': `nchan_pubsub websocket; ${pass}`,
      'nchan_publisher http;': `nchan_publisher http; ${pass}`,
    });
  }
  const nginx = await startNginx(stage, http, [port, back]);
  return { nginx, port, back: `http://127.0.0.1:${back}` };
}

/** Publishes by POST until it is accepted: nchan may have no Redis yet, or its worker has just ended. */
async function publish(back, channel, body) {
  const url = `${back}/pub/${encodeURIComponent(channel)}`;
  const headers = { connection: 'close', 'content-type': 'text/plain' };
  const post = () =>
    fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(30_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(post, 60_000, `the publication of ${String(body).slice(0, 40)}`);
}

export const nchan = {
  name: 'nchan',
  can: { recovery: 'unknown', survives: false, history: false, presence: false, refuses: true, tokens: true, most: 254 },
  /** `alone`: connections have no channel of their own in nginx. */
  async start(stage, { keep, guarded, alone } = {}) {
    const broker = { allow: () => true };
    const { nginx, port, back } = await startServer(stage, { keep, guarded, alone, broker });
    const relay = await stage.relay(port);
    return Object.assign(broker, {
      back,
      relay,
      url: `ws://127.0.0.1:${relay.port}/sub`,
      via: (options) =>
        adapter({
          publish: `http://127.0.0.1:${relay.port}/pub/{channel}`,
          heartbeat: { interval: 500, timeout: 5_000 },
          ...options,
        }),
      publish: (channel, text) => publish(back, channel, text),
      async restart() {
        await nginx.stop();
        await nginx.start();
      },
      /** True if a worker of nginx has ended by itself. */
      crashed: () => /exited on signal/.test(nginx.said),
    });
  },
};

export const nchanRedis = {
  name: 'nchan on two servers with Redis',
  // On a busy machine a message was, rarely, never delivered. `docs/channels.md` says so.
  can: { ...nchan.can, survives: true, cluster: true, mayLose: true },
  async start(stage, { keep, guarded } = {}) {
    const broker = { allow: () => true };
    const redis = await freePort();
    const options = { port: redis, bind: '127.0.0.1', save: '', appendonly: 'no', dir: stage.folder(), daemonize: 'no' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const store = await stage.program(['redis-server', ...args], redis);
    const servers = [];
    for (const _ of 'ab') servers.push(await startServer(stage, { keep, guarded, broker, redis }));
    const ready = (server, times) =>
      until(() => server.nginx.said.split('upstream messages: ready').length > times, 60_000, 'its Redis');
    for (const server of servers) await ready(server, 1);
    const [near, far] = servers;
    const relay = await stage.relay(near.port);
    const other = await stage.relay(far.port);
    let turn = 0;
    let starts = 1;
    return Object.assign(broker, {
      relay,
      url: `ws://127.0.0.1:${relay.port}/sub`,
      via: (options) =>
        adapter({
          publish: `http://127.0.0.1:${relay.port}/pub/{channel}`,
          heartbeat: { interval: 500, timeout: 5_000 },
          ...options,
        }),
      anywhere: () => {
        const { port } = turn % 2 ? other : relay;
        turn += 1;
        return `ws://127.0.0.1:${port}/sub`;
      },
      // nchan answers before it listens to Redis.
      listens: (channel) =>
        until(
          async () =>
            (await run('redis-cli', ['-p', `${redis}`, 'PUBSUB', 'CHANNELS'])).stdout.includes(`/${channel}}:pubsub\n`),
          60_000,
          `nchan's subscription of ${channel} in Redis`,
        ),
      lose: () => near.nginx.stop('SIGKILL'),
      // The back end is at the other server.
      publish: (channel, text) => publish(far.back, channel, text),
      async restart({ empty = false } = {}) {
        await near.nginx.stop();
        if (empty) {
          await far.nginx.stop();
          await store.stop();
          await store.start();
          await far.nginx.start();
        }
        await near.nginx.start();
        starts += 1;
        await ready(near, starts);
        if (empty) await ready(far, starts);
      },
    });
  },
};
