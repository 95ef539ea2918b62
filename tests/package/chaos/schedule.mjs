/**
 * The faults, and when they come: made from a seed, as data, before anything runs. The same seed gives the same schedule; what the
 * browser and the network make of it is theirs.
 *
 * It comes in rounds. Between two of them all is calm, so that it can be seen whether everything comes back. An entry is one of
 * - `{ at, endpoint, order, query }`: an order to the server, for one socket's endpoint; `lifts` if it ends what an earlier one began;
 * - `{ at, socket, act, … }`: the application does something odd, or with `inside` the next listener to that event does;
 * - `{ at, page, … }`: what all sockets of the page feel;
 * - `{ at, server: 'restart', ms }`: the process is killed, and another comes up so long after.
 */
import { randomOf } from './random.mjs';

export const ROUND_MS = 5_000;
/** Each a socket with options of its own, see `application.mjs`, and an endpoint of the same name. */
export const SOCKETS = ['plain', 'watched', 'admitted', 'bare'];
/** The code that the application closes with, and the server never, so that it can be told who began. */
export const GOODBYE = 3_999;
/** One socket gets a fault this often on average. An hour with a fault every six seconds has 600. */
const EVERY_MS = 90;

// Not the empty one: the client's own is empty where a connection was given up.
const CODES = [1000, 1001, 1005, 1006, 1008, 1011, 1012, 1012, 1013, 1013, 3000, 4000, 4400, 4999];
const EVENTS = ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange'];

/** Faults of an endpoint: each a list of `[after, order, query]`. */
const FAULTS = [
  [10, () => [[0, 'drop']]],
  [9, ({ pick }) => [[0, 'close', { code: pick(CODES), reason: pick(['', '', 'so it goes', '{"retryAfter":180}']) }]]],
  [
    12,
    ({ between, pick, chance }) => [
      [0, 'freeze', { ...pick([{}, {}, { way: 'in' }, { way: 'out' }]), ...(chance(0.2) && { next: 1 }) }],
      [between(60, 900), 'thaw', {}, true],
    ],
  ],
  [
    7,
    ({ between }) => [
      [0, 'delay', { ms: between(5, 500) }],
      [between(100, 700), 'delay', { ms: 0 }, true],
    ],
  ],
  [7, ({ between, pick }) => [[0, 'refuse', { for: between(30, 400), status: pick([503, 401, 200, 0, 0]) }]]],
  [
    7,
    ({ between }) => [
      [0, 'handshake', { ms: between(10, 1_600) }],
      [between(50, 400), 'handshake', { ms: 0 }, true],
    ],
  ],
  [
    3,
    ({ between }) => [
      [0, 'flap', { after: between(0, 40) }],
      [between(50, 300), 'accept', {}, true],
    ],
  ],
  [3, () => [[0, 'garble']]],
  [7, ({ between }) => [[0, 'flood', { count: between(10, 250) }]]],
];

const ACTS = [
  [5, 'reconnect'],
  [3, 'close and reconnect'],
  [2, 'close'],
  [2, 'reconnect twice'],
  [3, 'send'],
  [3, 'request'],
];

/** Calls that only make sense in a listener. */
const INSIDE = [...ACTS, [2, 'throw'], [3, 'block']];

function faultsOf(at, socket, random) {
  if (random.chance(0.6))
    return random
      .weighed(FAULTS)(random)
      .map(([after, order, query = {}, lifts = false]) => ({
        at: at + after,
        endpoint: socket,
        order,
        query,
        ...(lifts && { lifts }),
      }));
  const inside = random.chance(0.7) && random.pick(EVENTS);
  const act = random.weighed(inside ? INSIDE : ACTS);
  return [{ at, socket, act, ...(inside && { inside }), ...(act === 'block' && { ms: random.between(20, 400) }) }];
}

const PAGE = [
  [4, ({ between }) => [{ page: 'block', ms: between(50, 900) }]],
  // Longer than a deadline may be late: the page must have slept.
  [1, ({ between }) => [{ page: 'block', ms: between(1_600, 2_200) }]],
  [2, () => [{ page: 'event', type: 'offline' }]],
  [4, () => [{ page: 'event', type: 'online' }]],
  [3, ({ pick }) => [{ page: 'event', type: pick(['pageshow', 'visibilitychange', 'resume']) }]],
  [
    2,
    ({ between }) => [
      { page: 'network', offline: true },
      { after: between(100, 700), page: 'network', offline: false, lifts: true },
    ],
  ],
  [
    2,
    ({ between }) => [
      { page: 'cpu', rate: between(3, 12) },
      { after: between(300, 1_500), page: 'cpu', rate: 1, lifts: true },
    ],
  ],
];

function round(random) {
  const entries = [];
  const every = (mean, make) => {
    for (let at = random.between(0, mean); at < ROUND_MS; at += random.between(1, 2 * mean)) entries.push(...make(at));
  };
  for (const socket of SOCKETS) every(EVERY_MS, (at) => faultsOf(at, socket, random));
  every(700, (at) =>
    random
      .weighed(PAGE)(random)
      .map(({ after = 0, ...entry }) => ({ at: at + after, ...entry })),
  );
  entries.push({ at: random.between(1_000, ROUND_MS - 1_000), server: 'restart', ms: random.between(0, 500) });
  return entries.sort((one, other) => one.at - other.at);
}

export function schedule(seed, rounds) {
  const random = randomOf(seed);
  return Array.from({ length: rounds }, () => round(random));
}

/** How many faults there are: what lifts one is none. */
export const faultsIn = (rounds) => rounds.flat().filter(({ lifts }) => !lifts).length;
