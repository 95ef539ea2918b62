/** `docs/push.md`, NATS: its own client on our class, against a cluster of two. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wsconnect } from '@nats-io/nats-core';
import { build } from 'esbuild';
import { WebSocket as NodeWebSocket } from 'ws';
import { freePort } from '../package/support/port.mjs';
import { codeUnder, swap } from './support/docs.mjs';
import { onStage } from './support/stage.mjs';

/** Two servers that know each other. */
async function startCluster(stage) {
  const ports = [];
  for (const name of 'ab') ports.push({ name, tcp: await freePort(), web: await freePort(), route: await freePort() });
  const servers = [];
  for (const { name, tcp, web, route } of ports) {
    const file = join(stage.folder(), 'nats.conf');
    const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`).join(', ');
    writeFileSync(
      file,
      `server_name: ${name}
      listen: 127.0.0.1:${tcp}
      websocket { listen: "127.0.0.1:${web}", no_tls: true }
      cluster { name: pair, listen: "127.0.0.1:${route}", routes: [${routes}] }`,
    );
    servers.push({ web, program: await stage.program(['nats-server', '-c', file], tcp, web, route) });
  }
  return servers;
}

onStage(
  'of a cluster of two the client’s server is killed, and the subscription goes on at the other',
  async ({ page, stage }) => {
    const servers = await startCluster(stage);
    const { outputFiles } = await build({
      stdin: { contents: "export { wsconnect } from '@nats-io/nats-core'", resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'Nats',
      platform: 'browser',
      logLevel: 'error',
    });
    await page.addScriptTag({ content: outputFiles[0].text });
    const [, ...rest] = codeUnder('NATS', 'js')[0].split(/^(?=const Plain)/m);
    const code = swap(rest.join(''), {
      'wss://nats1.example.com': `ws://127.0.0.1:${servers[0].web}`,
      'wss://nats2.example.com': `ws://127.0.0.1:${servers[1].web}`,
      'maxReconnectAttempts: -1': 'maxReconnectAttempts: -1, reconnectTimeWait: 200',
      'for await': 'hand(connection); for await',
    });
    await page.evaluate((code) => {
      globalThis.shown = [];
      globalThis.sockets = [];
      class WebSocket extends Holdfast.WebSocket {
        static with(options) {
          return class extends Holdfast.WebSocket.with(options) {
            constructor(...given) {
              super(...given);
              sockets.push(this);
            }
          };
        }
      }
      const given = {
        WebSocket,
        wsconnect: Nats.wsconnect,
        show: (message) => shown.push(message),
        hand: (connection) => {
          globalThis.connection = connection;
        },
      };
      globalThis.running = new Function(...Object.keys(given), `return (async () => { ${code} })()`)(...Object.values(given));
      running.catch((error) => {
        globalThis.failure = error;
      });
    }, code);
    await page.evaluate(() => probe.until(() => globalThis.connection || globalThis.failure, 60_000));
    const at = Number(new URL(await page.evaluate(() => sockets.at(-1).url)).port);
    const [one, other] = servers[0].web === at ? servers : servers.toReversed();

    // The back end is at the server that stays.
    const backend = await wsconnect({
      servers: `ws://127.0.0.1:${other.web}`,
      wsFactory: async (url) => ({ socket: new NodeWebSocket(url), encrypted: false }),
    });
    stage.atEnd(() => backend.close());
    let said = 0;
    const received = async () => {
      said += 1;
      const mine = `message ${said}`;
      // Until it is received: that a server has been told of a subscription at the other is nowhere to be seen.
      for (let tries = 0; tries < 600; tries += 1) {
        backend.publish('news', mine);
        await backend.flush();
        if (await page.evaluate((mine) => probe.sleep(50).then(() => shown.includes(mine)), mine)) return;
      }
      throw Error(`${mine} was never heard`);
    };
    await received();
    await one.program.stop('SIGKILL');
    await received();
    const [last, states] = await page.evaluate(() => [sockets.at(-1).url, sockets.map(({ readyState }) => readyState)]);
    assert.equal(Number(new URL(last).port), other.web);
    assert.deepEqual(states.filter((state) => state === 1).length, 1);
    await page.evaluate(() => connection.close());
  },
);
