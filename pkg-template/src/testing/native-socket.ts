/**
 * The browser's own class in a world: the shell that WebIDL prescribes around one of the machine's sockets. The machine holds the rules:
 * states, the network, the handshake, and when each event comes.
 */
import type { World as Machine } from 'holdfast:machine';
import { checkUrl, clamp, protocolList, utf8Length } from '../dom/webidl';
import { throwMissingArgument } from '../platform/errors';
import { defineMembers, isObject } from '../platform/native';
import type { Payloads } from './payloads';

/** The parts of a world that a class of sockets uses. */
export interface SocketWorld {
  readonly _machine: Machine;
  readonly _payloads: Payloads;
  readonly _closeEvent: typeof CloseEvent;
  readonly browser: string;
  /** Gives an event the time of the page's clock. */
  readonly _stamp: (event: Event) => Event;
  /** The sockets that events may still come for. */
  readonly _sockets: Map<number, NativeSocket>;
  /** The machine's plans may have changed. */
  _changed(): void;
  /** Throws after the end of the world. */
  _checkLives(): void;
}

/** A socket, for the world: dispatches the events of the machine's steps. */
export interface NativeSocket {
  dispatch(event: Event): unknown;
  message(text: string, number: number): void;
}

export type NativeClass = typeof globalThis.WebSocket;

/** The state of one socket. */
interface State {
  id: number;
  url: string;
  binaryType: BinaryType;
  handlers: Map<string, Handler>;
}

interface Handler {
  callback: unknown;
  listener: (event: Event) => unknown;
}

const exception = (message: string, name: string) => new DOMException(message, name);

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

/** Makes the class of one world, from the EventTarget that the platform has now. */
export function makeNativeClass(world: SocketWorld): NativeClass {
  const { _payloads: payloads } = world;
  const states = new WeakMap<object, State>();

  const isChromium = world.browser === 'chromium';
  // Only Firefox rounds, as `[Clamp]` says.
  const rounds = world.browser === 'firefox';
  const toCode = (code: unknown) => clamp(rounds ? code : Math.trunc(+(code as number)));

  const stateOf = (socket: unknown): State => {
    const state = states.get(socket as object);
    if (!state) throw TypeError('Illegal invocation');
    return state;
  };

  const { addEventListener, removeEventListener, dispatchEvent } = EventTarget.prototype;
  const dispatch = (socket: object, event: Event) => dispatchEvent.call(socket as EventTarget, world._stamp(event));

  /** `on…` attributes: https://html.spec.whatwg.org/#event-handler-idl-attributes */
  const handler = (type: string) => ({
    get [`on${type}`](): unknown {
      return stateOf(this).handlers.get(type)?.callback ?? null;
    },
    set [`on${type}`](value: unknown) {
      const { handlers } = stateOf(this);
      const current = handlers.get(type);
      if (!isObject(value)) {
        if (current) removeEventListener.call(this as unknown as EventTarget, type, current.listener);
        handlers.delete(type);
      } else if (current) current.callback = value;
      else {
        const added: Handler = {
          callback: value,
          listener(event) {
            const { callback } = added;
            if (typeof callback === 'function' && callback.call(event.currentTarget, event) === false) event.preventDefault();
          },
        };
        handlers.set(type, added);
        addEventListener.call(this as unknown as EventTarget, type, added.listener);
      }
    },
  });

  const { WebSocket } = {
    WebSocket: class extends EventTarget {
      constructor(url: unknown, protocols: unknown = undefined) {
        if (!arguments.length) throwMissingArgument();
        super();
        world._checkLives();
        const target = `${url}`;
        const list = protocols === undefined ? [] : protocolList(protocols);
        const address = checkUrl(target);
        const id = world._machine.open(address, list);
        if (id < 0) throw exception('The subprotocols must be tokens, each of them once.', 'SyntaxError');
        if (!id) throw exception(`The URL '${target}' is invalid.`, 'SyntaxError');
        states.set(this, { id, url: address, binaryType: 'blob', handlers: new Map() });
        let origin: string | undefined;
        world._sockets.set(id, {
          dispatch: (event) => dispatch(this, event),
          message: (text, number) => {
            let data: unknown = text;
            if (number) {
              const bytes = payloads.bytes(number);
              data = stateOf(this).binaryType === 'blob' ? new Blob([bytes]) : bytes;
            }
            origin ??= new URL(address).origin;
            dispatch(this, new MessageEvent('message', { data, origin }));
          },
        });
        world._changed();
      }
    },
  };
  const { prototype } = WebSocket;
  Reflect.deleteProperty(prototype, 'constructor');
  const attributes = [
    {
      get url(): string {
        return stateOf(this).url;
      },
    },
    {
      get readyState(): number {
        return world._machine.ready_state(stateOf(this).id);
      },
    },
    {
      get bufferedAmount(): number {
        return world._machine.buffered_amount(stateOf(this).id);
      },
    },
    handler('open'),
    handler('error'),
    handler('close'),
    {
      get extensions(): string {
        stateOf(this);
        return '';
      },
    },
    {
      get protocol(): string {
        return world._machine.protocol(stateOf(this).id);
      },
    },
    handler('message'),
    {
      get binaryType(): BinaryType {
        return stateOf(this).binaryType;
      },
      set binaryType(value: unknown) {
        const state = stateOf(this);
        const type = `${value}`;
        if (type === 'blob' || type === 'arraybuffer') state.binaryType = type;
      },
    },
  ];
  for (const attribute of attributes) defineMembers(prototype, attribute);
  STATES.forEach((name, value) => {
    for (const owner of [prototype, WebSocket]) Object.defineProperty(owner, name, { value, enumerable: true });
  });
  defineMembers(prototype, {
    close(...[code, reason]: unknown[]): void {
      const { id } = stateOf(this);
      const number = code === undefined ? undefined : toCode(code);
      const text = reason === undefined ? '' : `${reason}`;
      if (isChromium && number === undefined && reason !== undefined)
        throw exception('A close reason takes a close code.', 'InvalidAccessError');
      const fault = world._machine.close(id, number, text);
      if (fault === 1)
        throw exception(`The close code must be 1000, or from 3000 to 4999; ${number} is neither.`, 'InvalidAccessError');
      if (fault) throw exception(`The close reason has ${utf8Length(text)} bytes, and may have 123.`, 'SyntaxError');
      world._changed();
    },
    send(data: unknown): void {
      const { id } = stateOf(this);
      if (!arguments.length) throwMissingArgument();
      const sent = payloads.keep(data);
      if (!world._machine.send(id, ...sent)) throw exception('The socket is still connecting.', 'InvalidStateError');
      world._changed();
    },
  });
  defineMembers(prototype, { constructor: WebSocket }, false);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true });
  return WebSocket as unknown as NativeClass;
}
