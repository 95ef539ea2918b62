/** Programs that listen on a port of their own: killed and started again by tests, and gone when the test is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../../package/support/port.mjs';
import { until } from '../../package/support/server.mjs';

/** Against hangs: a busy machine may take long to start a program. */
const START_MS = 120_000;
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Starts `command(port)`, and waits until it listens. `env(port)` is added to the environment. */
export async function startProgram(command, { env = () => ({}), cwd, user } = {}) {
  const port = await freePort();
  let child;
  let printed = '';
  const program = {
    port,
    get pid() {
      return child?.pid;
    },
    async start() {
      const [name, ...args] = command(port);
      const started = spawn(name, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env(port) },
        cwd,
        ...user,
      });
      child = started;
      running.add(started);
      let ended;
      started.once('error', (error) => {
        ended = `${error.message}. Install it, or run cargo xtask test`;
      });
      started.once('exit', (code, signal) => {
        ended = `it ended with ${code ?? signal}`;
        running.delete(started);
      });
      for (const stream of [started.stdout, started.stderr])
        stream.setEncoding('utf8').on('data', (text) => {
          printed = (printed + text).slice(-4_000);
        });
      await until(
        () => {
          if (ended) throw Error(`${name} did not start: ${ended}\n${printed}`);
          return answers(port);
        },
        START_MS,
        () => `${name} to listen on ${port}; it printed: ${printed}`,
      );
    },
    async stop(signal = 'SIGKILL') {
      if (!child || !running.has(child)) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
  await program.start();
  return program;
}
