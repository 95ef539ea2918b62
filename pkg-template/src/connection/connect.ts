/** Makes a native socket for a host and listens to it. */

import { Op } from '../core/numbers';
import { nativeSockets } from '../dom/event-prototype';
import { deliverHeld } from '../messages/binary';
import type { Link } from '../model/types';
import { adaptMock } from '../platform/mock-adapter';
import { quietly } from '../platform/native';
import { dial, isPlatform } from '../platform/native-class';
import { trackConnection } from '../platform/page';
import { reportFailureOnce } from './providers';

/** Reports a native socket's events to the core. The handlers are `on…` properties, which are removed when the core abandons it. */
function listenForCore(host: Link, native: WebSocket, id: number): void {
  native.onopen = (event) => host._core._call(Op.Opened, id, 0, event);
  native.onerror = (event) => host._core._call(Op.Failed, id, 0, event);
  native.onclose = (event) =>
    host._core._call(
      Op.Closed,
      id,
      quietly(() => event.code, 1006),
      event,
    );
}

/** Returns false if no socket could be made. For the first attempt, the constructor throws the platform's error. */
export function connect(host: Link, id: number): boolean {
  try {
    const url = host._url as string;
    const made = dial(url, host._protocols as string[], host._usesUnderlying);
    const native = host._slots._attach(isPlatform(made) ? made : adaptMock(made, url));
    nativeSockets.add(native);
    // `addEventListener` costs less for each message than `onmessage`. The listener is never removed, and is before all slots.
    native.addEventListener('message', (event) => {
      if (native === host._slots._native) host._onMessage(event);
    });
    // Added before those that tell the core, and never removed: in the npm package `ws` an `error` without a listener ends Node's process.
    for (const type of ['error', 'close'])
      native.addEventListener(type, () => {
        if (type === 'error') host._failedNative = native;
        if (native === host._slots._native) deliverHeld(host);
      });
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
