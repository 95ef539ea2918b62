/**
 * The path of each message between the native socket and the application. Usually messages bypass the core: they are counted here,
 * and the core asks for the time of the last one when it next needs it.
 */
import { BypassMode } from '../core/numbers';
import { ListenerSlots } from '../dom/listener-slots';
import type { Settings } from '../model/types';

const HOUR = 3_600_000;

export abstract class MessagePath {
  /** Where messages may go past the core, and how many have. */
  declare _directSocket: WebSocket | undefined;
  declare _sent: number;
  /** Until when they may, by `Date.now()`, which goes on while the machine sleeps. */
  declare _directUntil: number;
  /** Who hears messages first, and whether they go past it: what they are looked at for is a sum of `BypassMode`. */
  declare _messageListener: ((event: MessageEvent) => void) | null;
  declare _bypassMode: number;
  /** How many went past, and when the last came, and the last that answers a ping. */
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
  abstract _message(event: MessageEvent): void;

  /** Returns true if it was a reply, or a call of the server's. */
  abstract _reply(event: MessageEvent): boolean;

  /** Returns true if it answers a ping. */
  abstract _pong(event: MessageEvent): boolean;

  /** A message's way, past the core or by it. */
  _receive(event: MessageEvent): void {
    if (this._bypassMode) this._deliver(event);
    else this._messageListener?.(event);
  }

  /** Messages may go to the socket that was made last past the core, for as long as it is open and so many milliseconds; NaN: no more. */
  _free(trusted: number): void {
    // Without reconnection it is the browser's socket that decides what becomes of a message, in any state.
    if (this._settings._plain) return;
    this._directSocket = Number.isNaN(trusted) ? undefined : this._slots._native;
    this._directUntil = Date.now() + trusted;
  }

  /** Has the core hear the messages of a browser's socket; those of one that was left are nobody's. */
  _hear(native: WebSocket, ear: MessagePath['_messageListener']): void {
    if (native !== this._slots._native) return;
    this._messageListener = ear;
    this._bypassMode = 0;
    if (!ear && this._heldMessages) this._abandonedMessages = this._heldMessages;
    this._heldMessages = undefined;
  }

  /** Messages need not go by the core, until it says otherwise. */
  _bypass(past: number): boolean {
    this._bypassMode = past;
    this._lastReceivedAt = this._lastPongAt = Number.NaN;
    return true;
  }

  /** Each time is said once, so that an old one is no news. */
  _heardAt(answer: boolean): number {
    const { _lastReceivedAt: heard, _lastPongAt: answered } = this;
    if (answer) this._lastPongAt = Number.NaN;
    else this._lastReceivedAt = Number.NaN;
    return answer ? answered : heard;
  }

  /** A message that goes past the core. What is done here is what the core does with one, when nothing depends on it at once. */
  _deliver(event: MessageEvent): void {
    const { _bypassMode: past } = this;
    this._received++;
    if (past & BypassMode.Time) {
      this._lastReceivedAt = this._time(event.timeStamp);
      if (this._settings.pong !== undefined && this._pong(event)) {
        this._lastPongAt = this._lastReceivedAt;
        return;
      }
    }
    if (!(past & BypassMode.Replies && this._reply(event))) this._message(event);
  }

  /**
   * The time of an event, which is not always one: scripts can dispatch events with none, or with the epoch's. One before the last,
   * or long after it, is looked up.
   */
  _time(stamp: number): number {
    if (!(stamp >= this._lastTime && stamp < this._lastTime + HOUR)) stamp = performance.now();
    this._lastTime = stamp;
    return stamp;
  }
}
