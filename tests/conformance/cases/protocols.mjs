/**
 * The constructor's second argument: `(DOMString or sequence<DOMString>)`, and which tokens it takes.
 * https://websockets.spec.whatwg.org/#dom-websocket-websocket steps 5-6; https://webidl.spec.whatwg.org/#es-union, #es-sequence
 */
export const cases = {};

async function construct(t, ...more) {
  const ws = t.attempt('new', () => t.track(new t.WebSocket(t.url(), ...more)));
  if (!ws) return;
  t.log('protocol', ws.protocol);
  await Promise.race([t.next(ws, 'open'), t.next(ws, 'close')]);
  t.log('then', ws.readyState, ws.protocol);
  await t.end(ws);
}

// A subprotocol is a token of HTTP, which has no separators: RFC 2616, section 2.2.
for (let code = 0; code < 128; code++) {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  cases[`protocols: one with ${name}`] = (t) => construct(t, `a${String.fromCharCode(code)}b`);
}

const iterator = (next) => ({ [Symbol.iterator]: () => ({ next }) });

const VALUES = {
  nothing: undefined,
  undefined: () => undefined,
  null: () => null,
  'an empty text': () => '',
  'a text': () => 'chat',
  'a text with a comma': () => 'a,b',
  'a number': () => 1,
  'a negative number': () => -1,
  'a number with an exponent': () => 1e21,
  'a boolean': () => false,
  'a bigint': () => 1n,
  'a symbol': () => Symbol('p'),
  'a long text': () => 'x'.repeat(1000),
  'non-ASCII': () => 'é',
  'a character above U+00FF that ends like an ASCII one': () => '\u0161\u0162',
  'a snowman': () => '☃',
  'a pair of surrogates': () => '😀',
  'a lone surrogate': () => '\ud800',
  'an empty list': () => [],
  'a list of one': () => ['a'],
  'a list of two': () => ['a', 'b'],
  'a list with an empty text': () => [''],
  'a list with an empty text after another': () => ['a', ''],
  'a list with duplicates': () => ['a', 'b', 'a'],
  // "matches case-insensitively" went from the standard; see what this browser does.
  'a list with duplicates but for case': () => ['a', 'A'],
  'a list with duplicates after conversion': () => [1, '1'],
  'a list with a separator': () => ['a', 'b c'],
  'a list with non-ASCII': () => ['a', 'é'],
  'a list of null and undefined': () => [null, undefined],
  'a list of numbers': () => [1, 2.5, -0],
  'a list of a symbol': () => [Symbol('p')],
  'a list of a list': () => [['a']],
  'a list of a list of two': () => [['a', 'b']],
  // biome-ignore lint/suspicious/noSparseArray: it is what is tested
  'a list with a hole': () => ['a', , 'b'],
  'a list of objects': () => [{ toString: () => 'a' }, { toString: () => 'b' }],
  'a list of a hundred': () => Array.from({ length: 100 }, (_, index) => `p${index}`),
  'a frozen list': () => Object.freeze(['a']),
  'a list with further properties': () => Object.assign(['a'], { length: 1, extra: 'b' }),
  'a set': () => new Set(['a', 'b']),
  'a map': () => new Map([['a', 'b']]),
  'a generator': () =>
    (function* () {
      yield 'a';
      yield 'b';
    })(),
  'an async generator': () => (async function* () {})(),
  arguments: () =>
    (function () {
      return arguments;
    })('a', 'b'),
  'a typed array': () => new Uint8Array([1, 2]),
  'a String object': () => new String('ab'),
  'a String object with duplicates': () => new String('aa'),
  'a Number object': () => new Number(1),
  'an array-like object': () => ({ 0: 'a', length: 1 }),
  'a plain object': () => ({}),
  'an object with toString': () => ({ toString: () => 'a' }),
  'an object without prototype': () => Object.create(null),
  'an object whose iterator method is undefined': () => ({ [Symbol.iterator]: undefined, toString: () => 'a' }),
  'an object whose iterator method is null': () => ({ [Symbol.iterator]: null, toString: () => 'a' }),
  'an object whose iterator method is a number': () => ({ [Symbol.iterator]: 1, toString: () => 'a' }),
  'an object whose iterator method gives no object': () => ({ [Symbol.iterator]: () => 1 }),
  'an iterator without next': () => ({ [Symbol.iterator]: () => ({}) }),
  'an iterator whose next gives no object': () => iterator(() => 1),
  'a Proxy of an array': () => new Proxy(['a', 'b'], {}),
  'a function with an iterator': () => Object.assign(() => 'x', { [Symbol.iterator]: () => ['a'].values() }),
  'a function with toString': () => Object.assign(() => 'x', { toString: () => 'a' }),
  'a Date': () => new Date(0),
  'a regular expression': () => /a/,
};

