/**
 * The host: its methods are called by the core, to dispatch events and to call the application's functions. No method throws.
 *
 * The core, being in wasm memory, holds its host for good, so the host must not hold the socket for good. It does while the socket
 * is observed (it has listeners, or messages to send) and not over, and while somebody waits for a reply: such a socket stays,
 * though nobody has a reference to it. Else the socket can be collected, its core after it, and the glue's FinalizationRegistry
 * ends the connection. https://websockets.spec.whatwg.org/#garbage-collection
 */
import { authenticate } from '../connection/authenticate';
import { connect } from '../connection/connect';
import { resolveUrl } from '../connection/providers';
import { type Failure, Op, type OptionIndex } from '../core/numbers';
import { payload } from '../dom/webidl';
import { deliverAbandoned, isText } from '../messages/binary';
import { dispatchNative, dispatchOwn, hasListeners, retarget } from '../messages/listeners';
import { recordResumeToken } from '../messages/resume';
import { guardUnload } from '../messages/unload';
import type { Link, Settings, Socket } from '../model/types';
import { setAlarm } from '../platform/background';
import { CAUSE, closeEventFor, STATUS } from '../platform/events';
import { copyEvent, hasOwnTarget } from '../platform/mock-adapter';
import { guard, isPromise, report } from '../platform/native';
import { isRequestedByWrapper } from '../platform/native-class';
import { type PageSignal, subscribe } from '../platform/page';
import { routeIncoming } from '../requests/incoming';
import { settleDrained } from '../requests/request-api';
import { failRequest } from '../requests/requests';
import { MessagePath } from './message-path';

/** The events of a native socket that has ended; a failed one has both, or the first alone. */
const ENDS = ['error', 'close'];

export class Host extends MessagePath implements Link {
  /** The socket, while it is pinned. With no listener there is nothing to dispatch, so the hot path looks no further. */
  declare _pinned: Socket | undefined;
  declare _weak: WeakRef<Socket> | undefined;
  declare _binaryType: BinaryType;
  /** The URL to dial; unknown until a function of the application's has given it. */
  declare _url: unknown;
  declare _protocols: unknown;
  /** The error that the constructor throws. */
  declare _constructorError: unknown;
  /** The native `close` event of the connection that has just ended, and the accepted messages that will never be sent. */
  declare _nativeClose: CloseEvent | undefined;
  declare _unsentPayloads: unknown[];

  /** The text last reported of attempts that could not be made, and the error for the `error` event. */
  declare _lastReported: string | undefined;
  declare _attemptError: unknown;
  /** The functions that returned a promise although their result is needed at once. */
  declare readonly _warned: Set<string>;
  /** The native socket that fired `error` last. */
  declare _failedNative: WebSocket | undefined;
  /** True if this socket was made for a mock around our own class. */
  declare _usesUnderlying: boolean;
  /** The number of the server's calls that are being answered. */
  declare _openCalls: number;

  constructor(settings: Settings, url: unknown, protocols: unknown) {
    super(settings);
    this._openCalls = 0;
    this._binaryType = 'blob';
    this._url = url;
    this._protocols = protocols;
    this._unsentPayloads = [];
    this._warned = new Set();
    this._usesUnderlying = isRequestedByWrapper(`${url}`);
  }

  /** Pins the socket or unpins it. To be called whenever the reasons may have changed. */
  _updatePin(socket: Socket): void {
    if (this._settings.guardUnload) guardUnload(socket);
    const core = socket._core;
    this._pinned =
      socket._pending.size ||
      socket._drainWaiters.size ||
      (core._call(Op.ReadyState) < 3 &&
        (hasListeners(socket) || socket._rpcHandlers.size || (!core._call(Op.ReadyState) && core._call(Op.BufferedAmount))))
        ? socket
        : undefined;
  }

  /** The socket, unless it has been collected or its constructor hasn't finished. */
  get _socket(): Socket | undefined {
    return this._pinned ?? this._weak?.deref();
  }

