/** A world whose time is the real clock's, for servers behind the sockets of a real browser: Playwright's `routeWebSocket`. */
import { throwTypeError } from '../platform/errors';
import { realNow, realTimeout } from './real';
import { isSameServer } from './server';

/** A page's socket, as `WebSocketRoute` of Playwright. */
export interface RoutedSocket {
  url(): string;
  /** Older versions have none. */
  protocols?(): string[];
  send(data: unknown): void;
  close(options: { code?: number; reason?: string }): unknown;
  onMessage(listener: (data: unknown) => unknown): void;
  onClose(listener: (code?: number, reason?: string) => unknown): void;
}

/** The method that a `Page` and a `BrowserContext` of Playwright have in common. */
export interface RoutedPage {
  routeWebSocket(matches: (url: URL) => boolean, route: (socket: RoutedSocket) => unknown): Promise<unknown>;
}

/** The parts of a world that real time needs. */
interface PacedWorld {
  readonly NativeWebSocket: typeof WebSocket;
  readonly servers: readonly { url: string }[];
  readonly now: number;
}

/** Conditions may be about the real page, so they are checked at least this often (ms). */
const LONGEST_WAIT = 20;

export const isRoutedPage = (it: unknown): it is RoutedPage =>
  typeof (it as RoutedPage | undefined)?.routeWebSocket === 'function';

/** The real clock, as a world sees it. */
export class RealTime {
  readonly #begun: number;
  #stopped = false;
  #wake = () => {};

  constructor(now: number) {
    this.#begun = realNow() - now;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** The world's time that the real clock shows. */
  get now(): number {
    return realNow() - this.#begun;
  }

  /** Waits until about then, or until something is due earlier. */
  wait(until: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      realTimeout(resolve, Math.min(LONGEST_WAIT, Math.max(1, until - this.now)));
    });
  }

  /** Ends the waiting: something else may be due next. */
  wake(): void {
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}

const isServed = (world: PacedWorld, { href }: URL): boolean => world.servers.some(({ url }) => isSameServer(url, href));

/** Puts the servers of a world behind a page's sockets. The network between them is the world's. */
export function routeSockets(world: PacedWorld, page: RoutedPage, time: RealTime): Promise<unknown> {
  const matches = (url: URL) => !time.isStopped && isServed(world, url);
  return page.routeWebSocket(matches, (socket) => new Promise<void>((ready) => carry(world, socket, ready)));
}

/** Carries messages and ends between a page's socket and one in the world. The page's opens when it is `ready`. */
function carry(world: PacedWorld, socket: RoutedSocket, ready: () => void): void {
  const inside = new world.NativeWebSocket(socket.url(), socket.protocols?.() ?? []);
  inside.binaryType = 'arraybuffer';
  inside.onopen = ready;
  inside.onmessage = ({ data }) => socket.send(typeof data === 'string' ? data : toBuffer(data));
  inside.onclose = ({ code, reason }) => {
    socket.close({ code, reason });
    ready();
  };
  socket.onMessage((data) => inside.send(data as string));
  // It is also called for an end that came from inside, whose code a page may not give.
  socket.onClose((...end) => inside.readyState < inside.CLOSING && inside.close(...end));
}

/** Playwright sends a Buffer of Node's. */
function toBuffer(data: ArrayBuffer): unknown {
  const { Buffer } = globalThis as { Buffer?: { from(data: ArrayBuffer): unknown } };
  return (Buffer ?? throwTypeError('attach(page) works in Node alone')).from(data);
}
