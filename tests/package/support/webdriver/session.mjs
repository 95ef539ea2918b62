/**
 * A browser by the W3C's WebDriver: the driver's process, one session of it, and commands that know their window.
 * https://www.w3.org/TR/webdriver2/
 *
 * A session has one current window, and tests that run side by side have several. So whoever uses a window has the session to
 * itself meanwhile, and nobody may keep it for long.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../patience.mjs';
import { freePort } from '../port.mjs';

/** For a hang, not for a slow machine. */
const LIMIT_MS = 120_000;
/** For a browser that doesn't start: WebKitWebDriver rarely waits for one for ever. */
const START_MS = 120_000;
const STARTS = 3;

export class Session {
  #program;
  #driver;
  #driverEnded;
  #address;
  /** Says which command the driver has not answered. */
  #lost;
  #path = '';
  /** Ends when the last use of a window that was asked for has ended. */
  #turn = Promise.resolve();
  /** How many uses of a window were asked for and have not begun. */
  #waiting = 0;
  #current;
  /** The window that was there first, and stays: with the last of them a session ends. */
  #first;

  /** Starts a driver: `[program, arguments, environment]`, the port is added to the arguments; and a browser with it. */
  static async start(driver, capabilities) {
    for (let starts = 1; ; starts += 1) {
      try {
        return await Session.#begin(driver, capabilities);
      } catch (error) {
        // A hook's error isn't printed by Node's runner.
        console.log(`# ${driver[0]} has not started a browser (${starts} of ${STARTS}): ${error}`);
        if (error.name !== 'TimeoutError' || starts === STARTS) throw error;
      }
    }
  }

  static async #begin([program, flags, env = {}], capabilities) {
    const session = new Session();
    const port = await freePort();
    session.#program = program;
    session.#address = `http://127.0.0.1:${port}`;
    session.#driver = spawn(program, [...flags, `--port=${port}`], {
      stdio: 'ignore',
      // A process group of its own, so that the browser can be ended with the driver.
      detached: true,
      env: { ...process.env, ...env },
    });
    session.#driverEnded = once(session.#driver, 'exit');
    const failed = session.#driverEnded.then(([code]) => Promise.reject(Error(`${program} ended with ${code}`)));
    failed.catch(() => {});
    try {
      await Promise.race([session.#ready(), failed]);
      const asked = { capabilities: { alwaysMatch: capabilities } };
      const { sessionId } = await Promise.race([session.command('POST', '/session', asked, START_MS), failed]);
      session.#path = `/session/${sessionId}`;
      session.#first = await session.command('GET', '/window');
    } catch (error) {
      session.#kill('SIGKILL');
      throw error;
    }
    return session;
  }

  async #ready() {
    for (const hasTime = patience(LIMIT_MS); ; await sleep(50)) {
      const { ready } = await this.command('GET', '/status').catch(() => ({}));
      if (ready) return;
      if (!hasTime()) throw Error(`no driver at ${this.#address} in ${LIMIT_MS} ms`);
    }
  }

  /** Sends one command. What the driver complains of is thrown, with its own name for the error. */
  async command(method, path, body, limit = LIMIT_MS) {
    if (this.#lost) throw Error(this.#lost);
    const text = method === 'POST' ? JSON.stringify(body ?? {}) : undefined;
    const { response, value } = await this.#send(method, path, text, limit).catch((error) => {
      if (error.name !== 'TimeoutError') throw error;
      this.#lose(`${method} ${this.#path}${path} ${text?.slice(0, 200) ?? ''}`.trim(), limit);
      throw Object.assign(Error(this.#lost, { cause: error }), { name: error.name });
    });
    if (!response.ok) throw Object.assign(Error(`${value.error}: ${value.message}`), { name: 'WebDriverError' });
    return value;
  }

  /** Ends a driver that has not answered: each of the tests after this one fails at once, instead of after two minutes. */
  #lose(command, limit) {
    this.#lost = `${this.#program} has not answered in ${limit} ms: ${command}, in window ${this.#current ?? '(none)'}`;
    // Also where a test catches the error, or the runner doesn't print it: that of a hook.
    console.log(`# ${this.#lost}`);
    this.#kill('SIGKILL');
  }

  async #send(method, path, body, limit) {
    const response = await fetch(this.#address + this.#path + path, {
      method,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      signal: AbortSignal.timeout(limit),
    });
    const { value } = await response.json();
    return { response, value };
  }

  /** True if somebody waits for the session. */
  get isAwaited() {
    return this.#waiting > 0;
  }

  /** Has the session to itself, with a window as the current one. `use` gets a function that sends commands. */
  inWindow(handle, use) {
    this.#waiting += 1;
    const result = this.#turn.then(async () => {
      this.#waiting -= 1;
      if (handle !== this.#current) {
        await this.command('POST', '/window', { handle });
        this.#current = handle;
      }
      return use((method, path, body) => this.command(method, path, body));
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Opens a window; returns its handle. Not a tab: of those, all but one are hidden. */
  async open() {
    const { handle } = await this.inWindow(this.#first, (command) => command('POST', '/window/new', { type: 'window' }));
    return handle;
  }

  closeWindow(handle) {
    return this.inWindow(handle, (command) => {
      this.#current = undefined;
      return command('DELETE', '/window');
    });
  }

  async close() {
    await this.#turn;
    await this.command('DELETE', '').catch(() => {});
    this.#kill('SIGTERM');
    const late = setTimeout(() => this.#kill('SIGKILL'), 10_000);
    await this.#driverEnded;
    clearTimeout(late);
  }

  /** Ends the browser as a crash does, at once. */
  async kill() {
    this.#kill('SIGKILL');
    await this.#driverEnded;
  }

  #kill(signal) {
    try {
      process.kill(-this.#driver.pid, signal);
    } catch {
      // All of them have ended.
    }
  }
}
