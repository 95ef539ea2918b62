/** The constructor apart from its arguments' values. https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface */
export const cases = {
  'constructing: without arguments': (t) => t.attempt('new', () => new t.WebSocket()),

  'constructing: without new': (t) => {
    t.attempt('call', () => t.WebSocket(t.url()));
    t.attempt('call without arguments', () => t.WebSocket());
    t.attempt('call on an instance', () => t.WebSocket.call(t.make(), t.url()));
    t.attempt('Reflect.apply', () => Reflect.apply(t.WebSocket, undefined, [t.url()]));
  },

  'constructing: without new, the arguments are not looked at': (t) => {
    const url = {
      toString() {
        t.log('toString');
        return t.url();
      },
    };
    t.attempt('call', () => t.WebSocket(url));
  },

  'constructing: more arguments are ignored': async (t) => {
    const ws = t.track(new t.WebSocket(t.url(), [], 5, 'six', Symbol('seven')));
    await t.next(ws, 'open');
    t.log('open', ws.readyState);
  },

  'constructing: an options object is not looked at': async (t) => {
    const spy = new Proxy(
      {},
      {
        get: (_, key) => t.log('get', key),
        has: (_, key) => t.log('has', key),
        ownKeys: () => {
          t.log('ownKeys');
          return [];
        },
      },
    );
    const ws = t.track(new t.WebSocket(t.url(), [], spy));
    await t.next(ws, 'open');
    t.log('open', ws.readyState);
  },

  'constructing: what a new object is': (t) => {
    const ws = t.make();
    t.log('prototype', Object.getPrototypeOf(ws));
    t.log('own keys', Reflect.ownKeys(ws));
    t.log('enumerable keys', Object.keys(ws));
    t.log('constructor', ws.constructor);
    t.log('toString', Object.prototype.toString.call(ws));
    t.log('text', String(ws));
    t.log('JSON', JSON.stringify(ws));
    t.log('extensible', Object.isExtensible(ws));
    t.log('instanceof', ws instanceof t.WebSocket, ws instanceof EventTarget, ws instanceof Object);
    t.log('brand of others', ws instanceof Event);
    const keys = [];
    for (const key in ws) keys.push(key);
    t.log('for in', keys.sort());
  },

  'constructing: what a new object has': (t) => {
    const ws = t.make();
    for (const key of [
      'url',
      'readyState',
      'bufferedAmount',
      'onopen',
      'onerror',
      'onclose',
      'extensions',
      'protocol',
      'onmessage',
      'binaryType',
    ])
      t.log(key, ws[key]);
  },

  'constructing: attributes read-only to assignment': (t) => {
    const ws = t.make();
    for (const key of ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'CONNECTING', 'OPEN']) {
      t.attempt(`strict ${key} =`, () => {
        ws[key] = 'x';
      });
      t.attempt(`sloppy ${key} =`, () => new Function('ws', 'key', 'ws[key] = "x"')(ws, key));
      t.attempt(`delete ${key}`, () => delete ws[key]);
      if (key !== 'url') t.log(key, ws[key]);
    }
  },

  'constructing: an object takes properties, freezes, and can be a key': async (t) => {
    const ws = t.make();
    ws.mine = 1;
    t.log('mine', ws.mine, Reflect.ownKeys(ws));
    Object.freeze(ws);
    t.log('frozen', Object.isFrozen(ws));
    t.attempt('set after freeze', () => {
      ws.more = 1;
    });
    // Attributes are accessors of the prototype: freezing changes nothing.
    ws.onopen = (event) => t.log('onopen', event);
    ws.binaryType = 'arraybuffer';
    t.log('binaryType', ws.binaryType);
    t.log('weak map', new WeakMap([[ws, 1]]).get(ws));
    await t.next(ws, 'open');
  },

  'constructing: an object can’t be cloned': (t) => {
    t.attempt('structuredClone', () => structuredClone(t.make()));
    t.attempt('postMessage', () => new MessageChannel().port1.postMessage(t.make()));
  },

  'constructing: no event comes before the task ends': async (t) => {
    const ws = t.watch(t.make());
    const end = performance.now() + 50;
    while (performance.now() < end);
    t.log('after busy', ws.readyState);
    await Promise.resolve();
    t.log('after a microtask', ws.readyState);
    await t.next(ws, 'open');
  },

  'constructing: two sockets have nothing in common': async (t) => {
    const one = t.make('/echo', ['a'], 'one');
    const two = t.make('/echo', ['b'], 'two');
    one.onmessage = (event) => t.log('one', event.data, event.target);
    two.onmessage = (event) => t.log('two', event.data, event.target);
    await Promise.all([t.next(one, 'open'), t.next(two, 'open')]);
    t.log('protocols', one.protocol, two.protocol);
    one.binaryType = 'arraybuffer';
    t.log('binaryTypes', one.binaryType, two.binaryType);
    one.send('1');
    await t.next(one, 'message');
    two.send('2');
    await t.next(two, 'message');
    await t.end(one);
    t.log('states', one.readyState, two.readyState);
  },
};
