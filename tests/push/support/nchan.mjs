/** nchan and its subscribers as `docs/push.md` has them, at places and times of the test's own. */
import { freePort } from '../../package/support/port.mjs';
import { until } from '../../package/support/server.mjs';
import { codeUnder, swap } from './docs.mjs';
import { startNginx } from './nginx.mjs';

/**
 * `change` replaces parts of the documented configuration; `more` is for the server that browsers reach, `around` for the
 * `http` block.
 */
export async function startNchan(stage, { change = {}, more = '', around = '' } = {}) {
  const [port, back] = [await freePort(), await freePort()];
  const server = swap(codeUnder('nginx', 'nginx')[0], {
    'listen 80;': `listen 127.0.0.1:${port}; ${more}`,
    'listen 127.0.0.1:8080': `listen 127.0.0.1:${back}`,
    ...change,
  });
  const nginx = await startNginx(stage, `${around} ${server}`, [port, back]);
  return { nginx, port, back: `http://127.0.0.1:${back}` };
}

/** Runs documented code in the page, quicker than there. What it shows is in `shown`, what it was resumed with in `tokens`. */
export async function subscribe(page, port, { code = codeUnder('Subscribe', 'js')[0], places, names = {} } = {}) {
  const here = swap(code.replace(/^import .*$/m, ''), {
    ...(places ?? { 'wss://push.example.com': `ws://127.0.0.1:${port}` }),
    // A slow answer is not taken for a dead connection.
    'interval: 10_000, timeout: 5_000': 'interval: 300, timeout: 4_000',
  });
  await page.evaluate(
    ([code, names]) => {
      globalThis.shown = [];
      globalThis.tokens = [];
      // Attempts are made sooner, and end sooner on a dead connection.
      const WebSocket = class extends Holdfast.WebSocket.with({
        reconnect: { minDelay: 50, maxDelay: 200, connectTimeout: 3_000 },
      }) {
        constructor(url, protocols, options) {
          super(url, protocols, {
            ...options,
            resume(event) {
              const token = options.resume(event);
              tokens.push(token);
              return token;
            },
          });
        }
      };
      const show = (message) => shown.push(message);
      const given = { WebSocket, show, ...names };
      globalThis.ws = new Function(...Object.keys(given), `${code}; return ws;`)(...Object.values(given));
      globalThis.record = probe.watch(ws);
    },
    [here, names],
  );
  return {
    open: () => page.evaluate(() => record.until('open', 1, 60_000)),
    /** Returns what was shown, once there is as much, and after a while in which more could have come. */
    until: (count) =>
      page.evaluate(async (count) => {
        await probe.until(
          () => shown.length >= count,
          60_000,
          () => `${count} messages; came ${shown.length}: ${shown.join().replaceAll('message ', '')}; ${record.story}`,
        );
        await probe.sleep(300);
        return shown;
      }, count),
  };
}

/** Publishes numbered messages, one after the other, and knows them all. */
export function publisher(back) {
  const publish = async (count) => {
    const said = [];
    for (let each = 0; each < count; each += 1) {
      publish.count += 1;
      const body = `message ${publish.count}`;
      const headers = { connection: 'close' };
      // A refused message was not published: nchan has no Redis yet, say.
      await until(
        async () =>
          (await fetch(`${back}/pub/news`, { method: 'POST', body, headers, signal: AbortSignal.timeout(30_000) })).ok,
        60_000,
        body,
      );
      said.push(body);
    }
    return said;
  };
  publish.count = 0;
  publish.all = () => Array.from({ length: publish.count }, (_, index) => `message ${index + 1}`);
  return publish;
}
