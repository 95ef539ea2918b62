/**
 * The timer of a hidden page. Browsers throttle a hidden page's timers to one a second, then one a minute: too rare for a heartbeat.
 * A worker's timers fire in time. One worker serves all sockets, while the page is hidden and an alarm is set.
 * https://developer.chrome.com/blog/timer-throttling-in-chrome-88
 */
import { now } from './clock';

/** Absent in a worker. */
export const { document } = globalThis;

/** A host with an alarm. */
interface AlarmTarget {
  _onAlarm(): void;
}

/** The worker's code. It gets a number of milliseconds, and posts a message after that time. A new number replaces the last one. */
const CODE = 'onmessage=e=>{clearTimeout(self.t);t=setTimeout(postMessage,e.data,0)}';

/** The time of each alarm, by `performance.now()`. */
const due = new Map<AlarmTarget, number>();

let worker: Worker | undefined;
let url: string | undefined;
/** `forbidden`: a policy forbids workers. `left`: the page has been left. */
let forbidden = false;
let left = false;

function stop(): void {
  worker?.terminate();
  worker = undefined;
}

function start(): void {
  try {
    url ??= URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' }));
    worker = new Worker(url);
    worker.onmessage = () => {
      const time = now();
      for (const [host, at] of [...due])
        if (at <= time) {
          due.delete(host);
          host._onAlarm();
        }
      updateWorker();
    };
    // Not every browser throws at once if a Content-Security-Policy forbids workers.
    worker.onerror = (event) => {
      event.preventDefault();
      forbidden = true;
      stop();
    };
  } catch {
    forbidden = true;
  }
}

/**
 * Starts the worker or stops it, and sets it to the next alarm. `leaves`: the page is left, maybe for the back/forward cache, where
 * no alarm fires; or it is restored.
 */
export function updateWorker(leaves = left): void {
  left = leaves;
  if (document?.hidden && due.size && !forbidden && !left) {
    if (!worker) start();
    worker?.postMessage(Math.max(0, Math.min(...due.values()) - now()));
  } else stop();
}

/** Sets a host's alarm; NaN clears it. */
export function setAlarm(host: AlarmTarget, at: number): void {
  if (Number.isNaN(at)) due.delete(host);
  else due.set(host, at);
  updateWorker();
}
