/**
 * Socket.IO 5 over Engine.IO 4, by WebSocket alone: https://socket.io/docs/v4/socket-io-protocol/. Binary events are not spoken. The
 * server of the world has the path `/socket.io/`.
 */
import { checkFunction } from './check';
import { type ProtocolConnection, type ProtocolServer, parse, type Spoken } from './protocol-types';

type Listener = (...given: unknown[]) => unknown;

/** The server's end of a namespace of one connection. */
export interface IoSocket {
  readonly id: string;
  readonly namespace: string;
  readonly auth: unknown;
  /** Listens to an event. The last argument is a function that acknowledges, if the client waits for that. */
  on(event: string, listener: Listener): IoSocket;
  emit(event: string, ...given: unknown[]): void;
  disconnect(): void;
}

export interface IoServer {
  readonly sockets: IoSocket[];
  emit(event: string, ...given: unknown[]): void;
}

const PING_INTERVAL = 25_000;
const PING_TIMEOUT = 20_000;

/** Types of Socket.IO's packets; each follows Engine.IO's 4, a message. */
const CONNECT = '0';
const DISCONNECT = '1';
const EVENT = '2';
const ACK = '3';

/** `4`, a type, a namespace with a comma if it isn't the main one, the number of an acknowledgement, JSON. */
const PACKET = /^4([0-6])(?:(\/[^,]*),)?(\d*)(.*)$/s;

const prefix = (namespace: string) => (namespace === '/' ? '' : `${namespace},`);

export function socketIo(server: ProtocolServer, onSocket: (socket: IoSocket) => unknown = () => {}): Spoken<IoServer> {
  checkFunction("speak('socket.io')", onSocket);
  const sockets = new Set<IoSocket>();
  let last = 0;
  const join = (connection: ProtocolConnection, namespace: string, auth: unknown) => {
    const listeners = new Map<string, Listener[]>();
    last += 1;
    const id = `socket-${last}`;
    const say = (type: string, rest: unknown, number: string | number = '') =>
      connection.send(`4${type}${prefix(namespace)}${number}${rest === undefined ? '' : JSON.stringify(rest)}`);
    const socket: IoSocket = {
      id,
      namespace,
      auth,
      on(event, listener) {
        checkFunction(`on('${event}')`, listener);
        listeners.set(event, [...(listeners.get(event) ?? []), listener]);
        return socket;
      },
      emit: (event, ...given) => say(EVENT, [event, ...given]),
      disconnect() {
        if (sockets.delete(socket)) say(DISCONNECT, undefined);
      },
    };
    sockets.add(socket);
    say(CONNECT, { sid: id });
    const heard = ([event, ...given]: unknown[], number: string) => {
      const all = number ? [...given, (...reply: unknown[]) => say(ACK, reply, number)] : given;
      return Promise.all((listeners.get(`${event}`) ?? []).map((listener) => listener(...all)));
    };
    return { socket, heard };
  };
  return {
    accept(connection) {
      const joined = new Map<string, ReturnType<typeof join>>();
      last += 1;
      connection.send(
        `0${JSON.stringify({ sid: `connection-${last}`, upgrades: [], pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT, maxPayload: 1_000_000 })}`,
      );
      const stop = server.every(PING_INTERVAL, () => connection.send('2'));
      connection.on('message', (text) => {
        const [, type, namespace = '/', number = '', rest] = PACKET.exec(`${text}`) ?? [];
        const one = joined.get(namespace);
        if (type === CONNECT && !one) {
          const made = join(connection, namespace, parse(rest) ?? {});
          joined.set(namespace, made);
          return onSocket(made.socket);
        }
        if (type === DISCONNECT && one) {
          joined.delete(namespace);
          sockets.delete(one.socket);
        }
        const given = parse(rest);
        const isEvent = type === EVENT && one && sockets.has(one.socket) && Array.isArray(given);
        return isEvent ? one.heard(given, number) : undefined;
      });
      connection.on('close', () => {
        stop();
        for (const { socket } of joined.values()) sockets.delete(socket);
      });
    },
    controls: {
      get sockets() {
        return [...sockets];
      },
      emit(event, ...given) {
        for (const socket of sockets) socket.emit(event, ...given);
      },
    },
  };
}
