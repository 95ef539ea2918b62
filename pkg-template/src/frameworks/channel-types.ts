/** The parts of `holdfast-ws/channels` that the hooks use. */

export interface Channel {
  readonly members: readonly unknown[];
  on(type: string, listener: (event: never) => unknown): () => void;
  leave(): void;
}

export interface Bus {
  channel(name: string, options?: object): Channel;
}

/** After these events the members may be others. */
export const CHANGES = ['subscribed', 'join', 'leave', 'timeout', 'back'];
