/**
 * The signals of the page: `online` and `offline`, hidden or visible, being left or restored from the back/forward cache, resumed
 * (Page Lifecycle, Chromium only: https://wicg.github.io/page-lifecycle/). Workers have only the first two.
 *
 * One listener serves all sockets: for each listener that is added to `window`, a browser looks through all that are there, which
 * a thousand sockets would notice.
 */
import { document, setAlarm, updateWorker } from './background';
import { listenToPage } from './native';

/** The signals, as the core numbers them: `bindings/src/numbers.rs` has the same enum. */
export enum PageSignal {
  Online,
  Offline,
  Wake,
  Hidden,
  Leaving,
  Left,
  /** The page is visible again, as was found before a message is sent. */
  FoundVisible,
  Restored,
}

const SIGNALS: { [type: string]: PageSignal } = {
  online: PageSignal.Online,
  offline: PageSignal.Offline,
  pageshow: PageSignal.Wake,
  visibilitychange: PageSignal.Wake,
  resume: PageSignal.Wake,
  pagehide: PageSignal.Left,
  beforeunload: PageSignal.Leaving,
};

/** A host that receives the page's signals. */
interface PageSubscriber {
  readonly _url: unknown;
  readonly _isLive: boolean;
  _onSignal(signal: PageSignal): void;
  _onAlarm(): void;
}

const subscribers = new Set<PageSubscriber>();

/** This many live sockets for one URL usually belong to a library that reconnects by itself. */
const MANY_SOCKETS = 20;

let warned = false;

/** Warns once if a page has many live sockets of ours, with reconnection on, for one URL. */
export function warnOfManySockets({ _url: url }: PageSubscriber): void {
  if (warned || subscribers.size < MANY_SOCKETS) return;
  let live = 0;
  for (const host of subscribers) if (host._url === url && host._isLive) live++;
  if (live < MANY_SOCKETS) return;
  warned = true;
  console.warn(
    `holdfast-ws: ${live} sockets for one URL are live. A library that reconnects by itself takes WebSocket.with({ reconnect: false }).`,
  );
}

/** True if the page is hidden, or was at its last signal. */
export let maybeHidden = false;

const dispatchSignal = (signal: PageSignal) => {
  for (const host of [...subscribers]) host._onSignal(signal);
};

const listener = {
  handleEvent(event: Event): void {
    const { type } = event;
    updateWorker({ pagehide: true, pageshow: false }[type]);
    // After loading, as opposed to returning.
    if (type === 'pageshow' && event.isTrusted && !(event as PageTransitionEvent).persisted) return;
    let signal = SIGNALS[type] as PageSignal;
    // Hidden again already, or being hidden: nothing is back.
    if (signal === PageSignal.Wake && document?.hidden) signal = type === 'pageshow' ? PageSignal.Restored : PageSignal.Hidden;
    // Listeners to `pagehide` may still send messages.
    if ([PageSignal.Wake, PageSignal.Hidden, PageSignal.Restored].includes(signal)) maybeHidden = signal !== PageSignal.Wake;
    dispatchSignal(signal);
  },
};

/**
 * Called before a message is sent. The page may be visible again before our listener is called: `pageshow` calls the listeners in
 * the order they were added, and the application's may be the first.
 */
export function checkPageIsVisible(): void {
  if (document?.hidden) return;
  maybeHidden = false;
  dispatchSignal(PageSignal.FoundVisible);
}

let connections = 0;

/**
 * Counts a connection. While there is one, `beforeunload` has a listener. In Firefox that keeps a page out of the back/forward
 * cache, but so does the connection.
 */
export function trackConnection(native: WebSocket): void {
  const count = (by: number) => {
    const before = connections;
    connections += by;
    if (!before !== !connections) listenToPage(by > 0, 'beforeunload', listener, true);
  };
  count(1);
  native.addEventListener('close', () => count(-1), { once: true });
}

/** Subscribes a host, or ends that. Returns 1 if the browser is surely offline, and 2 more if the page is hidden. */
export function subscribe(host: PageSubscriber, on: boolean): number {
  const before = subscribers.size;
  if (on) subscribers.add(host);
  else {
    subscribers.delete(host);
    setAlarm(host, Number.NaN);
  }
  if (!before !== !subscribers.size)
    // The document's events are captured here before any listener of the application's: messages sent there may have to wait.
    // For events of the window itself, Chromium calls listeners in the order they were added; but `offline` comes before `online`.
    for (const type in SIGNALS) if (SIGNALS[type] !== PageSignal.Leaving) listenToPage(on, type, listener, true);
  const hidden = !!document?.hidden;
  maybeHidden ||= hidden;
  return +(globalThis.navigator?.onLine === false) + 2 * +hidden;
}
