/**
 * `holdfast-ws/channels`: many channels of a broker over one connection: subscribe, publish, history, presence, and reports of
 * messages that may be missing. An adapter, such as that of `holdfast-ws/channels/nchan`, knows the broker. See `docs/channels.md`.
 */
import type { Status, WebSocket } from './index';
import type { Anything, Data } from './messages';
import type { ReconnectOptions } from './options';

/** An adapter for a broker, as `nchan()` returns it. It may be used for several `Channels`. */
export interface Via {
  /** The broker's name. */
  readonly name: string;
}

/** A place in a channel's stream. Store it, and give it back as `since`; compare offsets within one epoch only. */
export interface Position {
  /** The life of the stream. A stream that was lost and begins again has another one. */
  readonly epoch?: string;
  /** The number of the message. Later messages have greater ones, not always by 1. */
  readonly offset: number;
}

/** A token; with its lifetime (ms), it is renewed before it expires. */
export type Token = string | { token: string; lifetime?: number };

/** Converts messages from and to what the broker carries: text or bytes. */
export interface Codec<Message = unknown> {
  encode(value: Message): Data;
  /** If it throws, the exception is reported, and the message is left out. */
  decode(data: string | ArrayBuffer): Message;
}

/** Messages that are JSON: the option `codec` of {@link Channels}. */
export declare const json: Codec<Anything>;

export interface ChannelsOptions<Message = string | ArrayBuffer> {
  /** The adapter for the broker, such as `nchan()`. */
  via: Via;
  /**
   * Returns the token of the connection. Called before an attempt, when there is none yet, when it has expired, and after an attempt that
   * failed. If it throws, the attempt has failed.
   */
  token?: (() => Token | Promise<Token>) | undefined;
  /** How messages are converted. By default they are text or an `ArrayBuffer`, unchanged. */
  codec?: Codec<Message> | undefined;
  /** How to reconnect, as the class takes it. */
  reconnect?: ReconnectOptions | undefined;
  /** The class of the connection, in place of that of `holdfast-ws`. Not that of `holdfast-ws/tabs`: each tab has a connection of its own. */
  WebSocket?: typeof WebSocket | undefined;
}

/** The abilities of the adapter and its broker. Nothing else is promised. */
export interface Abilities {
  /**
   * The recovery after a lost connection. `true`: it is proven whether messages are missing. `'unknown'`: messages come in order and without
   * repetition; those that the broker no longer has are missing without a `gap`. `false`: missed messages don't come.
   */
  readonly recovery: boolean | 'unknown';
  /** `history()` works. The option `history` of a channel may work even if it doesn't. */
  readonly history: boolean;
  /** `publish()` works. */
  readonly publish: boolean;
  /** Members are known, and the option `presence` works. */
  readonly presence: boolean;
  /** A channel's name may be a pattern. */
  readonly wildcard: boolean;
  /** `publish()` resolves when the broker has the message. Otherwise when it is handed to the network. */
  readonly ack: boolean;
  /** A channel has a token of its own, by `authorize`. Otherwise the connection's `token` decides what may be subscribed. */
  readonly tokens: boolean;
}

/** A message of a channel. */
export interface ChannelMessage<Message = string | ArrayBuffer> {
  readonly data: Message;
  /** `undefined` if the broker numbers no messages. */
  readonly position: Position | undefined;
  /** True for a message from before the subscription, or one that was missed. */
  readonly replayed: boolean;
}

/** A user in a channel. Several connections of one user are one member. */
export interface Member<MemberData = unknown> {
  readonly user: string;
  readonly data: MemberData;
}

/** The events of a channel. */
export interface ChannelEventMap<Message = string | ArrayBuffer, State = unknown> {
  message: ChannelMessage<Message>;
  /** The channel is subscribed, and all earlier messages were dispatched. */
  subscribed: {
    /** `true`: no message is missing. `false`: messages may be missing, and `gap` was dispatched. `'unknown'`: the broker can't tell. */
    readonly recovered: boolean | 'unknown';
    /** The number of earlier messages that were dispatched. */
    readonly replayed: number;
  };
  /** Messages between the two may be missing. They could not be fetched. */
  gap: { readonly after: Position | undefined; readonly before: Position | undefined };
  /** The broker, or `authorize`, has refused the channel. All others go on. */
  refused: {
    readonly reason: string | undefined;
    /** When it is tried again, in ms. `undefined`: not before `retry()`. */
    readonly retryIn: number | undefined;
  };
  /** `load()` has returned. Messages that follow are later than its position. */
  state: { readonly state: State; readonly position: Position | undefined };
  /** A user has come. */
  join: Member;
  /** A user has left, or has not come back in time. */
  leave: Member;
  /** The last connection of a user is lost. */
  timeout: Member;
  /** A user whose connection was lost is back. */
  back: Member;
}

export interface ChannelOptions<State = unknown> {
  /** The position of the last known message: later ones come first. Or a time: messages since then, if the broker can find them. */
  since?: Position | Date | undefined;
  /** The number of earlier messages to get, without `since` and `load`. Default 0. */
  history?: number | undefined;
  /**
   * Loads the application's state: first, and whenever messages may be missing. Read the position before the data; messages in both
   * are left out by their position. Live messages are held meanwhile. A failure is tried again. So is a call that has not settled within
   * 10 s, which is reported as a `ChannelError` with the reason `'timeout'`; the next one has twice the time, up to 160 s. Each part of the application that uses the
   * channel has its own `load()` and gets its own state; when one comes later, all load again.
   */
  load?: (() => Promise<{ state: State; position?: Position }>) | undefined;
  /**
   * The application is a member, as this user, with data that others see. `grace`: for how long (ms) a user whose connection is lost stays
   * a member here. Default 15000.
   */
  presence?: { user: string; data?: unknown; grace?: number | undefined } | undefined;
  /** Returns the channel's token. Called when there is none, and when it expires. `undefined` or an exception: refused. */
  authorize?: ((name: string) => Token | undefined | Promise<Token | undefined>) | undefined;
}

