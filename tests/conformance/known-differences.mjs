/**
 * The cases in which the class as it comes, which reconnects, differs from the browser's on purpose: the name of a case, and why.
 * An entry whose case no longer differs is stale and fails.
 */
const RETRIED = 'This end is not the last: another connection is tried, and readyState is CONNECTING meanwhile.';
const PLANNED = 'While another attempt is planned readyState is CONNECTING, in the error event already.';
const FINAL = 'A close event says with willReconnect and unsent what becomes of the socket.';
const QUEUED = 'What is sent while there is no connection yet waits in the queue.';
const PROVIDER = 'A function is asked for the URL, or the protocols, before each attempt.';
const HANDLERS = 'Events of our own have handlers as well: onstatuschange and onreconnecting.';
const OPTIONS = 'The third argument is the options; so is a plain object in second place.';

/** Close codes that are not the end. 1000, 1002, 1003, 1007 to 1010 and 4400 to 4499 are. */
const CODES = [
  0, 1, 999, 1001, 1004, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 1016, 2000, 2999, 3000, 3999, 4000, 4500, 4999, 5000, 65535,
];

const STATUSES = [200, 204, 301, 400, 401, 403, 404, 426, 500, 503];

const because = (why, names) => Object.fromEntries(names.map((name) => [name, why]));

export const KNOWN_DIFFERENCES = {
  'handlers: there are no others': HANDLERS,
  ...because(RETRIED, [
    ...CODES.flatMap((code) => [
      `the server closes: with ${code}`,
      `the server closes: with ${code}, later and without reason`,
    ]),
    'the server closes: with an empty frame',
    'the server closes: with an empty frame, later',
    'the server closes: by a reset',
    'the server closes: by a reset with data under way',
    'the server closes: the reason is too long a text',
    'the server refuses: nothing listens',
    'the server refuses: a host that can’t be found',
    'the server refuses: not TLS',
    'the server refuses: by a reset',
    ...STATUSES.map((status) => `the server refuses: with status ${status}`),
    'protocols: the server answers one that was not offered',
    'protocols: the server answers one that was offered in another case',
    'protocols: the server answers one where none was offered',
    'protocols: the server answers none where one was offered',
    'events: error and close of a refused handshake',
    'garbage: a failed one goes',
  ]),
  ...because(PLANNED, [
    'handlers: all four, when it fails',
    'errors: in onerror, the life goes on',
    'errors: in onclose, the life goes on',
    'microtasks: of error, before close',
    'closing: in error',
    'closing: readyState seen when it fails',
  ]),
  ...because(FINAL, ['events: their own keys', 'events: the keys that for-in finds']),
  ...because(QUEUED, ['sending: anything while connecting', 'sending: bufferedAmount after a refused connection']),
  ...because(PROVIDER, [
    'urls: a function with toString for a text',
    'protocols: a function with an iterator',
    'protocols: a function with toString',
  ]),
  ...because(OPTIONS, [
    'constructing: more arguments are ignored',
    'constructing: an options object is not looked at',
    'protocols: a plain object',
    'protocols: an object without prototype',
  ]),
};
