/**
 * `holdfast-ws/outbox`: messages that are stored before they are sent, and kept until the server has acknowledged them. They survive lost
 * connections, reloads and crashes. They take effect once, if the server keeps one number for each box. See `docs/outbox.md`.
 */
import type { WebSocket } from './index';
import type { Data } from './messages';

/** `'disk'` outlives the page, `'memory'` does not. */
export type StoredIn = 'disk' | 'memory';

/**
 * `'pending'` until it is stored, `'stored'` until it is sent, `'sent'` until the server has acknowledged it. It ends as `'acknowledged'`,
 * `'failed'` (refused by the server, cancelled, or not stored) or `'expired'`.
 */
export type DeliveryState = 'pending' | 'stored' | 'sent' | 'acknowledged' | 'failed' | 'expired';

/**
 * A message on its way. Awaited, it gives the server's receipt; `undefined` if the answer that had it was lost. It rejects with a
 * {@link DeliveryError}, with the signal's reason, or with the reason why it can't be stored.
 */
export interface Delivery<Message = unknown, Receipt = unknown> extends Promise<Receipt | undefined> {
  readonly message: Message;
  readonly state: DeliveryState;
  /** Resolves when it is stored. Rejects if it can't be, for example with a `QuotaExceededError`; then it is never sent. */
  readonly stored: Promise<StoredIn>;
  /**
   * Gives it up: it is not sent, or not again. If it was sent, it ends when the server has told whether it has taken effect.
   * Returns false if it has ended already, and after `close()`.
   */
  cancel(): boolean;
  /** Delivers the message of a delivery that has failed or expired once more, behind all others. */
  retry(): Delivery<Message, Receipt>;
}

/** Why a delivery has ended without a receipt. */
export declare class DeliveryError extends Error {
  /**
   * `'closed'`: the outbox was closed. What is on the disk is kept, and the next outbox of this user sends it. `'unreadable'`: `migrate()`
   * can't convert the message. It is kept for a page that can.
   */
  readonly reason: 'refused' | 'expired' | 'cancelled' | 'closed' | 'unreadable';
  /** The server's error object, if it has refused the message. */
  readonly detail: unknown;
}

/** The options of one delivery. */
export interface DeliverOptions {
  /** After this time (ms) it is given up. By default after `keep`. */
  ttl?: number | undefined;
  /** Gives it up when aborted. */
  signal?: AbortSignal | undefined;
}

/** A message as an outbox sends it. */
export type Frame<Message = unknown> =
  /** Begins a connection: the oldest number that the box still holds. Those before it never come. */
  { hello: { box: string; from: number } } | { box: string; n: number; message: Message };

/** A message of the server's about a box. */
export type Answer<Receipt = unknown> =
  /** Everything up to a number is done. `hello`: it answers that. */
  | { box: string; done: number; hello?: boolean }
  | { box: string; n: number; ok: Receipt }
  /** `final`: the message will never be done. Otherwise it is sent again. */
  | { box: string; n: number; error: { final?: boolean; message?: string } };

/** How frames are encoded. */
export interface Codec<Message = unknown, Receipt = unknown> {
  encode(frame: Frame<Message>): Data;
  /** Returns `undefined` for a message that is no answer to an outbox. */
  decode(data: unknown): Answer<Receipt> | undefined;
}

export interface OutboxOptions<Message = unknown, Receipt = unknown> {
  /** The user who is logged in, such as their number, without "/". Messages that another user has left are not sent. */
  box: string;
  /** Default `'indexeddb'`. Where there is none, or no `navigator.locks`, messages are stored in memory. */
  store?: 'indexeddb' | 'memory';
  /** The name of the database. Default `'holdfast-ws-outbox'`. */
  database?: string;
  /** `'relaxed'`, the default, survives crashes of the page and the browser; `'strict'` also loss of power, and is slower. */
  durability?: 'relaxed' | 'strict';
  /** How many messages may be on their way at once. Default 32. */
  window?: number;
  /** How long (ms) messages are kept. Default 7 days. */
  keep?: number;
  /** How frames are encoded. By default as JSON, with `box` and `n` beside the message's own fields. */
  codec?: Codec<Message, Receipt>;
  /** After a message that the server refuses: go on with the next, or send nothing more until `resume()`. Default `'continue'`. */
  onError?: 'continue' | 'stop';
  /** Encrypts what is stored, by AES-GCM. Messages have to be JSON then. */
  key?: CryptoKey;
  /** The version of the application's messages. Default 1. */
  version?: number;
  /** Converts a stored message of another version. One that it throws for is set aside, and kept for a page that can convert it. */
  migrate?: (message: unknown, version: number) => Message;
  /**
   * The URL to post the rest to when the page is left, up to 64 KiB: lines of JSON, as on the connection, with the same boxes and
   * numbers. Cookies come with it.
   */
  flush?: string;
}

