/**
 * The path of each message between the native socket and the application. Usually messages bypass the core: they are counted here,
 * and the core asks for the time of the last one when it next needs it.
 */
import { BypassMode } from '../core/numbers';
import { ListenerSlots } from '../dom/listener-slots';
import type { Settings } from '../model/types';

const HOUR = 3_600_000;

export abstract class MessagePath {
  /** The native socket that takes messages directly, without a call of the core, and how many it has taken. */
  declare _directSocket: WebSocket | undefined;
  declare _sent: number;
  /** The time until which it takes them, by `Date.now()`, which goes on while the machine sleeps. */
  declare _directUntil: number;
  /** The core's listener for messages, and how messages bypass it: a sum of `BypassMode`, or 0. */
  declare _messageListener: ((event: MessageEvent) => void) | null;
  declare _bypassMode: number;
  /** The number of messages that bypassed the core, and the times of the last one and of the last pong. */
  declare _received: number;
  declare _lastReceivedAt: number;
  declare _lastPongAt: number;
  declare _lastTime: number;
  declare readonly _slots: ListenerSlots;
  declare readonly _settings: Settings;
  /** Messages that wait for a Blob to be read. */
  declare _heldMessages: MessageEvent[] | undefined;
  /** The same of a connection that the core has abandoned. */
  declare _abandonedMessages: MessageEvent[];

  constructor(settings: Settings) {
    this._sent = this._received = this._bypassMode = this._lastTime = this._directUntil = 0;
    this._messageListener = null;
    this._slots = new ListenerSlots();
    this._settings = settings;
    this._abandonedMessages = [];
  }

  /** Calls the listeners. */
  abstract _dispatchMessage(event: MessageEvent): void;

  /** Returns true if it was a reply, or a call of the server's. */
  abstract _routeReply(event: MessageEvent): boolean;

  /** Returns true if it answers a ping. */
  abstract _isPong(event: MessageEvent): boolean;

  /** Delivers a message, by the core or past it. */
  _receive(event: MessageEvent): void {
    if (this._bypassMode) this._deliver(event);
    else this._messageListener?.(event);
  }

  /** Allows direct sends to the newest native socket, while it is open and for this many milliseconds; NaN: no longer. */
  _allowDirectSend(trusted: number): void {
    // Without reconnection the native socket decides in any state.
    if (this._settings._plain) return;
    this._directSocket = Number.isNaN(trusted) ? undefined : this._slots._native;
    this._directUntil = Date.now() + trusted;
  }

  /** Sets the core's listener for messages of a native socket. An abandoned socket's messages have none. */
  _setMessageListener(native: WebSocket, ear: MessagePath['_messageListener']): void {
    if (native !== this._slots._native) return;
    this._messageListener = ear;
    this._bypassMode = 0;
    if (!ear && this._heldMessages) this._abandonedMessages = this._heldMessages;
    this._heldMessages = undefined;
  }

  /** Lets messages bypass the core, until its listener is set again. */
  _setBypass(past: number): boolean {
    this._bypassMode = past;
    this._lastReceivedAt = this._lastPongAt = Number.NaN;
    return true;
  }

  /** Returns the time of the last message, or of the last pong; once, so NaN means none since the last call. */
  _lastBypassedAt(answer: boolean): number {
    const { _lastReceivedAt: heard, _lastPongAt: answered } = this;
    if (answer) this._lastPongAt = Number.NaN;
    else this._lastReceivedAt = Number.NaN;
    return answer ? answered : heard;
  }

  /** Delivers a message past the core, as the core does when nothing depends on the message at once. */
  _deliver(event: MessageEvent): void {
    const { _bypassMode: past } = this;
    this._received++;
    if (past & BypassMode.Time) {
      this._lastReceivedAt = this._time(event.timeStamp);
      if (this._settings.pong !== undefined && this._isPong(event)) {
        this._lastPongAt = this._lastReceivedAt;
        return;
      }
    }
    if (!(past & BypassMode.Replies && this._routeReply(event))) this._dispatchMessage(event);
  }

  /**
   * Returns the time of an event. Scripts can dispatch events with no time, or with one since the epoch: a time before the last
   * one, or long after it, is replaced by the clock's.
   */
  _time(stamp: number): number {
    if (!(stamp >= this._lastTime && stamp < this._lastTime + HOUR)) stamp = performance.now();
    this._lastTime = stamp;
    return stamp;
  }
}