for (const [what, make] of Object.entries(VALUES)) {
  cases[`protocols: ${what}`] = (t) => (make ? construct(t, make()) : construct(t));
}

cases['protocols: an iterator that throws'] = (t) => {
  const error = t.error('next');
  return construct(
    t,
    iterator(() => {
      throw error;
    }),
  );
};

cases['protocols: an iterable is read in the standard’s order'] = (t) => {
  let left = 2;
  const item = (name) => ({
    toString() {
      t.log(`toString ${name}`);
      return name;
    },
  });
  const iterable = {
    get [Symbol.iterator]() {
      t.log('get @@iterator');
      return () => {
        t.log('@@iterator');
        return {
          get next() {
            t.log('get next');
            return () => {
              t.log('next');
              return { done: left === 0, value: item(`p${left--}`) };
            };
          },
          return() {
            t.log('return');
            return {};
          },
        };
      };
    },
  };
  return construct(t, iterable);
};

cases['protocols: an iterator whose item throws is not closed'] = (t) => {
  const error = t.error('toString');
  const item = {
    toString() {
      throw error;
    },
  };
  const iterable = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: item }),
      return() {
        t.log('return');
        return {};
      },
    }),
  };
  return construct(t, iterable);
};

cases['protocols: both arguments are converted before either is judged'] = (t) => {
  const url = {
    toString() {
      t.log('url');
      return 'ftp://x.test';
    },
  };
  const list = {
    *[Symbol.iterator]() {
      t.log('protocols');
      yield 'not a token';
    },
  };
  t.attempt('new', () => new t.WebSocket(url, list));
  t.attempt('an exception of the second', () => new t.WebSocket('ftp://x.test', Symbol('p')));
  t.attempt('the URL is judged first', () => new t.WebSocket('ftp://x.test', 'not a token').url);
};

cases['protocols: a list is read once, at the call'] = async (t) => {
  const list = ['a', 'b'];
  const ws = t.make('/echo', list);
  list[0] = 'changed';
  await t.next(ws, 'open');
  t.log('protocol', ws.protocol);
  t.log(
    'server',
    (await t.seen()).connections.map(({ protocol }) => protocol),
  );
};

const ANSWERS = {
  'the first of one': [['a'], {}],
  'the only one, a text': ['a', {}],
  'the first of two': [['a', 'b'], {}],
  'the second of two': [['a', 'b'], { protocol: 'b' }],
  'a number': [5, {}],
  null: [null, {}],
  'one that was not offered': [['a', 'b'], { protocol: 'c' }],
  'one that was offered in another case': [['a'], { protocol: 'A' }],
  'one where none was offered': [[], { protocol: 'a' }],
  'none where one was offered': [['a'], { protocol: '' }],
  'none where none was offered': [[], {}],
};

for (const [what, [offered, parameters]] of Object.entries(ANSWERS)) {
  cases[`protocols: the server answers ${what}`] = async (t) => {
    const ws = t.watch(t.make(['/echo', parameters], offered));
    t.log('connecting', ws.protocol, ws.extensions);
    await Promise.race([t.next(ws, 'open'), t.next(ws, 'close')]);
    t.log('then', ws.readyState, ws.protocol, ws.extensions);
    await t.end(ws);
    t.log('closed', ws.protocol, ws.extensions);
  };
}
