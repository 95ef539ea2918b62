/** Classes that extend it. https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface (newTarget) */
export const cases = {
  'subclasses: extends, with super and fields': async (t) => {
    class Chat extends t.WebSocket {
      kind = 'chat';
      #secret = 7;
      constructor(endpoint) {
        super(endpoint, ['a']);
        t.log('in the constructor', this.kind, this.readyState, this.url);
      }
      get secret() {
        return this.#secret;
      }
      send(data) {
        t.log('send', data);
        super.send(`<${data}>`);
      }
    }
    const ws = t.track(new Chat(t.url()));
    t.log('names', Chat.name, Chat.length, ws.constructor.name);
    t.log('instanceof', ws instanceof Chat, ws instanceof t.WebSocket, ws instanceof EventTarget);
    t.log('own keys', Reflect.ownKeys(ws));
    t.log('toString', String(ws));
    t.log('statics', Chat.OPEN, Object.getPrototypeOf(Chat));
    await t.next(ws, 'open');
    ws.send('x');
    t.log('message', (await t.next(ws, 'message')).data, ws.secret, ws.protocol);
  },

  'subclasses: one without a constructor': async (t) => {
    class Chat extends t.WebSocket {}
    t.attempt('no argument', () => new Chat());
    const ws = t.track(new Chat(t.url(), 'a'));
    await t.next(ws, 'open');
    t.log('open', ws.protocol, Chat.length);
  },

  'subclasses: of a subclass': async (t) => {
    class One extends t.WebSocket {}
    class Two extends One {
      get [Symbol.toStringTag]() {
        return 'Two';
      }
    }
    const ws = t.track(new Two(t.url()));
    t.log('is', ws instanceof One, String(ws), Object.prototype.toString.call(ws));
    t.log('event', await t.next(ws, 'open'));
  },

  'subclasses: methods overridden are the ones that count for callers only': async (t) => {
    const log = t.log.bind(t);
    class Chat extends t.WebSocket {
      addEventListener(...rest) {
        log('addEventListener', rest[0]);
        super.addEventListener(...rest);
      }
      removeEventListener(...rest) {
        log('removeEventListener', rest[0]);
        super.removeEventListener(...rest);
      }
      dispatchEvent(event) {
        log('dispatchEvent', event.type);
        return super.dispatchEvent(event);
      }
      close(...rest) {
        log('close', ...rest);
        super.close(...rest);
      }
      get readyState() {
        log('readyState');
        return super.readyState;
      }
      set binaryType(value) {
        log('binaryType', value);
        super.binaryType = value;
      }
      get binaryType() {
        return super.binaryType;
      }
    }
    const ws = t.track(new Chat(t.url()));
    ws.onopen = () => t.log('onopen');
    ws.binaryType = 'arraybuffer';
    await t.next(ws, 'open');
    const data = t.next(ws, 'message');
    ws.send(new Uint8Array(2));
    t.log('data', (await data).data);
    ws.onopen = null;
    ws.dispatchEvent(new Event('x'));
    const closed = t.next(ws, 'close');
    ws.close(1000);
    await closed;
    t.log('state', ws.readyState);
  },

  'subclasses: handlers as methods of the class are not handlers': async (t) => {
    class Chat extends t.WebSocket {
      onopen() {
        t.log('never');
      }
    }
    const ws = t.track(new Chat(t.url()));
    await t.next(ws, 'open');
    t.log('open', typeof ws.onopen);
  },

  'subclasses: handlers as fields hide the attribute': async (t) => {
    class Chat extends t.WebSocket {
      onmessage = () => t.log('never');
    }
    const ws = t.track(new Chat(t.url('/greet')));
    t.log('own keys', Reflect.ownKeys(ws));
    await t.next(ws, 'message');
    t.log('message came');
  },

  'subclasses: Reflect.construct with another newTarget': async (t) => {
    function Other() {}
    Other.prototype = { other: true };
    const ws = t.track(Reflect.construct(t.WebSocket, [t.url()], Other));
    t.log('prototype', Object.getPrototypeOf(ws) === Other.prototype, ws.other, ws.readyState);
    const state = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, 'readyState').get;
    t.log('brand', state.call(ws));
    EventTarget.prototype.addEventListener.call(ws, 'x', () => t.log('x'));
    EventTarget.prototype.dispatchEvent.call(ws, new Event('x'));
  },

  'subclasses: Reflect.construct with a newTarget whose prototype is no object': (t) => {
    function Other() {}
    Other.prototype = null;
    const ws = t.track(Reflect.construct(t.WebSocket, [t.url()], Other));
    t.log('prototype', Object.getPrototypeOf(ws));
  },

  'subclasses: Reflect.construct with a bound newTarget': (t) => {
    const ws = t.track(Reflect.construct(t.WebSocket, [t.url()], t.WebSocket.bind(null)));
    t.log('prototype', Object.getPrototypeOf(ws));
  },

  'subclasses: newTarget’s prototype is read once': (t) => {
    const target = new Proxy(t.WebSocket, {
      get(object, key, receiver) {
        t.log('get', key);
        return Reflect.get(object, key, receiver);
      },
    });
    const ws = t.track(new target(t.url()));
    t.log('is', ws instanceof t.WebSocket);
  },

  'subclasses: newTarget’s prototype is read before the arguments are converted': (t) => {
    const target = new Proxy(t.WebSocket, {
      get(object, key, receiver) {
        t.log('get', key);
        return Reflect.get(object, key, receiver);
      },
    });
    const url = {
      toString() {
        t.log('url');
        return t.url();
      },
    };
    t.attempt('new', () => t.track(new target(url)) instanceof t.WebSocket);
  },

  'subclasses: an old-style class': async (t) => {
    function Chat(url) {
      return Reflect.construct(t.WebSocket, [url], Chat);
    }
    Chat.prototype = Object.create(t.WebSocket.prototype, { constructor: { value: Chat } });
    Chat.prototype.hello = function () {
      return `hello from ${this.readyState}`;
    };
    const ws = t.track(new Chat(t.url()));
    t.log('hello', ws.hello(), ws.constructor.name);
    await t.next(ws, 'open');
    t.log('hello', ws.hello());
  },

  'subclasses: the prototype changed after construction': async (t) => {
    const ws = t.make();
    Object.setPrototypeOf(ws, { mine: 1 });
    t.log('mine', ws.mine, ws.readyState);
    const { get } = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, 'readyState');
    t.log('brand', get.call(ws));
    await new Promise((resolve) => t.WebSocket.prototype.addEventListener.call(ws, 'open', resolve));
    t.log('opened', get.call(ws));
  },

  'subclasses: extends without calling super': (t) => {
    class Chat extends t.WebSocket {
      // biome-ignore lint/correctness/noUnreachableSuper: it is what is tested
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: it is what is tested
        return { not: 'a socket' };
      }
    }
    t.log('made', new Chat());
  },

  'subclasses: a method patched onto the prototype': async (t) => {
    const { send } = t.WebSocket.prototype;
    class Patched extends t.WebSocket {}
    Patched.prototype.send = function (data) {
      t.log('patched', data);
      return Reflect.apply(send, this, [data]);
    };
    const ws = t.track(new Patched(t.url()));
    await t.next(ws, 'open');
    const reply = t.next(ws, 'message');
    ws.send('x');
    t.log('reply', (await reply).data);
  },
};
