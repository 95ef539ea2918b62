/**
 * What the page tells of its network and of itself: `online` and `offline`, back in view, back from the back/forward cache, resumed
 * (Page Lifecycle, Chromium only: https://wicg.github.io/page-lifecycle/). Workers have only the first two; what does not exist is
 * never heard. Listened to once for all sockets: a browser looks through all listeners of `window` for each that is added, and a
 * thousand sockets would feel it.
 */
import { forget, leave, tick } from './background';
import type { Host } from './host';

/** As the core numbers them. */
const ONLINE = 0;
const OFFLINE = 1;
const WAKE = 2;

const SIGNALS: { [type: string]: number } = {
  online: ONLINE,
  offline: OFFLINE,
  pageshow: WAKE,
  visibilitychange: WAKE,
  resume: WAKE,
  pagehide: Number.NaN,
};

const followers = new Set<Host>();

/** So many live sockets of one URL are most often a library's that reconnects by itself. */
const CROWD = 20;

let warned = false;

/** Warns once if a page has many live sockets of ours, with reconnection on, for one URL. */
export function warnOfCrowd({ _url: url }: Host): void {
  if (warned || followers.size < CROWD) return;
  const same = [...followers].filter((host) => host._url === url && host._isLive);
  if (same.length < CROWD) return;
  warned = true;
  console.warn(
    `holdfast-ws: ${same.length} sockets for one URL are live. A library that reconnects by itself takes WebSocket.with({ reconnect: false }).`,
  );
}

const { document } = globalThis;

const listener = {
  handleEvent({ type }: Event): void {
    if (type === 'pagehide' || type === 'pageshow') leave(type === 'pagehide');
    tick();
    if (type === 'pagehide') return;
    // Hidden again already, or being hidden: nothing is back.
    if (SIGNALS[type] === WAKE && document?.hidden) return;
    for (const host of [...followers]) host._signal(SIGNALS[type]);
  },
};

/** Has a host told, or no more. Returns whether the browser is sure of having no network. */
export function follow(host: Host, on: boolean): boolean {
  const before = followers.size;
  if (on) followers.add(host);
  else {
    followers.delete(host);
    forget(host);
  }
  if (!before !== !followers.size)
    // The document's events are captured here before any listener of the application's to them: what is sent there may have to wait.
    // Those of the window itself Chromium tells in the order of listening; but `offline` comes before `online`.
    for (const type in SIGNALS) globalThis[on ? 'addEventListener' : 'removeEventListener']?.(type, listener, true);
  return globalThis.navigator?.onLine === false;
}
