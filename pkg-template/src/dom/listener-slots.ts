/**
 * Gives each listener of an event its own turn on the browser's stack, so that microtasks run between two of them, the exception
 * of one is reported before the next, and `stopImmediatePropagation()` is the browser's own.
 * https://webidl.spec.whatwg.org/#call-a-user-objects-operation (clean up after running script)
 *
 * The native listener that is there from the start runs the first of ours. For every further one the native socket gets a native listener more, a
 * seat, which runs the next in line, whoever that is. With one listener to an event, the common case, there is no seat.
 */
import { report, setTimer } from '../platform/native';

/** What can be run, or has been removed meanwhile. */
export interface Call {
  readonly _isLive: () => boolean;
  handleEvent(event: Event): void;
}

export class Turns {
  declare _native: WebSocket | undefined;
  /** How many seats there are for each type. */
  declare readonly _seats: { [type: string]: number };
  /** The event under way, and those to be called. */
  declare _event: Event | undefined;
  declare _calls: readonly Call[];
  declare _at: number;
  declare _capturing: number | undefined;

  constructor() {
    this._seats = {};
  }

  /** Moves to another native socket. */
  _move(native: WebSocket): WebSocket {
    this._native = native;
    const seats = { ...this._seats };
    // Behind the core's listeners, which it adds before it lets go of the stack.
    if (Object.keys(seats).length)
      Promise.resolve().then(() => {
        for (const type in seats) for (let seat = seats[type]; seat; seat--) this._add(native, type);
      });
    return native;
  }

  /** Sees to it that there are seats for so many listeners. They stay when listeners go; an empty one costs next to nothing. */
  _reserve(type: string, listeners: number): void {
    for (let seats = this._seats[type] ?? 0; seats < listeners - 1; this._seats[type] = ++seats)
      if (this._native) this._add(this._native, type);
  }

  /**
   * From within the core's listener. Returns whether all have been called; if not, the others are, once this is over.
   * `capturing`: how many of the calls come before those that `stopPropagation()` keeps out.
   */
  _begin(event: Event, calls: readonly Call[], capturing?: number): boolean {
    this._event = event;
    this._calls = calls;
    this._at = 0;
    this._capturing = capturing;
    this._next(event);
    return !this._event;
  }

  _add(native: WebSocket, type: string): void {
    native.addEventListener(type, (event) => this._next(event));
  }

  _forget(event: Event): void {
    if (event !== this._event) return;
    this._event = undefined;
    this._calls = [];
  }

  /** Runs the next in line. A native socket that was given up has its seats yet, so the event is compared. */
  _next(event: Event): void {
    while (event === this._event) {
      const at = this._at++;
      const call = this._calls[at];
      const stopped = at === this._capturing && event.cancelBubble;
      if (stopped || at + 1 >= this._calls.length) {
        this._forget(event);
      }
      if (!stopped && call?._isLive()) {
        try {
          call.handleEvent(event);
        } catch (error) {
          report(error);
        }
        // The rest may have been stopped. Once the dispatch is over, nothing is held of it.
        if (this._event && event.cancelBubble) setTimer(() => this._forget(event), 0);
        return;
      }
    }
  }
}
