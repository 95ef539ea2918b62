/** The adapter of NATS JetStream. */
import { initSync, inlinedChannels, make } from 'holdfast:channels-nats';
import { throwTypeError } from '../platform/errors';
import { isObject } from '../platform/native';
import type { Via } from './via';

let started = false;

/** Any message of the server counts as the answer, as it may come together with others. */
const HEARTBEAT = { interval: 10_000, timeout: 5_000, ping: 'PING\r\n' };

/** Names of streams and buckets are one token of a subject; a prefix is a subject. */
const TOKEN = /^[^\s.*>\\/]+$/;
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/;

/** Each option: what it is without it, and what it takes. */
const OPTIONS = {
  stream: ['CHANNELS', TOKEN, 'the name of a stream'],
  prefix: ['channels', SUBJECT, 'a subject without * and >'],
  bucket: ['', TOKEN, 'the name of a key-value bucket'],
  inbox: ['_INBOX', SUBJECT, 'a subject without * and >'],
  login: ['token', /^(token|jwt|password)$/, "'token', 'jwt' or 'password'"],
  user: ['', /./, 'the name of a user, with login: "password"'],
} as const;

export function nats(options: unknown = {}): Via {
  if (!isObject(options)) throwTypeError('the options of nats() must be an object');
  const given = { ...(options as Record<string, unknown>) };
  const read = (name: keyof typeof OPTIONS) => {
    const [usual, pattern, takes] = OPTIONS[name];
    const value = given[name];
    delete given[name];
    if (value === undefined) return usual;
    if (!(typeof value === 'string' && pattern.test(value))) throwTypeError(`option ${name} of nats() takes ${takes}`);
    return value;
  };
  const stream = read('stream');
  const prefix = read('prefix');
  const bucket = read('bucket');
  const inbox = read('inbox');
  const login = read('login');
  const user = read('user');
  if ((login === 'password') !== !!user) throwTypeError("options login: 'password' and user of nats() go together");
  const { heartbeat = {}, idle = 10_000, ...unknown } = given;
  const [name] = Object.keys(unknown);
  if (name)
    throwTypeError(
      `option ${name} of nats() is unknown; there are ${[...Object.keys(OPTIONS), 'heartbeat', 'idle'].join(', ')}`,
    );
  if (heartbeat !== false && !isObject(heartbeat)) throwTypeError('option heartbeat of nats() takes false, or an object');
  if (!(typeof idle === 'number' && idle >= 100 && idle <= 600_000))
    throwTypeError('option idle of nats() takes milliseconds from 100 to 600000');
  return {
    name: 'nats',
    socket: () => ({ heartbeat: heartbeat && { ...HEARTBEAT, ...heartbeat } }),
    make(now, seed) {
      if (!started) initSync({ module: inlinedChannels() });
      started = true;
      return make(now, seed, stream, prefix, bucket, inbox, login, user, idle);
    },
  };
}
