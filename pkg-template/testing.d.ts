/**
 * `holdfast-ws/testing`: a world for tests. A clock, a page, a network and servers, all in the test's hands; in it run the real class
 * and the real engine. All times are in milliseconds.
 */

import type { WebSocket as HoldfastClass } from './index';

/** A browser engine whose habits a world has. */
export type Browser = 'chromium' | 'firefox' | 'webkit';

/** A message as a server receives it. */
// `Uint8Array<ArrayBuffer>`, which TypeScript knows from 5.7 on.
export type Message = string | (Uint8Array & { readonly buffer: ArrayBuffer });

/** A message as a server sends it. */
export type Sendable = string | BufferSource | Blob;

/** The options of a world. */
export interface WorldOptions {
  /** All chance comes from it: an integer from 0 on. Default 1. */
  seed?: number;
  /** Default `'chromium'`. */
  browser?: Browser;
  /** Each event runs in it: `act` of React. It may return a promise. */
  act?: (run: () => Promise<void>) => unknown;
}

/** A line of a world's log. */
export interface LogEntry {
  /** The time since the world began. */
  at: number;
  /** The event: subject, verb, object. */
  text: string;
}

/** How a connection ended. */
export interface Closed {
  code: number;
  reason: string;
  wasClean: boolean;
}

/** The server's end of a connection. */
export interface Connection {
  /** The URL that the page dialled, with its query. */
  readonly url: string;
  /** The subprotocol; empty for none. */
  readonly protocol: string;
  /** Listens to messages. Exceptions of listeners reject what the test awaits. */
  on(type: 'message', listener: (data: Message) => unknown): this;
  /** Listens to the connection's end. */
  on(type: 'close', listener: (event: Closed) => unknown): this;
  /** Sends a message. On a connection that has ended, or that is being closed, nothing is sent. */
  send(data: Sendable): void;
  /** Begins the closing handshake. Any code is sent, also one that breaks the protocol. */
  close(code?: number, reason?: string): void;
  /** Drops the connection without a close frame. */
  terminate(): void;
  /** Nothing comes or goes any more on this connection, and nobody is told. */
  silence(): void;
  /** Ends the silence. */
  restore(): void;
}

/** The options of a server. */
export interface ServerOptions {
  /**
   * Answers each handshake: with an HTTP status, to refuse it; with the subprotocol; or with nothing, to accept it with the first
   * subprotocol that the page offers. It may return a promise.
   */
  handshake?(request: { url: string; protocols: string[] }): number | string | undefined | Promise<number | string | undefined>;
}

/** The methods of a server that speaks JSON-RPC. Each returns the result, or a promise of it; an error that it throws is the reply. */
// biome-ignore lint/suspicious/noExplicitAny: the application knows its parameters.
export type RpcMethods = Record<string, (params: any, connection: Connection) => unknown>;

/** An operation of GraphQL, as a client has sent it. */
export interface GraphqlOperation {
  query: string;
  operationName?: string | null;
  variables?: { [name: string]: unknown } | null;
}

/** The server's end of a namespace of Socket.IO's, for one connection. */
export interface SocketIoSocket {
  readonly id: string;
  readonly namespace: string;
  /** The `auth` of the client. */
  readonly auth: unknown;
  /** Listens to an event. If the client waits for an acknowledgement, the last argument is the function that sends it. */
  // biome-ignore lint/suspicious/noExplicitAny: the application knows its events.
  on(event: string, listener: (...args: any[]) => unknown): this;
  emit(event: string, ...args: unknown[]): void;
  /** Ends the namespace; the connection stays. */
  disconnect(): void;
}

/** A server that speaks Socket.IO. */
export interface SocketIoServer {
  readonly sockets: SocketIoSocket[];
  /** Emits an event to all sockets. */
  emit(event: string, ...args: unknown[]): void;
}

