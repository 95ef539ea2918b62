/**
 * The host: the core calls its methods to dispatch events and to call the application's functions. Each gets numbers, or if it has none, the
 * event that the core was called with. If a method throws, `core/core.ts` reports the exception, and the core doesn't see it.
 *
 * A FinalizationRegistry (`core/core.ts`) holds the host, so the host holds its socket strongly only for a time: while the socket is not
 * closed for good and has listeners or messages to send, and while a request or `drained()` is pending. Otherwise a socket without references is
 * collected, and the registry ends its connection. https://websockets.spec.whatwg.org/#garbage-collection
 */
import { authenticate } from '../connection/authenticate';
import { connect } from '../connection/connect';
import { resolveUrl } from '../connection/providers';
import { BypassMode, type Failure, Op, type OptionIndex } from '../core/numbers';
import { payload } from '../dom/webidl';
import { deliverAbandoned, holdBack, isText } from '../messages/binary';
import { dispatchNative, dispatchOwn, hasListeners, retarget } from '../messages/listeners';
import { recordResumeToken } from '../messages/resume';
import { guardUnload } from '../messages/unload';
import type { Link, Settings, Socket } from '../model/types';
import { CAUSE, closeEventFor, STATUS } from '../platform/events';
import { withoutOwnTarget } from '../platform/mock-adapter';
import { guard, isPromise, report } from '../platform/native';
import { isRequestedByWrapper } from '../platform/native-class';
import { routeIncoming } from '../requests/incoming';
import { settleDrained } from '../requests/request-api';
import { failRequest } from '../requests/requests';
import { PlatformPart } from './platform';

export class Host extends PlatformPart implements Link {
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
  /** True if this socket was made for a mock around our own class. */
  declare _usesUnderlying: boolean;
  /** True until it is closed for good. */
  declare _isLive: boolean;
  /** The number of the server's calls that are being answered. */
  declare _openCalls: number;
  /** True if the socket is a mock whose messages have a `target` of their own, and are copied. The first message of each connection shows it. */
  declare _copiesMessages: boolean;

