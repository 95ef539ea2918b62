/**
 * The listeners of a socket, kept twice: here, in our own list, and with the browser, on the EventTarget that our object is.
 *
 * - An event of the browser's own socket is being dispatched when it reaches us, and can't be dispatched a second time; making
 *   a new one costs too much for every message. So it goes through our list (`dispatchNative`).
 * - An event that a script gives to `dispatchEvent()` goes through the browser's list, and all of DOM's rules for it,
 *   with `window.event`, passive listeners and `InvalidStateError`, are the browser's own work.
 *
 * `listener-slots.ts` decides when each of ours runs. https://dom.spec.whatwg.org/#concept-event-listener-invoke
 */

import { retargetingPrototype } from '../dom/event-prototype';
import type { Listener, Listeners, Socket } from '../model/types';
import { callInZone, currentZone, inRootZone, isObject, native } from '../platform/native';

/** The options of addEventListener, as they come. */
interface Options {
  capture?: unknown;
  once?: unknown;
  passive?: unknown;
  signal?: AbortSignal;
}

/**
 * True if capturing listeners come before the others at the target itself. The standard says so; Chromium does it for nodes
 * alone, and calls the listeners of any other EventTarget in the order they were added. We do as the browser does.
 */
let hasPhases: boolean | undefined;
/** True if `stopPropagation()` in a capturing listener stops the others. By the standard it does; in WebKit it doesn't. */
let phasesStop: boolean | undefined;

function probePhases(): boolean {
  const called: boolean[] = [];
  const target = new EventTarget();
  for (const capture of [false, true])
    target.addEventListener(
      '',
      (event) => {
        called.push(capture);
        event.stopPropagation();
      },
      capture,
    );
  target.dispatchEvent(new Event(''));
  phasesStop = called.length < 2;
  return called[0];
}

const isLive = (listener: Listener) => listener._isLive();

function listsOf(socket: Socket, capture: boolean): Listeners {
  hasPhases ??= probePhases();
  return hasPhases && capture ? socket._capturing : socket._bubbling;
}

function setList(socket: Socket, lists: Listeners, type: string, list: readonly Listener[]): void {
  lists.set(type, list);
  if (type !== 'message') return;
  const [first, second] = [...(socket._capturing.get(type) ?? []), ...(socket._bubbling.get(type) ?? [])];
  const isAlone = first?._isPlain && !second && !socket._settings.resume;
  socket._messageCallback = isAlone ? (first._callback as EventListener) : undefined;
}

/** Type, callback and capture identify a listener. */
const isSame = (listener: Listener, callback: unknown, capture: boolean) =>
  listener._callback === callback && listener._capture === capture;

/** https://dom.spec.whatwg.org/#add-an-event-listener */
export function addListener(
  socket: Socket,
  type: string,
  callback: EventListenerOrEventListenerObject,
  // In WebIDL's order, which getters can see.
  { capture: captures, once, passive, signal }: Options = {},
): void {
  const capture = !!captures;
  const ws = socket._ws;
  const zone = currentZone();
  // Adds nothing, but throws the browser's error for an invalid signal.
  if (signal !== undefined) native.addEventListener.call(ws, type, null, { signal });
  const lists = listsOf(socket, capture);
  const size = (of: Listeners) => of.get(type)?.length ?? 0;
  const list = (lists.get(type) ?? []).filter(isLive);
  if (signal?.aborted || list.some((listener) => isSame(listener, callback, capture))) return;
  const listener: Listener = {
    _callback: callback,
    _capture: capture,
    _isPlain: typeof callback === 'function' && !(once || zone || signal),
    _removed: false,
    // An aborted signal is as good as a removal. No listener is left on it: it may outlive a thousand sockets.
    _isLive: () => !(listener._removed || signal?.aborted),
    handleEvent(event) {
      if (once) removeListener(socket, type, callback, { capture });
      const call = typeof callback === 'function' ? callback : callback.handleEvent;
      if (typeof call === 'function') callInZone(zone, call, call === callback ? ws : callback, event);
      // WebIDL says that an exception is reported. Chromium, the only one without phases, ignores the object silently, and so do we there.
      else if (hasPhases) throw TypeError('handleEvent is not a function');
    },
  };
  setList(socket, lists, type, [...list, listener]);
  socket._host._slots._reserve(type, size(socket._capturing) + size(socket._bubbling));
  native.addEventListener.call(ws, type, listener, { capture, passive: !!passive, signal });
  if (signal) reviewOnAbort(signal, socket);
  socket._host._updatePin(socket);
}

