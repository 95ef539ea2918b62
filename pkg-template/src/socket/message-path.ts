/**
 * The path of each message between the native socket and the application. Usually messages bypass the core: this class counts them,
 * and the core asks for the time of the last one when it next needs it.
 */
import type { Core } from '../core/core';
import { BypassMode, Op } from '../core/numbers';
import { ListenerSlots } from '../dom/listener-slots';
import type { Settings } from '../model/types';
import { now, wallTime } from '../platform/clock';

const HOUR = 3_600_000;

/** The time of a message of this size is read at once, so that the message isn't kept. */
const LARGE = 65_536;

export abstract class MessagePath {
  /** The native socket that takes messages directly, without a call of the core, and how many it has taken. */
  declare _directSocket: WebSocket | undefined;
  declare _sent: number;
  /** The end of direct sends, on the clock of `Date.now()`, which runs on while the machine sleeps. */
  declare _directUntil: number;
  declare _core: Core;
  /** The connection whose events count; 0 for none. */
  declare _connection: number;
  /** How messages bypass the core: a sum of `BypassMode`, or 0. */
  declare _bypassMode: number;
  /** The number of messages that bypassed the core, and the times of the last one and of the last pong. */
  declare _received: number;
  declare _lastReceivedAt: number;
  declare _lastPongAt: number;
  declare _lastTime: number;
  /** The last message, if its time hasn't been read. Reading it costs 2 % of a message in Chromium, so it waits until the core asks. */
  declare _lastMessage: MessageEvent | undefined;
  /** True if the time read last was the event's own. */
  declare _hasTimes: boolean;
  declare readonly _slots: ListenerSlots;
  declare readonly _settings: Settings;
  /** Messages that wait for a Blob to be read. */
  declare _heldMessages: MessageEvent[] | undefined;
  /** The messages that waited for a Blob when the core abandoned their connection. */
  declare _abandonedMessages: MessageEvent[];

  constructor(settings: Settings) {
    this._sent = this._received = this._bypassMode = this._lastTime = this._directUntil = this._connection = 0;
    this._slots = new ListenerSlots();
    this._settings = settings;
    this._abandonedMessages = [];
  }

  /** Calls the listeners. */
  abstract _dispatchMessage(event: MessageEvent): void;

  /** Returns true if the message was a reply, or a call of the server's. */
  abstract _routeReply(event: MessageEvent): boolean;

  /** Returns true if the message answers a ping. */
  abstract _isPong(event: MessageEvent): boolean;

  /** Delivers a message: directly if messages bypass the core, else through the core. */
  _receive(event: MessageEvent): void {
    if (this._bypassMode) this._deliver(event);
    else if (this._connection) this._core._call(Op.Message, this._connection, 0, event);
  }

  /** Allows direct sends to the newest native socket, while it is open and for this many milliseconds; NaN, which no time is before, ends this. */
  _allowDirectSend(duration: number): void {
    // Without reconnection the native socket decides in any state.
    if (this._settings._plain) return;
    this._directSocket = this._slots._native;
    this._directUntil = wallTime() + duration;
  }

  /** Delivers the messages of a new connection from now on; 0: of none, because the connection was abandoned. */
  _listenTo(connection: number): void {
    this._connection = connection;
    this._bypassMode = 0;
    this._lastMessage = undefined;
    if (!connection && this._heldMessages) this._abandonedMessages = this._heldMessages;
    this._heldMessages = undefined;
  }

  /** Lets messages bypass the core, until the next connection. */
  _setBypass(mode: number): void {
    this._bypassMode = mode;
    this._lastReceivedAt = this._lastPongAt = Number.NaN;
    this._lastMessage = undefined;
  }

  /** Returns the time of the last message, or with `pong` of the last pong, and forgets it. NaN means none since the last call. */
  _lastBypassedAt(pong: number): number {
    const { _lastMessage: message, _lastPongAt: pongAt } = this;
    if (pong) {
      this._lastPongAt = Number.NaN;
      return pongAt;
    }
    const stamp = message?.timeStamp ?? 0;
    const receivedAt = stamp >= this._lastReceivedAt && stamp <= now() ? stamp : this._lastReceivedAt;
    if (message) this._lastTime = receivedAt;
    this._lastMessage = undefined;
    this._lastReceivedAt = Number.NaN;
    return receivedAt;
  }

  /** Delivers a message without the core, and as the core does when nothing depends on the message at once. */
  _deliver(event: MessageEvent): void {
    const { _bypassMode: mode } = this;
    this._received++;
    if (mode & BypassMode.Time) this._recordTime(event);
    if (this._takePong(event)) return;
    if (!(mode & BypassMode.Replies && this._routeReply(event))) this._dispatchMessage(event);
  }

  /** Records the time of a message. */
  _recordTime(event: MessageEvent): void {
    const { data } = event;
    // The first message since the core has asked shows whether the events have times.
    const size = typeof data === 'string' ? data.length : data?.byteLength;
    const isKept = this._hasTimes && this._lastReceivedAt > 0 && size < LARGE;
    if (!isKept) this._lastReceivedAt = this._time(event.timeStamp);
    this._lastMessage = isKept ? event : undefined;
  }

  /** Records the time of a pong. Returns true if the message is one, which isn't delivered. Without the option, `data` isn't read. */
  _takePong(event: MessageEvent): boolean {
    const { pong } = this._settings;
    if (pong === undefined) return false;
    const { data } = event;
    // A code unit is 3 bytes at most, so most binary messages end here, too.
    const isPong =
      typeof pong === 'string' && (typeof data === 'string' || data?.byteLength > 3 * pong.length)
        ? data === pong
        : this._isPong(event);
    if (isPong) this._lastPongAt = this._time(event.timeStamp);
    return isPong;
  }

  /**
   * Returns the time of an event. Scripts can dispatch events with no time, or with one since the epoch: a time before the last
   * one, or long after it, is replaced by the clock's.
   */
  _time(stamp: number): number {
    this._hasTimes = stamp >= this._lastTime && stamp < this._lastTime + HOUR;
    if (!this._hasTimes) stamp = now();
    this._lastTime = stamp;
    return stamp;
  }
}
