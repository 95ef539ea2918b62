/** Stands in this entry for `platform/native-class` and `platform/page` where sockets are dialled (`connection/connect.ts`): see `build/tabs.mjs`. */
import { dial as dialPlatform, isPlatform as isOfPlatform } from '../platform/native-class';
import { trackConnection as track } from '../platform/page';
import { type Carrier, TabSocket } from './tab-socket';

/** The carriers of tabs, by the URL that stands for each. */
const carriers = new Map<string, Carrier>();
let last = 0;

/** Returns a URL that sockets of this carrier are dialled with. */
export function urlFor(carrier: Carrier): string {
  const url = `wss://tab.invalid/${++last}`;
  carriers.set(url, carrier);
  return url;
}

export const forget = (url: string): boolean => carriers.delete(url);

export function dial(url: string, protocols: string[], under: boolean): WebSocket {
  const carrier = carriers.get(url);
  return carrier ? (new TabSocket(url, carrier) as unknown as WebSocket) : dialPlatform(url, protocols, under);
}

export const isPlatform = (socket: object): boolean => socket instanceof TabSocket || isOfPlatform(socket);

/** A tab without a connection of its own keeps its page out of no cache. */
export const trackConnection = (socket: WebSocket): void => {
  if (!((socket as object) instanceof TabSocket)) track(socket);
};
