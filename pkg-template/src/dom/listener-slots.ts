/**
 * Calls each listener of an event with an empty stack, as the standard has it: microtasks run between two of them, the exception of
 * one is reported before the next runs, and `stopImmediatePropagation()` is the browser's own.
 * https://webidl.spec.whatwg.org/#call-a-user-objects-operation (clean up after running script)
 *
 * A native listener (`connect.ts`) calls the first of our listeners. For each further one the native socket gets one more native
 * listener, a slot, which calls the next of ours. With one listener to an event, the common case, there is no slot.
 */
import { report, setTimer } from '../platform/native';

/** A listener to call, unless it has been removed meanwhile. */
export interface Call {
  readonly _isLive: () => boolean;
  handleEvent(event: Event): void;
}

export class ListenerSlots {
  declare _native: WebSocket | undefined;
  /** The number of slots for each type. */
  declare readonly _counts: { [type: string]: number };
  /** The event that is being dispatched, and its listeners. */
  declare _event: Event | undefined;
  declare _calls: readonly Call[];
  declare _at: number;
  declare _capturing: number | undefined;
  /** The number of slots that the native event calls which is being dispatched: not those that were added since. */
  declare _called: { [type: string]: number };

  constructor() {
    this._counts = {};
    this._called = {};
  }

  /** Adds the slots to a new native socket. */
  _attach(native: WebSocket): WebSocket {
    this._native = native;
    const slots = { ...this._counts };
    // After the core's own listeners, which it adds before this microtask runs.
    if (Object.keys(slots).length)
      Promise.resolve().then(() => {
        for (const type in slots) for (let slot = slots[type]; slot; slot--) this._addSlot(native, type);
      });
    return native;
  }

  /** Makes slots for this many listeners. They stay when listeners are removed; an unused slot costs next to nothing. */
  _reserve(type: string, listeners: number): void {
    for (let slots = this._counts[type] ?? 0; slots < listeners - 1; this._counts[type] = ++slots)
      if (this._native) this._addSlot(this._native, type);
  }

  /** A native event has begun; others of ours are dispatched before it, whose listeners may add some for this one. */
  _begin(type: string): void {
    this._called = { [type]: this._counts[type] ?? 0 };
  }

  /**
   * Dispatches an event of the native socket. Returns true if all listeners have been called; if not, the slots call the rest.
   * `capturing`: the number of listeners that come before those that `stopPropagation()` keeps out.
   */
  _dispatch(event: Event, calls: readonly Call[], capturing?: number): boolean {
    this._event = event;
    this._calls = calls;
    this._at = 0;
    this._capturing = capturing;
    this._runNext(event);
    // There is no slot for these in time.
    for (let listeners = calls.length - 1; listeners > this._called[event.type]; listeners--) this._runNext(event);
    return !this._event;
  }

  _addSlot(native: WebSocket, type: string): void {
    native.addEventListener(type, (event) => this._runNext(event));
  }

  _end(event: Event): void {
    if (event !== this._event) return;
    this._event = undefined;
    this._calls = [];
  }

  /** Calls the next listener. A native socket that was abandoned still has its slots, so the event is compared. */
  _runNext(event: Event): void {
    while (event === this._event) {
      const at = this._at++;
      const call = this._calls[at];
      const stopped = at === this._capturing && event.cancelBubble;
      if (stopped || at + 1 >= this._calls.length) {
        this._end(event);
      }
      if (!stopped && call?._isLive()) {
        try {
          call.handleEvent(event);
        } catch (error) {
          report(error);
        }
        // The listener may have stopped the rest. Then nothing else would release the event after its dispatch.
        if (this._event && event.cancelBubble) setTimer(() => this._end(event), 0);
        return;
      }
    }
  }
}
