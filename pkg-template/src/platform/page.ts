/**
 * What the page tells of its network and of itself: `online` and `offline`, hidden or in view, being left or back from the
 * back/forward cache, resumed (Page Lifecycle, Chromium only: https://wicg.github.io/page-lifecycle/). Workers have only the first two;
 * what does not exist is never heard. Listened to once for all sockets: a browser looks through all listeners of `window` for each that is added, and a
 * thousand sockets would feel it.
 */
import { forget, leave, tick } from './background';

/** As the core numbers them. */
const ONLINE = 0;
const OFFLINE = 1;
const WAKE = 2;
const HIDDEN = 3;
const LEAVING = 4;
const LEFT = 5;
const FOUND_AWAKE = 6;
const RESTORED = 7;

const SIGNALS: { [type: string]: number } = {
  online: ONLINE,
  offline: OFFLINE,
  pageshow: WAKE,
  visibilitychange: WAKE,
  resume: WAKE,
  pagehide: LEFT,
  beforeunload: LEAVING,
};

/** A socket that is told of the page's signals. */
interface Follower {
  readonly _url: unknown;
  readonly _isLive: boolean;
  _signal(signal: number): void;
  _ring(): void;
}

const followers = new Set<Follower>();

/** So many live sockets of one URL are most often a library's that reconnects by itself. */
const CROWD = 20;

let warned = false;

/** Warns once if a page has many live sockets of ours, with reconnection on, for one URL. */
export function warnOfCrowd({ _url: url }: Follower): void {
  if (warned || followers.size < CROWD) return;
  const same = [...followers].filter((host) => host._url === url && host._isLive);
  if (same.length < CROWD) return;
  warned = true;
  console.warn(
    `holdfast-ws: ${same.length} sockets for one URL are live. A library that reconnects by itself takes WebSocket.with({ reconnect: false }).`,
  );
}

const { document } = globalThis;

/** The page is hidden, or was when last heard of. */
export let away = false;

const tell = (signal: number) => {
  for (const host of [...followers]) host._signal(signal);
};

const listener = {
  handleEvent(event: Event): void {
    const { type } = event;
    if (type === 'pagehide' || type === 'pageshow') leave(type === 'pagehide');
    tick();
    // After loading, as opposed to returning.
    if (type === 'pageshow' && event.isTrusted && !(event as PageTransitionEvent).persisted) return;
    let signal = SIGNALS[type] as number;
    // Hidden again already, or being hidden: nothing is back.
    if (signal === WAKE && document?.hidden) signal = type === 'pageshow' ? RESTORED : HIDDEN;
    // What is sent in listeners to `pagehide` still goes out.
    if ([WAKE, HIDDEN, RESTORED].includes(signal)) away = signal !== WAKE;
    tell(signal);
  },
};

/**
 * Before a message is sent. The page may be back though it has not been told: its `pageshow` comes to the listeners in the order of
 * listening, and the application's may be the first.
 */
export function lookAround(): void {
  if (document?.hidden) return;
  away = false;
  tell(FOUND_AWAKE);
}

let connections = 0;

/**
 * A connection is being made. While there is any, `beforeunload` is listened to: in Firefox that keeps a page out of the back/forward
 * cache, but so does the connection.
 */
export function connected(native: WebSocket): void {
  const count = (by: number) => {
    const before = connections;
    connections += by;
    if (!before !== !connections)
      globalThis[by > 0 ? 'addEventListener' : 'removeEventListener']?.('beforeunload', listener, true);
  };
  count(1);
  native.addEventListener('close', () => count(-1), { once: true });
}

/** Has a host told, or no more. Returns 1 if the browser is sure of having no network, and 2 more if the page is hidden. */
export function follow(host: Follower, on: boolean): number {
  const before = followers.size;
  if (on) followers.add(host);
  else {
    followers.delete(host);
    forget(host);
  }
  if (!before !== !followers.size)
    // The document's events are captured here before any listener of the application's to them: what is sent there may have to wait.
    // Those of the window itself Chromium tells in the order of listening; but `offline` comes before `online`.
    for (const type in SIGNALS)
      if (SIGNALS[type] !== LEAVING) globalThis[on ? 'addEventListener' : 'removeEventListener']?.(type, listener, true);
  const hidden = !!document?.hidden;
  away ||= hidden;
  return +(globalThis.navigator?.onLine === false) + 2 * +hidden;
}
