/**
 * The cases in which the fake of the browser's class in a world differs from the browser's own: each with why, and with the engines if not in
 * all. Of each some must differ.
 */
const MICROTASKS = 'A script dispatches the events, so microtasks run after all listeners of an event, not between two.';
const UNTRUSTED = 'No script can make an event that is trusted.';

const EVERYWHERE = [
  {
    why: MICROTASKS,
    cases:
      /^microtasks: .*(from the server|of open, error and close)|^errors: of which window.onerror hears at once.*from the server/,
  },
  {
    why: `${MICROTASKS} What awaits an event sees it without currentTarget.`,
    cases:
      /^subclasses: of a subclass|^urls: (a relative one connects|credentials reach|a URL object is read once)|^events: open$|^closing: a new one from within close/,
  },
  {
    why: UNTRUSTED,
    cases:
      /^dispatching: (an event of the server, once more|timeStamp and isTrusted)|^events: (their own keys|the keys that for-in finds|constants and legacy members|timeStamp is of now)|^listeners: window.event \(from the server/,
  },
  {
    why: 'A server of a world can’t send a reason of more than 123 bytes.',
    cases: /^the server closes: the reason is too long/,
  },
];

const ORDER = {
  why: 'The members have an order of the browser’s own.',
  cases: /^idl: (own keys|enumerable keys of the prototype|members are plain functions)/,
};
const FALLBACK = {
  why: 'It falls back to WebSocket.prototype. The fake extends EventTarget, whose constructor falls back to its own.',
  cases: /^subclasses: Reflect.construct with a newTarget whose prototype is no object/,
};

const OF_AN_ENGINE = {
  chromium: [],
  firefox: [
    ORDER,
    FALLBACK,
    {
      why: 'It is an error. By WebIDL the object is no sequence.',
      cases: /^protocols: an object whose iterator method is null/,
    },
    {
      why: 'The fault server speaks no TLS. A world’s servers do what their URL says.',
      cases: /^the server refuses: not TLS/,
      chance: true,
    },
    {
      why: 'Which comes first, the next task or the rejection, is chance.',
      cases: /^errors: in an async (listener|handler)/,
      chance: true,
    },
    {
      why: 'Other cases, at the same time, change the base of the document.',
      cases: /^urls: (an empty text|the base is the document)/,
      chance: true,
    },
  ],
  webkit: [
    ORDER,
    FALLBACK,
    { why: 'It is read after them.', cases: /^subclasses: newTarget’s prototype is read before the arguments/ },
    {
      why: 'To a blocked port there is an error, and no close. In a world there is neither.',
      cases: /^urls: (port 0|(a|another) blocked port|an IPv|a long IPv6|a host)|^the server refuses: nothing listens/,
    },
    {
      why: 'The iterator is asked for twice, and closed.',
      cases: /^protocols: an (iterable is read|iterator whose item throws)/,
    },
    { why: 'The error is null.', cases: /^listeners: an object without handleEvent .*from the server/ },
    {
      why: 'Blobs that are not read yet are lost at close(), and what is behind them.',
      cases: /^sending: all that is sent before close/,
    },
    { why: 'A reason ends at NUL.', cases: /^closing with reason NUL/ },
  ],
};

export const differencesIn = (engine) => [...EVERYWHERE, ...OF_AN_ENGINE[engine]];

/** No script can make an event that is trusted: `isTrusted` is left out of the comparison. */
export const withoutTrust = (record) => record.map((entry) => entry.replaceAll('isTrusted: true', 'isTrusted: false'));
