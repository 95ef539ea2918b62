/** The connection of a bus: a socket of the package's class, which reconnects by itself. */
import { WebSocket as DefaultSocket } from 'holdfast-ws';
import type { BusSettings } from './options';
import { readToken } from './token';
import type { Machine, Raw } from './via';

export type BaseUrl = string | URL | (() => string | URL | Promise<string | URL>);

/** The parts of a bus that a connection uses. */
export interface Owner {
  readonly machine: Machine;
  flush(): void;
  statusChanged(): void;
}

export class Connection {
  #socket: DefaultSocket | undefined;
  readonly #base: BaseUrl;
  readonly #settings: BusSettings;
  readonly #owner: Owner;

  constructor(base: BaseUrl, settings: BusSettings, owner: Owner) {
    this.#base = base;
    this.#settings = settings;
    this.#owner = owner;
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
    const listen = (type: string, listener: (event: MessageEvent) => void) =>
      socket.addEventListener(type, (event) => {
        if (this.#socket === socket) listener(event as MessageEvent);
      });
    listen('open', () => this.#enter(() => machine.opened(performance.now())));
    listen('message', ({ data }) => hear(typeof data === 'string' ? data : new Uint8Array(data)));
    listen('close', (event) => {
      const { willReconnect } = event as unknown as CloseEvent & { willReconnect: boolean };
      this.#enter(() => machine.closed(performance.now(), willReconnect));
    });
    listen('statuschange', () => this.#owner.statusChanged());
    this.#owner.statusChanged();
  }

  /** The same socket connects again, though it was closed for good. */
  reconnect(): void {
    this.#socket?.reconnect();
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
    const { token } = this.#settings;
    if (token && this.#owner.machine.needs_token(performance.now())) {
      const given = readToken(await token());
      this.#owner.machine.login(performance.now(), ...given);
    }
    const base = typeof this.#base === 'function' ? await this.#base() : this.#base;
    // Another connection has taken its place meanwhile.
    if (this.#socket !== socket) return '';
    const url = this.#owner.machine.dial(performance.now(), String(base));
    this.#owner.flush();
    if (url === undefined && this.#socket === socket) {
      this.close();
      this.#owner.statusChanged();
    }
    return url ?? '';
  }
}
