/**
 * Which sockets are collected, and when. https://websockets.spec.whatwg.org/#garbage-collection
 * Chromium runs with --expose-gc; `execution: 'async'` collects with an empty stack, so that nothing on it keeps anything.
 */
const collect = () => globalThis.gc({ type: 'major', execution: 'async' });

/** In functions of their own, so that no variable of the case holds what they make. */
const spawn = {
  withListener: async (t, type, path) => {
    const ws = new t.WebSocket(t.url(path));
    await new Promise((resolve) => ws.addEventListener('open', resolve, { once: true }));
    ws.addEventListener(type, (event) => t.log(type, event.constructor.name, event.target.readyState));
    return new WeakRef(ws);
  },
};

export const cases = {
  'garbage: an open one with a message listener still delivers': async (t) => {
    const reference = await spawn.withListener(t, 'message');
    for (let round = 0; round < 5; round++) await collect();
    await t.order('send', { text: 'still there' });
    await t.until(() => t.record.length);
    t.log('alive', !!reference.deref());
  },
  'garbage: an open one with onmessage still delivers': async (t) => {
    (() => {
      const ws = new t.WebSocket(t.url());
      ws.onmessage = ({ data }) => t.log('message', data);
    })();
    await t.until(async () => (await t.seen()).connections.length);
    for (let round = 0; round < 5; round++) await collect();
    await t.order('send', { text: 'still there' });
    await t.until(() => t.record.length);
  },
  'garbage: one with a close listener hears of the close': async (t) => {
    await spawn.withListener(t, 'close');
    for (let round = 0; round < 5; round++) await collect();
    await t.order('close', { code: 1000 });
    await t.until(() => t.record.length);
  },
  'garbage: one with an error listener hears of a failure': async (t) => {
    await t.order('handshake', { ms: 300 });
    await t.order('refuse', { status: 503 });
    (() => {
      new t.WebSocket(t.url()).onerror = () => t.log('error');
    })();
    for (let round = 0; round < 5; round++) await collect();
    await t.until(() => t.record.length);
  },
  'garbage: a connecting one with an open listener opens': async (t) => {
    await t.order('handshake', { ms: 300 });
    (() => {
      new t.WebSocket(t.url()).onopen = ({ target }) => t.log('open', target.readyState);
    })();
    for (let round = 0; round < 5; round++) await collect();
    await t.until(() => t.record.length);
  },
  'garbage: closed ones are collected': async (t) => {
    const references = await (async () => {
      const sockets = await Promise.all(
        Array.from({ length: 5 }, () => t.open.call({ make: (path) => make(t, path), next: t.next })),
      );
      await Promise.all(sockets.map((ws) => t.end(ws)));
      return sockets.map((ws) => new WeakRef(ws));
    })();
    t.log('gone', await t.gone(...references));
  },
  'garbage: closed ones with listeners and handlers are collected': async (t) => {
    const references = await (async () => {
      const sockets = Array.from({ length: 5 }, () => make(t));
      for (const ws of sockets) {
        ws.onmessage = () => ws.send('x');
        ws.addEventListener('message', () => ws.close());
      }
      await Promise.all(sockets.map((ws) => t.next(ws, 'open')));
      await Promise.all(sockets.map((ws) => t.end(ws)));
      return sockets.map((ws) => new WeakRef(ws));
    })();
    t.log('gone', await t.gone(...references));
  },
  'garbage: events of a closed one are collected with it': async (t) => {
    const references = await (async () => {
      const ws = make(t, '/greet');
      const message = await t.next(ws, 'message');
      const close = t.next(ws, 'close');
      ws.close();
      return [new WeakRef(message), new WeakRef(await close), new WeakRef(ws)];
    })();
    t.log('gone', await t.gone(...references));
  },
  'garbage: an event that is kept keeps its socket': async (t) => {
    const event = await (async () => {
      const ws = make(t, '/greet');
      const message = await t.next(ws, 'message');
      await t.end(ws);
      return message;
    })();
    for (let round = 0; round < 5; round++) await collect();
    t.log('target', event.target instanceof t.WebSocket, event.target.readyState, event.data);
  },
  'garbage: a failed one goes': async (t) => {
    const reference = await (async () => {
      const ws = make(t, '/nowhere');
      ws.onclose = () => ws.url;
      await t.next(ws, 'close');
      return new WeakRef(ws);
    })();
    t.log('gone', await t.gone(reference));
  },
  'garbage: what a listener holds goes with the socket': async (t) => {
    const references = await (async () => {
      const ws = await openUnobserved(t);
      const held = { big: new Uint8Array(1000) };
      const listener = () => held;
      ws.addEventListener('message', listener);
      const controller = new AbortController();
      ws.addEventListener('message', () => held.big, { signal: controller.signal });
      await t.end(ws);
      return [new WeakRef(held), new WeakRef(listener)];
    })();
    t.log('gone', await t.gone(...references));
  },
  'garbage: a listener that was removed goes at once': async (t) => {
    const ws = await t.open();
    const reference = (() => {
      const listener = () => {};
      ws.addEventListener('message', listener);
      ws.removeEventListener('message', listener);
      ws.onclose = listener;
      ws.onclose = null;
      return new WeakRef(listener);
    })();
    t.log('gone', await t.gone(reference));
  },
  'garbage: what was sent goes': async (t) => {
    const ws = await t.open();
    const references = await (async () => {
      const buffer = new Uint8Array(10_000);
      const blob = new Blob([buffer]);
      ws.send(buffer);
      ws.send(blob);
      await t.next(ws, 'message');
      await t.next(ws, 'message');
      return [new WeakRef(buffer), new WeakRef(blob)];
    })();
    t.log('gone', await t.gone(...references));
  },
};

/** Not `t.make`, which keeps what it makes until the case is over. */
function make(t, path) {
  return new t.WebSocket(t.url(path));
}

/** Opens without a listener, which a promise's closure could keep alive. */
async function openUnobserved(t) {
  const ws = make(t);
  await t.until(() => ws.readyState === 1);
  return ws;
}
