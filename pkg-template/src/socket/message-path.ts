/**
 * The path of each message between the native socket and the application. Usually messages bypass the core: they are counted here,
 * and the core asks for the time of the last one when it next needs it.
 */
import type { Core } from '../core/core';
import { BypassMode, Op } from '../core/numbers';
import { ListenerSlots } from '../dom/listener-slots';
import type { Settings } from '../model/types';
import { now, wallTime } from '../platform/clock';

const HOUR = 3_600_000;

export abstract class MessagePath {
  /** The native socket that takes messages directly, without a call of the core, and how many it has taken. */
  declare _directSocket: WebSocket | undefined;
  declare _sent: number;
  /** The time until which it takes them, by `Date.now()`, which goes on while the machine sleeps. */
  declare _directUntil: number;
  declare _core: Core;
  /** The connection whose messages are delivered; 0 for none. */
  declare _connection: number;
  /** How messages bypass the core: a sum of `BypassMode`, or 0. */
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
    this._sent = this._received = this._bypassMode = this._lastTime = this._directUntil = this._connection = 0;
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
    else if (this._connection) this._core._call(Op.Message, this._connection, 0, event);
  }

  /** Allows direct sends to the newest native socket, while it is open and for this many milliseconds; NaN: no longer. */
  _allowDirectSend(trusted: number): void {
    // Without reconnection the native socket decides in any state.
    if (this._settings._plain) return;
    this._directSocket = Number.isNaN(trusted) ? undefined : this._slots._native;
    this._directUntil = wallTime() + trusted;
  }

  /** Delivers the messages of a connection that was just made; 0: of none any more, because it was abandoned. */
  _listenTo(connection: number): void {
    this._connection = connection;
    this._bypassMode = 0;
    if (!connection && this._heldMessages) this._abandonedMessages = this._heldMessages;
    this._heldMessages = undefined;
  }

  /** Lets messages bypass the core, until the next connection. */
  _setBypass(past: number): void {
    this._bypassMode = past;
    this._lastReceivedAt = this._lastPongAt = Number.NaN;
  }

  /** Returns the time of the last message, or of the last pong; once, so NaN means none since the last call. */
  _lastBypassedAt(answer: number): number {
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
    if (!(stamp >= this._lastTime && stamp < this._lastTime + HOUR)) stamp = now();
    this._lastTime = stamp;
    return stamp;
  }
}
