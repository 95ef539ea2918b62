/** Starts and stops a server program, on a free port or on a given one; and one in its place that says 502. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { after } from 'node:test';
import { freePort } from '../../package/support/port.mjs';
import { until } from '../../package/support/server.mjs';
import { stopper } from '../../package/support/stop-server.mjs';

const LOOPBACK = '127.0.0.1';
/** Against hangs only: a busy machine may take long to start a program. */
const START_MS = 120_000;
const running = new Set();
/** The last programs that were started, with the end of what each has printed. */
const recent = [];

/** The last lines of the servers, for the message of a test that failed. */
export const lastWords = () =>
  recent
    .map(
      ({ name, port, printed }) =>
        `${name} on port ${port}: ${printed.trim().split('\n').slice(-15).join('\n  ') || '(silent)'}`,
    )
    .join('\n');

const endAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
after(endAll);
// And when the watchdog or a runner out of patience ends this process.
process.once('exit', endAll);
process.once('SIGTERM', () => process.exit(1));

/** True if an HTTP request to a port is answered, with whatever. */
const answers = (port) =>
  fetch(`http://${LOOPBACK}:${port}/`, { signal: AbortSignal.timeout(10_000) }).then(
    () => true,
    () => false,
  );

/**
 * Starts a program and waits until it answers. `command(port)` gives the program and its arguments. `stop()` tells it to end, as a
 * deploy does, and waits until it has.
 */
export async function launch({ command, env = {} }, { port, ping } = {}) {
  port ??= await freePort();
  const [program, ...given] = command(port);
  const child = spawn(program, given, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, PORT: String(port), ...(ping && { PING: String(ping) }) },
  });
  running.add(child);
  const log = { name: given.length ? `${program} ${given.join(' ')}` : program, port, printed: '' };
  recent.push(log);
  if (recent.length > 6) recent.shift();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      log.printed = (log.printed + text).slice(-4_000);
    });
  let failed;
  const ended = new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(`it ended with ${code ?? signal}`));
  }).then((how) => {
    failed = how;
    running.delete(child);
  });
  await until(
    () => {
      if (failed) throw Error(`${program} did not start: ${failed}\n${log.printed}`);
      return answers(port);
    },
    START_MS,
    () => `${program} to answer on port ${port}; it printed: ${log.printed}`,
  );
  return {
    port,
    url: `ws://${LOOPBACK}:${port}/live`,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Says 502 on a port, as a reverse proxy does whose server is away. `requests` tells how often. */
export async function awayOn(port) {
  let requests = 0;
  const server = createHttpServer((_, response) => {
    requests += 1;
    response.writeHead(502, { connection: 'close' }).end('Bad Gateway');
  });
  const stop = stopper(server);
  // The port's last owner may have left connections behind that hold it for a moment.
  await until(
    async () => {
      server.listen(port, LOOPBACK);
      const [error] = await Promise.race([once(server, 'listening'), once(server, 'error').catch((error) => [error])]);
      return !error;
    },
    START_MS,
    `port ${port} to be free`,
  );
  return {
    get requests() {
      return requests;
    },
    stop,
  };
}
