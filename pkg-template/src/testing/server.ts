/** Servers of a world, and their ends of connections. */
import type { World as Machine } from 'holdfast:machine';
import { isPromise } from '../platform/native';
import { checkFunction, checkKeys, checkTime } from './check';
import { ACCEPT, HANG } from './numbers';
import type { Payloads } from './payloads';
import { speak } from './speak';

/** The parts of a world that servers use. */
export interface ServerWorld {
  readonly _machine: Machine;
  readonly _payloads: Payloads;
  readonly _connections: Map<number, Connection>;
  readonly _ticks: Map<number, () => void>;
  _changed(): void;
  _run(call: () => unknown): void;
}

export type Message = string | Uint8Array<ArrayBuffer>;

type Listeners = {
  message: ((data: Message) => unknown)[];
  close: ((event: { code: number; reason: string; wasClean: boolean }) => unknown)[];
};

/** Any code that fits its two bytes, also one that RFC 6455 forbids: https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1 */
function checkCode(name: string, code: number | undefined): void {
  if (code !== undefined && !(Number.isInteger(code) && code >= 0 && code <= 0xffff))
    throw TypeError(`${name} takes a code from 0 to 65535, not ${String(code)}`);
}

const isHttpStatus = (status: number) => Number.isInteger(status) && status >= 100 && status <= 599;

/** The server's end of a connection. */
export class Connection {
  readonly url: string;
  readonly protocol: string;
  readonly #world: ServerWorld;
  readonly #id: number;
  readonly #listeners: Listeners = { message: [], close: [] };

  constructor(world: ServerWorld, id: number, protocol: string) {
    this.#world = world;
    this.#id = id;
    this.url = world._machine.url(id);
    this.protocol = protocol;
  }

