/** NATS as `docs/channels.md` configures it: one server, and a cluster of three. */

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../package/support/port.mjs';
import { until } from '../../package/support/server.mjs';
import { swap } from '../../push/support/docs.mjs';
import { entry } from '../support/bus.mjs';
import { codeUnder } from '../support/docs.mjs';

const { nats: adapter } = await entry('channels-nats');

/** A server without users takes any. */
const BACK_END = { user: 'backend', pass: 'the back end' };

/** A request to a server over TCP, and its answer. */
export async function request(port, subject, payload = '', identity = '', login = BACK_END) {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve, reject) => {
      let come = '';
      socket.setEncoding('utf8').on('data', (text) => {
        come += text;
        const [, size, rest] = come.match(/\r\nH?MSG back 1 +(?:\d+ )?(\d+)\r\n([\s\S]*)/) ?? [];
        if (size && rest.length >= Number(size)) resolve(rest.slice(0, Number(size)));
        const error = come.match(/-ERR '(.*)'/);
        if (error) reject(Error(error[1]));
      });
      socket.on('error', reject).on('close', () => reject(Error('the server has ended the connection')));
      const options = JSON.stringify({ verbose: false, headers: true, no_responders: true, ...login });
      const fields = `NATS/1.0\r\n${identity && `Nats-Msg-Id: ${identity}\r\n`}\r\n`;
      const sizes = `${fields.length} ${fields.length + Buffer.byteLength(payload)}`;
      const publish = `HPUB ${subject} back ${sizes}\r\n${fields}${payload}\r\n`;
      socket.write(`CONNECT ${options}\r\nSUB back 1\r\n${publish}`);
      setTimeout(() => reject(Error('no answer')), 5_000).unref();
    });
  } finally {
    socket.destroy();
  }
}

/** Repeats a request until it is done: a cluster may have no leader yet. */
export async function done(ports, subject, payload, identity, login) {
  let answer = '';
  let turn = 0;
  const attempt = async () => {
    answer = await request(ports[turn++ % ports.length], subject, payload, identity, login).catch(
      ({ message }) => `"error" ${message}`,
    );
    return answer && !answer.includes('"error"') && !answer.includes(' 503');
  };
  await until(attempt, 60_000, () => `${subject}: ${answer}`);
  return JSON.parse(answer);
}

/** Makes the stream of the page, and the bucket. */
export async function makeStreams(ports, { keep, replicas = 1, login } = {}) {
  const more = { storage: 'file', num_replicas: replicas };
  const stream = { name: 'CHANNELS', subjects: ['channels.>'], max_msgs_per_subject: keep ?? -1, ...more };
  await done(ports, '$JS.API.STREAM.CREATE.CHANNELS', JSON.stringify(stream), '', login);
  // As `nats kv add` makes it.
  const bucket = { name: 'KV_members', subjects: ['$KV.members.>'], max_msgs_per_subject: 1, allow_rollup_hdrs: true, ...more };
  const age = { max_age: 3_000_000_000, duplicate_window: 3_000_000_000 };
  await done(ports, '$JS.API.STREAM.CREATE.KV_members', JSON.stringify({ ...bucket, ...age }), '', login);
}

/** Starts a server with the page's configuration. */
async function startServer(stage, { name, route, routes, guarded, config = '' }) {
  const [port, web] = [await freePort(), await freePort()];
  const [alone] = codeUnder('nats-server', 'conf');
  const [cluster] = codeUnder('Several servers: a cluster of three', 'conf');
  const [users] = codeUnder('Who may subscribe to NATS', 'conf');
  let text = swap(alone, {
    'listen: "127.0.0.1:4222"': `listen: "127.0.0.1:${port}"`,
    'listen: "0.0.0.0:8443"': `listen: "127.0.0.1:${web}"`,
    '/var/lib/nats': stage.folder(),
  });
  if (routes)
    text += swap(cluster, {
      'server_name: "nats1"': `server_name: "${name}"`,
      'listen: "10.0.0.1:6222"': `listen: "127.0.0.1:${route}"`,
      '"nats://10.0.0.1:6222", "nats://10.0.0.2:6222", "nats://10.0.0.3:6222"': routes,
    });
  if (guarded)
    text += swap(users, {
      'user: "backend", password: "…"': 'user: "backend", password: "the back end"',
      'user: "page", password: "…"': 'user: "page", password: "the page"',
    });
  const file = join(stage.folder(), 'nats.conf');
  writeFileSync(file, `${text}\n${config}`);
  return { port, web, start: () => stage.program(['nats-server', '-c', file], port, web) };
}

const CAN = { recovery: true, survives: true, history: true, presence: true, refuses: false, tokens: false, most: 10_000 };

function broker(relay, ports, { login, ...more }) {
  return {
    relay,
    ports,
    url: `ws://127.0.0.1:${relay.port}`,
    via: (options) => adapter({ bucket: 'members', heartbeat: { interval: 500, timeout: 5_000 }, idle: 1_000, ...options }),
    // What is repeated after a lost answer is stored once.
    publish: (channel, text) => done(ports(), `channels.${channel.replaceAll(' ', '=20')}`, text, randomUUID(), login),
    ...more,
  };
}

export const nats = {
  name: 'NATS JetStream',
  can: CAN,
  /** `config`: more of the server's configuration, with which `login` is the back end's. */
  async start(stage, { keep, guarded, config, login } = {}) {
    const server = await startServer(stage, { guarded, config });
    const program = await server.start();
    const ports = () => [server.port];
    await makeStreams(ports(), { keep, login });
    const relay = await stage.relay(server.web);
    return broker(relay, ports, {
      login,
      apart: () => stage.relay(server.web),
      async restart({ empty = false } = {}) {
        if (empty) for (const name of ['CHANNELS', 'KV_members']) await done(ports(), `$JS.API.STREAM.DELETE.${name}`);
        await program.stop();
        await program.start();
        if (empty) await makeStreams(ports(), { keep });
      },
    });
  },
};

export const natsCluster = {
  name: 'NATS JetStream, three servers',
  can: CAN,
  async start(stage, { keep } = {}) {
    const names = ['nats1', 'nats2', 'nats3'];
    const places = [];
    for (const name of names) places.push({ name, route: await freePort() });
    const routes = places.map(({ route }) => `"nats://127.0.0.1:${route}"`).join(', ');
    const servers = await Promise.all(places.map((place) => startServer(stage, { ...place, routes })));
    const programs = await Promise.all(servers.map((server) => server.start()));
    // The back end is at the two that stay.
    const ports = () => servers.slice(1).map(({ port }) => port);
    await makeStreams(ports(), { keep, replicas: 3 });
    const relay = await stage.relay(servers[0].web);
    return broker(relay, ports, {
      servers,
      programs,
      apart: () => stage.relay(servers[1].web),
      async restart({ empty = false } = {}) {
        if (empty) for (const name of ['CHANNELS', 'KV_members']) await done(ports(), `$JS.API.STREAM.DELETE.${name}`);
        await programs[0].stop();
        await programs[0].start();
        if (empty) await makeStreams(ports(), { keep, replicas: 3 });
      },
    });
  },
};
