/** The types that several modules share: the record of a socket, its options, and the messages of a request. Types only. */
import type { Core } from '../core/core';
import type { Call, ListenerSlots } from '../dom/listener-slots';
import type { Zone } from '../platform/native';

/** The record that the wrapper keeps for one socket. Only its WebSocket refers to it (and the host while it is pinned), so it goes with the WebSocket. */
export interface Socket {
  readonly _ws: EventTarget;
  readonly _host: Link;
  readonly _settings: Settings;
  /** The constructor's first argument: a text, or a function to call before each attempt. */
  readonly _givenUrl: unknown;
  readonly _givenProtocols: unknown;
  _core: Core;
  _bubbling: Listeners;
  _capturing: Listeners;
  /** The function that alone gets the messages, and needs nothing more than to be called. */
  _messageCallback: ((event: Event) => unknown) | undefined;
  /** Of `onopen` and its like: the value, and the listener that stands for it among the others. */
  _handlers: { [type: string]: [value: object | null, relay: (event: Event) => void, zone: Zone | undefined] };
  /** See `event-prototype.ts`. */
  _eventPrototypes: { [type: string]: object };
  /** Requests that wait for a reply. */
  _pending: Pending;
  /** The application's functions that the server may call. */
  _rpcHandlers: Map<string, (params: unknown) => unknown>;
  _drainWaiters: Drains;
  /** The connection that `authenticate` is called with, until it is done. */
  _authenticating: number | undefined;
  _lastClose: CloseEvent | null;
  /** The last that the option `resume` gave. */
  _resumeToken: unknown;
}

/** The parts of the host (`host.ts`) that other modules use. */
export interface Link {
  readonly _settings: Settings;
  readonly _slots: ListenerSlots;
  readonly _weak: WeakRef<Socket> | undefined;
  /** The socket, unless it has been collected or its constructor hasn't finished. */
  readonly _socket: Socket | undefined;
  /** The socket, while it is pinned. */
  readonly _pinned: Socket | undefined;
  /** True if the URL is a mock's, dialled around our own class. */
  readonly _usesUnderlying: boolean;
  readonly _received: number;
  /** The connection whose events count; 0 for none. */
  _connection: number;
  /** The aspects (`BypassMode`) of messages that are examined although they bypass the core; 0 while none bypasses it. */
  readonly _bypassMode: number;
  /** The URL to dial. Not known until the application's function returns it, if the URL is a function. */
  _url: unknown;
  _protocols: unknown;
  _binaryType: BinaryType;
  /** The native socket that takes messages directly, and how many it has taken. */
  _directSocket: WebSocket | undefined;
  _sent: number;
  /** The time, by `Date.now()`, until which it takes them. */
  _directUntil: number;
  /** The error that the constructor throws. */
  _constructorError: unknown;
  /** The text last reported of attempts that could not be made, and the error for the `error` event. */
  _lastReported: string | undefined;
  _attemptError: unknown;
  /** The native socket that fired `error` last. */
  _failedNative: WebSocket | undefined;
  /** Messages that wait for a Blob to be read. */
  _heldMessages: MessageEvent[] | undefined;
  /** The same of a connection that the core has abandoned. */
  _abandonedMessages: MessageEvent[];
  /** The number of calls of the server's that are being answered. */
  _openCalls: number;
  readonly _core: Core;
  _updatePin(socket: Socket): void;
  _callNow<T>(name: string, call: () => T, otherwise?: T | null, failed?: T): T | null | undefined;
  _listenTo(connection: number): void;
  _onMessage(event: MessageEvent): void;
  _receive(event: MessageEvent): void;
  _dispatchMessage(event: MessageEvent): void;
}

/** A listener that `addEventListener` has added. */
export interface Listener extends Call {
  readonly _callback: unknown;
  readonly _capture: boolean;
  /** True if its callback is a function that can be called without it: any number of times, in no zone, until it is removed. */
  readonly _isPlain: boolean;
  _removed: boolean;
}

/** By type. An array is never changed, only replaced, so that a dispatch sees the listeners there were when it began. */
export type Listeners = Map<string, readonly Listener[]>;

/** The promises of `drained()`, each with the buffered amount that settles it. */
export type Drains = Set<[bytes: number, resolve: () => void, reject: (reason: unknown) => void]>;

/** Takes the replies of one request, or the messages of one reader: see `channel.ts`. */
export interface Channel {
  readonly _iterator: AsyncIterableIterator<unknown>;
  _push(value: unknown): void;
  /** It is over, with an error or without one. */
  _finish(...error: unknown[]): void;
  /** It is over, and the buffered values are dropped. */
  _abort(...error: unknown[]): void;
}

/** The pending requests, by number, and whether a reply has parts. */
export type Pending = Map<number, Channel & { readonly _streams: boolean }>;

/** A reply, or a part of one. */
export interface Reply {
  id?: unknown;
  result?: unknown;
  error?: unknown;
  done?: unknown;
}

/** The application's own protocol of requests. */
export interface Codec {
  encode(id: number, payload: unknown): unknown;
  decode(data: unknown): Reply | undefined;
  cancel?(id: number): unknown;
}

export type Protocol = 'id' | 'json-rpc' | Codec;

/** A validator of replies. https://standardschema.dev */
export interface Schema {
  '~standard': { validate(value: unknown): Validated | Promise<Validated> };
}
type Validated = { value: unknown; issues?: undefined } | { issues: readonly unknown[]; value?: undefined };

/** The options of a socket, as they were read. */
export interface Settings {
  /** By `OptionIndex`. */
  _numbers: Float64Array;
  /** True if reconnection is off. */
  _plain: boolean;
  protocol: Protocol;
  /** The name of the id in messages of the protocol 'id'. */
  idKey: string;
  validate?: Schema;
  shouldReconnect?: (event: CloseEvent, attempt: number) => unknown;
  onWake?: boolean;
  authenticate?: (connection: object, info: object) => unknown;
  backgroundTimer?: boolean;
  guardUnload?: boolean;
  dial?: boolean;
  resume?: (event: MessageEvent) => unknown;
  ping?: unknown;
  pong?: unknown;
}

/** The options of one call, as they were read. */
export interface CallOptions {
  signal?: AbortSignal;
  timeout: number;
  limit: number;
  retry?: boolean;
  schema?: Schema;
}