/** Why a publication or a question for history has failed. */
export declare class ChannelError extends Error {
  /**
   * `'lost'`: the connection was, or the request, with `detail`. `'timeout'`: there was no answer within 10 s. `'full'`: 1,000 others wait for a connection.
   * `'refused'`: the broker did, with `detail`.
   */
  readonly reason: 'lost' | 'timeout' | 'full' | 'refused';
  /** Of a publication: false if the broker can't have it. */
  readonly sent: boolean;
  readonly detail: unknown;
}

/**
 * A channel, as one part of the application uses it. For the broker it is subscribed once, however many there are, and left 3 s after the
 * last. `for await` gives its messages until `leave()`; a loop that is 1,000 messages behind ends with a `QuotaExceededError`.
 */
export declare class Channel<Message = string | ArrayBuffer, State = unknown> {
  private constructor();
  readonly name: string;
  readonly status: 'subscribing' | 'subscribed' | 'refused' | 'left';
  /** The last message that was dispatched, or the position of the last load. After `leave()` the last one until then. */
  readonly position: Position | undefined;
  /** The users in the channel, in alphabetical order. Empty where `can.presence` is false. */
  readonly members: Member[];
  /**
   * Adds a listener. Returns a function that removes it. What a listener throws is reported.
   *
   * @throws `TypeError` for an event that there is not.
   */
  on<Type extends keyof ChannelEventMap<Message, State>>(
    type: Type,
    listener: (event: ChannelEventMap<Message, State>[Type]) => unknown,
  ): () => void;
  /** Removes a listener. */
  off<Type extends keyof ChannelEventMap<Message, State>>(
    type: Type,
    listener: (event: ChannelEventMap<Message, State>[Type]) => unknown,
  ): void;
  /**
   * Publishes a message, now or with the next connection. Resolves to its position, if the broker says it. Rejects with a
   * {@link ChannelError}, with a `TypeError` for what is neither text nor bytes, or with what the codec throws.
   */
  publish(data: Message): Promise<Position | undefined>;
  /**
   * Returns earlier messages, oldest first: the last ones up to now, or up to `before`. Waits for a connection. `limit` is 100 by default, at
   * most 10,000.
   * Rejects with a {@link ChannelError}, or with a `TypeError` for a wrong option.
   */
  history(options?: { limit?: number; before?: Position }): Promise<ChannelMessage<Message>[]>;
  /** Tries it again at once after `refused`. */
  retry(): void;
  /** Leaves the channel. */
  leave(): void;
  [Symbol.asyncIterator](): AsyncIterableIterator<ChannelMessage<Message>>;
}

/** The events of `Channels`. */
export interface BusEventMap {
  /** `status` has changed. */
  status: Status | 'idle';
  /**
   * The broker has refused the login, or has ended the connection as its token has expired, and says why. Another token is asked for and
   * tried, with backoff, if there is `token`. Where a browser sees a failed handshake only, as with nchan, there is no such event.
   */
  refused: { readonly reason: string };
}

/** Many channels of a broker over one connection. */
export declare class Channels<Message = string | ArrayBuffer> {
  /**
   * @param place Where the broker is. A function is called before each attempt, for example to choose one of several servers. Or a socket
   * of the package's class, with options of your own, where the URL has no channels, as with NATS. It is the bus's from then on: `close()`
   * closes it.
   * @throws `TypeError` for an unknown option or an impossible value.
   * @throws `SyntaxError` (DOMException) for an invalid URL.
   * @throws `NotSupportedError` (DOMException) for a socket where the URL has the channels.
   */
  constructor(
    place: string | URL | (() => string | URL | Promise<string | URL>) | WebSocket,
    options: ChannelsOptions<Message>,
  );
  /** The abilities of the adapter and its broker. */
  readonly can: Abilities;
  /** The state of the connection. `'idle'` if there is none, as none is needed. */
  readonly status: Status | 'idle';
  /**
   * Subscribes to a channel. If several parts of the application do, the options of the first apply to the subscription. For a later one,
   * `history` is not fetched; with a `since` that is not the last message, `subscribed` says `'unknown'`; with `presence`, the page becomes a
   * member if it was none, until the last part leaves, and the last `data` and `grace` apply.
   *
   * @throws `TypeError` for an unknown option or an impossible value.
   * @throws `NotSupportedError` (DOMException) for `presence` or `authorize` where the broker has no such thing.
   * @throws `InvalidStateError` (DOMException) after `close()`, and for another user than the one that the page is a member as.
   */
  channel<State = unknown>(name: string, options?: ChannelOptions<State>): Channel<Message, State>;
  /** Publishes to a channel, also one that is not subscribed. */
  publish(name: string, data: Message): Promise<Position | undefined>;
  /** Returns earlier messages of a channel, also one that is not subscribed. Waits for a connection. */
  history(name: string, options?: { limit?: number; before?: Position }): Promise<ChannelMessage<Message>[]>;
  /**
   * Adds a listener. Returns a function that removes it.
   *
   * @throws `TypeError` for an event that there is not.
   */
  on<Type extends keyof BusEventMap>(type: Type, listener: (event: BusEventMap[Type]) => unknown): () => void;
  /** Removes a listener. */
  off<Type extends keyof BusEventMap>(type: Type, listener: (event: BusEventMap[Type]) => unknown): void;
  /** Leaves all channels at once, and closes the connection. Publications without an answer are rejected. */
  close(): void;
}
export { Channels as default };
