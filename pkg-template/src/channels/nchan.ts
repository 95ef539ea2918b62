/** The adapter of nchan, nginx's module. */
import { initSync, inlinedChannels, make } from 'holdfast:channels-nchan';
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import type { Raw, Via } from './via';

let started = false;

const HEARTBEAT = { interval: 10_000, timeout: 5_000 };

export function nchan(options: unknown = {}): Via {
  if (!isObject(options)) throwTypeError('the options of nchan() must be an object');
  const { publish, heartbeat = {}, ...unknown } = options as Record<string, unknown>;
  const [name] = Object.keys(unknown);
  if (name) throwTypeError(`option ${name} of nchan() is unknown; there are publish, heartbeat`);
  if (publish !== undefined && !(typeof publish === 'string' && publish.includes('{channel}')))
    throwTypeError('option publish of nchan() takes a URL with {channel} in it');
  if (heartbeat !== false && !isObject(heartbeat)) throwTypeError('option heartbeat of nchan() takes false, or an object');
  return {
    name: 'nchan',
    socket: (hear: (data: Raw) => void) => ({
      heartbeat: heartbeat && {
        ...HEARTBEAT,
        ...heartbeat,
        pong: (data: unknown) => {
          // The first one says that all messages of before have come.
          if (data === 'pong') hear('pong');
          return data === 'pong';
        },
      },
    }),
    make(now, seed) {
      if (!started) initSync({ module: inlinedChannels() });
      started = true;
      return make(now, seed, publish as string | undefined, !!heartbeat);
    },
  };
}
