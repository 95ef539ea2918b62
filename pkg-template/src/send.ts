/** Hands a message to the connection, or a copy of it to the queue. */
import { refusal } from './errors';
import type { Socket } from './socket';
import { payload, snapshot } from './webidl';

export function send(socket: Socket, message: unknown): void {
  const core = socket._core;
  if (core.send(message)) return;
  const refused = core.queue(...snapshot(payload(message)));
  if (refused) throw refusal(refused);
  socket._host._review(socket);
}
