/** The connection of a bus: a socket of the package's class, which reconnects by itself. */
import { WebSocket as DefaultSocket } from 'holdfast-ws';
import { having } from '../model/checked-options';
import { reportFailure } from '../platform/native';
import type { BusSettings } from './options';
import { readToken } from './token';
import type { Machine, Raw } from './via';

export type BaseUrl = string | URL | (() => string | URL | Promise<string | URL>);

/** True for a socket of the package's class, which the application has made. */
export const isSocket = (value: unknown): value is DefaultSocket => having(value, 'reconnect', 'send', 'addEventListener');

/** The parts of a bus that a connection uses. */
export interface Owner {
  readonly machine: Machine;
  flush(): void;
  statusChanged(): void;
}

export class Connection {
  #socket: DefaultSocket | undefined;
  readonly #base: BaseUrl | DefaultSocket;
  readonly #settings: BusSettings;
  readonly #owner: Owner;
  /** Messages that an application's socket has received before the token was there. */
  #early: Raw[] | undefined;

  constructor(base: BaseUrl | DefaultSocket, settings: BusSettings, owner: Owner) {
    this.#base = base;
    this.#settings = settings;
    this.#owner = owner;
    // Wrong options are to be told here, and not when it dials. This one has no URL, ever.
    if (settings.reconnect)
      new this.#Class(
        () => new Promise(() => {}),
        [],
        this.#options(() => {}),
      ).close();
  }

  get #Class(): typeof DefaultSocket {
    return (this.#settings.WebSocket ?? DefaultSocket) as typeof DefaultSocket;
  }

  #options(hear: (data: Raw) => void): object {
    const { via, reconnect = {} } = this.#settings;
    return { ...via.socket(hear), reconnect, queue: false };
  }

  get status(): string {
    return this.#socket?.status ?? 'idle';
  }

  /** Connects anew. */
  dial(): void {
    if (isSocket(this.#base)) this.#adopt(this.#base);
    else this.#connect();
  }

  #connect(): void {
    this.close();
    const hear = (data: Raw) => this.#hear(socket, data);
    const subprotocol = this.#owner.machine.subprotocol();
    const protocols = subprotocol ? [subprotocol] : [];
    const socket: DefaultSocket = new this.#Class(() => this.#url(socket), protocols, this.#options(hear));
    this.#listen(socket, () => this.#enter(() => this.#owner.machine.opened(performance.now())));
  }

  /** Uses the application's socket. It connects anew if it is in use, or open: the server's greeting has passed by. */
  #adopt(socket: DefaultSocket): void {
    const isUsed = this.#socket === socket;
    if (!isUsed) this.#listen(socket, () => this.#logIn(socket));
    if (isUsed || socket.readyState === 1) socket.reconnect();
  }

  #listen(socket: DefaultSocket, opened: () => void): void {
    const { machine } = this.#owner;
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    const listen = (type: string, listener: (event: MessageEvent) => void) =>
      socket.addEventListener(type, (event) => {
        if (this.#socket === socket) listener(event as MessageEvent);
      });
    listen('open', opened);
    listen('message', ({ data }) => this.#hear(socket, typeof data === 'string' ? data : new Uint8Array(data)));
    listen('close', (event) => {
      const { willReconnect } = event as unknown as CloseEvent & { willReconnect: boolean };
      this.#early = undefined;
      this.#enter(() => machine.closed(performance.now(), willReconnect));
    });
    listen('statuschange', () => this.#owner.statusChanged());
    this.#owner.statusChanged();
  }

  #hear(socket: DefaultSocket, data: Raw): void {
    if (this.#socket !== socket) return;
    if (this.#early) this.#early.push(data);
    else this.#enter(() => this.#owner.machine.message(performance.now(), data));
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

  /** The application's socket is open. Its messages wait until there is a token. */
  async #logIn(socket: DefaultSocket): Promise<void> {
    const early: Raw[] = [];
    this.#early = early;
    const isCurrent = () => this.#socket === socket && this.#early === early;
    try {
      await this.#askForToken();
    } catch (error) {
      reportFailure(error);
      if (isCurrent()) socket.reconnect();
      return;
    }
    if (!isCurrent()) return;
    const { machine } = this.#owner;
    this.#early = undefined;
    machine.dial(performance.now(), socket.url);
    this.#enter(() => machine.opened(performance.now()));
    for (const data of early) this.#hear(socket, data);
  }

  async #askForToken(): Promise<void> {
    const { token } = this.#settings;
    if (!token || !this.#owner.machine.needs_token(performance.now())) return;
    const given = readToken(await token());
    this.#owner.machine.login(performance.now(), ...given);
  }

  async #url(socket: DefaultSocket): Promise<string> {
    await this.#askForToken();
    const base = this.#base as BaseUrl;
    const url = typeof base === 'function' ? await base() : base;
    // Another connection has taken its place meanwhile: nobody dials this one.
    if (this.#socket !== socket) return String(url);
    const dialled = this.#owner.machine.dial(performance.now(), String(url));
    this.#owner.flush();
    if (dialled === undefined && this.#socket === socket) {
      this.close();
      this.#owner.statusChanged();
    }
    return dialled ?? String(url);
  }
}
