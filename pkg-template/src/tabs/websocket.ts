/** The class of `holdfast-ws/tabs`: the ordinary one, dialled with a carrier in the place of the browser's class. */
import { checkClose, clamp } from '../dom/webidl';
import { mergeOptions, type Raw } from '../model/options';
import { socketOf } from '../model/sockets';
import type { Socket } from '../model/types';
import { domException, throwMissingArgument } from '../platform/errors';
import { STATUS } from '../platform/events';
import { NO_PRESET } from '../socket/construct';
import { WebSocket as Ordinary } from '../socket/websocket';
import { forget, urlFor } from './dial';
import { canShare } from './machine';
import { Member } from './member';
import { type Arguments, optionsOfTab, readArguments, SHARED } from './options';
import type { Carrier, TabSocket } from './tab-socket';

/** The tab of a socket. It is made anew if the socket connects again after its end. */
class Place implements Carrier {
  readonly args: Arguments;
  member: Member;
  /** True if it has answered calls of the server. */
  answers = false;

  constructor(args: Arguments) {
    this.args = args;
    this.member = new Member(args);
  }

  renew(): void {
    const { member } = this;
    // One that the application has closed leaves by itself, when what it has sent is handed over.
    member.mirror.mute();
    if (member.mirror.final) member.leave();
    this.member = new Member(this.args);
  }

  /** The calls of the server that the tab answers. */
  answerCalls(methods: string[]): void {
    this.answers = true;
    this.member.answerCalls(methods);
  }

  _attach(socket: TabSocket): void {
    this.member._attach(socket);
  }

  _send(data: unknown): void {
    this.member._send(data);
  }

  _buffered(): number {
    return this.member._buffered();
  }

  _own(data: ArrayBuffer): ArrayBuffer {
    return this.member._own(data);
  }

  _detach(socket: TabSocket, code: number | undefined, reason: string): void {
    this.member._detach(socket, code, reason);
  }
}

/** The parts of the host that are replaced. The core calls them by name. */
interface Parts {
  _transmit(payload: number): boolean;
  _dispatchStatus(status: number): void;
  _updatePin(record: Socket): void;
  _recordClose(event: CloseEvent): number;
  _dispatchReconnecting(attempt: number, delay: number, cause: number): void;
}

const places = new WeakMap<object, Place>();

/** Returns `undefined` for a socket without reconnection, which shares nothing. Throws if it is no socket. */
function placeOf(ws: object): Place | undefined {
  const place = places.get(ws);
  if (!place) socketOf(ws);
  return place;
}

/** A socket that nobody has any more leaves. */
const collected =
  globalThis.FinalizationRegistry &&
  new FinalizationRegistry<[Place, string]>(([place, url]) => {
    forget(url);
    place.member.leave();
  });

function bind(ws: object, place: Place): void {
  const record = socketOf(ws);
  const parts = record._host as unknown as Parts;
  places.set(ws, place);
  place.member.mirror.bind(record);
  const transmit = parts._transmit.bind(parts);
  const tellReconnecting = parts._dispatchReconnecting.bind(parts);
  const pending = record._pending;
  parts._transmit = (payload) => {
    const { member } = place;
    // Requests have numbers above 0.
    if (payload > 0) member.asking = { wire: payload, streams: !!pending.get(payload)?._streams };
    try {
      return transmit(payload);
    } finally {
      member.asking = undefined;
    }
  };
  const updatePin = parts._updatePin.bind(parts);
  parts._updatePin = (record) => {
    updatePin(record);
    // It is called when a request is over.
    place.member.abortAllBut(pending);
  };
  const recordClose = parts._recordClose.bind(parts);
  parts._recordClose = (event) => {
    recordClose(event);
    // The connection waits for as long as the server asks, and the tab for the connection.
    return -1;
  };
  parts._dispatchStatus = (status) => place.member.mirror.tellStatus(STATUS[status] as string);
  parts._dispatchReconnecting = (...details) => {
    // The connection tells of its attempts itself.
    if (!place.member.mirror.state) tellReconnecting(...details);
  };
}

const presets = new WeakMap<object, Raw>();

function presetOf(made: object | null): Raw {
  return made ? (presets.get(made) ?? presetOf(Object.getPrototypeOf(made))) : NO_PRESET;
}

const OPEN = 1;

