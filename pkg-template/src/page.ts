/**
 * What the page tells of its network and of itself: `online` and `offline`, back in view, back from the back/forward cache, resumed
 * (Page Lifecycle, Chromium only: https://wicg.github.io/page-lifecycle/). Workers have only the first two; what does not exist is
 * never heard. Listened to once for all sockets: a browser looks through all listeners of `window` for each that is added, and a
 * thousand sockets would feel it.
 */
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
};

const followers = new Set<Host>();

const { document } = globalThis;

const listener = {
  handleEvent({ type }: Event): void {
    // Hidden again already, or being hidden: nothing is back.
    if (SIGNALS[type] === WAKE && document?.hidden) return;
    for (const host of [...followers]) host._signal(SIGNALS[type]);
  },
};

/** Has a host told, or no more. Returns whether the browser is sure of having no network. */
export function follow(host: Host, on: boolean): boolean {
  const before = followers.size;
  if (on) followers.add(host);
  else followers.delete(host);
  if (!before !== !followers.size)
    for (const type in SIGNALS)
      for (const target of [globalThis, document]) target?.[on ? 'addEventListener' : 'removeEventListener']?.(type, listener);
  return globalThis.navigator?.onLine === false;
}
