/** `close()` in each state, and `readyState` on the way. https://websockets.spec.whatwg.org/#close-the-websocket */
export const cases = {
  'closing: right after the constructor': async (t) => {
    const ws = t.watch(t.make());
    t.log('close', ws.close(), ws.readyState);
    await t.next(ws, 'close');
    t.log('after', ws.readyState);
  },
  'closing: while connecting, with code and reason': async (t) => {
    const ws = t.watch(t.make());
    ws.close(3456, 'reason');
    await t.next(ws, 'close');
  },
  'closing: while connecting, some time later': async (t) => {
    await t.order('handshake', { ms: 20_000 });
    const ws = t.watch(t.make());
    await t.pause(50);
    t.log('state', ws.readyState);
    ws.close();
    t.log('state', ws.readyState);
    await t.next(ws, 'close');
  },
  'closing: while connecting to nothing': async (t) => {
    const ws = t.watch(t.make('/nowhere'));
    ws.close();
    await t.next(ws, 'close');
  },
  'closing: while connecting fires nothing in the same task': async (t) => {
    const ws = t.watch(t.make());
    ws.close();
    t.log('after close()');
    await Promise.resolve();
    t.log('after a microtask');
    await t.next(ws, 'close');
  },
  'closing: while connecting, twice': async (t) => {
    const ws = t.watch(t.make());
    ws.close(3000);
    t.attempt('again', () => ws.close(3001));
    t.attempt('again, badly', () => ws.close(5));
    await t.next(ws, 'close');
    await t.pause(20);
  },
  'closing: in open': async (t) => {
    const ws = t.watch(t.make());
    ws.onopen = () => {
      ws.close(3000, 'in open');
      t.log('state', ws.readyState);
    };
    await t.next(ws, 'close');
    t.log(
      'server',
      (await t.seen()).connections.map(({ closeCode }) => closeCode),
    );
  },
  'closing: in message': async (t) => {
    const ws = t.watch(t.make('/greet'));
    ws.onmessage = () => {
      ws.close(3000, 'in message');
      t.log('state', ws.readyState);
    };
    await t.next(ws, 'close');
  },
  'closing: in error': async (t) => {
    const ws = t.watch(t.make('/nowhere'));
    ws.onerror = () => {
      t.attempt('close', () => ws.close(3000, 'in error'));
      t.log('state', ws.readyState);
    };
    await t.next(ws, 'close');
    await t.pause(20);
  },
  'closing: in close': async (t) => {
    const ws = t.watch(await t.open());
    ws.onclose = () => {
      t.attempt('close', () => ws.close(3000, 'in close'));
      t.log('state', ws.readyState);
    };
    await t.end(ws);
    await t.pause(20);
  },
  'closing: twice': async (t) => {
    const ws = t.watch(await t.open());
    ws.close(3000, 'first');
    t.attempt('second', () => ws.close(3001, 'second'));
    t.attempt('third, badly', () => ws.close(1));
    await t.next(ws, 'close');
    await t.pause(20);
  },
  'closing: after it is closed': async (t) => {
    const ws = await t.open();
    await t.end(ws);
    t.watch(ws);
    t.attempt('close', () => ws.close(3000, 'late'));
    t.attempt('close', () => ws.close());
    t.log('state', ws.readyState);
    await t.pause(20);
  },
  'closing: fires nothing in the same task': async (t) => {
    const ws = t.watch(await t.open());
    ws.close();
    t.log('after close()', ws.readyState);
    const end = performance.now() + 50;
    while (performance.now() < end);
    t.log('after a while', ws.readyState);
    await t.next(ws, 'close');
  },
  'closing: messages that come meanwhile': async (t) => {
    const ws = await t.open(['/push', { every: '1' }]);
    await t.next(ws, 'message');
    let count = 0;
    ws.onmessage = () => {
      count++;
      if (ws.readyState === 2) t.log('a message while closing');
    };
    const closed = t.next(ws, 'close');
    ws.close();
    await closed;
    const before = count;
    await t.pause(30);
    t.log('after close', count - before);
  },
  'closing: readyState seen in each handler, and after': async (t) => {
    const ws = t.make('/greet');
    t.log('constructed', ws.readyState);
    for (const type of ['open', 'message', 'error', 'close']) ws.addEventListener(type, () => t.log(type, ws.readyState));
    await t.next(ws, 'message');
    ws.close();
    t.log('closing', ws.readyState);
    await t.next(ws, 'close');
    t.log('closed', ws.readyState);
  },
  'closing: readyState seen when it fails': async (t) => {
    const ws = t.make('/nowhere');
    for (const type of ['open', 'message', 'error', 'close']) ws.addEventListener(type, () => t.log(type, ws.readyState));
    await t.next(ws, 'close');
    t.log('after', ws.readyState);
  },
  'closing: what close() was given does not come back unless the server says it': async (t) => {
    const ws = await t.open();
    const event = t.next(ws, 'close');
    ws.close(4567, 'é☃');
    const { code, reason, wasClean } = await event;
    t.log('event', code, reason, wasClean);
  },
  'closing: by the prototype’s method': async (t) => {
    const ws = t.watch(await t.open());
    t.WebSocket.prototype.close.call(ws, 3000);
    await t.next(ws, 'close');
  },
  'closing: several at once': async (t) => {
    const all = await Promise.all(['one', 'two', 'three'].map((name) => t.open('/echo', undefined, name)));
    const closed = all.map((ws) => t.next(ws, 'close'));
    for (const [index, ws] of all.entries()) ws.close(3000 + index);
    for (const event of await Promise.all(closed)) t.log('close', event.code, event.target);
  },
  'closing: a new one from within close': async (t) => {
    const ws = await t.open();
    const next = new Promise((resolve) => {
      ws.onclose = () => {
        const second = t.make('/greet', undefined, 'second');
        second.onmessage = resolve;
      };
    });
    ws.close();
    t.log('message', await next);
  },
};
