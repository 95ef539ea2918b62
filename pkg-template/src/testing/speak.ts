/** The protocols that a server of a world can speak: those of other clients, as far as applications' tests need them. */
import { centrifugo } from './protocol-centrifugo';
import { graphqlWs } from './protocol-graphql-ws';
import { jsonRpc } from './protocol-json-rpc';
import { pusher } from './protocol-pusher';
import { socketIo } from './protocol-socket-io';
import type { ProtocolServer, Spoken } from './protocol-types';

const PROTOCOLS: { [name: string]: (server: ProtocolServer, given: never) => Spoken<unknown> } = {
  'json-rpc': jsonRpc,
  'graphql-ws': graphqlWs,
  'socket.io': socketIo,
  pusher,
  centrifugo,
};

export function speak(name: string, server: ProtocolServer, given: unknown): Spoken<unknown> {
  const make = Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name] : undefined;
  if (!make) throw TypeError(`speak() takes ${Object.keys(PROTOCOLS).join(', ')}, not ${name}`);
  return make(server, given as never);
}
