/**
 * The timer of a hidden page. Browsers let the timers of a page that nobody sees ring once a second, then once a minute; too rarely for a
 * heartbeat. A worker's timers ring in time. There is one for all sockets, while the page is hidden and something is due.
 * https://developer.chrome.com/blog/timer-throttling-in-chrome-88
 */

/** Who wants to be called. */
interface AlarmTarget {
  _ring(): void;
}

/** Answers each number after so many milliseconds; the next number replaces it. */
const CODE = 'onmessage=e=>{clearTimeout(self.t);t=setTimeout(postMessage,e.data,0)}';

/** By `performance.now()`. */
const due = new Map<AlarmTarget, number>();

let worker: Worker | undefined;
let url: string | undefined;
/** A policy forbids it, or the page is on its way out. */
let forbidden = false;
let left = false;

const { document } = globalThis;

function stop(): void {
  worker?.terminate();
  worker = undefined;
}

function start(): void {
  try {
    url ??= URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' }));
    worker = new Worker(url);
    worker.onmessage = () => {
      const now = performance.now();
      for (const [host, at] of [...due])
        if (at <= now) {
          due.delete(host);
          host._ring();
        }
      updateWorker();
    };
    // Not every browser throws at once what a Content-Security-Policy forbids.
    worker.onerror = (event) => {
      event.preventDefault();
      forbidden = true;
      stop();
    };
  } catch {
    forbidden = true;
  }
}

/** Starts the worker or stops it, and sets it to what is due next. */
export function updateWorker(): void {
  if (document?.hidden && due.size && !forbidden && !left) {
    if (!worker) start();
    worker?.postMessage(Math.max(0, Math.min(...due.values()) - performance.now()));
  } else stop();
}

/** Has a host called at a time; never, if that is NaN. */
export function setAlarm(host: AlarmTarget, at: number): void {
  if (Number.isNaN(at)) due.delete(host);
  else due.set(host, at);
  if (document?.hidden) updateWorker();
}

export function clearAlarm(host: AlarmTarget): void {
  due.delete(host);
  if (worker) updateWorker();
}

/** The page goes, maybe into the back/forward cache, where nothing is due. */
export function setPageLeft(leaves: boolean): void {
  left = leaves;
}
