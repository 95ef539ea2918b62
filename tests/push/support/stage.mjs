/**
 * The stage of a test: programs of the machine's with ports and a folder of their own, in the foreground, and relays that can be
 * cut. All of it is gone when the test is, whatever became of it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../package/support/server.mjs';
import { inPage } from '../../package/support/suite.mjs';
import { Relay } from './relay.mjs';

/** Of the machine: the tests may be ended from outside at any time. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) end(child, 'SIGKILL');
});

/** With its workers, which would outlive a killed nginx and go on serving. */
function end(child, signal) {
  try {
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** A program that listens to ports, and can be ended and started again. */
class Program {
  #command;
  #ports;
  #child;
  #said = '';

  constructor(command, ports) {
    this.#command = command;
    this.#ports = ports;
  }

  /** Returns when it listens. */
  async start() {
    const [name, ...args] = this.#command;
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    running.add(child);
    let failure;
    child.on('error', (error) => {
      failure = error;
    });
    child.on('exit', (code, signal) => {
      running.delete(child);
      failure ??= Error(`${name} ended by itself: ${code ?? signal}`);
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        this.#said = (this.#said + text).slice(-100_000);
      });
    for (const port of this.#ports)
      await until(
        async () => {
          if (failure) throw Error(`${failure.message}\n${this.#said.slice(-2_000)}`);
          return answers(port);
        },
        120_000,
        () => `${name} on port ${port}; it printed: ${this.#said.slice(-2_000)}`,
      );
  }

  get name() {
    return this.#command[0];
  }

  /** Its last output. */
  get said() {
    return this.#said;
  }

  signal(signal) {
    end(this.#child, signal);
  }

  /** Ends it; `SIGKILL` as a crash would. */
  async stop(signal = 'SIGTERM') {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const late = setTimeout(() => end(child, 'SIGKILL'), 8_000);
    const ended = once(child, 'exit');
    end(child, signal);
    await ended;
    clearTimeout(late);
    // A worker that outlives it would hold these open, and this process with them.
    end(child, 'SIGKILL');
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }
}

/** The running parts, in the order they were started. */
export class Stage {
  #ends = [];
  #programs = [];

  /** Something to be done at the end, after what is asked for later. */
  atEnd(end) {
    this.#ends.push(end);
  }

  folder() {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-ws-push-'));
    this.atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
    return folder;
  }

  /** Runs `[command, ...arguments]`, which must stay in the foreground and listen to `ports`. */
  async program(command, ...ports) {
    const program = new Program(command, ports);
    this.#programs.push(program);
    this.atEnd(() => program.stop());
    await program.start();
    return program;
  }

  /** The last lines of its programs, for the message of a test that failed. */
  get lastWords() {
    const last = ({ name, said }) => `${name}: ${said.trim().split('\n').slice(-15).join('\n  ') || '(silent)'}`;
    return this.#programs.map(last).join('\n');
  }

  /** Returns a relay to a port of this machine. */
  async relay(port) {
    const relay = new Relay(port);
    this.atEnd(() => relay.remove());
    await relay.listen();
    return relay;
  }

  async end() {
    for (const end of this.#ends.reverse()) await end();
  }
}

/** A test in a page, with a stage of its own. */
export const onStage = (name, run, options) =>
  inPage(
    name,
    async (world) => {
      const stage = new Stage();
      try {
        await run({ ...world, stage });
      } catch (error) {
        if (error instanceof Error) error.message += `\nThe servers printed last:\n${stage.lastWords}`;
        throw error;
      } finally {
        await stage.end();
      }
    },
    // Against hangs only.
    { timeout: 240_000, ...options },
  );
