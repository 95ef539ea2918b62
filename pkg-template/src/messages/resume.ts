/**
 * The option `resume` reads from each message the position in the server's stream. The next connection gets the last one:
 * `connection/providers.ts` passes it to the functions of the URL and the subprotocols, `connection/authenticate.ts` to `authenticate`.
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