/** Converts to USVString: half of a pair of surrogates becomes U+FFFD. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, '\ufffd');

const Base = Ordinary as unknown as new (url: unknown, protocols: unknown, options: Raw) => EventTarget & Members;

interface Members {
  readonly url: string;
  readonly readyState: number;
  readonly status: string;
  readonly attempt: number;
  readonly retryAt: number | null;
  readonly latency: number | null;
  close(code?: number, reason?: string): void;
  reconnect(): void;
  handle(method: unknown, handler: unknown): void;
}

/** Tells the others which calls of the server this tab answers. */
function tellHandlers(ws: object): void {
  const { _rpcHandlers: handlers } = socketOf(ws);
  const place = placeOf(ws);
  if (handlers.size || place?.answers) place?.answerCalls([...handlers.keys()]);
}

export class TabsWebSocket extends Base {
  /** As the browser's: `length` is 1. */
  constructor(url: unknown, ...more: unknown[]) {
    if (!arguments.length) throwMissingArgument();
    const args = readArguments(presetOf(new.target), [url, ...more]);
    const { tabs } = args;
    if (args.options.reconnect === false) {
      super(args.url, args.protocols, args.options);
      return;
    }
    if (!globalThis.SharedWorker) tabs.worker = undefined;
    const fits = canShare() && !(args.url === SHARED && !tabs.worker);
    if (!fits && (tabs.otherwise === 'throw' || args.url === SHARED))
      throw domException(
        'NotSupportedError',
        'holdfast-ws/tabs needs navigator.locks and BroadcastChannel (for the URL shared: also SharedWorker), in a secure context with an origin.',
      );
    const place = new Place(args);
    const standIn = urlFor(place);
    super(
      standIn,
      [],
      optionsOfTab(args.options, () => !place.member.mirror.final),
    );
    bind(this, place);
    collected?.register(this, [place, standIn]);
  }

  static with(options: Raw): typeof TabsWebSocket {
    const preset = mergeOptions(presetOf(TabsWebSocket === this ? null : this), options);
    readArguments(preset, ['wss://tab.invalid']);
    const Made = class extends this {
      // As the browser's: `length` is 1.
      constructor(_url: unknown, ..._more: unknown[]) {
        super(...(arguments as unknown as [unknown]));
      }
    };
    Object.defineProperty(Made, 'name', { value: 'WebSocket' });
    presets.set(Made, preset);
    return Made;
  }

  get role(): string {
    return placeOf(this)?.member.role ?? 'own';
  }

  override get url(): string {
    const place = placeOf(this);
    if (!place) return super.url;
    const { member, args } = place;
    return member.mirror.state?.url || (typeof args.url === 'function' ? '' : (args.url as string));
  }

  override get status(): string {
    return placeOf(this)?.member.mirror.statusFor(super.status) ?? super.status;
  }

  /** The connection, as far as it is known. */
  get #described(): Partial<Pick<Members, 'attempt' | 'retryAt' | 'latency'>> {
    const member = placeOf(this)?.member;
    return member?.connection?.socket ?? member?.mirror.state ?? {};
  }

  override get attempt(): number {
    return this.#described.attempt ?? super.attempt;
  }

  override get retryAt(): number | null {
    const { retryAt } = this.#described;
    return retryAt === undefined ? super.retryAt : retryAt;
  }

  override get latency(): number | null {
    return placeOf(this) ? (this.#described.latency ?? null) : super.latency;
  }

  override close(...[code, reason, options]: [code?: number, reason?: string, options?: { everyone?: boolean }]): void {
    const place = placeOf(this);
    if (!place) {
      super.close(code, reason);
      return;
    }
    const given = code === undefined ? undefined : clamp(code);
    const text = reason === undefined ? '' : wellFormed(`${reason}`);
    // Throws if it is wrong.
    checkClose(given, text);
    const closing = given === undefined ? {} : { code: given, reason: text };
    // One that is not open fails. https://websockets.spec.whatwg.org/#close-the-websocket
    const own = this.readyState === OPEN ? closing : { code: 1006 };
    place.member.leaveBy(own, options?.everyone ? closing : undefined, () => super.close());
  }

  override handle(method: unknown, handler: unknown): void {
    super.handle(method, handler);
    tellHandlers(this);
  }

  override reconnect(): void {
    const place = placeOf(this);
    if (!place) super.reconnect();
    else if (place.member.isLeaving) {
      place.renew();
      place.member.mirror.bind(socketOf(this));
      tellHandlers(this);
      super.reconnect();
    } else {
      // One that isn't open waits for the connection, and goes on to.
      if (this.readyState === OPEN) {
        place.member.mirror.expectClose();
        super.reconnect();
      }
      place.member.reconnect();
    }
  }
}

// A minifier takes a class its name.
Object.defineProperty(TabsWebSocket, 'name', { value: 'WebSocket' });
