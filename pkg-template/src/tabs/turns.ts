/**
 * Gives each event a task of its own, as the browser does: between two of them microtasks run. So whoever awaits `open`, and only then
 * begins to listen to messages, misses none. https://html.spec.whatwg.org/multipage/webappapis.html#event-loop-processing-model
 *
 * Most events have one already: the task of what brought them.
 */
import { guard, inRootZone } from '../platform/native';

type Dispatch = () => void;

export class Turns {
  #waiting: Dispatch[] = [];
  /** True while this task has dispatched an event, and microtasks have not run since. */
  #isTaken = false;
  /** Timers would be throttled in a hidden page. Closed when nothing waits, because an open one keeps Node's process alive. */
  #port: MessagePort | undefined;

  /** Dispatches an event: at once, if none was in this task and none waits. */
  take(dispatch: Dispatch): void {
    if (this.#isTaken || this.#waiting.length) {
      this.#waiting.push(dispatch);
      this.#schedule();
    } else this.#run(dispatch);
  }

  /** Dispatches these before all that wait, and each in a task of its own. */
  takeFirst(dispatches: Dispatch[]): void {
    this.#waiting.unshift(...dispatches);
    this.#schedule();
  }

  #run(dispatch: Dispatch): void {
    this.#isTaken = true;
    Promise.resolve().then(() => {
      this.#isTaken = false;
    });
    guard(dispatch);
  }

  #schedule(): void {
    if (this.#port || !this.#waiting.length) return;
    inRootZone(() => {
      const { port1, port2 } = new MessageChannel();
      this.#port = port2;
      port1.onmessage = () => {
        this.#run(this.#waiting.shift() as Dispatch);
        if (this.#waiting.length) port2.postMessage(0);
        else {
          port1.close();
          this.#port = undefined;
        }
      };
      port2.postMessage(0);
    });
  }
}
