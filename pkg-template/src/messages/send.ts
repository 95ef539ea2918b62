/** Sends a message on the native socket, without a call of the core if the core allows that, or queues a copy of it. */
import { Op } from '../core/numbers';
import { payload, snapshot } from '../dom/webidl';
import { sendError } from '../model/options';
import type { Socket } from '../model/types';
import { wallTime } from '../platform/clock';
import { checkPageIsVisible, maybeHidden } from '../platform/page';
import { guardUnload } from './unload';

/** Sends it if that is possible now. Returns true if it was sent. Without reconnection the native socket decides, and throws. */
export function sendNow(socket: Socket, message: unknown): boolean {
  const { _core: core, _host: host, _settings: settings } = socket;
  if (maybeHidden) checkPageIsVisible();
  const native = host._directSocket;
  // After long silence the core decides, because a browser accepts whatever is sent on a dead connection.
  // Without a heartbeat there is no such limit, and the clock isn't read: reading it costs 2 % of a sent message in Chromium.
  if (
    native &&
    (settings._plain || (native.readyState === 1 && (host._directUntil === Infinity || wallTime() < host._directUntil)))
  ) {
    native.send(message as string);
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
