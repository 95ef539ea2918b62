/**
 * A wrapper for a test's fake or a mock library's socket: an EventTarget with the events of the platform's socket. Such a
 * socket may have `addEventListener` alone, or only `on…` properties, events of a class of its own, or no event objects at all.
 */
import { makeCloseEvent } from './events';
import { defineMembers, guard } from './native';

/** Returns a new event with the fields of another. */
export function copyEvent(type: string, event: unknown): Event {
  const { data, origin, lastEventId, code = 1006, reason, wasClean } = Object(event);
  if (type === 'message') return new MessageEvent(type, { data, origin, lastEventId });
  return type === 'close' ? makeCloseEvent({ code, reason, wasClean }) : new Event(type);
}

/** Returns the event, or a copy of one that has a `target` of its own, which would hide the one that we give it: MSW's and other mocks' events. */
export const withoutOwnTarget = <E extends Event>(event: E): E =>
  // biome-ignore lint/suspicious/noPrototypeBuiltins: Safari has Object.hasOwn since 15.4 only.
  Object.prototype.hasOwnProperty.call(event, 'target') ? (copyEvent(event.type, event) as E) : event;

/** `readyState` after an event, for a fake that doesn't update its own. */
const STATES: { [type: string]: number } = { open: 1, close: 3 };

type Raw = Partial<WebSocket> & { [handler: string]: unknown };

/** Returns an EventTarget that behaves like a native socket. `url`: the one that was dialled. */
export function adaptMock(given: object, url: string): WebSocket {
  const raw = given as Raw;
  let state = 0;
  // Events that come within a call of ours are dispatched after it, as the platform does.
  let depth = 0;
  const during = <T>(call: () => T): T => {
    depth++;
    try {
      return call();
    } finally {
      depth--;
    }
  };
  const target = new EventTarget();
  const dispatch = (type: string, event: unknown) => {
    state = STATES[type] ?? state;
    const copy = copyEvent(type, event);
    if (depth) Promise.resolve().then(() => target.dispatchEvent(copy));
    else target.dispatchEvent(copy);
  };
  for (const type of ['open', 'message', 'error', 'close']) {
    // A fake that fires both ways is listened to by the way that fires first.
    let firstWay: number | undefined;
    const relay = (way: number) => (event: unknown) => {
      firstWay ??= way;
      if (firstWay === way) dispatch(type, event);
    };
    if (typeof raw.addEventListener === 'function') guard(() => raw.addEventListener?.(type, relay(0)));
    guard(() => {
      raw[`on${type}`] = relay(1);
    });
  }
  // A fake may have none of these.
  for (const [name, otherwise] of Object.entries({ url, bufferedAmount: 0, protocol: '', extensions: '' }))
    Object.defineProperty(target, name, { get: () => raw[name] ?? otherwise });
  defineMembers(target, {
    get readyState() {
      return Math.max(raw.readyState ?? 0, state);
    },
    set binaryType(type: BinaryType) {
      guard(() => {
        raw.binaryType = type;
      });
    },
    send(data: string) {
      during(() => (raw as WebSocket).send(data));
    },
    close(...given: []) {
      // A call without arguments is the core's, which must not see an exception.
      const close = () => during(() => (raw.close ? raw.close(...given) : dispatch('close', { code: 1005, wasClean: true })));
      if (given.length) close();
      else guard(close);
    },
  });
  return target as WebSocket;
}
