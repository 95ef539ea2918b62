/** `binaryType`. https://websockets.spec.whatwg.org/#dom-websocket-binarytype; https://webidl.spec.whatwg.org/#es-enumeration */
const VALUES = {
  blob: () => 'blob',
  arraybuffer: () => 'arraybuffer',
  'another text': () => 'nodebuffer',
  'upper case': () => 'ARRAYBUFFER',
  'with a space': () => ' arraybuffer',
  'an empty text': () => '',
  null: () => null,
  undefined: () => undefined,
  'a number': () => 0,
  'an object that converts': () => ({ toString: () => 'arraybuffer' }),
  'an array that converts': () => ['arraybuffer'],
  'a String object': () => new String('arraybuffer'),
  'a symbol': () => Symbol('blob'),
  'an object without prototype': () => Object.create(null),
};

export const cases = {};

for (const [what, make] of Object.entries(VALUES)) {
  cases[`binaryType: set to ${what}`] = (t) => {
    const ws = t.make();
    t.attempt('set', () => {
      ws.binaryType = make();
    });
    t.log('is', ws.binaryType);
    ws.binaryType = 'arraybuffer';
    t.attempt('set over arraybuffer', () => {
      ws.binaryType = make();
    });
    t.log('is', ws.binaryType);
    t.attempt('by Reflect', () => Reflect.set(ws, 'binaryType', make()));
  };
}

Object.assign(cases, {
  'binaryType: in each state': async (t) => {
    const ws = t.make();
    const swap = () => {
      ws.binaryType = ws.binaryType === 'blob' ? 'arraybuffer' : 'blob';
      t.log('is', ws.readyState, ws.binaryType);
    };
    swap();
    await t.next(ws, 'open');
    swap();
    const closed = t.next(ws, 'close');
    ws.close();
    swap();
    await closed;
    swap();
  },
  'binaryType: set before open counts': async (t) => {
    const ws = t.make();
    ws.binaryType = 'arraybuffer';
    await t.next(ws, 'open');
    ws.send(new Uint8Array(3));
    t.log('data', (await t.next(ws, 'message')).data);
  },
  'binaryType: changed from message to message': async (t) => {
    const ws = await t.open();
    for (const type of ['arraybuffer', 'blob', 'arraybuffer', 'nonsense', 'blob']) {
      ws.binaryType = type;
      ws.send(new Uint8Array(2));
      t.log(type, (await t.next(ws, 'message')).data);
    }
  },
  'binaryType: changed in a handler, while more messages wait': async (t) => {
    const ws = await t.open();
    const kinds = [];
    const all = new Promise((resolve) => {
      ws.onmessage = ({ data }) => {
        kinds.push(data);
        ws.binaryType = kinds.length % 2 ? 'arraybuffer' : 'blob';
        if (kinds.length === 6) resolve();
      };
    });
    for (let index = 0; index < 6; index++) ws.send(new Uint8Array([index]));
    await all;
    t.log('kinds', kinds);
  },
  'binaryType: changed in onopen, before the first message': async (t) => {
    const ws = t.make('/types');
    ws.onopen = () => {
      ws.binaryType = 'arraybuffer';
    };
    const second = new Promise((resolve) => {
      let count = 0;
      ws.onmessage = ({ data }) => ++count === 2 && resolve(data);
    });
    t.log('data', await second);
  },
  'binaryType: texts don’t care': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    ws.send('x');
    t.log('data', (await t.next(ws, 'message')).data);
  },
});
