/** The adapter of nchan, nginx's module. */
import { initSync, inlinedChannels, make } from 'holdfast:channels-nchan';
import { addOptions, type Checks } from '../model/checked-options';
import { HEARTBEAT, readHeartbeat } from './heartbeat';
import type { Raw, Via } from './via';

let started = false;

const OPTIONS: Checks = {
  publish: ['a URL with {channel} in it', (value) => typeof value === 'string' && value.includes('{channel}')],
  heartbeat: HEARTBEAT,
};

export function nchan(given: unknown = {}): Via {
  const options: { publish?: string; heartbeat?: false | object } = {};
  addOptions(options, 'nchan()', OPTIONS, given);
  const { publish } = options;
  const times = readHeartbeat(options.heartbeat, 'heartbeat of nchan()');
  return {
    name: 'nchan',
    takesSocket: false,
    socket: (hear: (data: Raw) => void) => ({
      heartbeat: times && {
        ...times,
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
      return make(now, seed, publish, !!times);
    },
  };
}
