/**
 * The option `authenticate`: coming to terms with the server on a connection that has opened, before anything else is sent on it.
 * The core holds everything back until it is told the outcome.
 */

import { Reading } from './core';
import { refusal } from './errors';
import { report } from './native';
import { ask } from './requests';
import type { Socket } from './socket';
import { payload } from './webidl';

export async function admit(socket: Socket, connection: number): Promise<void> {
  const { _core: core, _settings: settings, _lastClose: lastClose, _token: resume } = socket;
  const line = {
    async request(body: unknown, options: unknown): Promise<unknown> {
      return (await ask(socket, body, options, false, connection).next()).value;
    },
    send(data: unknown): void {
      const refused = core.sendOn(connection, payload(data));
      if (refused) throw refusal(refused);
    },
  };
  try {
    await settings.authenticate?.(line, { attempt: core.read(Reading.Attempt), lastClose, resume });
  } catch (error) {
    // That the connection has ended meanwhile is told by events. Anything else nobody would hear of.
    if (core.admit(connection, false)) report(error);
    return;
  }
  core.admit(connection, true);
}
