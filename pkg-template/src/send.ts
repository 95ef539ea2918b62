/** Hands a message to the connection, on the shortest way if the core lets it, or a copy of it to the queue. */
import { refusal } from './errors';
import type { Socket } from './socket';
import { payload, snapshot } from './webidl';

export function send(socket: Socket, message: unknown): void {
  const { _core: core, _host: host } = socket;
  const line = host._line;
  if (line?.readyState === 1) {
    host._sent++;
    line.send(message as string);
    return;
  }
  if (core.send(message)) return;
  const refused = core.queue(...snapshot(payload(message)));
  if (refused) throw refusal(refused);
  socket._host._review(socket);
}
