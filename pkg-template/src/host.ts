/**
 * What the core calls: to fire events, and to ask the user's functions. No method throws.
 *
 * The core, being in wasm memory, holds its host for good, so the host must not hold the socket for good. It does while the socket
 * is observed (it has listeners, or messages to send) and not over, and while somebody waits for a reply: such a socket stays,
 * though nobody has a reference to it. Else the socket can be collected, its core after it, and the glue's FinalizationRegistry
 * ends the connection. https://websockets.spec.whatwg.org/#garbage-collection
 */
import { admit } from './admission';
import { drain } from './asking';
import { Reading } from './core';
import { CAUSE, closeEvent, STATUS } from './events';
import { read } from './inbox';
import { adopt, dispatch, fire, isObserved } from './listeners';
import { guard, Native, report } from './native';
import { follow } from './page';
import { giveUp } from './requests';
import { remember } from './resume';
import type { Socket } from './socket';
import { Turns } from './turns';
import { checkUrl, protocolList } from './webidl';

export class Host {
  /** The socket, while it is pinned. With no listener there is nothing to dispatch, so the hot path looks no further. */
  declare _pinned: Socket | undefined;
  declare _weak: WeakRef<Socket> | undefined;
  /** What `free` was told last, and how many messages went that way. */
  declare _line: WebSocket | undefined;
  _sent = 0;
  readonly _turns = new Turns();

  /** Pins the socket or lets it go. To be called whenever the reasons may have changed. */
  _review(socket: Socket): void {
    const core = socket._core;
    this._pinned =
      socket._pending.size ||
      socket._drains.size ||
      (core.read(Reading.ReadyState) < 3 &&
        (isObserved(socket) || socket._calls.size || (!core.read(Reading.ReadyState) && core.read(Reading.BufferedAmount))))
        ? socket
        : undefined;
  }

  /** The socket, unless it has been collected or its constructor hasn't finished. */
  get _socket(): Socket | undefined {
    return this._pinned ?? this._weak?.deref();
  }

  /** Makes a socket of the browser's; its errors are the constructor's. */
  dial(url: string, protocols: string[]): WebSocket {
    return this._turns._move(new Native(url, protocols));
  }

  /** Messages may go to this socket past the core, for as long as it is open. */
  free(native: WebSocket): void {
    this._line = native;
  }

  /** Has `core.signal` called with what the page tells, or no more. Returns whether there is surely no network. */
  watch(on: boolean): boolean {
    return follow(this, on);
  }

  _signal(signal: number): void {
    this._socket?._core.signal(signal);
  }

  message(event: MessageEvent): void {
    const socket = this._pinned;
    if (!socket) return;
    if (socket._settings.resume) remember(socket, event);
    fire(socket, event, 'message');
  }

  /** Called while replies may come, or the server's calls: whether this was one. */
  reply({ data }: MessageEvent): boolean {
    const socket = this._socket;
    return !!socket && read(socket, data);
  }

  failed(id: number, lost: number): void {
    const socket = this._socket;
    if (socket) giveUp(socket, id, lost);
  }

  drain(): void {
    const socket = this._socket;
    if (socket) drain(socket);
  }

  /** Returns whether all listeners have been called; the core tells nothing more before. So does `close`. */
  open(event: Event): boolean {
    const socket = this._socket;
    if (!socket) return true;
    const done = fire(socket, event, 'open');
    this._review(socket);
    return done;
  }

  admit(connection: number): void {
    const socket = this._socket;
    if (socket) admit(socket, connection);
  }

  /** As `open`, for a connection that was admitted: its own event is long past. */
  admitted(): void {
    const socket = this._socket;
    if (!socket) return;
    dispatch(socket, new Event('open'));
    this._review(socket);
  }

  error(event?: Event): void {
    const socket = this._socket;
    if (!socket) return;
    if (event) fire(socket, event, 'error');
    else dispatch(socket, new Event('error'));
  }

  close(
    event: CloseEvent | undefined,
    code: number,
    reason: string,
    wasClean: boolean,
    willReconnect: boolean,
    unsent: unknown[],
  ): boolean {
    const socket = this._socket;
    if (!socket) return true;
    const closed = event ?? closeEvent(code, reason, wasClean);
    socket._lastClose = closed;
    // With `reconnect: false` the event is the browser's, and has nothing the browser's hasn't.
    if (!socket._settings._plain) Object.assign(closed, { willReconnect, unsent });
    let done = true;
    if (event) done = fire(socket, event, 'close');
    else dispatch(socket, closed);
    drain(socket);
    return done;
  }

  status(): void {
    const socket = this._socket;
    if (!socket) return;
    dispatch(socket, new Event('statuschange'), { status: STATUS[socket._core.read(Reading.Status)] });
    this._review(socket);
  }

  reconnecting(attempt: number, delay: number, cause: number): void {
    const socket = this._socket;
    if (socket) dispatch(socket, new Event('reconnecting'), { attempt, delay, cause: CAUSE[cause] });
  }

  ping(): unknown {
    const ping = this._socket?._settings.ping ?? 'ping';
    return typeof ping === 'function' ? guard(() => ping()) : ping;
  }

  pong({ data }: MessageEvent): boolean {
    const pong = this._socket?._settings.pong;
    return typeof pong === 'function' ? !!guard(() => pong(data)) : data === pong;
  }

  /** The milliseconds a server asks for by the close reason `{"retryAfter": ms}`. */
  retryAfter({ reason }: CloseEvent): number {
    // Most often there is no reason, and an exception for each would cost.
    if (!reason) return Number.NaN;
    try {
      return +JSON.parse(reason).retryAfter;
    } catch {
      return Number.NaN;
    }
  }

  shouldReconnect(event: CloseEvent | undefined, code: number, reason: string, wasClean: boolean, attempt: number): boolean {
    const socket = this._socket;
    const should = socket?._settings.shouldReconnect;
    if (socket && event) adopt(socket, event, 'close');
    return !should || guard(() => !!should(event ?? closeEvent(code, reason, wasClean), attempt), true);
  }

  /** Asks the URL and protocols functions. What they throw is an answer like any other: the attempt fails, and they are asked again. */
  async provide(id: number, attempt: number): Promise<void> {
    // Not before the constructor is done.
    await undefined;
    const socket = this._socket;
    if (!socket) return;
    const { _core: core, _givenUrl: url, _givenProtocols: protocols, _lastClose: lastClose, _token: resume } = socket;
    const ask = (given: unknown) => (typeof given === 'function' ? given({ attempt, lastClose, resume }) : given);
    try {
      const [target, list] = await Promise.all([ask(url), ask(protocols)]);
      if (typeof target !== 'string' && !(target instanceof URL))
        throw report(TypeError('holdfast-ws: url() gave neither a string nor a URL'));
      core.provided(id, checkUrl(target), protocolList(list));
    } catch {
      core.provided(id);
    }
  }
}
