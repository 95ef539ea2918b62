/**
 * The shape of class and prototype: property descriptors, functions, brands.
 * https://webidl.spec.whatwg.org/#es-interfaces, #es-attributes, #es-operations, #es-constants
 */
export const cases = {};

/** The members in the browser of 2026; a case that compares all keys finds what is missing here. */
const STATICS = ['length', 'name', 'prototype', 'CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
const ATTRIBUTES = [
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
];
const WRITABLE = ['onopen', 'onerror', 'onclose', 'onmessage', 'binaryType'];
const METHODS = ['close', 'send'];
const CONSTANTS = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

const own = (t, object, key) => {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key) ?? {};
  t.log('value', typeof value === 'function' ? `${value.name}/${value.length}` : value);
  t.log('get', get);
  t.log('set', set);
  t.log('flags', flags);
};

/** Ours has more members (`platform.mjs`); those of the browser's must be there and stand in its order. */
const browsers = (object, browsersOwn) => Reflect.ownKeys(object).filter((key) => Object.hasOwn(browsersOwn, key));
const enumerable = (object, browsersOwn) => Object.keys(object).filter((key) => Object.hasOwn(browsersOwn, key));

cases['idl: own keys of the class, in order'] = (t) => t.log('keys', browsers(t.WebSocket, WebSocket));
cases['idl: own keys of the prototype, in order'] = (t) => t.log('keys', browsers(t.WebSocket.prototype, WebSocket.prototype));
cases['idl: enumerable keys of the class'] = (t) => t.log('keys', enumerable(t.WebSocket, WebSocket));
cases['idl: enumerable keys of the prototype'] = (t) => t.log('keys', enumerable(t.WebSocket.prototype, WebSocket.prototype));

for (const key of STATICS) cases[`idl: WebSocket.${key}`] = (t) => own(t, t.WebSocket, key);
for (const key of [...ATTRIBUTES, ...METHODS, ...CONSTANTS, 'constructor', Symbol.toStringTag])
  cases[`idl: WebSocket.prototype.${String(key)}`] = (t) => own(t, t.WebSocket.prototype, key);

for (const key of ['addEventListener', 'removeEventListener', 'dispatchEvent', 'when'])
  cases[`idl: the inherited ${key}`] = (t) => {
    const method = t.WebSocket.prototype[key];
    t.log('method', method && `${method.name}/${method.length}`);
  };

const functionsOf = (WebSocket) => {
  const accessors = ATTRIBUTES.flatMap((key) => {
    const { get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, key);
    return [
      [`get ${key}`, get],
      [`set ${key}`, set],
    ];
  });
  return [...accessors.filter(([, member]) => member), ...METHODS.map((key) => [key, WebSocket.prototype[key]])];
};

cases['idl: members are plain functions that are no constructors'] = (t) => {
  for (const [name, member] of functionsOf(t.WebSocket)) {
    t.log(name, Reflect.ownKeys(member), Object.getPrototypeOf(member) === Function.prototype);
    t.attempt(`new ${name}`, () => new member());
    t.log('class of', Object.prototype.toString.call(member));
  }
};

cases['idl: the class is a function'] = (t) => {
  t.log('typeof', typeof t.WebSocket);
  t.log('prototype', Object.getPrototypeOf(t.WebSocket));
  t.log('prototype of the prototype', Object.getPrototypeOf(t.WebSocket.prototype));
  t.log('toString', Object.prototype.toString.call(t.WebSocket), Object.prototype.toString.call(t.WebSocket.prototype));
  t.log('static members of EventTarget', 'addEventListener' in t.WebSocket);
};

cases['idl: constants'] = (t) => {
  const ws = t.make();
  for (const key of CONSTANTS) {
    t.log(key, t.WebSocket[key], t.WebSocket.prototype[key], ws[key]);
    t.attempt('assign', () => {
      t.WebSocket[key] = 9;
    });
    t.attempt('assign to the prototype', () => {
      t.WebSocket.prototype[key] = 9;
    });
    t.attempt('delete', () => delete t.WebSocket[key]);
    t.attempt('define', () => Object.defineProperty(t.WebSocket.prototype, key, { value: 9 }));
  }
};

cases['idl: the prototype property of the class is fixed'] = (t) => {
  t.attempt('assign', () => {
    t.WebSocket.prototype = {};
  });
  t.attempt('delete', () => delete t.WebSocket.prototype);
};

/** Brand checks: https://webidl.spec.whatwg.org/#dfn-attribute-getter, #dfn-create-operation-function */
const STRANGERS = {
  'an empty object': () => ({}),
  'an EventTarget': () => new EventTarget(),
  'the prototype': (t) => t.WebSocket.prototype,
  'an object made of the prototype': (t) => Object.create(t.WebSocket.prototype),
  'an object made of an instance': (t) => Object.create(t.make()),
  'a Proxy of an instance': (t) => new Proxy(t.make(), {}),
  'the class': (t) => t.WebSocket,
  undefined: () => undefined,
  null: () => null,
  'a number': () => 1,
  'a text': () => 'x',
  'an Event': () => new Event('x'),
};

for (const [what, make] of Object.entries(STRANGERS)) {
  cases[`idl: members called on ${what}`] = (t) => {
    const stranger = make(t);
    for (const [name, member] of functionsOf(t.WebSocket)) {
      t.attempt(name, () => member.call(stranger));
      t.attempt(`${name} with an argument`, () => member.call(stranger, 'x'));
    }
  };
}

cases['idl: the brand is checked before the arguments'] = (t) => {
  const spy = {
    valueOf() {
      t.log('valueOf');
      return 1000;
    },
    toString() {
      t.log('toString');
      return 'x';
    },
  };
  const { close, send } = t.WebSocket.prototype;
  t.attempt('close', () => close.call({}, spy, spy));
  t.attempt('send', () => send.call({}, spy));
  t.attempt('send without argument', () => send.call({}));
  t.attempt('binaryType', () => Object.getOwnPropertyDescriptor(t.WebSocket.prototype, 'binaryType').set.call({}, spy));
};

cases['idl: setters need an argument'] = (t) => {
  const ws = t.make();
  for (const key of WRITABLE) {
    const { set } = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, key);
    t.attempt(`set ${key}`, () => set.call(ws));
    t.attempt(`set ${key} to undefined`, () => set.call(ws, undefined));
  }
};

cases['idl: setters through an object that inherits'] = (t) => {
  const heir = Object.create(t.make());
  for (const key of WRITABLE)
    t.attempt(`set ${key}`, () => {
      heir[key] = 'blob';
    });
  t.log('own keys', Reflect.ownKeys(heir));
};

cases['idl: methods return undefined'] = async (t) => {
  const ws = await t.open();
  t.log('send', ws.send('x'));
  t.log('close', ws.close());
};

cases['idl: Symbol.hasInstance'] = (t) => {
  t.log('null-prototype', Object.create(null) instanceof t.WebSocket);
  t.log('made of the prototype', Object.create(t.WebSocket.prototype) instanceof t.WebSocket);
  t.log('EventTarget', new EventTarget() instanceof t.WebSocket);
};
