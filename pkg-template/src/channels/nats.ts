/** The adapter of NATS JetStream. */
import { initSync, inlinedChannels, make } from 'holdfast:channels-nats';
import { addOptions, type Check, type Checks, oneOf } from '../model/checked-options';
import { throwTypeError } from '../platform/errors';
import { HEARTBEAT, readHeartbeat } from './heartbeat';
import type { Via } from './via';

let started = false;

const matching = (takes: string, pattern: RegExp): Check => [
  takes,
  (value) => typeof value === 'string' && pattern.test(value),
];

/** Names of streams and buckets are one token of a subject; a prefix is a subject. */
const TOKEN = /^[^\s.*>\\/]+$/;
const SUBJECT = matching('a subject without * and >', /^[^\s.*>]+(\.[^\s.*>]+)*$/);

const USUAL = {
  stream: 'CHANNELS',
  prefix: 'channels',
  bucket: '',
  inbox: '_INBOX',
  login: 'token',
  user: '',
  heartbeat: undefined as false | object | undefined,
  idle: 10_000,
};

const OPTIONS: Checks = {
  stream: matching('the name of a stream', TOKEN),
  prefix: SUBJECT,
  bucket: matching('the name of a key-value bucket', TOKEN),
  inbox: SUBJECT,
  login: oneOf('token', 'jwt', 'password'),
  user: matching("the name of a user, with login: 'password'", /./),
  heartbeat: HEARTBEAT,
  idle: ['milliseconds from 100 to 600000', (value) => typeof value === 'number' && value >= 100 && value <= 600_000],
};

export function nats(given: unknown = {}): Via {
  const options = { ...USUAL };
  addOptions(options, 'nats()', OPTIONS, given);
  const { stream, prefix, bucket, inbox, login, user, idle } = options;
  if ((login === 'password') !== !!user) throwTypeError("options login: 'password' and user of nats() go together");
  const times = readHeartbeat(options.heartbeat, 'heartbeat of nats()');
  return {
    name: 'nats',
    takesSocket: true,
    // Any message of the server counts as the answer, as it may come together with others.
    socket: () => ({ heartbeat: times && { ...times, ping: 'PING\r\n' } }),
    make(now, seed) {
      if (!started) initSync({ module: inlinedChannels() });
      started = true;
      return make(now, seed, stream, prefix, bucket, inbox, login, user, idle);
    },
  };
}
