/**
 * `unsentCount` and `guardUnload`: counts the messages that were accepted and are not sent yet. While there are some, the browser asks a
 * user who leaves the page. `beforeunload` has a listener only then: in Firefox a listener keeps the page out of the back/forward cache.
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#beforeunloadevent
 */
import { Op } from '../core/numbers';
import type { Socket } from '../model/types';
import { listenToPage } from '../platform/native';

/** True if the browser still has bytes of the current connection's. */
const hasBufferedBytes = ({ _core: core, _host: host }: Socket): boolean => {
  const state = core._call(Op.ReadyState);
  const { _native: native } = host._slots;
  return (state === 1 || state === 2) && !!native && native.readyState < 3 && native.bufferedAmount > 0;
};

/** The messages in the queue, and one more if the browser's buffer isn't empty. */
export const unsentCount = (socket: Socket): number => socket._core._call(Op.QueuedMessages) + +hasBufferedBytes(socket);

const guarded = new Set<Socket>();

function onUnload(event: BeforeUnloadEvent): void {
  if (![...guarded].some(unsentCount)) return;
  event.preventDefault();
  // For Chrome before 119.
  event.returnValue = true;
}

/** To be called when something was accepted, and when it may have left. */
export function guardUnload(socket: Socket): void {
  const before = guarded.size;
  const count = unsentCount(socket);
  if (count) guarded.add(socket);
  else guarded.delete(socket);
  // The browser has no event for it. On an open connection, messages wait in the queue until a ping is answered.
  if (socket._core._call(Op.ReadyState) === 1 ? count : hasBufferedBytes(socket)) socket._core._call(Op.WatchDrain);
  if (!before !== !guarded.size) listenToPage(!before, 'beforeunload', onUnload);
}
