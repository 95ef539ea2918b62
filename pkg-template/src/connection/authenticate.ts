/**
 * The option `authenticate`: the application authenticates on a connection that has opened, before anything else is sent on it. The
 * core holds everything back until it knows the outcome.
 */

import { Op } from '../core/numbers';
import { payload } from '../dom/webidl';
import { sendError } from '../model/options';
import type { Socket } from '../model/types';
import { reportFailure } from '../platform/native';
import { requestReply } from '../requests/requests';

export async function authenticate(socket: Socket, connection: number): Promise<void> {
  const { _core: core, _settings: settings, _lastClose: lastClose, _resumeToken: resume } = socket;
  const access = {
    request: (body: unknown, options: unknown) => requestReply(socket, body, options, connection),
    send(data: unknown): void {
      const refused = core._send(payload(data), 0, connection);
      if (refused) throw sendError(refused, settings);
    },
  };
  socket._authenticating = connection;
  try {
    await settings.authenticate?.(access, { attempt: core._call(Op.Attempt), lastClose, resume });
  } catch (error) {
    // Events report a connection that has ended meanwhile. Any other error would be lost.
    if (core._call(Op.Authenticated, connection)) {
      socket._host._attemptError = error;
      reportFailure(error);
    }
    return;
  } finally {
    if (socket._authenticating === connection) socket._authenticating = undefined;
  }
  core._call(Op.Authenticated, connection, 1);
}
