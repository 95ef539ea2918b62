/**
 * The option `resume` reads from each message the position in the server's stream. `connection/providers.ts` passes the last one to the
 * functions of the next connection's URL and subprotocols.
 *
 * It is read before the listeners are called. So if a listener calls `reconnect()`, that message counts. A message without a listener
 * doesn't count, so the server is asked for it again.
 */

import type { Socket } from '../model/types';
import { hasListener, retarget } from './listeners';

export function recordResumeToken(socket: Socket, event: MessageEvent): void {
  if (!hasListener(socket, 'message')) return;
  retarget(socket, event, 'message');
  const token = socket._host._callNow('resume', () => socket._settings.resume?.(event));
  if (token !== undefined) socket._resumeToken = token;
}
