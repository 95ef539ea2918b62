/** Hands a message to the connection, on the shortest way if the core lets it, or a copy of it to the queue. */
import { Op } from '../core/numbers';
import { payload, snapshot } from '../dom/webidl';
import { sendError } from '../model/options';
import type { Socket } from '../model/types';
import { checkPageIsVisible, maybeHidden } from '../platform/page';
import { guardUnload } from './unload';

/** Sends it, if it can go out at once. Without reconnection it is the browser's socket that decides, and throws. */
export function sendNow(socket: Socket, message: unknown): boolean {
  const { _core: core, _host: host, _settings: settings } = socket;
  if (maybeHidden) checkPageIsVisible();
  const line = host._directSocket;
  // After long silence, or sleep, the core is asked first: the browser takes what is sent on a dead connection, too.
  // Without a heartbeat it is trusted for ever, and the clock, which costs as much as all else here, isn't read.
  if (
    line &&
    (settings._plain || (line.readyState === 1 && (host._directUntil === Infinity || Date.now() < host._directUntil)))
  ) {
    line.send(message as string);
    host._sent++;
    if (settings.guardUnload) guardUnload(socket);
    return true;
  }
  const sent = !!core._call(Op.CanSend) && !core._send(message);
  if (settings.guardUnload) guardUnload(socket);
  return sent;
}

export function send(socket: Socket, message: unknown): void {
  if (sendNow(socket, message)) return;
  const [copy, bytes] = snapshot(payload(message));
  const refused = socket._core._send(copy, bytes);
  if (refused) throw sendError(refused, socket._settings, bytes);
  socket._host._updatePin(socket);
}
