/** Makes a native socket for a host and listens to it. */

import { Op } from '../core/numbers';
import { nativeSockets } from '../dom/event-prototype';
import { deliverHeld } from '../messages/binary';
import type { Link } from '../model/types';
import { adaptMock, withoutOwnTarget } from '../platform/mock-adapter';
import { quietly } from '../platform/native';
import { dial, isPlatform } from '../platform/native-class';
import { trackConnection } from '../platform/page';
import { reportFailureOnce } from './providers';

/**
 * Reports a native socket's events to the core, until the core abandons it. The listeners are before all slots, and are never removed: in
 * the npm package `ws` an `error` without a listener ends Node's process.
 */
function listenForCore(host: Link, native: WebSocket, id: number): void {
  const on = (type: string, op: Op, before = () => {}) => {
    let waits = 0;
    const pass = (event: Event) => {
      if (host._connection !== id) return;
      const code = op === Op.Closed ? quietly(() => (event as CloseEvent).code, 1006) : 0;
      host._core._call(op, id, code, withoutOwnTarget(event));
    };
    native.addEventListener(type, (event) => {
      before();
      if (host._connection !== id) return;
      host._slots._begin(type);
      deliverHeld(host);
      waits = host._core._call(Op.DispatchPending);
      if (!waits) pass(event);
    });
    // If something was due before this event: microtasks run between the two, as between any two events of the browser's.
    native.addEventListener(type, (event) => {
      if (waits) pass(event);
    });
  };
  // `addEventListener` costs less for each message than `onmessage`.
  native.addEventListener('message', (event) => {
    if (host._connection === id) host._onMessage(event);
  });
  on('open', Op.Opened);
  on('error', Op.Failed, () => {
    host._failedNative = native;
  });
  on('close', Op.Closed);
}

/** Returns false if no socket could be made. For the first attempt, the constructor throws the platform's error. */
export function connect(host: Link, id: number): boolean {
  try {
    const url = host._url as string;
    const made = dial(url, host._protocols as string[], host._usesUnderlying);
    const native = host._slots._attach(isPlatform(made) ? made : adaptMock(made, url));
    nativeSockets.add(native);
    if (!host._settings._plain) trackConnection(native);
    native.binaryType = host._binaryType;
    // Resolved against the page's address once, when the application gave it.
    host._url = native.url;
    if (host._settings._plain) host._directSocket = native;
    host._lastReported = undefined;
    host._listenTo(id);
    listenForCore(host, native, id);
    return true;
  } catch (error) {
    host._constructorError = error;
    // Without `_weak` this is the constructor's own attempt, and the constructor throws the error.
    if (host._weak) reportFailureOnce(host, error);
    return false;
  }
}
