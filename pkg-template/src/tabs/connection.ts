/** The real connection, in the tab that is the hub: an ordinary socket, whose events go to the machine. */
import { Op } from '../core/numbers';
import type { Raw } from '../model/options';
import { encodeJsonRpc } from '../model/request-encoding';
import { sockets } from '../model/sockets';
import type { Protocol } from '../model/types';
import { wallTime } from '../platform/clock';
import { throwTypeError } from '../platform/errors';
import { guard, isObject } from '../platform/native';
import { checkPageIsVisible, maybeHidden } from '../platform/page';
import { WebSocket } from '../socket/websocket';
import { type Arguments, optionsOfConnection } from './options';
import { Reader } from './route';
import type { Closing, State } from './types';

/** The events of a connection, for the tab that has it. */
export interface ConnectionListener {
  state(state: State): void;
  ready(ready: boolean): void;
  message(payload: unknown, bytes: number, token: unknown): void;
  /** The server calls a method. A batch has no `id`. */
  call(payload: unknown, bytes: number, method: string, id: string | undefined, token: unknown): void;
  expectsReplies(): boolean;
  /** Returns true if a reply is expected to a request of this number. */
  expects(wire: number): boolean;
  reply(wire: number, payload: unknown, ends: boolean): void;
}

/** The members of the class that are used here. */
interface Socket extends globalThis.WebSocket {
  readonly status: string;
  readonly attempt: number;
  readonly retryAt: number | null;
  readonly latency: number | null;
  reconnect(): void;
}

interface CloseDetails extends CloseEvent {
  willReconnect: boolean;
}

export class Connection {
  readonly socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #reader: Reader;
  /** The token that the message brings which is being dispatched. */
  #token: unknown;
  #close: State['close'];
  #dropped = false;

  constructor({ url, protocols, options }: Arguments, token: unknown, listener: ConnectionListener) {
    const { resume, request } = options as { resume?: (event: MessageEvent) => unknown; request?: Raw };
    this.#listener = listener;
    this.#reader = new Reader(request?.protocol as Protocol, request?.idKey as string);
    const own = optionsOfConnection(options);
    if (resume)
      own.resume = (event: MessageEvent) => {
        const token = resume(event);
        // Another tab has a copy of an object, which is not equal to it, and of a promise or a function none.
        if (isObject(token) || typeof token === 'symbol')
          throwTypeError('option resume returns a text or a number: tabs compare tokens');
        this.#token = token;
        return token;
      };
    const socket = new WebSocket(url, protocols, own) as Socket;
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    // Functions of the application's are asked in a later task.
    const record = sockets.get(socket);
    if (record) record._resumeToken = token;
    const on = (type: string, listener: (event: never) => void) => socket.addEventListener(type, listener as EventListener);
    on('message', (event: MessageEvent) => this.#receive(event));
    on('open', () => {
      this.#close = undefined;
      this.#tell();
      if (!this.#dropped) listener.ready(true);
    });
    on('close', (event: CloseDetails) => this.#end(event));
    on('statuschange', () => socket.status !== 'open' && this.#tell());
    on('reconnecting', ({ attempt, delay, cause }: { attempt: number; delay: number; cause: string } & globalThis.Event) =>
      this.#tell({ reconnecting: { attempt, delay, cause } }),
    );
  }

  send(data: unknown): void {
    this.socket.send(data as string);
  }

  /** True if it would send a message at once, and not queue it: because it may be dead, or is about to end. */
  get sendable(): boolean {
    if (maybeHidden) checkPageIsVisible();
    const record = sockets.get(this.socket);
    if (!record) return false;
    const { _directSocket: native, _directUntil: until } = record._host;
    // The core is asked only where the wrapper would ask it: see `messages/send.ts`.
    return (native?.readyState === 1 && wallTime() < until) || !!record._core._call(Op.CanSend);
  }

  /** The bytes in its buffer. */
  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  /** Tells the server that a request was given up, if the protocol has a message for it. */
  cancel(wire: number): void {
    const message = this.#reader.cancelMessage(wire);
    if (message !== undefined) guard(() => this.socket.send(message as string));
  }

  /** No tab answers the call with this id, which is JSON. */
  refuseCall(id: string): void {
    this.send(encodeJsonRpc({ error: { code: -32601, message: 'Method not found' } }, JSON.parse(id)));
  }

  /** Closes it; nothing that it still does is told. */
  close({ code, reason }: Closing = {}): void {
    this.#dropped = true;
    guard(() => (code === undefined ? this.socket.close() : this.socket.close(code, reason)));
  }

  get state(): State {
    const { status, attempt, retryAt, latency, protocol, extensions, url } = this.socket;
    return { status, attempt, retryAt, latency, protocol, extensions, url };
  }

  #tell(more: Partial<State> = {}): void {
    if (this.#dropped) return;
    const close = this.#close && !this.#close.willReconnect ? { close: this.#close } : {};
    this.#listener.state({ ...this.state, ...close, ...more });
  }

  #receive(event: MessageEvent): void {
    const token = this.#token;
    this.#token = undefined;
    if (this.#dropped) return;
    const { data } = event;
    const bytes = data.length ?? data.byteLength;
    const listener = this.#listener;
    const route = this.#reader.hasCalls || listener.expectsReplies() ? this.#reader.route(event) : undefined;
    if (route && 'method' in route) listener.call(data, bytes, route.method, route.id, token);
    else if (route && listener.expects(route.wire)) listener.reply(route.wire, data, route.ends);
    else listener.message(data, bytes, token);
  }

  #end({ code, reason, wasClean, willReconnect }: CloseDetails): void {
    if (this.#dropped) return;
    this.#close = { code, reason, wasClean, willReconnect };
    this.#listener.ready(false);
    this.#tell({ close: this.#close });
  }
}
