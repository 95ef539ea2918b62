/** The SharedWorker's side: for each name that tabs ask for it has a socket of the same class, which always leads. */
import type { Raw } from '../model/options';
import { throwTypeError } from '../platform/errors';
import { guard, isObject } from '../platform/native';
import { HUB, WIRE_VERSION } from './options';
import type { Ask, HubSettings } from './types';
import { TabsWebSocket } from './websocket';

type Options = Raw & { url?: unknown; protocols?: unknown };
type Socket = InstanceType<typeof TabsWebSocket>;

const OPEN = 1;

/** `given`: the options with `url` and `protocols`, or a function that returns them. `use` gets each socket that is made. */
export function serve(given: unknown, use?: (socket: Socket) => void): void {
  if (!isObject(given) && typeof given !== 'function') throwTypeError('serve() takes options, or a function that returns them');
  // In a page or another worker it would never be asked for anything.
  if (!('onconnect' in globalThis)) throwTypeError('serve() is for the script of a SharedWorker');
  const optionsFor = (typeof given === 'function' ? given : () => given) as (hub: object) => Options;
  const sockets = new Map<string, Socket>();

  const hold = ({ name, steals, key, identity, takeOverAfter, linger = 0, replay }: Ask): void => {
    const known = sockets.get(name);
    if (known && known.readyState <= OPEN) return;
    const { url, protocols = [], ...options } = optionsFor({ key, identity });
    const hub: HubSettings = { name, steals, linger, onIdle: () => socket.close() };
    const socket = new TabsWebSocket(url, protocols, { ...options, tabs: { takeOverAfter, replay, [HUB]: hub } });
    sockets.set(name, socket);
    socket.addEventListener('close', (event) => {
      const { willReconnect } = event as Event & { willReconnect?: boolean };
      if (!willReconnect && sockets.get(name) === socket) sockets.delete(name);
    });
    use?.(socket);
  };

  globalThis.addEventListener('connect', (event) => {
    const [port] = (event as MessageEvent).ports;
    if (!port) return;
    port.onmessage = ({ data }: MessageEvent<Ask>) => {
      if (data?.version === WIRE_VERSION) guard(() => hold(data));
      else port.postMessage('old');
    };
  });
}