  on<K extends keyof Listeners>(type: K, listener: Listeners[K][number]): this {
    if (!Object.hasOwn(this.#listeners, type)) throw TypeError(`a connection has the events message and close, not ${type}`);
    checkFunction(`on('${type}')`, listener);
    (this.#listeners[type] as unknown[]).push(listener);
    return this;
  }

  send(data: unknown): void {
    this.#do((machine) => machine.peer_send(this.#id, ...this.#world._payloads.keep(data)));
  }

  close(code?: number, reason = ''): void {
    checkCode('close()', code);
    this.#do((machine) => machine.peer_close(this.#id, code, reason));
  }

  terminate(): void {
    this.#do((machine) => machine.terminate(this.#id));
  }

  silence(): void {
    this.#do((machine) => machine.silence_socket(this.#id, true));
  }

  restore(): void {
    this.#do((machine) => machine.silence_socket(this.#id, false));
  }

  #do(call: (machine: Machine) => void): void {
    call(this.#world._machine);
    this.#world._changed();
  }

  /** Tells the listeners of an event. */
  _tell<K extends keyof Listeners>(type: K, value: Parameters<Listeners[K][number]>[0]): void {
    for (const listener of [...this.#listeners[type]]) this.#world._run(() => (listener as (value: unknown) => unknown)(value));
  }
}

/** The answer of a server to each handshake. A number is an HTTP status, and text the subprotocol; it may be a promise. */
export interface ServerOptions {
  handshake?(request: { url: string; protocols: string[] }): unknown;
}

/** True if both URLs have the same server: their queries don't count. */
export function isSameServer(one: string, other: string): boolean {
  try {
    const [a, b] = [new URL(one), new URL(other)];
    return a.protocol === b.protocol && a.host === b.host && a.pathname === b.pathname;
  } catch {
    return false;
  }
}

export class Server {
  readonly url: string;
  readonly received: Message[] = [];
  readonly #world: ServerWorld;
  readonly _id: number;
  readonly #onConnection: ((connection: Connection) => unknown) | undefined;
  readonly #handshake: ServerOptions['handshake'];
  /** The protocols that it speaks, as functions for new connections. */
  readonly #protocols: ((connection: Connection) => void)[] = [];

  constructor(
    world: ServerWorld,
    url: string,
    onConnection: ((connection: Connection) => unknown) | undefined,
    options: ServerOptions,
  ) {
    this.#world = world;
    this.url = url;
    if (onConnection !== undefined) checkFunction('server()', onConnection);
    this.#onConnection = onConnection;
    checkKeys('the options of server()', options, ['handshake']);
    if (options.handshake !== undefined) checkFunction('handshake', options.handshake);
    this.#handshake = options.handshake;
    this._id = world._machine.add_server(url);
    if (this._id < 0) throw TypeError(`server() takes a URL like wss://host/path, not ${url}`);
  }

  get connections(): Connection[] {
    const ids = [...this.#world._machine.connections(this._id)];
    return ids.flatMap((id) => this.#world._connections.get(id) ?? []);
  }

  broadcast(data: unknown): void {
    for (const connection of this.connections) connection.send(data);
  }

  refuse(status = 503): void {
    if (!isHttpStatus(status)) throw TypeError(`refuse() takes an HTTP status, not ${status}`);
    this.#answer(status);
  }

  hang(): void {
    this.#answer(HANG);
  }

  accept(): void {
    this.#answer(ACCEPT);
  }

  #answer(number: number): void {
    this.#world._machine.set_answer(this._id, number);
    this.#world._changed();
  }

  restart(given: { down?: number; code?: number; reason?: string } = {}): void {
    checkKeys('restart()', given, ['down', 'code', 'reason']);
    const { down = 0, code, reason = '' } = given;
    checkTime('restart(): down', down);
    checkCode('restart()', code);
    this.#world._machine.restart(this._id, down, code, reason);
    this.#world._changed();
  }

  after(wait: number, run: () => unknown): void {
    checkTime('after()', wait);
    checkFunction('after()', run);
    const { _machine, _ticks } = this.#world;
    _ticks.set(_machine.set_server_timer(wait), () => this.#world._run(run));
    this.#world._changed();
  }

  every(period: number, run: () => unknown): () => void {
    if (!(period > 0)) throw TypeError(`every() takes a number of milliseconds above 0, not ${period}`);
    let stopped = false;
    const next = () =>
      this.after(period, () => {
        if (stopped) return;
        next();
        return run();
      });
    next();
    return () => {
      stopped = true;
    };
  }

  /** Speaks a protocol on each connection from now on. Returns what the protocol can do of itself, such as publishing. */
  speak(protocol: string, given?: unknown): unknown {
    const { accept, controls } = speak(protocol, this, given);
    this.#protocols.push(accept);
    return controls;
  }

  /** A handshake has arrived. */
  _asked(id: number): void {
    const { _machine: machine } = this.#world;
    const protocols = machine.offered(id);
    this.#world._run(() => {
      const answer = this.#handshake?.({ url: machine.url(id), protocols });
      if (isPromise(answer)) return answer.then((value) => this.#answered(id, protocols, value));
      return this.#answered(id, protocols, answer);
    });
  }

  #answered(id: number, protocols: string[], answer: unknown): void {
    const { _machine: machine, _connections } = this.#world;
    const isStatus = typeof answer === 'number';
    if (isStatus ? !isHttpStatus(answer) : (answer ?? '') !== '' && typeof answer !== 'string')
      throw TypeError(`handshake() returns an HTTP status, a subprotocol or nothing, not ${String(answer)}`);
    if (isStatus) machine.reject(id, answer);
    else {
      const protocol = typeof answer === 'string' ? answer : (protocols[0] ?? '');
      machine.accept(id, protocol);
      const connection = new Connection(this.#world, id, protocol);
      _connections.set(id, connection);
      for (const accept of [...this.#protocols, this.#onConnection]) if (accept) this.#world._run(() => accept(connection));
    }
    this.#world._changed();
  }
}
