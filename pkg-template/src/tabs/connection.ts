/** The real connection, in the tab that is the hub: an ordinary socket, whose events go to the machine. */
import { Op } from '../core/numbers';
import type { Raw } from '../model/options';
import { encodeJsonRpc } from '../model/request-encoding';
import { sockets } from '../model/sockets';
import type { Protocol } from '../model/types';
import { guard } from '../platform/native';
import { checkPageIsVisible, maybeHidden } from '../platform/page';
import { WebSocket } from '../socket/websocket';
import { type Call, Calls } from './calls';
import { type Arguments, optionsOfConnection } from './options';
import { Replies } from './replies';
import type { Closing, Request, State } from './types';

/** The events of a connection, for the tab that has it. */
export interface ConnectionListener {
  state(state: State): void;
  ready(ready: boolean): void;
  message(payload: unknown, bytes: number, token: unknown): void;
  /** The server calls a method. Returns the tab that the call is given to. */
  call(payload: unknown, method: string, token: unknown): number;
  reply(tab: number, request: number, payload: unknown, last: boolean): void;
  failed(tab: number, request: number): void;
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

/** The number of no tab. */
const NO_TAB = 0;

export class Connection {
  readonly socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #replies: Replies;
  readonly #calls = new Calls();
  /** The token that the message brings which is being dispatched. */
  #token: unknown;
  #close: State['close'];
  #dropped = false;

  constructor({ url, protocols, options }: Arguments, token: unknown, listener: ConnectionListener) {
    const { resume, request } = options as { resume?: (event: MessageEvent) => unknown; request?: Raw };
    this.#listener = listener;
    this.#replies = new Replies(request?.protocol as Protocol, request?.idKey as string);
    const own = optionsOfConnection(options);
    if (resume)
      own.resume = (event: MessageEvent) => {
        this.#token = resume(event);
        return this.#token;
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

  send(tab: number, payload: unknown, request: number | undefined): void {
    let data = payload;
    if (request !== undefined) {
      const asked = payload as Request;
      this.#replies.add(tab, request, asked);
      ({ data } = asked);
    } else if (!this.#calls.admits(tab, data)) return;
    this.socket.send(data as string);
  }

  /** True if it would send a message at once, and not queue it: because it may be dead, or is about to end. */
  get sendable(): boolean {
    if (maybeHidden) checkPageIsVisible();
    return !!sockets.get(this.socket)?._core._call(Op.CanSend);
  }

  /** The bytes in its buffer. */
  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  forgetRequest(tab: number, request: number): void {
    this.#replies.forget(tab, request);
  }

  /** Tells the server that a request was given up, if the protocol has a message for it. */
  cancel(tab: number, request: number): void {
    const message = this.#replies.cancelMessage(tab, request);
    if (message !== undefined) guard(() => this.socket.send(message as string));
  }

  /** Returns the calls of the server that a tab has not answered. */
  callsOf(tab: number): Call[] {
    return this.#calls.of(tab);
  }

  /** A call is given to another tab. */
  moveCall(tab: number, call: Call): void {
    this.#calls.give(tab, call, true);
  }

  /** No tab answers a call. */
  refuseCall(call: Call): void {
    this.moveCall(NO_TAB, call);
    this.send(NO_TAB, encodeJsonRpc({ error: { code: -32601, message: 'Method not found' } }, call.id), undefined);
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
    const target = this.#replies.route(event);
    const { data } = event;
    if (!target) this.#listener.message(data, data.length ?? data.byteLength, token);
    else if ('method' in target) this.#receiveCall(data, target, token);
    else this.#listener.reply(target.tab, target.request, data, target.last);
  }

  #receiveCall(data: unknown, { method, id }: { method: string; id?: unknown }, token: unknown): void {
    const tab = this.#listener.call(data, method, token);
    // A batch has ids of its own.
    if (typeof data === 'string' && !/^\s*\[/.test(data)) this.#calls.give(tab, { id, method, data });
  }

  #end({ code, reason, wasClean, willReconnect }: CloseDetails): void {
    if (this.#dropped) return;
    this.#close = { code, reason, wasClean, willReconnect };
    this.#calls.clear();
    this.#listener.ready(false);
    for (const { tab, request } of this.#replies.takeAll()) this.#listener.failed(tab, request);
    this.#tell({ close: this.#close });
  }
}