  /** True until it is over. */
  get _isLive(): boolean {
    const socket = this._socket;
    return !!socket && socket._core._call(Op.ReadyState) < 3;
  }

  /** Returns one option. */
  _option(index: OptionIndex): number {
    return this._settings._numbers[index] as number;
  }

  /** Makes a native socket. */
  _dial(): WebSocket | undefined {
    return connect(this);
  }

  /**
   * Calls a function of the application's whose result is needed at once. Its exceptions are reported. A promise is reported
   * once, and `otherwise` is returned for it.
   */
  _callNow<T>(name: string, call: () => T, otherwise?: T | null, failed?: T): T | null | undefined {
    const answer = guard(call, failed);
    if (!isPromise(answer)) return answer;
    if (!this._warned.has(name)) report(TypeError(`holdfast-ws: ${name} must answer at once, and gave a promise`));
    this._warned.add(name);
    return otherwise;
  }

  /** Subscribes to the page's signals, or ends that. Returns the page's state, as `subscribe` does. */
  _watch(on: boolean): number {
    return subscribe(this, on);
  }

  /** Tells the core when an abandoned native socket has closed. Returns false if it has already. */
  _watchAbandoned(native: WebSocket): boolean {
    // Node 22 fires no `close` after the `error` of a handshake.
    if (native === this._failedNative) return false;
    const onGone = () => {
      for (const type of ENDS) native.removeEventListener(type, onGone);
      this._socket?._core._call(Op.AbandonedClosed);
    };
    for (const type of ENDS) native.addEventListener(type, onGone);
    return true;
  }

  /** True if the server waits for an answer of the application's. */
  _busy(): boolean {
    return this._openCalls > 0;
  }

  /** Sets the time of the core's next call; NaN for none. */
  _setAlarm(at: number): void {
    if (!this._settings._plain && this._settings.backgroundTimer !== false) setAlarm(this, at);
  }

  _ring(): void {
    this._socket?._core._call(Op.Alarm);
  }

  _signal(signal: PageSignal): void {
    this._socket?._core._call(Op.Signal, signal, this._received);
  }

  _dispatchMessage(event: MessageEvent): void {
    const socket = this._pinned;
    if (!socket) return;
    const told = hasOwnTarget(event) ? (copyEvent('message', event) as MessageEvent) : event;
    if (this._settings.resume) recordResumeToken(socket, told);
    dispatchNative(socket, told, 'message');
  }

  /** Called while replies or the server's calls may come. Returns true if this was one. */
  _routeReply(event: MessageEvent): boolean {
    const socket = this._socket;
    return !!socket && routeIncoming(socket, event);
  }

  _failRequest(id: number, failure: Failure, sent: boolean): void {
    const socket = this._socket;
    if (socket) failRequest(socket, id, failure, sent);
  }

  _drain(): void {
    const socket = this._socket;
    if (socket) settleDrained(socket);
  }

  /** Returns true if all listeners have been called; before that the core dispatches nothing more. `_dispatchClose` does the same. */
  _dispatchOpen(event: Event): boolean {
    const socket = this._socket;
    if (!socket) return true;
    const done = dispatchNative(socket, hasOwnTarget(event) ? copyEvent('open', event) : event, 'open');
    this._updatePin(socket);
    return done;
  }

  _authenticate(connection: number): void {
    const socket = this._socket;
    if (socket) authenticate(socket, connection);
  }

  /** Dispatches `open` for an authenticated connection, whose native `open` is long past. */
  _authenticated(): void {
    const socket = this._socket;
    if (!socket) return;
    dispatchOwn(socket, new Event('open'));
    this._updatePin(socket);
  }

