/**
 * The cases in which Firefox and WebKit do what the standard, Chromium and ours don't: each with why, and with the one of our two classes
 * alone it shows. One of the cases at least has to differ, or the entry is stale. (`chance`: it may differ.)
 */
const ORDER = 'The members have an order of the browser’s own.';
const FALLBACK = 'It falls back to WebSocket.prototype. Ours extends EventTarget, whose constructor falls back to its own.';
const LATE = 'It is called for the same event, as the standard says. Ours is from the next event on.';
const FRAMES = 'bufferedAmount counts the frames beside the data, 6 bytes and more for each. By the standard it doesn’t.';

/** Cases that are not run: those that need `gc()`, which only Chromium has; and of those that never end in WebKit, all but one. */
export const LEFT_OUT = {
  firefox: /^garbage/,
  webkit: /^garbage|^urls: ((a|another) blocked port|an IPv|a long IPv6|a host)|^the server refuses: nothing listens/,
};

export const QUIRKS = {
  firefox: [
    { cases: /^idl: (own keys|enumerable keys of the prototype|members are plain functions)/, why: ORDER },
    { cases: /^subclasses: Reflect.construct with a newTarget whose prototype is no object/, why: FALLBACK },
    { cases: /^listeners: a bubbling listener added by a capturing one .*from the server/, why: LATE },
    {
      cases: /^protocols: an object whose iterator method is null/,
      why: 'It is an error. By WebIDL the object is no sequence, but a text.',
    },
    {
      cases: /^errors: in an async (listener|handler)/,
      why: 'Which comes first, the next task or the rejection, is chance.',
      chance: true,
    },
    {
      cases: /^urls: (a wss|an https): URL|^the server refuses: not TLS/,
      why: 'Where the server speaks no TLS, the close code is 1006 or 1015, as it happens.',
      chance: true,
    },
    {
      cases: /^unloading: a frame that navigates/,
      why: 'Whether the socket of a page that goes is told of its end, 1001, is chance: the native class differs from itself.',
      chance: true,
    },
  ],
  webkit: [
    { cases: /^idl: (own|enumerable) keys of the prototype/, why: ORDER },
    { cases: /^subclasses: Reflect.construct with a newTarget whose prototype is no object/, why: FALLBACK },
    {
      cases: /^subclasses: newTarget’s prototype is read before the arguments/,
      why: 'It is read after them.',
    },
    { cases: /^listeners: a bubbling listener added by a capturing one .*from the server/, why: LATE },
    {
      cases: /^urls: port 0/,
      why: 'As for other blocked ports there is an error, and never a close. Ours has both.',
    },
    {
      cases: /^protocols: an (iterable is read in the standard’s order|iterator whose item throws)/,
      why: 'The iterator is asked for twice, and closed when an item’s conversion throws.',
    },
    {
      cases: /^listeners: an object without handleEvent .*from the server/,
      why: 'window.onerror hears of it, but the error is null.',
    },
    {
      cases: /^(errors: of which window.onerror hears at once|microtasks: an error and a microtask).*from the server/,
      why: 'Microtasks run before an exception is reported. By WebIDL, and with ours, it is reported first.',
    },
    {
      cases:
        /^sending: (.*closing and closed|the conversion comes before|bufferedAmount)|^the server closes: what is sent in close/,
      why: FRAMES,
      only: 'default',
    },
    {
      cases: /^unloading: a frame’s socket, listened to from outside/,
      why: 'A DOMException has properties that tell where it was made.',
    },
    {
      cases: /^unloading: constructing in a frame that is gone/,
      why: 'The socket is closed from the start. Ours as it comes is about to try again.',
      only: 'default',
    },
  ],
};

const CLEAN = 'code: 1005, reason: "", wasClean: true';
const FAILED = 'code: 1006, reason: "", wasClean: false';

/**
 * Returns a record without what is chance in Firefox: the close code of a socket that was closed while connecting. By the standard it
 * fails with 1006. If the handshake has succeeded in Firefox's parent process by then, the error event is followed by a clean 1005.
 */
export const withoutChance = (record) =>
  record.map((entry, index) => {
    const afterError = record[index - 1]?.startsWith('on error in state 3');
    return afterError && entry.startsWith('on close') ? entry.replace(CLEAN, FAILED) : entry;
  });
