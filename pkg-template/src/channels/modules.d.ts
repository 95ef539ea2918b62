/** The modules that `build/channels.mjs` makes of the wasm of `bindings-channels/`, one for each adapter. */

declare module 'holdfast:channels-nchan' {
  /** The module's bytes, decoded. */
  export function inlinedChannels(): BufferSource;
  export function initSync(source: { module: BufferSource }): unknown;
  /** `bindings-channels/nchan/src/lib.rs`. */
  export function make(now: number, seed: number, publish: string | undefined, heartbeat: boolean): never;
}

declare module 'holdfast:channels-nats' {
  /** The module's bytes, decoded. */
  export function inlinedChannels(): BufferSource;
  export function initSync(source: { module: BufferSource }): unknown;
  /** `bindings-channels/nats/src/lib.rs`. */
  export function make(
    now: number,
    seed: number,
    stream: string,
    prefix: string,
    bucket: string,
    inbox: string,
    login: string,
    user: string,
    heartbeat: number,
  ): never;
}