/** A number that grows with each message of a stream, or an id. */
export type Position = number | string;

/** The options of `receive()`. */
export interface ReceiveOptions {
  /**
   * Returns a message's position: a whole number that grows, or an id. `undefined` for a message that is not of this stream: it is
   * left out. What comes again is left out, too: a number that is not above the last, or an id that is among the last 1,000 or was
   * received in the last 10 minutes. By default the field `position` of a JSON object.
   */
  position?: (event: MessageEvent) => Position | undefined;
  /** Returns what is sent on each connection, to ask the server for what comes behind a position. `undefined`: from the beginning. */
  subscribe?: (position: Position | undefined) => Data | undefined;
  /**
   * `'after'`, the default: when the loop asks for the next message, the position of the one before is stored. `'own'`: the application
   * stores it, in one transaction with the effect.
   */
  commit?: 'after' | 'own';
  /** With `commit: 'own'`: the position that the application has stored. */
  start?: Position | undefined;
  /** The name of the stream, if a page has several. Default `'default'`. */
  name?: string;
}

/** Messages of the server, one after the other. It ends when the loop is left, and with `close()` or `erase()` of its outbox. */
export interface Receiver extends AsyncIterableIterator<MessageEvent> {
  /** The last position that is committed; `undefined` if there is none, or before it is read. */
  readonly position: Position | undefined;
}

/** The events of an outbox. */
export interface OutboxEventMap {
  /** A delivery has begun, changed its state or ended. Once for all that happens in a task. */
  change: Event;
  /** The server has less than it has acknowledged: it was restored from a backup. */
  regressed: RegressedEvent;
  /**
   * The server has more than was sent: the storage has lost what was written last, or was restored from a backup. What was never sent gets
   * other numbers, and is sent.
   */
  ahead: AheadEvent;
  /** It was closed, by `close()`. */
  close: OutboxCloseEvent;
}

export interface OutboxCloseEvent extends Event {
  /** How many deliveries have not ended. What is on the disk is sent by the next page. */
  readonly size: number;
}

export interface RegressedEvent extends Event {
  readonly box: string;
  /** The last number that the server has, and the last that it has acknowledged. */
  readonly done: number;
  readonly acknowledged: number;
}

export interface AheadEvent extends Event {
  readonly box: string;
  /** The last number that the server has, and the last that was given here. */
  readonly done: number;
  readonly given: number;
}

/** Messages that are stored, sent, and kept until the server has acknowledged them. It iterates over those that have not ended. */
export declare class Outbox<Message = unknown, Receipt = unknown> extends EventTarget {
  /**
   * Begins to send what earlier pages of this user have left.
   *
   * @throws `TypeError` for an unknown option or an impossible value, and for a socket that doesn't reconnect, such as the browser's own.
   */
  constructor(
    socket: Pick<WebSocket, 'readyState' | 'send' | 'reconnect' | 'addEventListener' | 'removeEventListener'>,
    options: OutboxOptions<Message, Receipt>,
  );
  /**
   * Stores a message, and sends it when its turn comes. It never fails for being offline.
   *
   * @throws `TypeError` for a message that can't be sent, such as one with a `BigInt`, or a wrong option.
   * @throws `DataCloneError` (DOMException) for a message that can't be stored, such as one with a function.
   * @throws `InvalidStateError` (DOMException) after `close()`.
   */
  deliver(message: Message, options?: DeliverOptions): Delivery<Message, Receipt>;
  /**
   * Receives messages for `for await`. Their position counts when the loop asks for the next one, and outlives the page.
   *
   * @throws `TypeError` for a wrong option.
   * @throws `InvalidStateError` (DOMException) after `close()`, and while this page receives a stream of that name.
   */
  receive(options?: ReceiveOptions): Receiver;
  /** How many have not ended. */
  readonly size: number;
  /** Those that have not ended, in order. The same array until there is a change. */
  readonly pending: readonly Delivery<Message, Receipt>[];
  [Symbol.iterator](): IterableIterator<Delivery<Message, Receipt>>;
  /** Cancels everything, and removes all that this user has in the store, for a logout. */
  erase(): Promise<void>;
  /** True if nothing more is sent until `resume()`: the server has refused a message, with `onError: 'stop'`. */
  readonly stopped: boolean;
  /** Sends on. */
  resume(): void;
  /**
   * Stops sending, and leaves what there is in the store. Returns how many that are. They reject with a {@link DeliveryError}, whose reason
   * is `'closed'`.
   */
  close(): number;
  addEventListener<Type extends keyof OutboxEventMap>(
    type: Type,
    listener: (this: this, event: OutboxEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
