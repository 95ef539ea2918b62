/** A document that goes: its sockets go without a word. https://websockets.spec.whatwg.org/#make-disappear */
async function frameFor(t) {
  const frame = document.createElement('iframe');
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  frame.src = '/blank';
  document.body.append(frame);
  t.after(() => frame.remove());
  await loaded;
  return frame;
}

/** The class of the frame's realm that this run's class is in ours. */
async function classIn(t, frame) {
  if (t.WebSocket === globalThis.WebSocket) return frame.contentWindow.WebSocket;
  const { WebSocket } = await frame.contentWindow.eval(`import('/pkg/dist/index.mjs')`);
  return t.WebSocket === (await import('/pkg/dist/index.mjs')).WebSocket ? WebSocket : WebSocket.with({ reconnect: false });
}

async function socketIn(t, frame, path = '/greet') {
  const WebSocket = await classIn(t, frame);
  const ws = t.label(new WebSocket(t.url(path)), 'ws');
  for (const type of ['open', 'message', 'error', 'close']) ws.addEventListener(type, () => t.log(type, ws.readyState));
  return ws;
}

const disconnected = async (t) => {
  await t.until(async () => {
    const { connections } = await t.seen();
    return connections.length && connections.every(({ endedAt }) => endedAt !== null);
  });
  t.log(
    'server',
    (await t.seen()).connections.map(({ closeCode }) => closeCode),
  );
};

export const cases = {
  'unloading: a frame removed while a connection is open': async (t) => {
    const frame = await frameFor(t);
    const ws = await socketIn(t, frame);
    await t.next(ws, 'message');
    frame.remove();
    await disconnected(t);
    await t.pause(50);
    t.log('nothing more');
  },
  'unloading: a frame removed while connecting': async (t) => {
    await t.order('handshake', { ms: 100 });
    const frame = await frameFor(t);
    await socketIn(t, frame);
    frame.remove();
    await t.pause(300);
    t.log('nothing more');
  },
  'unloading: a frame removed while closing': async (t) => {
    const frame = await frameFor(t);
    const ws = await socketIn(t, frame);
    await t.next(ws, 'message');
    await t.order('freeze');
    ws.close();
    frame.remove();
    await t.order('thaw');
    await disconnected(t);
    await t.pause(50);
    t.log('nothing more');
  },
  'unloading: a frame that navigates': async (t) => {
    const frame = await frameFor(t);
    const ws = await socketIn(t, frame);
    await t.next(ws, 'message');
    const loaded = new Promise((resolve) => {
      frame.onload = resolve;
    });
    frame.src = '/blank?again';
    await loaded;
    await disconnected(t);
    await t.pause(50);
    t.log('nothing more');
  },
  'unloading: a frame’s socket, listened to from outside': async (t) => {
    const frame = await frameFor(t);
    const ws = await socketIn(t, frame);
    const event = await t.next(ws, 'message');
    t.log('event', event.target === ws, event.data, event.origin === location.origin.replace('http', 'ws'));
    t.log('realms', event instanceof MessageEvent, event instanceof frame.contentWindow.MessageEvent);
    t.attempt('a bad code', () => ws.close(1));
    const ended = t.next(ws, 'close');
    ws.close();
    await ended;
  },
  'unloading: a frame’s class, with our realm’s values': async (t) => {
    const frame = await frameFor(t);
    const ws = await socketIn(t, frame, '/echo');
    await t.next(ws, 'open');
    for (const data of [
      new Uint8Array([1, 2]),
      new ArrayBuffer(3),
      new Blob(['four']),
      new DataView(new ArrayBuffer(5)),
      { toString: () => 'text' },
    ]) {
      ws.send(data);
      const { data: back } = await t.next(ws, 'message');
      t.log('came back', typeof back === 'string' ? back : back.size);
    }
  },
  'unloading: constructing in a frame that is gone': async (t) => {
    const frame = await frameFor(t);
    const WebSocket = await classIn(t, frame);
    frame.remove();
    t.attempt('new', () => {
      const ws = t.label(new WebSocket(t.url()), 'ws');
      t.log('state', ws.readyState);
    });
    await t.pause(50);
  },
};
