/**
 * `holdfast-ws/channels/nats`: the adapter of [NATS JetStream](https://docs.nats.io/nats-concepts/jetstream). `docs/channels.md` has the
 * configuration.
 */
import type { Via } from './channels';
import type { HeartbeatOptions } from './options';

export interface NatsOptions {
  /** The stream that has all channels. Its retention is `limits`. Default `'CHANNELS'`. */
  stream?: string | undefined;
  /** The subject of a channel is this, a dot, and its name. Default `'channels'`. */
  prefix?: string | undefined;
  /** The key-value bucket of the members, with a time to live. Without it, `can.presence` is false. */
  bucket?: string | undefined;
  /** The server's answers come to subjects that begin with this. Give each user an inbox of their own if users are strangers. Default `'_INBOX'`. */
  inbox?: string | undefined;
  /** How the token of `Channels` is given to the server: as a token, as the JWT of a bearer, or as the password of `user`. Default `'token'`. */
  login?: 'token' | 'jwt' | 'password' | undefined;
  /** The user, with `login: 'password'`. */
  user?: string | undefined;
  /** Times of the connection's heartbeat. Default every 10 s, with 5 s to answer. */
  heartbeat?: false | Pick<HeartbeatOptions, 'interval' | 'timeout'> | undefined;
  /** Milliseconds after which the server says that a channel has no news. A consumer that misses two of them is replaced. Default 10000. */
  idle?: number | undefined;
}

/**
 * Each channel is a subject of one stream, read by an ordered consumer. `recovered` is true if the stream still has all since the last
 * message. A name has no `*` and no `>`; a dot divides it into tokens.
 */
export declare function nats(options?: NatsOptions): Via;
export { nats as default };
