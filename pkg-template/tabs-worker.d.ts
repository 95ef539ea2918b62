/**
 * `holdfast-ws/tabs/worker`: holds the connection of `holdfast-ws/tabs` in a SharedWorker of the application's. See `docs/tabs.md`.
 */
import type { Anything } from './messages';
import type { Options, Protocols, Target } from './options';
import type { WebSocket } from './tabs';

/** The connection that tabs want: their options `tabs.key` and `tabs.identity`. */
export interface Wanted {
  readonly key: string | undefined;
  readonly identity: string | undefined;
}

/** The connection's options. Those of messages and requests that count in each tab are given there. */
export type ServeOptions<Token = Anything> = Options<Token> & {
  url: Target<Token>;
  protocols?: Protocols<Token>;
};

/**
 * Serves the tabs that start this worker. Call it while the script first runs, because tabs that connect earlier are missed.
 *
 * @param options The connection's options, or a function that returns them for a user.
 * @param use Called with each socket that holds a connection: for `handle()`, or to listen in the worker. Its `close` event ends it.
 * @throws `TypeError` for no options, and outside of a SharedWorker.
 */
export declare function serve<Token = Anything>(
  options: ServeOptions<Token> | ((wanted: Wanted) => ServeOptions<Token>),
  use?: (socket: WebSocket) => void,
): void;