/** A server that speaks the protocol of Pusher Channels. */
export interface PusherServer {
  /** Publishes an event to those who have subscribed to the channel. */
  trigger(channel: string, event: string, data?: unknown): void;
  /** Returns the number of connections that have subscribed to the channel. */
  subscribers(channel: string): number;
}

/** A server that speaks Centrifugo's protocol. */
export interface CentrifugoServer {
  /** Publishes data to those who have subscribed to the channel. */
  publish(channel: string, data: unknown): void;
  /** Returns the number of connections that have subscribed to the channel. */
  subscribers(channel: string): number;
}

/** A server of a world. It outlives the page. */
export interface Server {
  readonly url: string;
  /** The messages received, in order. */
  readonly received: Message[];
  /** The open connections, the oldest first. */
  readonly connections: Connection[];
  /** Sends a message on all connections. */
  broadcast(data: Sendable): void;
  /** Answers handshakes with an HTTP status from now on; 503 if none is given. */
  refuse(status?: number): void;
  /** Leaves handshakes without an answer from now on. */
  hang(): void;
  /** Accepts connections from now on. */
  accept(): void;
  /** Closes all connections with a code and a reason, and refuses others for so long. Without a code they are reset. */
  restart(options?: { down?: number; code?: number; reason?: string }): void;
  /** Calls a function once. The server's time has nothing to do with the page's. */
  after(wait: number, run: () => unknown): void;
  /** Calls a function over and over. Returns a function that ends this. */
  every(period: number, run: () => unknown): () => void;
  /** Answers calls of JSON-RPC 2.0 from now on, on each new connection. */
  speak(protocol: 'json-rpc', methods: RpcMethods): void;
  /**
   * Speaks `graphql-transport-ws`. The function executes an operation: it returns a result such as `{ data }`, or an async iterable of
   * them for a subscription, or a promise.
   */
  speak(protocol: 'graphql-ws', execute: (operation: GraphqlOperation, connection: Connection) => unknown): void;
  /** Speaks Socket.IO (version 3 or later, without binary events). The server's URL has the path `/socket.io/`. */
  speak(protocol: 'socket.io', onSocket?: (socket: SocketIoSocket) => unknown): SocketIoServer;
  /** Speaks the protocol of Pusher Channels. All channels may be subscribed to. The server's URL has the path `/app/` with the key. */
  speak(protocol: 'pusher'): PusherServer;
  /** Speaks Centrifugo's protocol as JSON. All channels may be subscribed to, and clients may publish. */
  speak(protocol: 'centrifugo', options?: { rpc?(method: string, data: unknown): unknown }): CentrifugoServer;
}

/** The network between the page and all servers. A new one takes 10 ms each way and carries everything at once. */
export interface Network {
  /** True if the browser believes that there is a network. */
  readonly isOnline: boolean;
  /** Sets how long a packet takes; what is left out is 10 ms. Up to `jitter` is added to each; their order is kept. */
  latency(times?: { up?: number; down?: number; jitter?: number }): void;
  /** Sets how many bytes a second each connection carries; what is left out has no limit. */
  bandwidth(rates?: { up?: number; down?: number }): void;
  /** Nothing comes or goes, and nobody is told: all connections are half-open. */
  silence(): void;
  /** Ends the silence. TCP repeats what was lost. */
  restore(): void;
  /** Resets all connections. What is in flight is lost, and both ends know at once. */
  cut(): void;
  /** The browser has no network, and the page is told by `offline`. */
  offline(): void;
  /** The browser has its network back, and the page is told by `online`. */
  online(): void;
  /** The client's address changes: connections stay half-open for good. */
  change(): void;
}

