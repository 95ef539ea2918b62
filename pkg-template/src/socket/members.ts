/** The members of the class: those of the browser's class in its order, and our own. https://websockets.spec.whatwg.org/#the-websocket-interface */
import type { Core } from '../core/core';
import { Op } from '../core/numbers';
import { checkClose, clamp, payload } from '../dom/webidl';
import { addListener, removeListener, setHandler } from '../messages/listeners';
import { send, sendNow } from '../messages/send';
import { unsentCount } from '../messages/unload';
import { socketOf, sockets } from '../model/sockets';
import type { Link } from '../model/types';
import { wallTime } from '../platform/clock';
import { throwMissingArgument } from '../platform/errors';
import { STATUS } from '../platform/events';
import { inRootZone, isObject, native } from '../platform/native';
import { maybeHidden } from '../platform/page';

/** Attributes that the core answers. */
const ofCore = (name: string, op: Op) => ({
  get [name](): number {
    return socketOf(this)._core._call(op);
  },
});

/** The same for those of the browser's socket. */
const ofNative = (name: 'extensions' | 'protocol') => ({
  get [name](): string {
    return nativeOf(this)?.[name] ?? '';
  },
});

/** The browser's socket that was made last. */
const nativeOf = (ws: object) => socketOf(ws)._host._slots._native;

const orNull = (number: number) => (Number.isNaN(number) ? null : number);

const handler = (type: string) => ({
  get [`on${type}`](): unknown {
    return socketOf(this)._handlers[type]?.[0] ?? null;
  },
  set [`on${type}`](value: unknown) {
    setHandler(socketOf(this), type, value);
  },
});

/** The browser's attributes, in its order. Of object literals, so that the functions have the right names, and no prototypes. */
export const attributes = [
  {
    get url(): unknown {
      const { _givenUrl: url } = socketOf(this);
      return nativeOf(this)?.url ?? (typeof url === 'function' ? '' : url);
    },
  },
  ofCore('readyState', Op.ReadyState),
  ofCore('bufferedAmount', Op.BufferedAmount),
  handler('open'),
  handler('error'),
  handler('close'),
  ofNative('extensions'),
  ofNative('protocol'),
  handler('message'),
  {
    get binaryType(): string {
      return socketOf(this)._host._binaryType;
    },
    set binaryType(value: unknown) {
      const host = socketOf(this)._host;
      const { _native: native } = host._slots;
      const type = `${value}`;
      if (type === 'blob' || type === 'arraybuffer') {
        host._binaryType = type;
        if (native) native.binaryType = type;
      }
    },
  },
];

/** The browser's method is called for its errors, and for a `this` that is some other EventTarget. `length` is 2. */
const listening = (method: 'addEventListener' | 'removeEventListener', run: typeof addListener) => ({
  [method](this: EventTarget, type: unknown, callback: EventListener, ...[options]: unknown[]): void {
    const socket = sockets.get(this);
    if (socket && isObject(callback)) run(socket, `${type}`, callback, isObject(options) ? options : { capture: options });
    else native[method].apply(this, arguments as never);
  },
});

/**
 * Closes the platform's socket. Returns true if it has ended within the call: one that was connecting does in Node from version 23 on,
 * and fires its events before the core knows that the application asked for it. So those events are ignored; the core dispatches its own.
 */
function closeNative(native: WebSocket, host: Link, code: number, reason: string): boolean {
  let ended = false;
  const { _connection: connection } = host;
  if (!(host._settings._plain || native.readyState)) {
    host._connection = 0;
    native.addEventListener('close', () => {
      ended = true;
    });
  }
  try {
    native.close(code, reason);
  } finally {
    host._connection ||= connection;
  }
  return ended;
}

/** Returns percentiles of the last round trips, by the nearest rank: so many percent took no longer. Null without a round trip. */
function percentiles(core: Core): object | null {
  // The core keeps 64, and answers NaN for one that it hasn't.
  const kept = Array.from({ length: 64 }, (_, index) => core._call(Op.RoundTrip, index));
  const times = kept.filter((time) => time >= 0).sort((a, b) => a - b);
  const [p50, p90, p99, max] = [50, 90, 99, 100].map((percent) => times[Math.ceil((times.length * percent) / 100) - 1]);
  return times.length ? { p50, p90, p99, max } : null;
}

export const methods = {
  close(this: object, ...[code, reason]: unknown[]): void {
    const { _core: core, _host: host } = socketOf(this);
    const { _native: native } = host._slots;
    // The browser's is asked first, and of any state: it converts as the browser does (Chromium doesn't round) and throws its
    // errors (a reason without a code, in Chromium). A refusal that came later would leave us closing for ever.
    const ended = native
      ? closeNative(native, host, code as number, reason as string)
      : checkClose(code === undefined ? code : clamp(code), reason === undefined ? reason : `${reason}`);
    core._call(Op.Close, 0, +!!ended);
  },
  /**
   * The most frequent case, a text that the browser's socket takes at once, is all here: engines inline functions late, and spread over four it
   * costs 1 to 2 % of a sent message more in Chromium.
   */
  send(this: object, data: unknown): void {
    const socket = socketOf(this);
    if (!arguments.length) throwMissingArgument();
    const { _host: host, _settings: settings } = socket;
    const { _directSocket: native } = host;
    if (
      typeof data === 'string' &&
      native?.readyState === 1 &&
      (host._directUntil === Infinity || wallTime() < host._directUntil) &&
      !maybeHidden &&
      !settings.guardUnload
    ) {
      native.send(data);
      host._sent++;
    } else send(socket, settings._plain ? data : payload(data));
  },
  ...listening('addEventListener', addListener),
  ...listening('removeEventListener', removeListener),
};

/** Our own members, which aren't enumerable. */
export const extras = {
  get status(): string | undefined {
    return STATUS[socketOf(this)._core._call(Op.Status)];
  },
  get attempt(): number {
    return socketOf(this)._core._call(Op.Attempt);
  },
  get retryAt(): number | null {
    return orNull(socketOf(this)._core._call(Op.RetryAt));
  },
  get unsentCount(): number {
    return unsentCount(socketOf(this));
  },
  get latency(): number | null {
    return orNull(socketOf(this)._core._call(Op.Latency));
  },
  reconnect(): void {
    const { _core: core } = socketOf(this);
    inRootZone(() => core._call(Op.Reconnect));
  },
  trySend(data: unknown): boolean {
    const socket = socketOf(this);
    const message = payload(data);
    return socket._core._call(Op.ReadyState) === 1 && sendNow(socket, message);
  },
  stats(): object {
    const { _core: core, _host: host } = socketOf(this);
    const read = (op: Op) => core._call(op);
    return {
      connections: read(Op.Connections),
      attempts: read(Op.Attempts),
      sent: read(Op.Sent) + host._sent,
      received: read(Op.Received) + host._received,
      pings: read(Op.Pings),
      pongs: read(Op.Pongs),
      queued: { messages: read(Op.QueuedMessages), bytes: read(Op.QueuedBytes) },
      unsent: read(Op.Unsent),
      deadLines: read(Op.DeadConnections),
      requests: { pending: read(Op.PendingRequests), late: read(Op.LateReplies) },
      roundTrip: percentiles(core),
    };
  },
};

/** `on…` for events of our own. Not enumerable either. */
export const ownHandlers = ['statuschange', 'reconnecting'].map(handler);
