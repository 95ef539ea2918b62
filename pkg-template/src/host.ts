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
import { Ask } from './core';
import { CAUSE, closeEvent, STATUS } from './events';
import { read } from './inbox';
import { adopt, dispatch, fire, isObserved } from './listeners';
import { guard, Native, report } from './native';
import { misfit, type Settings } from './options';
import { follow } from './page';
import { giveUp } from './requests';
import { remember } from './resume';
import type { Socket } from './socket';
import { Turns } from './turns';
import { checkUrl, protocolList } from './webidl';

/** What messages that go past the core are looked at for. */
enum Past {
  Time = 2,
  Replies = 4,
}

const ignore = () => {};

export class Host {
  /** The socket, while it is pinned. With no listener there is nothing to dispatch, so the hot path looks no further. */
  declare _pinned: Socket | undefined;
  declare _weak: WeakRef<Socket> | undefined;
  /** Where messages may go past the core, and how many have. */
  declare _line: WebSocket | undefined;
  declare _sent: number;
  /** Who hears messages first, and whether they go past it: what they are looked at for is a sum of `Past`. */
  declare _ear: ((event: MessageEvent) => void) | null;
  declare _past: number;
  /** How many went past, and when the last came, and the last that answers a ping. */
  declare _received: number;
  declare _lastHeard: number;
  declare _lastAnswer: number;
  declare readonly _turns: Turns;
  declare readonly _settings: Settings;
  declare _binaryType: BinaryType;
  /** Where to dial; not known yet, if a function of the application's says it. */
  declare _url: unknown;
  declare _protocols: unknown;
  /** Why the constructor fails, when it does. */
  declare _refusal: unknown;
  /** The event of the connection that has just ended, and what was accepted and will never be sent. */
  declare _last: CloseEvent | undefined;
  declare _lost: unknown[];

  constructor(settings: Settings, url: unknown, protocols: unknown) {
    this._sent = this._received = this._past = 0;
    this._ear = null;
    this._turns = new Turns();
    this._settings = settings;
    this._binaryType = 'blob';
    this._url = url;
    this._protocols = protocols;
    this._lost = [];
  }

  /** Pins the socket or lets it go. To be called whenever the reasons may have changed. */
  _review(socket: Socket): void {
    const core = socket._core;
    this._pinned =
      socket._pending.size ||
      socket._drains.size ||
      (core._ask(Ask.ReadyState) < 3 &&
        (isObserved(socket) || socket._calls.size || (!core._ask(Ask.ReadyState) && core._ask(Ask.BufferedAmount))))
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
    return !!socket && socket._core._ask(Ask.ReadyState) < 3;
  }

  /** The option at a place of `options.ts`. */
  _option(place: number): number {
    return this._settings._numbers[place] as number;
  }

  _misfit(fault: number): void {
    this._refusal = misfit(fault);
  }

  /** Makes a socket of the browser's. What that throws is the constructor's to throw, if it is the first. */
  _dial(): WebSocket | undefined {
    try {
      const native = this._turns._move(new Native(this._url as string, this._protocols as string[]));
      // Of `addEventListener`, which costs less for each message than `onmessage`. It is there for good, before all seats.
      native.addEventListener('message', (event) => {
        if (native !== this._turns._native) return;
        if (this._past) this._deliver(event);
        else this._ear?.(event);
      });
      // The npm package `ws` emits the error of a socket that was left, and an error that nobody hears ends Node's process.
      native.addEventListener('error', ignore);
      native.binaryType = this._binaryType;
      // Resolved against the page's address once, when the application gave it.
      this._url = native.url;
      if (this._settings._plain) this._line = native;
      return native;
    } catch (error) {
      this._refusal = error;
      return;
    }
  }

  /** Messages may go to the socket that was made last past the core, for as long as it is open. */
  _free(): void {
    this._line = this._turns._native;
  }

  /** Has the core hear the messages of a browser's socket; those of one that was left are nobody's. */
  _hear(native: WebSocket, ear: Host['_ear']): void {
    if (native !== this._turns._native) return;
    this._ear = ear;
    this._past = 0;
  }

  /** Messages need not go by the core, until it says otherwise. */
  _bypass(past: number): boolean {
    this._past = past;
    this._lastHeard = this._lastAnswer = Number.NaN;
    return true;
  }

  _heardAt(answer: boolean): number {
    return answer ? this._lastAnswer : this._lastHeard;
  }