/** The page that the application runs in. */
export interface Page {
  readonly isHidden: boolean;
  /** True if the page has crashed, or was left for good. */
  readonly isGone: boolean;
  /** True if a task of the page may run: it is not frozen, asleep, busy, in the back/forward cache, or gone. */
  readonly isRunning: boolean;
  /** Hides the page. Its timers are throttled as the browser does. */
  hide(): void;
  /** Shows the page. One that is frozen is resumed first. */
  show(): void;
  /** Throttles the page's timers to one a second or one a minute, in place of what the browser does. */
  throttle(by?: 'browser' | 'none' | 'second' | 'minute'): void;
  /** Hides the page and freezes it: nothing in it runs, while the network goes on. */
  freeze(): void;
  /** Resumes a frozen page. What happened meanwhile is dispatched now. */
  resume(): void;
  /** The machine sleeps for so long from now on: nothing runs, nothing comes or goes, `performance.now()` stands still. */
  sleep(time: number): void;
  /** Wakes the machine before its time. */
  wake(): void;
  /** A task of the page takes so long: timers and events wait. */
  block(time: number): void;
  /** Sets the wall clock forward by so many milliseconds, or back. */
  setClock(ahead: number): void;
  /** The user goes to another page, which takes so long to load. Then this one enters the back/forward cache, or is discarded. */
  leave(loading?: number): void;
  /** The user goes back. Returns true if this page is shown again. */
  back(): boolean;
  /** The page crashes: its connections end without a close frame, its timers and listeners are gone. */
  crash(): void;
  /** Loads the page anew. `world.WebSocket` is then another class: start the application again. */
  load(): void;
  /** Leaves to chance which of the due tasks is next. Timers, the network and the page's events keep their own order. */
  anyOrder(any?: boolean): void;
}

/** The globals of a world's page. */
export type Globals = Pick<
  typeof globalThis,
  | 'addEventListener'
  | 'clearInterval'
  | 'clearTimeout'
  | 'CloseEvent'
  | 'Date'
  | 'document'
  | 'Math'
  | 'navigator'
  | 'performance'
  | 'removeEventListener'
  | 'setInterval'
  | 'setTimeout'
  | 'WebSocket'
>;

/** `vi` of Vitest, or `jest`. */
export interface FakeTimers {
  useFakeTimers(...options: never[]): unknown;
  advanceTimersByTimeAsync(time: number): Promise<unknown>;
}

/** A `Page` or a `BrowserContext` of Playwright. */
export interface RoutedPage {
  // biome-ignore lint/suspicious/noExplicitAny: the types are Playwright's.
  routeWebSocket(url: (url: URL) => boolean, handler: (route: any) => unknown): Promise<unknown>;
}

/** A world. */
export interface World {
  readonly seed: number;
  readonly browser: Browser;
  /** The class of `holdfast-ws`, in this world. */
  readonly WebSocket: typeof HoldfastClass;
  /** The browser's own class, in this world: one connection, with the browser's habits. */
  readonly NativeWebSocket: typeof globalThis.WebSocket;
  /** The page's globals: its timers, clocks, chance, document and listeners. */
  readonly globals: Globals;
  readonly network: Network;
  readonly page: Page;
  readonly servers: readonly Server[];
  /** The time since the world began. */
  readonly now: number;
  /** Everything that has happened, in order. */
  readonly log: LogEntry[];
  /** The log as text: a line for each entry, with its time. */
  readonly transcript: string;
  /** Adds a line to the log. */
  write(text: string): void;
  /** Returns a number from 0 to 1, from the seed. */
  random(): number;
  /** Adds a server. `onConnection` is called for each connection that it has accepted. */
  server(url: string | URL, onConnection?: (connection: Connection) => unknown, options?: ServerOptions): Server;
  /**
   * Lets so much time pass, and everything happen that is due by then, in order. Rejects with what a listener, a timer or a server
   * threw.
   */
  advance(time: number): Promise<void>;
  /** Lets everything happen that is due now. No time passes. */
  settle(): Promise<void>;
  /** Lets time pass until a condition holds; it is checked after each event. Rejects after `within` (30 s), with the end of the log. */
  until(condition: () => unknown, options?: { within?: number }): Promise<void>;
  /**
   * Lets time pass until a promise is settled, and returns its value: `await world.run(ws.request(…))`. A function is called first.
   * Rejects as the promise does; after `within` (30 s) with the end of the log.
   */
  run<T>(work: PromiseLike<T> | (() => T | PromiseLike<T>), options?: { within?: number }): Promise<T>;
  /**
   * Puts the world's network, timers, clocks, chance and page in the place of the platform's globals, until its end. `WebSocket` is
   * then the browser's own class in this world, with which `holdfast-ws` dials; or the class that you name.
   */
  install(options?: { WebSocket?: unknown }): void;
  /**
   * Makes the fake timers of Vitest or Jest run on this world's time, until its end: `world.attach(vi)`. Their
   * `advanceTimersByTimeAsync()` is then this world's `advance()`.
   */
  attach(timers: FakeTimers): void;
  /**
   * Puts the world's servers, and its network, behind the sockets of a page of Playwright's: `await world.attach(page)`, before the page is
   * loaded. The world's time is then the real clock's, also for `advance()` and `until()`. Sockets in workers are not reached, and URLs
   * without a server of this world's go to the real network.
   */
  attach(page: RoutedPage): Promise<void>;
  /** Names the sockets that are not closed, the requests that are pending, and how many timers are set. */
  leaks(): string[];
  /** Ends the world. Throws an error that lists its leaks, unless they are to be ignored. */
  dispose(options?: { leaks?: 'throw' | 'ignore' }): void;
  [Symbol.dispose](): void;
}