  constructor(settings: Settings, url: unknown, protocols: unknown) {
    super(settings);
    this._openCalls = 0;
    this._isLive = true;
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

  /** Returns one option. */
  _option(index: OptionIndex): number {
    return this._settings._numbers[index] as number;
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

  /** True if the server waits for an answer of the application's. */
  _isBusy(): boolean {
    return this._openCalls > 0;
  }

  /**
   * Called for each message of the native socket. The most frequent case, a message that bypasses the core and goes to one function, is
   * all here, because JavaScript engines inline functions late: what is spread over eight costs 3 % of a message in Chromium.
   */
  _onMessage(event: MessageEvent): void {
    const { _bypassMode: mode, _pinned: socket } = this;
    const callback = socket?._messageCallback;
    const prototype = socket?._eventPrototypes.message;
    if (!callback || !prototype || !mode || mode & BypassMode.Replies || this._heldMessages || this._copiesMessages) {
      const message = withoutOwnTarget(event);
      this._copiesMessages = message !== event;
      if (!holdBack(this, message)) this._receive(message);
      return;
    }
    this._received++;
    if (mode & BypassMode.Time) this._recordTime(event);
    if (this._takePong(event)) return;
    Object.setPrototypeOf(event, prototype);
    try {
      callback.call(socket._ws, event);
    } catch (error) {
      report(error);
    }
  }

  _dispatchMessage(event: MessageEvent): void {
    const socket = this._pinned;
    if (!socket) return;
    if (this._settings.resume) recordResumeToken(socket, event);
    dispatchNative(socket, event, 'message');
  }

  /** Called while replies or the server's calls may come. Returns true if this was one. */
  _routeReply(event: MessageEvent): boolean {
    const socket = this._socket;
    return !!socket && routeIncoming(socket, event);
  }

  _failRequest(id: number, failure: Failure, sent: number): void {
    const socket = this._socket;
    if (socket) failRequest(socket, id, failure, !!sent);
  }

  _onDrain(): void {
    const socket = this._socket;
    if (socket) settleDrained(socket);
  }

  /** Returns true if all listeners have been called; before that the core dispatches nothing more. `_dispatchClose` does the same. */
  _dispatchOpen(event: Event): boolean {
    const socket = this._socket;
    if (!socket) return true;
    const done = dispatchNative(socket, event, 'open');
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

  _dispatchError(event: Event): void {
    const socket = this._socket;
    if (socket) dispatchNative(socket, event, 'error');
  }

  /** Dispatches `error` for a failure that the browser has no event for. */
  _dispatchOwnError(): void {
    const { _socket: socket, _attemptError: error } = this;
    if (!socket) return;
    this._attemptError = undefined;
    dispatchOwn(socket, new Event('error'), error === undefined ? {} : { error });
  }

  /** Keeps the event for `shouldReconnect` and `close`. Returns the milliseconds that the reason `{"retryAfter": ms}` asks for. */
  _recordClose(event: CloseEvent): number {
    this._nativeClose = event;
    try {
      // Most often there is no reason, and an exception for each would cost.
      const asked = event.reason && JSON.parse(event.reason).retryAfter;
      if (typeof asked === 'number') return asked;
    } catch {
      // Not for us.
    }
    return -1;
  }

  _unsent(payload: number): void {
    this._unsentPayloads.push(this._core._take(payload));
  }

  /** Dispatches `expired` for the messages just given to `_unsent`, which have waited too long. */
  _dispatchExpired(): void {
    const { _socket: socket, _unsentPayloads: unsent } = this;
    this._unsentPayloads = [];
    if (!socket) return;
    dispatchOwn(socket, new Event('expired'), { unsent });
    settleDrained(socket);
  }

  _dispatchClose(code: number, cause: number, willReconnect: number): boolean {
    deliverAbandoned(this);
    const { _socket: socket, _nativeClose: event, _unsentPayloads: unsent } = this;
    this._nativeClose = undefined;
    this._unsentPayloads = [];
    if (!socket) return true;
    const closed = event ?? closeEventFor(code, cause);
    socket._lastClose = closed;
    // With `reconnect: false` the event is the browser's, and has nothing the browser's hasn't.
    if (!socket._settings._plain) Object.assign(closed, { willReconnect: !!willReconnect, unsent });
    let done = true;
    if (event) done = dispatchNative(socket, event, 'close');
    else dispatchOwn(socket, closed);
    settleDrained(socket);
    return done;
  }

  /** Dispatches a change of status; by now the status may be another. */
  _dispatchStatus(status: number): void {
    this._isLive = STATUS[status] !== 'closed';
    const socket = this._socket;
    if (!socket) return;
    dispatchOwn(socket, new Event('statuschange'), { status: STATUS[status] });
    this._updatePin(socket);
  }

  _dispatchReconnecting(attempt: number, delay: number, cause: number): void {
    const socket = this._socket;
    if (socket) dispatchOwn(socket, new Event('reconnecting'), { attempt, delay, cause: CAUSE[cause] });
  }

  /** Returns the number of the heartbeat's ping; 0 for none. */
  _ping(): number {
    const ping = this._settings.ping ?? 'ping';
    const message = typeof ping === 'function' ? this._callNow('heartbeat.ping', () => ping()) : ping;
    return message == null ? 0 : guard(() => this._core._keep(payload(message)), 0);
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
  _shouldReconnect(code: number, cause: number, attempt: number, would: number): boolean {
    const willReconnect = !!would;
    deliverAbandoned(this);
    const { _socket: socket, _nativeClose: last } = this;
    const should = this._settings.shouldReconnect;
    if (!(socket && should)) return willReconnect;
    if (last) retarget(socket, last, 'close');
    const event = Object.assign(last ?? closeEventFor(code, cause), { willReconnect });
    return !!this._callNow('reconnect.shouldReconnect', () => should(event, attempt), willReconnect, willReconnect);
  }

  /** Makes a native socket. */
  _dial(id: number): boolean {
    return connect(this, id);
  }

  _resolveUrl(id: number, attempt: number): void {
    resolveUrl(this, id, attempt);
  }
}
