/**
 * One socket for all components that ask for the same, counted by who holds it: what the entries for React and Vue stand on.
 * The rules of a connection are the socket's; here is only who has it.
 */
import type { Options, Protocols, WebSocket as Socket, Status, Target, WebSocketEventMap } from 'holdfast-ws';
import { WebSocket } from 'holdfast-ws';

type Listen<E> = (event: E, ws: Socket) => unknown;

/** What a component may want to hear. Of the application's; looked up when it happens, so the newest is called. */
export interface Callbacks {
  onOpen?: Listen<Event>;
  onMessage?: Listen<MessageEvent>;
  onError?: Listen<Event>;
  onClose?: Listen<WebSocketEventMap['close']>;
  onReconnecting?: Listen<WebSocketEventMap['reconnecting']>;
  onStatusChange?: Listen<WebSocketEventMap['statuschange']>;
}

export interface Given extends Options, Callbacks {
  protocols?: Protocols;
}

const CALLBACKS = {
  open: 'onOpen',
  message: 'onMessage',
  error: 'onError',
  close: 'onClose',
  reconnecting: 'onReconnecting',
  statuschange: 'onStatusChange',
} as const;

export interface State {
  readonly ws: Socket | null;
  readonly status: Status;
}

/** Before there is a socket, and on a server, which makes none. */
const SOON: State = { ws: null, status: 'connecting' };
const NONE: State = { ws: null, status: 'closed' };

export const without = (url: unknown): State => (url == null ? NONE : SOON);

export interface Shared {
  _ws: Socket;
  _state: State;
  _holders: number;
  readonly _watchers: Set<() => void>;
}

const all = new Map<string, Shared>();

/** The socket of a key, if somebody holds it. */
export const find = (key: string): Shared | undefined => all.get(key);

const identities = new WeakMap<object, number>();
let last = 0;

/** A text for what has none: a function is the same as itself. */
export function identify(it: object): string {
  const known = identities.get(it) ?? ++last;
  identities.set(it, known);
  return `#${known}`;
}

/** What can be compared, in an order of its own. A function isn't: those that a component makes are new with each render. */
const comparable = (value: unknown, depth: number): unknown =>
  Object(value) !== value
    ? `${value}`
    : depth &&
      typeof value === 'object' &&
      Object.entries(value as object)
        .filter(([, each]) => each !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, comparable(each, depth - 1)]);

/** The socket's own options. */
function optionsOf(given: Given): Options {
  const { protocols: _, ...options } = given;
  for (const name of Object.values(CALLBACKS)) delete options[name];
  return options;
}

/** Who has the same key shares a socket: the text of the URL, the protocols, and the options as far as they can be compared. */
export const keyOf = (url: string, given: Given): string => {
  const { protocols } = given;
  const list = typeof protocols === 'function' ? identify(protocols) : protocols;
  return JSON.stringify([url, list, comparable(optionsOf(given), 2)]);
};

function open(key: string, url: Target, given: Given): Shared {
  const ws = new WebSocket(url, given.protocols, optionsOf(given));
  const shared: Shared = { _ws: ws, _state: { ws, status: ws.status }, _holders: 0, _watchers: new Set() };
  ws.addEventListener('statuschange', () => {
    shared._state = { ws, status: ws.status };
    for (const watcher of shared._watchers) watcher();
  });
  all.set(key, shared);
  return shared;
}

/** A component's hold on a socket, and its ear. */
export interface Hold {
  readonly _key: string;
  readonly _ws: Socket;
  _release(): void;
}

export function hold(key: string, url: Target, given: Given, callbacks: () => Callbacks): Hold {
  const shared = find(key) ?? open(key, url, given);
  const ws = shared._ws;
  const hear = (event: Event) =>
    (callbacks()[CALLBACKS[event.type as keyof typeof CALLBACKS]] as Listen<Event> | undefined)?.(event, ws);
  for (const type in CALLBACKS) ws.addEventListener(type, hear);
  shared._holders += 1;
  return {
    _key: key,
    _ws: ws,
    _release() {
      for (const type in CALLBACKS) ws.removeEventListener(type, hear);
      shared._holders -= 1;
      // Whoever takes its place does so before this turn of the event loop ends: StrictMode's second mount, the next page.
      queueMicrotask(() => {
        if (shared._holders || find(key) !== shared) return;
        all.delete(key);
        ws.close();
      });
    },
  };
}

export function sendOn(ws: Socket | null | undefined, data: string | BufferSource | Blob): void {
  if (!ws) throw new DOMException('There is no socket: no URL is given, or the component is not mounted.', 'InvalidStateError');
  ws.send(data);
}
