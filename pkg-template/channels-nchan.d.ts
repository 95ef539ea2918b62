/**
 * `holdfast-ws/channels/nchan`: the adapter of [nchan](https://nchan.io), nginx's module. `docs/channels.md` has the configuration.
 */
import type { Via } from './channels';
import type { HeartbeatOptions } from './options';

export interface NchanOptions {
  /** The URL to POST publications to, with `{channel}` in place of the name. Without it, `can.publish` is false. */
  publish?: string | undefined;
  /** Times of the heartbeat. Default every 10 s, with 5 s to answer. `false`: the server answers no `ping`. */
  heartbeat?: false | Pick<HeartbeatOptions, 'interval' | 'timeout'> | undefined;
}

/**
 * Channels are in the path of the URL, at most 254, and a change of them is another connection, which goes on from the last message. A name
 * has no comma and no slash. `recovered` is `'unknown'` after a loss: what has left nchan's buffer is missing without a sign.
 */
export declare function nchan(options?: NchanOptions): Via;
export { nchan as default };