  _dispatchError(event?: Event): void {
    const socket = this._socket;
    if (!socket) return;
    if (event) dispatchNative(socket, hasOwnTarget(event) ? copyEvent('error', event) : event, 'error');
    else {
      const error = this._attemptError;
      this._attemptError = undefined;
      dispatchOwn(socket, new Event('error'), error === undefined ? {} : { error });
    }
  }

  /** Keeps the event for `shouldReconnect` and `close`. Returns the milliseconds that the reason `{"retryAfter": ms}` asks for. */
  _recordClose(event: CloseEvent): number {
    this._nativeClose = hasOwnTarget(event) ? (copyEvent('close', event) as CloseEvent) : event;
    try {
      // Most often there is no reason, and an exception for each would cost.
      const asked = event.reason && JSON.parse(event.reason).retryAfter;
      if (typeof asked === 'number') return asked;
    } catch {
      // Not for us.
    }
    return -1;
  }

  _unsent(payload: unknown): void {
    this._unsentPayloads.push(payload);
  }

  /** Dispatches `expired` for the messages just given to `_unsent`, which have waited too long. */
  _dispatchExpired(): void {
    const { _socket: socket, _unsentPayloads: unsent } = this;
    this._unsentPayloads = [];
    if (!socket) return;
    dispatchOwn(socket, new Event('expired'), { unsent });
    settleDrained(socket);
  }

  _dispatchClose(code: number, cause: number, willReconnect: boolean): boolean {
    deliverAbandoned(this);
    const { _socket: socket, _nativeClose: event, _unsentPayloads: unsent } = this;
    this._nativeClose = undefined;
    this._unsentPayloads = [];
    if (!socket) return true;
    const closed = event ?? closeEventFor(code, cause);
    socket._lastClose = closed;
    // With `reconnect: false` the event is the browser's, and has nothing the browser's hasn't.
    if (!socket._settings._plain) Object.assign(closed, { willReconnect, unsent });
    let done = true;
    if (event) done = dispatchNative(socket, event, 'close');
    else dispatchOwn(socket, closed);
    settleDrained(socket);
    return done;
  }

  /** Dispatches a change of status; by now the status may be another. */
  _dispatchStatus(status: number): void {
    const socket = this._socket;
    if (!socket) return;
    dispatchOwn(socket, new Event('statuschange'), { status: STATUS[status] });
    this._updatePin(socket);
  }

  _dispatchReconnecting(attempt: number, delay: number, cause: number): void {
    const socket = this._socket;
    if (socket) dispatchOwn(socket, new Event('reconnecting'), { attempt, delay, cause: CAUSE[cause] });
  }

  _ping(): unknown {
    const ping = this._settings.ping ?? 'ping';
    const message = typeof ping === 'function' ? this._callNow('heartbeat.ping', () => ping()) : ping;
    return message == null ? undefined : guard(() => payload(message));
  }

  _isPong(event: MessageEvent): boolean {
    const { pong } = this._settings;
    if (typeof pong !== 'function') return isText(event, pong);
    const answers = this._callNow('heartbeat.pong', () => pong(event.data), null);
    if (answers !== null) return !!answers;
    // The function has failed, so any message counts as a sign of life, and is delivered.
    if (!this._routeReply(event)) this._dispatchMessage(event);
    return true;
  }

  /** Asks the application. Without an answer, or if it throws, the answer is `willReconnect`. */
  _shouldReconnect(code: number, cause: number, attempt: number, willReconnect: boolean): boolean {
    deliverAbandoned(this);
    const { _socket: socket, _nativeClose: last } = this;
    const should = this._settings.shouldReconnect;
    if (!(socket && should)) return willReconnect;
    if (last) retarget(socket, last, 'close');
    const event = Object.assign(last ?? closeEventFor(code, cause), { willReconnect });
    return !!this._callNow('reconnect.shouldReconnect', () => should(event, attempt), willReconnect, willReconnect);
  }

  _resolveUrl(id: number, attempt: number): void {
    resolveUrl(this, id, attempt);
  }
}