/** The sockets with listeners that a signal removes. One listener to a signal, which may outlive a thousand of them. */
const signalled = new WeakMap<AbortSignal, Set<WeakRef<Socket>>>();

/** Unpins a socket whose last listener is removed by a signal. */
function reviewOnAbort(signal: AbortSignal, { _host: { _weak: weak } }: Socket): void {
  const sockets = signalled.get(signal) ?? new Set();
  if (!signalled.has(signal)) {
    signalled.set(signal, sockets);
    const onAbort = () => {
      for (const each of sockets) {
        const socket = each.deref();
        socket?._host._updatePin(socket);
      }
    };
    inRootZone(() => signal.addEventListener('abort', onAbort, { once: true }));
  }
  for (const each of sockets) if (!each.deref()) sockets.delete(each);
  if (weak) sockets.add(weak);
}

/** https://dom.spec.whatwg.org/#remove-an-event-listener */
export function removeListener(socket: Socket, type: string, callback: unknown, { capture: captures }: Options = {}): void {
  const capture = !!captures;
  const lists = listsOf(socket, capture);
  const list = lists.get(type) ?? [];
  for (const listener of list) {
    if (isSame(listener, callback, capture)) {
      listener._removed = true;
      native.removeEventListener.call(socket._ws, type, listener, capture);
    }
  }
  setList(socket, lists, type, list.filter(isLive));
  socket._host._updatePin(socket);
}

/** True if there is any listener. */
export const hasListeners = (socket: Socket): boolean =>
  [...socket._bubbling.values(), ...socket._capturing.values()].some((list) => list.some(isLive));

/** True if there is a listener for a type. */
export const hasListener = (socket: Socket, type: string): boolean =>
  [socket._bubbling, socket._capturing].some((lists) => lists.get(type)?.some(isLive));

/** Gives an event of the native socket our socket as its target. */
export function retarget(socket: Socket, event: Event, type: string): void {
  socket._eventPrototypes[type] ??= retargetingPrototype(socket._ws, Object.getPrototypeOf(event));
  Object.setPrototypeOf(event, socket._eventPrototypes[type]);
}

/** Dispatches an event of the native socket to our list. Returns true if all listeners have been called. */
export function dispatchNative(socket: Socket, event: Event, type: string): boolean {
  // Made by us in place of a mock's.
  if (!event.eventPhase) return dispatchOwn(socket, event);
  retarget(socket, event, type);
  const capturing = socket._capturing.get(type);
  const bubbling = socket._bubbling.get(type) ?? [];
  return socket._host._slots._dispatch(
    event,
    capturing ? [...capturing, ...bubbling] : bubbling,
    phasesStop ? capturing?.length : undefined,
  );
}

/** Dispatches an event that we made. */
export const dispatchOwn = (socket: Socket, event: Event, properties?: object): boolean =>
  native.dispatchEvent.call(socket._ws, Object.assign(event, properties));

/**
 * `onopen` and its like. https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes
 * The place among the listeners is taken when a handler is first set, kept while it is replaced, and lost with null.
 */
export function setHandler(socket: Socket, type: string, value: unknown): void {
  socket._handlers[type] ??= [
    null,
    (event) => {
      const [call, , zone] = handler;
      // An object that isn't callable is kept, and does nothing: [LegacyTreatNonObjectAsNull].
      if (typeof call === 'function' && callInZone(zone, call as never, socket._ws, event) === false) event.preventDefault();
    },
    undefined,
  ];
  const handler = socket._handlers[type];
  const [previous, relay] = handler;
  handler[0] = isObject(value) ? value : null;
  // The zone of this handler, not of the first one that was set.
  handler[2] = currentZone();
  if (handler[0] && !previous) inRootZone(() => addListener(socket, type, relay));
  else if (!handler[0] && previous) removeListener(socket, type, relay);
}