/**
 * Makes a world.
 * @throws {TypeError} An option is impossible.
 */
export function world(options?: WorldOptions): World;

/** A fault of a simulation. */
export type Fault =
  | 'drop'
  | 'silence'
  | 'change'
  | 'offline'
  | 'latency'
  | 'bandwidth'
  | 'restart'
  | 'refuse'
  | 'hang'
  | 'hide'
  | 'freeze'
  | 'sleep'
  | 'block'
  | 'leave'
  | 'crash'
  | 'task order';

/** The application of a simulation, its servers and its faults. */
export interface SimulationOptions<S, A> {
  /** Makes the servers, which outlive the page. */
  servers: (world: World) => S | Promise<S>;
  /** Starts the application. Called again after the page has crashed. A promise is awaited at the end only: a world goes on meanwhile. */
  app: (world: World, server: S) => A;
  /** Checks the world when all faults are over. It throws, rejects, or returns false if something is wrong. */
  invariant: (scene: { world: World; server: S; app: Awaited<A> }) => unknown;
  /** How many worlds there are. Default 100. */
  runs?: number;
  /** The seed of the first world; each next one has the next number. Default 1. */
  seed?: number;
  /** For how many minutes faults begin. Default 10. */
  minutes?: number;
  /** How far apart faults are, on average. Default 15 s. */
  every?: number;
  /** How long the world is well before it is checked, twice: between the two a page that is gone is loaded. Default 2 minutes. */
  calm?: number;
  /** The faults to draw from. Default: all. */
  faults?: Fault[];
  /** The browsers to draw from, by seed. Default: all. */
  browsers?: Browser[];
  /** Installs each world, as `world.install()` does. */
  install?: boolean;
  /** As of a world. */
  act?: WorldOptions['act'];
}

/** A world of a simulation has failed. Its message names the seed and the faults that are left. */
export class SimulationError extends Error {
  readonly seed: number;
  readonly browser: Browser;
  /** The faults that are left after shrinking, as text. */
  readonly faults: string[];
  /** True if two runs with these faults were the same, to the byte. */
  readonly repeats: boolean;
  /** The world's log, with these faults. */
  readonly transcript: string;
}

/**
 * Runs an application in hundreds of worlds with random faults, and checks each world at its end.
 * @throws {SimulationError} The first world that fails, with as few faults as it needs for that.
 */
export function simulate<S, A>(options: SimulationOptions<S, A>): Promise<void>;

/** The same, with the application apart: `simulate(startApp, { servers, invariant })`. */
export function simulate<S, A>(
  app: SimulationOptions<S, A>['app'],
  options: Omit<SimulationOptions<S, A>, 'app'>,
): Promise<void>;
