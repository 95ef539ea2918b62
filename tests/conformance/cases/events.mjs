/** The events of a connection: interfaces, values, order, state. https://websockets.spec.whatwg.org/#feedback-from-the-protocol */
export const cases = {
  'events: open': async (t) => {
    const ws = t.make();
    t.log('open', await t.next(ws, 'open'));
  },
  'events: open, within': async (t) => {
    const ws = t.make();
    await new Promise((resolve) => {
      ws.onopen = (event) => {
        t.log('open', ws.readyState, ws.protocol, ws.extensions, event);
        resolve();
      };
    });
  },
  'events: message, text': async (t) => {
    const ws = t.make('/greet');
    await new Promise((resolve) => {
      ws.onmessage = (event) => {
        t.log('message', event);
        resolve();
      };
    });
  },
  'events: messages of each kind, blobs': async (t) => {
    const ws = t.make('/types');
    let count = 0;
    await new Promise((resolve) => {
      ws.onmessage = (event) => {
        t.log('message', event);
        if (++count === 4) resolve();
      };
    });
  },
  'events: messages of each kind, array buffers': async (t) => {
    const ws = t.make('/types');
    ws.binaryType = 'arraybuffer';
    let count = 0;
    await new Promise((resolve) => {
      ws.onmessage = (event) => {
        t.log('message', event);
        if (++count === 4) resolve();
      };
    });
  },
  'events: error and close of a refused handshake': async (t) => {
    const ws = t.watch(t.make('/nowhere'));
    await t.next(ws, 'close');
    t.log('then', ws.readyState, ws.url, ws.protocol, ws.bufferedAmount);
  },
  'events: close, clean': async (t) => {
    const ws = t.watch(await t.open());
    await t.end(ws, 4321, 'a reason');
  },
  'events: their interfaces': async (t) => {
    const ws = t.make('/greet');
    const interfaces = (event) => [Event, MessageEvent, CloseEvent, CustomEvent].map((one) => event instanceof one);
    for (const type of ['open', 'message', 'error', 'close'])
      ws.addEventListener(type, (event) => {
        t.log(type, Object.prototype.toString.call(event), String(event), event.constructor.name, interfaces(event));
      });
    await t.next(ws, 'message');
    const closed = t.next(ws, 'close');
    await t.order('drop');
    await closed;
  },
  'events: their own keys': async (t) => {
    const ws = t.make('/greet');
    for (const type of ['open', 'message', 'close'])
      ws.addEventListener(type, (event) => t.log(type, Reflect.ownKeys(event), Object.keys(event), JSON.stringify(event)));
    await t.next(ws, 'message');
    await t.end(ws);
  },
  'events: the keys that for-in finds': async (t) => {
    const ws = t.make('/greet');
    for (const type of ['open', 'message', 'close'])
      ws.addEventListener(type, (event) => {
        const keys = [];
        for (const key in event) keys.push(key);
        t.log(type, keys.sort().join(' '));
      });
    await t.next(ws, 'message');
    await t.end(ws);
  },
  'events: copied by spread and destructuring': async (t) => {
    const ws = t.make('/greet');
    await new Promise((resolve) => {
      ws.onmessage = (event) => {
        const { data, target, currentTarget, type, ...rest } = event;
        t.log('taken', data, target, currentTarget, type, rest);
        t.log('spread', { ...event });
        t.log('assigned', Object.assign({}, event));
        resolve();
      };
    });
  },
  'events: they take properties': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    event.mine = 1;
    t.log('mine', event.mine, Object.keys(event), Object.isExtensible(event));
  },
  'events: constants and legacy members': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    t.log('constants', event.NONE, event.CAPTURING_PHASE, event.AT_TARGET, event.BUBBLING_PHASE);
    t.log('legacy', typeof event.initEvent, typeof event.initMessageEvent, event.returnValue);
    t.attempt('initEvent', () => event.initEvent('changed', true, true));
    t.log('type', event.type, event.bubbles);
  },
  'events: they can’t be cloned': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    t.attempt('structuredClone', () => structuredClone(event));
  },
  'events: cancelling one does nothing': async (t) => {
    const ws = t.make('/greet');
    for (const type of ['open', 'message', 'close'])
      ws.addEventListener(type, (event) => {
        event.preventDefault();
        event.returnValue = false;
        t.log(type, event.defaultPrevented, event.returnValue);
      });
    await t.next(ws, 'message');
    await t.end(ws);
  },
  'events: timeStamp is of now': async (t) => {
    const ws = t.make('/greet');
    const before = performance.now();
    const event = await t.next(ws, 'message');
    t.log('within', event.timeStamp >= before - 1, event.timeStamp <= performance.now() + 1);
  },
  'events: getters of the prototypes work on them': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    const get = (kind, key) => Object.getOwnPropertyDescriptor(kind.prototype, key).get.call(event);
    t.log('data', get(MessageEvent, 'data'), get(MessageEvent, 'origin'), get(Event, 'type'), get(Event, 'timeStamp') > 0);
  },
  'events: open comes before the first message, as a task of its own': async (t) => {
    const ws = t.make('/greet');
    const order = [];
    ws.onopen = () => {
      order.push('open');
      setTimeout(() => order.push('timer of open'));
    };
    ws.onmessage = () => order.push('message');
    await t.next(ws, 'message');
    t.log(
      'order',
      order.filter((what) => what !== 'timer of open'),
    );
  },
  'events: messages keep their order, of whatever type': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    const sent = Array.from({ length: 60 }, (_, index) => (index % 3 ? `text ${index}` : new Uint8Array(index)));
    const got = [];
    const all = new Promise((resolve) => {
      ws.onmessage = ({ data }) => {
        got.push(data);
        if (got.length === sent.length) resolve();
      };
    });
    for (const data of sent) ws.send(data);
    await all;
    t.log('got', got);
  },
  'events: blobs and texts keep their order': async (t) => {
    const ws = await t.open();
    const got = [];
    const all = new Promise((resolve) => {
      ws.onmessage = async ({ data }) => {
        got.push(typeof data === 'string' ? data : data.size);
        if (got.length === 20) resolve();
      };
    });
    for (let index = 0; index < 20; index++) ws.send(index % 2 ? `text ${index}` : new Blob(['x'.repeat(index * 1000)]));
    await all;
    t.log('got', got);
  },
  'events: a big message comes whole': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    const text = 'é'.repeat(300_000);
    ws.send(text);
    t.log('text', (await t.next(ws, 'message')).data === text);
    ws.send(new Uint8Array(1_000_000).fill(7));
    const { data } = await t.next(ws, 'message');
    t.log(
      'bytes',
      data.byteLength,
      new Uint8Array(data).every((byte) => byte === 7),
    );
  },
  'events: a blob can be read': async (t) => {
    const ws = await t.open();
    ws.send(new Uint8Array([104, 105]));
    const { data } = await t.next(ws, 'message');
    t.log('text', await data.text(), data.type, data instanceof Blob, data instanceof File);
  },
  'events: an array buffer is a fresh, ordinary one': async (t) => {
    const ws = await t.open();
    ws.binaryType = 'arraybuffer';
    ws.send('\u0000');
    ws.send(new Uint8Array([1, 2, 3]));
    t.log('text', (await t.next(ws, 'message')).data);
    const { data } = await t.next(ws, 'message');
    t.log('buffer', data, data.resizable, data.detached, Object.getPrototypeOf(data) === ArrayBuffer.prototype);
    t.log('transfer', structuredClone(data, { transfer: [data] }), data);
  },
  'events: what is read later is what was read then': async (t) => {
    const ws = t.make('/types');
    const kept = [];
    await new Promise((resolve) => {
      ws.onmessage = (event) => kept.push(event) === 4 && resolve();
    });
    await t.end(ws);
    await t.pause();
    for (const event of kept) t.log('kept', event);
    // biome-ignore lint/suspicious/noSelfCompare: a getter is asked twice
    t.log('data is one object', kept[1].data === kept[1].data);
  },
  'events: texts that are not ASCII': async (t) => {
    const ws = await t.open();
    for (const text of ['é', '☃', '😀', '\u0000', '\ufeffbom', 'a\r\nb', '\u2028']) {
      ws.send(text);
      const { data } = await t.next(ws, 'message');
      t.log('text', data === text, data);
    }
  },
};
