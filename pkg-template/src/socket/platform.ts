/**
 * The part of the host that is the core's platform: its clock, timer, page and native socket. If a method throws, the core doesn't see it.
 * `src/driver/platform.rs` says what the core expects of each.
 */
import { Op } from '../core/numbers';
import { setAlarm } from '../platform/background';
import { now, random, wallTime } from '../platform/clock';
import { quietly, setTimer } from '../platform/native';
import { type PageSignal, subscribe } from '../platform/page';
import { MessagePath } from './message-path';

/** The events of a native socket that has ended; a failed one has both, or the first alone. */
const ENDS = ['error', 'close'];

/** `readyState` of a socket that is over: the global class, which has it too, may be gone. And where there has been no socket. */
const CLOSED = 3;
const NO_SOCKET = 4;

export abstract class PlatformPart extends MessagePath {
  declare _timer: unknown;
  /** The native socket that fired `error` last. */
  declare _failedNative: WebSocket | undefined;
  abstract readonly _url: unknown;
  abstract readonly _isLive: boolean;

  _now(): number {
    return now();
  }

  _wallTime(): number {
    return wallTime();
  }

  _random(): number {
    return random();
  }

  /** Returns true; what is thrown here leaves the core without a timer, which it then knows. */
  _setTimer(wait: number): boolean {
    clearTimeout(this._timer as number);
    this._timer = setTimer(() => this._onAlarm(), wait);
    if (!this._settings._plain && this._settings.backgroundTimer !== false) setAlarm(this, now() + wait);
    return true;
  }

  _clearTimer(): void {
    clearTimeout(this._timer as number);
    setAlarm(this, Number.NaN);
  }

  /** The timer has fired, or the one for hidden pages, which may be earlier. */
  _onAlarm(): void {
    this._clearTimer();
    this._core._call(Op.Alarm);
  }

  /** Subscribes to the page's signals, or ends that. Returns the page's state, as `subscribe` does. */
  _watchPage(on: number): number {
    return subscribe(this, !!on);
  }

  _onSignal(signal: PageSignal): void {
    this._core._call(Op.Signal, signal, this._received);
  }

  _readyState(): number {
    const { _native: native } = this._slots;
    return native ? quietly(() => native.readyState, CLOSED) : NO_SOCKET;
  }

  _bufferedAmount(): number {
    return quietly(() => this._slots._native?.bufferedAmount, 0) ?? 0;
  }

  /** Sends the payload of this number. Returns false if the native socket throws. */
  _transmit(payload: number): boolean {
    const data = this._core._take(payload);
    return quietly(() => {
      this._slots._native?.send(data as string);
      return true;
    }, false);
  }

  /** Stops listening to the native socket and closes it. Returns true if the core will get `Op.AbandonedClosed` when it has closed. */
  _abandon(): boolean {
    const { _native: native } = this._slots;
    this._listenTo(0);
    if (!native) return false;
    quietly(() => native.close());
    return quietly(() => native.readyState < 3, false) && this._watchAbandoned(native);
  }

  /** Tells the core when an abandoned native socket has closed. Returns false if it has already. */
  _watchAbandoned(native: WebSocket): boolean {
    // Node 22 fires no `close` after the `error` of a handshake.
    if (native === this._failedNative) return false;
    const onEnd = () => {
      for (const type of ENDS) native.removeEventListener(type, onEnd);
      this._core._call(Op.AbandonedClosed);
    };
    for (const type of ENDS) native.addEventListener(type, onEnd);
    return true;
  }
}
