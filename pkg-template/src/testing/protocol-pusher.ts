/** The Pusher Channels protocol, version 7, without its authentication: https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/ */
import { type ProtocolConnection, type ProtocolServer, parse, type Spoken } from './protocol-types';

export interface PusherServer {
  /** Publishes an event to those who have subscribed to the channel. */
  trigger(channel: string, event: string, data?: unknown): void;
  /** The number of connections that have subscribed to the channel. */
  subscribers(channel: string): number;
}

const ACTIVITY_TIMEOUT = 120;

export function pusher(_: ProtocolServer): Spoken<PusherServer> {
  const channels = new Map<string, Map<ProtocolConnection, { user_id?: string; user_info?: unknown }>>();
  let last = 0;
  const say = (connection: ProtocolConnection, event: string, data?: unknown, channel?: string) =>
    // The server's own data is text: JSON within JSON.
    connection.send(JSON.stringify({ event, channel, data: typeof data === 'string' ? data : JSON.stringify(data ?? {}) }));
  const toOthers = (channel: string, from: ProtocolConnection | undefined, event: string, data: unknown) => {
    for (const connection of channels.get(channel)?.keys() ?? [])
      if (connection !== from) say(connection, event, data, channel);
  };
  const leave = (channel: string, connection: ProtocolConnection) => {
    const members = channels.get(channel);
    const member = members?.get(connection);
    if (!members?.delete(connection)) return;
    if (channel.startsWith('presence-')) toOthers(channel, connection, 'pusher_internal:member_removed', member);
  };
  const join = (channel: string, connection: ProtocolConnection, given: unknown) => {
    const members = channels.get(channel) ?? new Map();
    channels.set(channel, members);
    const member = Object(parse(given));
    const isNew = !members.has(connection);
    members.set(connection, member);
    const all = [...members.values()];
    const presence = {
      ids: all.map(({ user_id: id }) => id),
      hash: Object.fromEntries(all.map(({ user_id: id, user_info: info }) => [id, info])),
      count: all.length,
    };
    const isPresence = channel.startsWith('presence-');
    say(connection, 'pusher_internal:subscription_succeeded', isPresence ? { presence } : {}, channel);
    if (isPresence && isNew) toOthers(channel, connection, 'pusher_internal:member_added', member);
  };
  return {
    accept(connection) {
      last += 1;
      say(connection, 'pusher:connection_established', { socket_id: `${last}.1`, activity_timeout: ACTIVITY_TIMEOUT });
      connection.on('message', (text) => {
        const { event, channel: outer, data } = Object(parse(text));
        const { channel, channel_data: member } = Object(data);
        if (event === 'pusher:ping') say(connection, 'pusher:pong');
        else if (event === 'pusher:subscribe') join(`${channel}`, connection, member);
        else if (event === 'pusher:unsubscribe') leave(`${channel}`, connection);
        else if (`${event}`.startsWith('client-')) toOthers(`${outer}`, connection, event, data);
      });
      connection.on('close', () => {
        for (const channel of channels.keys()) leave(channel, connection);
      });
    },
    controls: {
      trigger: (channel, event, data) => toOthers(channel, undefined, event, data),
      subscribers: (channel) => channels.get(channel)?.size ?? 0,
    },
  };
}
