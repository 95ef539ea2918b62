/** `docs/push.md`, MQTT: MQTT.js on our class, against Mosquitto. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { freePort } from '../package/support/port.mjs';
import { until } from '../package/support/server.mjs';
import { sideBySide } from '../package/support/suite.mjs';
import { codeUnder, swap } from './support/docs.mjs';
import { onStage } from './support/stage.mjs';

const [client, bridge] = codeUnder('MQTT', 'js').map((code) => code.replace(/^import .*$/gm, ''));

async function startBroker(stage) {
  const [port, web] = [await freePort(), await freePort()];
  const file = join(stage.folder(), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  await stage.program(['mosquitto', '-c', file], port);
  const here = swap(bridge, { 'port: 9001': `port: ${web}, host: '127.0.0.1'`, 1883: String(port) });
  const given = { connect: connectTcp, createWebSocketStream, WebSocketServer };
  const server = new Function(...Object.keys(given), `${here}; return bridge;`)(...Object.values(given));
  stage.atEnd(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const backend = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  stage.atEnd(() => backend.endAsync(true));
  return { backend, relay: await stage.relay(web) };
}

/** A dead connection is found in three seconds. A slow answer is taken for one. */
const QUICK = 'keepalive: 2, reconnectPeriod: 200, connectTimeout: 3_000';
/** No slow answer is taken for a dead connection. */
const PATIENT = 'keepalive: 60, reconnectPeriod: 200, connectTimeout: 30_000';

/** Runs the documented client; what it shows is in `shown`, whether the broker knew it in `known`. */
async function run(page, relay, name, { swap: more, times = QUICK } = {}) {
  const { outputFiles } = await build({
    stdin: { contents: "export { default } from 'mqtt'", resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'Mqtt',
    platform: 'browser',
    logLevel: 'error',
  });
  await page.addScriptTag({ content: outputFiles[0].text });
  const code = swap(client, {
    'wss://mqtt.example.com/mqtt': `ws://127.0.0.1:${relay.port}/mqtt`,
    "'kiosk-7'": `'${name}', ${times}`,
    ...more,
  });
  await page.evaluate((code) => {
    globalThis.shown = [];
    globalThis.known = [];
    const given = { WebSocket: Holdfast.WebSocket, mqtt: Mqtt.default, show: (message) => shown.push(message) };
    globalThis.client = new Function(...Object.keys(given), `${code}; return client;`)(...Object.values(given));
    client.on('connect', ({ sessionPresent }) => known.push(sessionPresent));
    client.on('error', () => {});
  }, code);
  await page.evaluate(() => probe.until(() => known.length && client.connected, 60_000));
}

const all = (count) => Array.from({ length: count }, (_, index) => `message ${index + 1}`);

/** QoS 1 is at least once: repetitions are allowed, gaps are not. */
const once = (messages) => [...new Set(messages)].sort((a, b) => a.split(' ')[1] - b.split(' ')[1]);

sideBySide('MQTT.js', () => {
  onStage(
    'QoS 1 in a session that is kept: nothing is lost, to the page and from it, on connections dropped and dead',
    async ({ page, stage }) => {
      const { backend, relay } = await startBroker(stage);
      const fromPage = [];
      await backend.subscribeAsync('answers', { qos: 1 });
      backend.on('message', (_, payload) => fromPage.push(String(payload)));
      await run(page, relay, 'kept');
      // Acknowledged, so the broker has it.
      await page.evaluate(() => client.subscribeAsync('news', { qos: 1 }).then(() => {}));
      let said = 0;
      const traffic = async (count) => {
        for (let each = 0; each < count; each += 1) {
          said += 1;
          await backend.publishAsync('news', `message ${said}`, { qos: 1 });
          await page.evaluate((said) => void client.publish('answers', `message ${said}`, { qos: 1 }), said);
        }
      };
      const back = (times) => page.evaluate((times) => probe.until(() => known.length > times, 60_000), times);
      for (let drop = 1; drop <= 3; drop += 1) {
        await traffic(20);
        relay.drop();
        await traffic(20);
        await back(drop);
      }
      relay.kill();
      await traffic(20);
      relay.mend();
      await back(4);
      await traffic(20);
      await page.evaluate((said) => probe.until(() => new Set(shown).size >= said, 60_000), said);
      await until(() => new Set(fromPage).size >= said, 60_000, 'all from the page');
      assert.deepEqual(once(await page.evaluate(() => shown)), all(said));
      assert.deepEqual(once(fromPage), all(said));
      const [first, ...later] = await page.evaluate(() => known);
      assert.equal(first, false);
      assert.ok(later.length >= 3 && later.every(Boolean), `sessions present: ${later}`);
    },
  );

  onStage(
    'given the class with reconnection on, it closes it after the first close, and makes another',
    async ({ page, stage }) => {
      const { relay } = await startBroker(stage);
      await page.evaluate(() => {
        globalThis.made = [];
        const { WebSocket } = Holdfast;
        globalThis.Noted = class extends WebSocket {
          constructor(...given) {
            super(...given);
            made.push(this);
          }
        };
      });
      await run(page, relay, 'doubled', { swap: { 'new Plain(': 'new Noted(' }, times: PATIENT });
      relay.drop();
      await page.evaluate(() => probe.until(() => known.length === 2 && client.connected && made[0].readyState === 3, 60_000));
      await page.evaluate(() => probe.sleep(1_500));
      assert.deepEqual(await page.evaluate(() => made.map(({ readyState }) => readyState)), [3, 1]);
      assert.equal(relay.carried, 2);
    },
  );
});
