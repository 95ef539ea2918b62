/**
 * `send()` and `bufferedAmount`: `(BufferSource or Blob or USVString)`. https://websockets.spec.whatwg.org/#dom-websocket-send,
 * #dom-websocket-bufferedamount; https://webidl.spec.whatwg.org/#es-union, #es-buffer-source-types
 */
const bytes = (...values) => new Uint8Array(values);
const detached = () => {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};
const resizable = (length, most) => new ArrayBuffer(length, { maxByteLength: most });
/** Only by this is shared memory to be had in a page without isolation. */
const shared = (pages = 1) => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;

const VALUES = {
  'an empty text': () => '',
  'a text': () => 'text',
  'non-ASCII': () => 'é☃😀',
  'a lone surrogate': () => 'a\ud800b',
  'a lone low surrogate': () => '\udc00',
  'surrogates in the wrong order': () => '\udc00\ud800',
  NUL: () => '\u0000',
  undefined: () => undefined,
  null: () => null,
  'a number': () => 12.5,
  'minus zero': () => -0,
  NaN: () => NaN,
  'a boolean': () => false,
  'a bigint': () => 12n,
  'a symbol': () => Symbol('data'),
  'a plain object': () => ({}),
  'an object with toString': () => ({ toString: () => 'converted' }),
  'an object with toPrimitive': () => ({ [Symbol.toPrimitive]: (hint) => hint }),
  'an object without prototype': () => Object.create(null),
  'an object whose toString gives an object': () => ({ toString: () => ({}), valueOf: () => 5 }),
  'an array': () => [1, [2, 3]],
  'an empty array': () => [],
  'a function': () => Object.assign(() => {}, { toString: () => 'function' }),
  'a String object': () => new String('boxed'),
  'a Date': () => new Date(NaN),
  'a URL': () => new URL('http://x.test/'),
  'an object that claims to be a buffer': () => ({ [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 3 }),
  'an object that claims to be a Blob': () => ({ [Symbol.toStringTag]: 'Blob', size: 3 }),
  'an object that claims to be a view': () => ({ __proto__: Uint8Array.prototype }),
  'an ArrayBuffer': () => bytes(1, 2, 3).buffer,
  'an empty ArrayBuffer': () => new ArrayBuffer(0),
  'a detached ArrayBuffer': detached,
  'a view of a detached ArrayBuffer': () => {
    const view = bytes(1, 2, 3);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return view;
  },
  'a resizable ArrayBuffer': () => resizable(4, 8),
  'a view of a resizable ArrayBuffer': () => new Uint8Array(resizable(4, 8)),
  'a view with a length of a resizable ArrayBuffer': () => new Uint8Array(resizable(4, 8), 1, 2),
  'a view out of the bounds of a resizable ArrayBuffer': () => {
    const buffer = resizable(4, 8);
    const view = new Uint8Array(buffer, 2, 2);
    buffer.resize(1);
    return view;
  },
  'shared memory': () => shared(),
  'a view of shared memory': () => new Uint8Array(shared(), 8, 8),
  'a Uint8Array': () => bytes(1, 2, 3),
  'an empty Uint8Array': () => bytes(),
  'a Uint8Array with offset and length': () => new Uint8Array(bytes(0, 1, 2, 3, 4, 5, 6, 7).buffer, 2, 3),
  'an empty Uint8Array at an offset': () => new Uint8Array(new ArrayBuffer(8), 8, 0),
  'a subarray': () => bytes(0, 1, 2, 3, 4).subarray(1, -1),
  'an Int8Array': () => new Int8Array([-1, -2]),
  'a Uint8ClampedArray': () => new Uint8ClampedArray([300]),
  'a Uint16Array with offset': () => new Uint16Array(bytes(0, 1, 2, 3, 4, 5).buffer, 2, 1),
  'an Int32Array': () => new Int32Array([-2]),
  'a Float32Array': () => new Float32Array([1.5]),
  'a Float64Array': () => new Float64Array([Math.PI]),
  'a BigInt64Array': () => new BigInt64Array([-1n]),
  'a DataView': () => new DataView(bytes(1, 2, 3, 4).buffer),
  'a DataView with offset': () => new DataView(bytes(1, 2, 3, 4).buffer, 1, 2),
  'an empty DataView': () => new DataView(new ArrayBuffer(4), 4),
  'a subclass of Uint8Array': () => new (class extends Uint8Array {})([5, 6]),
  'a subclass of ArrayBuffer': () => new (class extends ArrayBuffer {})(5),
  'a view whose properties lie': () =>
    Object.defineProperties(bytes(1, 2, 3), {
      byteLength: { value: 1 },
      byteOffset: { value: 2 },
      buffer: { value: 'x' },
      length: { value: 1 },
    }),
  'an ArrayBuffer whose properties lie': () =>
    Object.defineProperties(bytes(1, 2, 3).buffer, {
      byteLength: { value: 1 },
      slice: { value: () => 'x' },
      [Symbol.toStringTag]: { value: 'Lie' },
    }),
  'an ArrayBuffer without prototype': () => Object.setPrototypeOf(bytes(1, 2, 3).buffer, null),
  'a Uint8Array without prototype': () => Object.setPrototypeOf(bytes(1, 2, 3), null),
  'a Proxy of a Uint8Array': () =>
    new Proxy(bytes(1, 2), { get: (target, key) => (key === Symbol.toPrimitive ? () => 'proxy' : target[key]) }),
  'a Blob': () => new Blob(['blob']),
  'an empty Blob': () => new Blob([]),
  'a Blob of parts with a type': () => new Blob(['é', bytes(1, 2)], { type: 'text/plain' }),
  'a slice of a Blob': () => new Blob(['0123456789']).slice(2, 5),
  'a File': () => new File(['file'], 'name.txt', { type: 'text/plain' }),
  'a Blob whose size lies': () => Object.defineProperty(new Blob(['blob']), 'size', { value: 1 }),
  'a Blob without prototype': () => Object.setPrototypeOf(new Blob(['blob']), null),
  'a subclass of Blob': () => new (class extends Blob {})(['mine']),
  'a big Blob': () => new Blob([new Uint8Array(200_000)]),
  'a big ArrayBuffer': () => new ArrayBuffer(200_000),
  'a big text': () => 'é'.repeat(100_000),
};

/** Sends, and sends something that can't fail behind it, by whose answer one sees that all is over. */
async function sendOpen(t, ws, action) {
  ws.binaryType = 'arraybuffer';
  const over = new Promise((resolve) => {
    ws.onmessage = ({ data }) => (data === 'over' ? resolve() : t.log('came back', data));
  });
  t.attempt('send', action);
  t.log('bufferedAmount', ws.bufferedAmount);
  t.attempt('send over', () => ws.send('over'));
  t.log('bufferedAmount', ws.bufferedAmount);
  await over;
  t.log('received', (await t.seen()).received);
  t.log('state', ws.readyState, ws.bufferedAmount);
}

export const cases = {};

for (const [what, make] of Object.entries(VALUES)) {
  cases[`sending: ${what}, open`] = async (t) => {
    const ws = await t.open();
    const value = make();
    await sendOpen(t, ws, () => ws.send(value));
  };

  cases[`sending: ${what}, closing and closed`] = async (t) => {
    const ws = await t.open();
    const closed = t.next(ws, 'close');
    ws.close();
    const add = () => {
      t.attempt('send', () => ws.send(make()));
      t.log('state', ws.readyState, ws.bufferedAmount);
    };
    add();
    add();
    await closed;
    add();
    add();
  };
}

Object.assign(cases, {
  'sending: anything while connecting': async (t) => {
    const ws = t.make();
    for (const [what, make] of Object.entries(VALUES)) t.attempt(what, () => ws.send(make()));
    t.log('state', ws.readyState, ws.bufferedAmount);
    await t.next(ws, 'open');
    await t.end(ws);
    t.log('received', (await t.seen()).received);
  },
  'sending: what has no conversion, while connecting': async (t) => {
    const ws = t.make();
    for (const data of [
      Symbol('data'),
      Object.create(null),
      shared(),
      resizable(1, 2),
      new Uint8Array(shared()),
      new DataView(resizable(1, 2)),
    ])
      t.attempt('send', () => ws.send(data));
    t.log('state', ws.readyState, ws.bufferedAmount);
  },
  'sending: nothing, in each state': async (t) => {
    const ws = t.make();
    t.attempt('connecting', () => ws.send());
    await t.next(ws, 'open');
    t.attempt('open', () => ws.send());
    const closed = t.next(ws, 'close');
    ws.close();
    t.attempt('closing', () => ws.send());
    await closed;
    t.attempt('closed', () => ws.send());
  },
  'sending: more arguments are ignored': async (t) => {
    const ws = await t.open();
    await sendOpen(t, ws, () => ws.send('a', 'b', Symbol('c')));
  },
  'sending: a conversion that throws': async (t) => {
    const error = t.error('toString');
    const value = {
      toString() {
        throw error;
      },
    };
    const ws = t.make();
    t.attempt('connecting', () => ws.send(value));
    await t.next(ws, 'open');
    t.attempt('open', () => ws.send(value));
    await t.end(ws);
    t.attempt('closed', () => ws.send(value));
    t.log('bufferedAmount', ws.bufferedAmount);
  },
  'sending: the conversion comes before the state is looked at': async (t) => {
    const ws = await t.open();
    const closed = t.next(ws, 'close');
    t.attempt('send', () =>
      ws.send({
        toString() {
          ws.close();
          t.log('converted in', ws.readyState);
          return 'x';
        },
      }),
    );
    t.log('state', ws.readyState, ws.bufferedAmount);
    await closed;
    t.log('received', (await t.seen()).received);
  },
  'sending: within the conversion of another': async (t) => {
    const ws = await t.open();
    await sendOpen(t, ws, () =>
      ws.send({
        toString() {
          ws.send('inner');
          return 'outer';
        },
      }),
    );
  },
  'sending: toString is called once': async (t) => {
    const ws = await t.open();
    let calls = 0;
    await sendOpen(t, ws, () => ws.send({ toString: () => `call ${++calls}` }));
  },
  'sending: a view is not looked at through its properties': async (t) => {
    const ws = await t.open();
    const view = bytes(1, 2, 3);
    for (const key of [
      'length',
      'byteLength',
      'byteOffset',
      'buffer',
      'toString',
      'constructor',
      Symbol.toPrimitive,
      Symbol.toStringTag,
      Symbol.iterator,
    ])
      Object.defineProperty(view, key, { get: () => t.log('get', key) });
    await sendOpen(t, ws, () => ws.send(view));
  },
  'sending: bytes are copied at the call': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    const view = bytes(1, 2, 3);
    ws.send(view);
    view.fill(9);
    t.log('view', (await t.next(ws, 'message')).data);
    const { buffer } = bytes(1, 2, 3);
    ws.send(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    t.log('buffer', (await t.next(ws, 'message')).data);
  },
  'sending: the same bytes twice': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    const view = bytes(1);
    ws.send(view);
    view[0] = 2;
    ws.send(view);
    t.log('first', (await t.next(ws, 'message')).data);
    t.log('second', (await t.next(ws, 'message')).data);
  },
  'sending: bytes behind a Blob are copied at the call too': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    const view = bytes(1, 2, 3);
    ws.send(new Blob(['x'.repeat(100_000)]));
    ws.send(view);
    view.fill(9);
    await t.next(ws, 'message');
    t.log('view', (await t.next(ws, 'message')).data);
  },
  'sending: bufferedAmount counts up within a task and falls to zero': async (t) => {
    const ws = await t.open('/sink');
    for (const data of ['abc', 'é', '😀', bytes(1, 2, 3, 4), new ArrayBuffer(10), new Blob(['12345']), '']) {
      ws.send(data);
      t.log('after', data, ws.bufferedAmount);
    }
    await Promise.resolve();
    t.log('after a microtask', ws.bufferedAmount);
    await t.until(() => ws.bufferedAmount === 0);
    ws.send('x');
    t.log('anew', ws.bufferedAmount);
  },
  'sending: bufferedAmount in each handler': async (t) => {
    const ws = t.make();
    ws.onopen = () => {
      t.log('open', ws.bufferedAmount);
      ws.send('four');
      t.log('open', ws.bufferedAmount);
    };
    ws.onmessage = () => {
      t.log('message', ws.bufferedAmount);
      ws.close();
      ws.send('later');
      t.log('message', ws.bufferedAmount);
    };
    ws.onclose = () => {
      t.log('close', ws.bufferedAmount);
      ws.send('still');
      t.log('close', ws.bufferedAmount);
    };
    await t.next(ws, 'close');
    await t.pause(10);
    t.log('after', ws.bufferedAmount);
  },
  'sending: bufferedAmount stays after a close with data under way': async (t) => {
    const ws = await t.open('/sink');
    ws.send('12345');
    ws.close();
    ws.send('67');
    t.log('closing', ws.bufferedAmount);
    await t.next(ws, 'close');
    ws.send('8');
    t.log('closed', ws.bufferedAmount, (await t.seen()).received);
    await t.pause(20);
    t.log('later', ws.bufferedAmount);
  },
  'sending: bufferedAmount after a refused connection': async (t) => {
    const ws = t.make('/nowhere');
    t.attempt('connecting', () => ws.send('abc'));
    t.log('connecting', ws.bufferedAmount);
    await t.next(ws, 'close');
    t.log('closed', ws.bufferedAmount);
    t.attempt('closed', () => ws.send('abc'));
    t.log('closed', ws.bufferedAmount);
  },
  'sending: right after open, in the handler': async (t) => {
    const ws = t.make();
    ws.onopen = () => ws.send('first');
    t.log('message', (await t.next(ws, 'message')).data);
  },
  'sending: all that is sent before close() arrives': async (t) => {
    const ws = await t.open('/sink');
    for (let index = 0; index < 50; index++) ws.send(`message ${index}`);
    ws.send(new Blob(['blob']));
    ws.send('last');
    ws.close(1000);
    await t.next(ws, 'close');
    const { received } = await t.seen();
    t.log('received', received.length, received.at(-2), received.at(-1));
  },
  'sending: a text that is also valid binary': async (t) => {
    const ws = await t.open('/sizes');
    for (const data of ['abc', bytes(97, 98, 99), new Blob(['abc']), 'é', '\ud800']) {
      ws.send(data);
      t.log('type', (await t.next(ws, 'message')).data);
    }
  },
});
