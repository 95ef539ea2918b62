/** The connection of a bus: a socket of the package's class, which reconnects by itself. */
import { WebSocket as DefaultSocket } from 'holdfast-ws';
import { setTimer } from '../platform/native';
import type { BusSettings } from './options';
import { ConnectionToken } from './token';
import type { Machine, Raw } from './via';

export type BaseUrl = string | URL | (() => string | URL | Promise<string | URL>);

/** The parts of a bus that a connection uses. */
export interface Owner {
  readonly machine: Machine;
  flush(): void;
  statusChanged(): void;
}

/** The first wait (ms) after a token was refused; it doubles. */
const REFUSED_MS = 500;
const MOST_MS = 20_000;

export class Connection {
  #socket: DefaultSocket | undefined;
  readonly #base: BaseUrl;
  readonly #settings: BusSettings;
  readonly #owner: Owner;
  readonly #token: ConnectionToken;
  /** How many tokens in a row were refused. */
  #refusals = 0;

  constructor(base: BaseUrl, settings: BusSettings, owner: Owner) {
    this.#base = base;
    this.#settings = settings;
    this.#owner = owner;
    this.#token = new ConnectionToken(settings.token);
  }

  get status(): string {
    return this.#socket?.status ?? 'idle';
  }

  /** Connects anew. */
  dial(): void {
    this.close();
    const { via, reconnect = {}, WebSocket = DefaultSocket } = this.#settings;
    const { machine } = this.#owner;
    const Class = WebSocket as typeof DefaultSocket;
    const hear = (data: Raw) => {
      if (this.#socket === socket) this.#enter(() => machine.message(performance.now(), data));
    };
    const subprotocol = machine.subprotocol();
    const options = { ...via.socket(hear), reconnect, queue: false };
    const socket: DefaultSocket = new Class(() => this.#url(socket), subprotocol ? [subprotocol] : [], options as object);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let opened = false;
    const listen = (type: string, listener: (event: MessageEvent) => void) =>
      socket.addEventListener(type, (event) => {
        if (this.#socket === socket) listener(event as MessageEvent);
      });
    listen('open', () => {
      opened = true;
      this.#enter(() => machine.opened(performance.now()));
    });
    listen('message', ({ data }) => hear(typeof data === 'string' ? data : new Uint8Array(data)));
    listen('close', (event) => {
      const isRefused = machine.token_refused();
      // It may be the token's fault.
      if (!opened || isRefused) this.#token.forget();
      opened = false;
      this.#enter(() => machine.closed(performance.now()));
      if (!isRefused) this.#refusals = 0;
      else if (!(event as unknown as CloseEvent & { willReconnect: boolean }).willReconnect) this.#tryAnotherToken(socket);
    });
    listen('statuschange', () => this.#owner.statusChanged());
    this.#owner.statusChanged();
  }

  /** For a refused token a broker closes with 1008, which ends a socket of the class. Another token may be taken. */
  #tryAnotherToken(socket: DefaultSocket): void {
    if (!this.#settings.token) return;
    const wait = Math.min(REFUSED_MS * 2 ** this.#refusals++, MOST_MS);
    setTimer(() => {
      if (this.#socket === socket) socket.reconnect();
    }, wait);
  }

  send(data: Raw): void {
    if (this.#socket?.readyState === 1) this.#socket.send(data as string);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #enter(input: () => void): void {
    input();
    this.#owner.flush();
  }

  async #url(socket: DefaultSocket): Promise<string> {
    const token = await this.#token.get();
    const base = typeof this.#base === 'function' ? await this.#base() : this.#base;
    // Another connection has taken its place meanwhile.
    if (this.#socket !== socket) return '';
    const url = this.#owner.machine.dial(performance.now(), String(base), token);
    this.#owner.flush();
    if (url === undefined && this.#socket === socket) {
      this.close();
      this.#owner.statusChanged();
    }
    return url ?? '';
  }
}
