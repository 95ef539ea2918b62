/** Centrifugo's bidirectional protocol as JSON, without history and recovery: https://centrifugal.dev/docs/transports/client_protocol */
import { type ProtocolConnection, type ProtocolServer, parse, type Spoken } from './protocol-types';

export interface CentrifugoServer {
  /** Publishes data to those who have subscribed to the channel. */
  publish(channel: string, data: unknown): void;
  /** The number of connections that have subscribed to the channel. */
  subscribers(channel: string): number;
}

export interface CentrifugoOptions {
  rpc?(method: string, data: unknown): unknown;
}

/** Seconds between the server's pings. */
const PING = 25;

const NOT_FOUND = { code: 104, message: 'method not found' };
const ALREADY_SUBSCRIBED = { code: 105, message: 'already subscribed' };
const BAD_REQUEST = { code: 107, message: 'bad request' };

export function centrifugo(server: ProtocolServer, { rpc }: CentrifugoOptions = {}): Spoken<CentrifugoServer> {
  const channels = new Map<string, Set<ProtocolConnection>>();
  let last = 0;
  const say = (connection: ProtocolConnection, reply: object) => connection.send(JSON.stringify(reply));
  const publish = (channel: string, data: unknown) => {
    for (const connection of channels.get(channel) ?? []) say(connection, { push: { channel, pub: { data } } });
  };
  const answer = async (connection: ProtocolConnection, command: { [name: string]: { [name: string]: unknown } }) => {
    const { connect, subscribe, unsubscribe, publish: published, rpc: asked, ping } = command;
    if (connect) {
      last += 1;
      return { connect: { client: `client-${last}`, version: 'world', ping: PING, pong: true } };
    }
    if (subscribe) {
      const channel = `${subscribe.channel}`;
      const connections = channels.get(channel) ?? new Set();
      if (connections.has(connection)) return { error: ALREADY_SUBSCRIBED };
      channels.set(channel, connections.add(connection));
      return { subscribe: {} };
    }
    if (unsubscribe) {
      channels.get(`${unsubscribe.channel}`)?.delete(connection);
      return { unsubscribe: {} };
    }
    if (published) {
      publish(`${published.channel}`, published.data);
      return { publish: {} };
    }
    if (asked) return rpc ? { rpc: { data: (await rpc(`${asked.method}`, asked.data)) ?? null } } : { error: NOT_FOUND };
    return ping ? {} : { error: BAD_REQUEST };
  };
  return {
    accept(connection) {
      const stop = server.every(PING * 1_000, () => connection.send('{}'));
      connection.on('message', async (text) => {
        // Several commands may come in one message, a line each.
        for (const line of `${text}`.split('\n')) {
          const command = Object(parse(line));
          // Without a number it is the answer to a ping.
          if (command.id) say(connection, { id: command.id, ...(await answer(connection, command)) });
        }
      });
      connection.on('close', () => {
        stop();
        for (const connections of channels.values()) connections.delete(connection);
      });
    },
    controls: { publish, subscribers: (channel) => channels.get(channel)?.size ?? 0 },
  };
}
