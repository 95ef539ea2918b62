/**
 * The option `resume`: how far the application has come, by the server's own count, for the functions that choose the next connection.
 *
 * Asked before the listeners, so that one which calls `reconnect()` has the message it is hearing behind it. A message without a
 * listener doesn't count, so the server is asked for it again.
 */

import type { Socket } from '../model/types';
import { hasListener, retarget } from './listeners';

export function recordResumeToken(socket: Socket, event: MessageEvent): void {
  if (!hasListener(socket, 'message')) return;
  retarget(socket, event, 'message');
  const token = socket._host._callNow('resume', () => socket._settings.resume?.(event));
  if (token !== undefined) socket._resumeToken = token;
}