  /** A message that goes past the core. What is done here is what the core does with one, when nothing depends on it at once. */
  _deliver(event: MessageEvent): void {
    const { _past: past } = this;
    this._received++;
    if (past & Past.Time) {
      this._lastHeard = event.timeStamp;
      if (this._settings.pong !== undefined && this._pong(event)) {
        this._lastAnswer = this._lastHeard;
        return;
      }
    }
    if (!(past & Past.Replies && this._reply(event))) this._message(event);
  }

  /** Has the core told what the page tells, or no more. Returns whether there is surely no network. */
  _watch(on: boolean): boolean {
    return follow(this, on);
  }

  _signal(signal: number): void {
    this._socket?._core._ask(Ask.Signal, signal);
  }

  _message(event: MessageEvent): void {
    const socket = this._pinned;
    if (!socket) return;
    if (this._settings.resume) remember(socket, event);
    fire(socket, event, 'message');
  }

  /** Called while replies may come, or the server's calls: whether this was one. */
  _reply({ data }: MessageEvent): boolean {
    const socket = this._socket;
    return !!socket && read(socket, data);
  }

  _failed(id: number, lost: number): void {
    const socket = this._socket;
    if (socket) giveUp(socket, id, lost);
  }

  _drain(): void {
    const socket = this._socket;
    if (socket) drain(socket);
  }

  /** Returns whether all listeners have been called; the core tells nothing more before. So does `close`. */
  _open(event: Event): boolean {
    const socket = this._socket;
    if (!socket) return true;
    const done = fire(socket, event, 'open');
    this._review(socket);
    return done;
  }

  _admit(connection: number): void {
    const socket = this._socket;
    if (socket) admit(socket, connection);
  }

  /** As `open`, for a connection that was admitted: its own event is long past. */
  _admitted(): void {
    const socket = this._socket;
    if (!socket) return;
    dispatch(socket, new Event('open'));
    this._review(socket);
  }

  _error(event?: Event): void {
    const socket = this._socket;
    if (!socket) return;
    if (event) fire(socket, event, 'error');
    else dispatch(socket, new Event('error'));
  }

  /** Keeps the event for `shouldReconnect` and `close`. Returns the milliseconds that the reason `{"retryAfter": ms}` asks for. */
  _ended(event: CloseEvent): number {
    this._last = event;
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
    this._lost.push(payload);
  }

  _close(code: number, cause: number, willReconnect: boolean): boolean {
    const { _socket: socket, _last: event, _lost: unsent } = this;
    this._last = undefined;
    this._lost = [];
    if (!socket) return true;
    const closed = event ?? closeEvent(code, cause);
    socket._lastClose = closed;
    // With `reconnect: false` the event is the browser's, and has nothing the browser's hasn't.
    if (!socket._settings._plain) Object.assign(closed, { willReconnect, unsent });
    let done = true;
    if (event) done = fire(socket, event, 'close');
    else dispatch(socket, closed);
    drain(socket);
    return done;
  }

  _status(): void {
    const socket = this._socket;
    if (!socket) return;
    dispatch(socket, new Event('statuschange'), { status: STATUS[socket._core._ask(Ask.Status)] });
    this._review(socket);
  }

  _reconnecting(attempt: number, delay: number, cause: number): void {
    const socket = this._socket;
    if (socket) dispatch(socket, new Event('reconnecting'), { attempt, delay, cause: CAUSE[cause] });
  }

  _ping(): unknown {
    const ping = this._settings.ping ?? 'ping';
    return typeof ping === 'function' ? guard(() => ping()) : ping;
  }

  _pong({ data }: MessageEvent): boolean {
    const { pong } = this._settings;
    return typeof pong === 'function' ? !!guard(() => pong(data)) : data === pong;
  }

  _shouldReconnect(code: number, cause: number, attempt: number): boolean {
    const { _socket: socket, _last: event } = this;
    const should = this._settings.shouldReconnect;
    if (socket && event) adopt(socket, event, 'close');
    return !(socket && should) || guard(() => !!should(event ?? closeEvent(code, cause), attempt), true);
  }

  /** Asks the URL and protocols functions. What they throw is an answer like any other: the attempt fails, and they are asked again. */
  async _provide(id: number, attempt: number): Promise<void> {
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
      this._url = checkUrl(target);
      this._protocols = protocolList(list);
      core._ask(Ask.Provided, id, 1);
    } catch {
      core._ask(Ask.Provided, id);
    }
  }
}
