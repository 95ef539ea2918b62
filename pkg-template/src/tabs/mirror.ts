/** One tab's view of the connection: its socket opens, closes and receives as the hub tells. */
import { Op } from '../core/numbers';
import { dispatchOwn } from '../messages/listeners';
import type { Socket } from '../model/types';
import { setTimer } from '../platform/native';
import type { TabSocket } from './tab-socket';
import type { Turns } from './turns';
import type { Closing, State } from './types';

const OPEN = 1;

/** The status of a socket that waits for its connection. */
const WAITING = ['connecting', 'waiting', 'offline'];

/** The tab that has the view. */
export interface MirrorOwner {
  readonly isAttached: boolean;
  /** The connection is lost, and pending requests with it. */
  giveUp(): void;
  /** The tab has joined a connection that is open, and has missed its beginning. */
  greet(): void;
  /** The connection has ended for good, so that the tab leaves. */
  leaveAtEnd(): void;
}

export class Mirror {
  /** The state of the connection; `undefined` without a hub. */
  state: State | undefined;
  /** True if the connection has ended for good. */
  final = false;
  /** How the application, or the end of the connection, closes the socket. */
  closing: Closing | undefined;
  readonly #owner: MirrorOwner;
  readonly #turns: Turns;
  #record: WeakRef<Socket> | undefined;
  #socket: TabSocket | undefined;
  /** Messages that came before the socket has opened. */
  #held: unknown[] = [];
  #status = 'connecting';
  /** True while the connection's close is on its way that the application has asked for by `reconnect()`, and was told already. */
  #expectsClose = false;
  /** True if the socket has another tab by now. */
  #isMute = false;
  /** That of the connection's URL, for messages. */
  #origin = '';

  constructor(owner: MirrorOwner, turns: Turns) {
    this.#owner = owner;
    this.#turns = turns;
  }

  /** The socket of the application. */
  bind(record: Socket): void {
    this.#record = new WeakRef(record);
  }

  /** The socket has another tab from now on: this one still leaves, and tells nothing. */
  mute(): void {
    this.#isMute = true;
    this.#socket = undefined;
  }

  get #listening(): Socket | undefined {
    return this.#isMute ? undefined : this.#record?.deref();
  }

  /** The connection is about to be closed and made anew. The socket, if it is open, is so at once. */
  expectClose(): void {
    const { state } = this;
    if (!state || this.#socket?.readyState !== OPEN) return;
    this.state = { ...state, status: 'connecting' };
    this.#expectsClose = true;
  }

  attach(socket: TabSocket): void {
    this.#socket = socket;
    setTimer(() => this.open(), 0);
  }

  detach(socket: TabSocket): void {
    if (socket === this.#socket) this.#socket = undefined;
  }

  /** Tells a change of status, if it is one. `own`: that of the socket, which is not the connection's while it waits. */
  tellStatus(own: string): void {
    const record = this.#listening;
    if (!record) return;
    const status = this.statusFor(own);
    // What follows the end of a connection, the hub tells next: when the next attempt is made, and then the status.
    const isNews = status !== this.#status && !this.state?.close?.willReconnect;
    if (isNews) {
      this.#status = status;
      dispatchOwn(record, new Event('statuschange'), { status });
    }
    record._host._updatePin(record);
  }

  statusFor(own: string): string {
    const status = this.state?.status;
    if (!status || !WAITING.includes(own)) return own;
    // Of an open connection the socket has yet to open: in a hidden page its timer may be late.
    if (status === 'open') return 'connecting';
    return WAITING.includes(status) ? status : own;
  }

  tell(type: string, properties: object): void {
    const record = this.#listening;
    if (record) dispatchOwn(record, new Event(type), properties);
  }

  /** `isLate` if the beginning of the connection was missed. */
  change(state: State, isLate: boolean): void {
    const { close, reconnecting, url } = state;
    if (url !== this.state?.url) this.#origin = url ? new URL(url).origin : '';
    this.state = state;
    if (close) {
      const isTold = this.#expectsClose && close.willReconnect && this.#socket?.readyState !== OPEN;
      this.#expectsClose = false;
      if (!close.willReconnect) this.finish(close);
      this.#owner.giveUp();
      if (!isTold) this.end(close.code, close.reason, close.wasClean);
      if (this.final) this.#owner.leaveAtEnd();
      return;
    }
    if (state.status === 'open') {
      if (isLate) this.#owner.greet();
      this.open();
    } else this.#lose();
    const record = this.#listening;
    if (!record) return;
    if (reconnecting) dispatchOwn(record, new Event('reconnecting'), reconnecting);
    const { status } = record._ws as unknown as { status: string };
    // Others the socket tells itself, in their order.
    if (WAITING.includes(status)) this.tellStatus(status);
  }

  /** The hub is gone. */
  lose(): void {
    this.state = undefined;
    this.#owner.giveUp();
    this.#lose();
  }

  #lose(): void {
    if (this.#socket?.readyState !== OPEN) return;
    this.#owner.giveUp();
    this.end(1006, '', false);
  }

  /** The connection has ended for good. */
  finish(closing: Closing): void {
    this.final = true;
    this.closing ??= closing;
  }

  /** Opens the socket if the connection is open; what has come before follows. Of an ended connection it is closed. */
  open(): void {
    const { state } = this;
    const socket = this.#socket;
    if (!socket) return;
    if (this.final && socket.readyState < 2) {
      this.close();
      return;
    }
    if (state?.status !== 'open' || !this.#owner.isAttached) return;
    // For example the `close` of `reconnect()`, for which the core has set a timer that may be late.
    if (this.#record?.deref()?._host._core._call(Op.DispatchPending)) {
      this.#turns.takeFirst([() => this.open()]);
      return;
    }
    this.#expectsClose = false;
    socket._open(state.protocol, state.extensions);
    this.#turns.takeFirst(this.#held.splice(0).map((payload) => () => this.receive(payload)));
  }

  receive(payload: unknown): void {
    const socket = this.#socket;
    if (socket?.readyState !== OPEN) {
      this.#held.push(payload);
      return;
    }
    socket._receive(payload, this.#origin);
  }

  /** Ends the socket as it is being closed. */
  close(): void {
    const { code = 1005, reason = '' } = this.closing ?? {};
    this.end(code, reason, code !== 1006);
  }

  end(code: number, reason: string, wasClean: boolean): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    const close = () => socket._end(code, reason, wasClean);
    if (wasClean) close();
    else {
      socket._fail();
      this.#turns.takeFirst([close]);
    }
  }

  /** Messages that no hub has handed over: the socket's last `close` lists them. */
  keepUnsent(messages: unknown[]): void {
    const record = this.#record?.deref();
    if (record) (record._host as unknown as { _unsentPayloads: unknown[] })._unsentPayloads.push(...messages);
  }
}
