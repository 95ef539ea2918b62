/** One tab's view of the connection: its socket opens, closes and receives as the hub tells. */
import { dispatchOwn } from '../messages/listeners';
import type { Socket } from '../model/types';
import { setTimer } from '../platform/native';
import type { TabSocket } from './tab-socket';
import type { Closing, State } from './types';

const OPEN = 1;

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
  #record: WeakRef<Socket> | undefined;
  #socket: TabSocket | undefined;
  /** Messages that came before the socket has opened. */
  #held: unknown[] = [];
  #status = 'connecting';
  /** That of the connection's URL, for messages. */
  #origin = '';

  constructor(owner: MirrorOwner) {
    this.#owner = owner;
  }

  /** The socket of the application. */
  bind(record: Socket): void {
    this.#record = new WeakRef(record);
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
    const record = this.#record?.deref();
    if (!record) return;
    const status = this.statusFor(own);
    const isNews = status !== this.#status;
    this.#status = status;
    if (isNews) dispatchOwn(record, new Event('statuschange'), { status });
    record._host._updatePin(record);
  }

  statusFor(own: string): string {
    const status = this.state?.status;
    const waits = own === 'connecting' || own === 'waiting';
    return waits && status && ['connecting', 'waiting', 'offline'].includes(status) ? status : own;
  }

  tell(type: string, properties: object): void {
    const record = this.#record?.deref();
    if (record) dispatchOwn(record, new Event(type), properties);
  }

  /** `isLate` if the beginning of the connection was missed. */
  change(state: State, isLate: boolean): void {
    const { close, reconnecting, url } = state;
    if (url !== this.state?.url) this.#origin = url ? new URL(url).origin : '';
    this.state = state;
    if (close) {
      if (!close.willReconnect) this.finish(close);
      this.#owner.giveUp();
      this.end(close.code, close.reason, close.wasClean);
      if (this.final) this.#owner.leaveAtEnd();
      return;
    }
    if (state.status === 'open') {
      if (isLate) this.#owner.greet();
      this.open();
    } else this.#lose();
    const record = this.#record?.deref();
    if (!record) return;
    this.tellStatus((record._ws as unknown as { status: string }).status);
    if (reconnecting) dispatchOwn(record, new Event('reconnecting'), reconnecting);
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
    socket._open(state.protocol, state.extensions);
    while (this.#held.length && socket.readyState === OPEN && socket === this.#socket) this.receive(this.#held.shift());
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
    socket?._end(code, reason, wasClean);
  }

  /** Messages that no hub has handed over: the socket's last `close` lists them. */
  keepUnsent(messages: unknown[]): void {
    const record = this.#record?.deref();
    if (record) (record._host as unknown as { _unsentPayloads: unknown[] })._unsentPayloads.push(...messages);
  }
}
