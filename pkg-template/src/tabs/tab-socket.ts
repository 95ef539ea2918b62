/**
 * The class that a tab's socket is dialled with, in the place of the browser's: a connection by way of another tab, or of this one. It
 * has what the wrapper uses of the browser's class, and fires the same events.
 */
import { makeCloseEvent } from '../platform/events';

/** The carrier of a tab's messages. */
export interface Carrier {
  /** A socket was dialled, and waits to be opened. */
  _attach(socket: TabSocket): void;
  _send(data: unknown): void;
  /** Returns the bytes that were sent, and have not left. */
  _buffered(): number;
  /** Returns what the application may keep of a binary message. */
  _own(data: ArrayBuffer): ArrayBuffer;
  /** The socket was closed on this side: by the application, or because the core abandons it. */
  _detach(socket: TabSocket, code: number | undefined, reason: string): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

type Handler = ((event: Event) => unknown) | null;

/** Absent while rendering on a server. */
const Base = globalThis.EventTarget ?? Object;

export class TabSocket extends Base {
  readonly url: string;
  readyState = CONNECTING;
  protocol = '';
  extensions = '';
  binaryType: BinaryType = 'blob';
  declare onopen: Handler;
  declare onmessage: Handler;
  declare onerror: Handler;
  declare onclose: Handler;
  readonly #carrier: Carrier;

  constructor(url: string, carrier: Carrier) {
    super();
    this.url = url;
    this.#carrier = carrier;
    for (const type of ['open', 'message', 'error', 'close']) {
      let handler: Handler = null;
      let listens = false;
      Object.defineProperty(this, `on${type}`, {
        get: () => handler,
        set: (value: Handler) => {
          handler = value;
          if (value && !listens) this.addEventListener(type, (event) => handler?.call(this, event));
          listens ||= !!value;
        },
      });
    }
    carrier._attach(this);
  }

  get bufferedAmount(): number {
    return this.#carrier._buffered();
  }

  send(data: unknown): void {
    if (this.readyState === OPEN) this.#carrier._send(data);
  }

  close(code?: number, reason = ''): void {
    if (this.readyState > OPEN) return;
    this.readyState = CLOSING;
    this.#carrier._detach(this, code, reason);
  }

  /** The connection is open. */
  _open(protocol: string, extensions: string): void {
    if (this.readyState !== CONNECTING) return;
    Object.assign(this, { protocol, extensions, readyState: OPEN });
    this.dispatchEvent(new Event('open'));
  }

  /** A message has come: text, or bytes. */
  _receive(data: unknown, origin: string): void {
    if (this.readyState !== OPEN) return;
    this.dispatchEvent(new MessageEvent('message', { data: this.#convert(data), origin }));
  }

  #convert(data: unknown): unknown {
    if (typeof data === 'string') return data;
    return this.binaryType === 'arraybuffer' ? this.#carrier._own(data as ArrayBuffer) : new Blob([data as ArrayBuffer]);
  }

  /** The connection has failed. It is `_end` that follows. */
  _fail(): void {
    this.readyState = CLOSED;
    this.dispatchEvent(new Event('error'));
  }

  /** The connection has ended. */
  _end(code: number, reason: string, wasClean: boolean): void {
    this.readyState = CLOSED;
    this.dispatchEvent(makeCloseEvent({ code, reason, wasClean }));
  }
}
