/** The frames in which tabs tell each other of the connection. */

export interface Closing {
  code?: number;
  reason?: string;
}

/** The role of a tab. */
export type Role = 'own' | 'leader' | 'follower' | 'client';

/** The connection, as the hub describes it at each change. */
export interface State {
  status: string;
  attempt: number;
  retryAt: number | null;
  latency: number | null;
  protocol: string;
  extensions: string;
  url: string;
  /** Set if this is its end. */
  close?: { code: number; reason: string; wasClean: boolean; willReconnect: boolean };
  /** Set if an attempt is planned: what the event `reconnecting` tells. */
  reconnecting?: { attempt: number; delay: number; cause: string };
}

/** Set in a SharedWorker that holds the connection: no option of the application's. */
export interface HubSettings {
  readonly name: string;
  /** True if the lock is taken away first: its holder hangs. */
  steals: boolean;
  /** How long the connection outlives the last tab. */
  readonly linger: number;
  /** No tab is there any more. */
  onIdle(): void;
}

/** A tab asks the worker to hold the connection with this name. */
export interface Ask {
  version: number;
  name: string;
  steals: boolean;
  key: string | undefined;
  identity: string | undefined;
  takeOverAfter: number;
  linger: number | undefined;
  replay: number;
}

/** The option `tabs`, with defaults. */
export interface TabsSettings {
  key?: string;
  identity?: string;
  takeOverAfter: number;
  linger: number;
  replay: number;
  greet?: () => unknown;
  otherwise: 'own' | 'throw';
  worker?: (suffix: string) => SharedWorker;
  hub?: HubSettings;
}
