/**
 * Gives each event a task of its own, as the browser does: between two of them microtasks run. So whoever awaits `open`, and only then
 * begins to listen to messages, misses none. https://html.spec.whatwg.org/multipage/webappapis.html#event-loop-processing-model
 *
 * Most events have one already: the task of what brought them.
 */
import { guard, inRootZone, setTimer } from '../platform/native';

type Dispatch = () => void;

/** A timer would be late in a hidden page. jsdom has no MessageChannel, and hides no page. */
function inNextTask(run: () => void): void {
  if (!globalThis.MessageChannel) {
    setTimer(run, 0);
    return;
  }
  inRootZone(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      // An open one keeps Node's process alive.
      port1.close();
      run();
    };
    port2.postMessage(0);
  });
}

export class Turns {
  #waiting: Dispatch[] = [];
  /** True while this task has dispatched an event, and microtasks have not run since. */
  #isTaken = false;
  /** True if the first that waits has its task. */
  #isScheduled = false;

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
    if (this.#isScheduled || !this.#waiting.length) return;
    this.#isScheduled = true;
    inNextTask(() => {
      this.#isScheduled = false;
      const dispatch = this.#waiting.shift();
      if (dispatch) this.#run(dispatch);
      this.#schedule();
    });
  }
}
