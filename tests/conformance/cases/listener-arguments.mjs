/** The arguments of `addEventListener`, and their conversion. https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener */
export const cases = {
  'listeners: values that are no callback': (t) => {
    const ws = t.make();
    for (const value of [null, undefined, 1, 'x', true, Symbol('l'), 1n]) {
      t.attempt(`add ${String(value)}`, () => ws.addEventListener('x', value));
      t.attempt(`remove ${String(value)}`, () => ws.removeEventListener('x', value));
    }
    t.attempt('add nothing', () => ws.addEventListener('x'));
    t.attempt('add nothing at all', () => ws.addEventListener());
    t.attempt('remove nothing', () => ws.removeEventListener('x'));
    t.attempt('remove nothing at all', () => ws.removeEventListener());
    t.log(
      'returns',
      ws.addEventListener('x', () => {}),
      ws.removeEventListener('x', () => {}),
    );
  },
  'listeners: values for options': (t) => {
    const ws = t.make();
    for (const value of [undefined, null, 0, 1, '', 'x', NaN, true, 1n, [], () => {}, Symbol('o')]) {
      const phases = [];
      const listener = () => phases.push('listener');
      const other = () => phases.push('other');
      ws.addEventListener('x', other);
      t.attempt(`options ${String(value)}`, () => ws.addEventListener('x', listener, value));
      ws.dispatchEvent(new Event('x'));
      t.log('order', phases);
      t.attempt('remove', () => ws.removeEventListener('x', listener, value));
      ws.removeEventListener('x', other);
      ws.dispatchEvent(new Event('x'));
      t.log('calls', phases.length);
      ws.removeEventListener('x', listener, true);
    }
  },
  'listeners: values for members of options': (t) => {
    const ws = t.make();
    for (const member of ['capture', 'once', 'passive', 'signal']) {
      for (const value of [undefined, null, 0, 1, '', 'x', true, {}, Symbol('o')]) {
        let calls = 0;
        const listener = (event) => {
          calls++;
          event.preventDefault();
          t.log('prevented', event.defaultPrevented);
        };
        t.attempt(`${member} ${String(value)}`, () => ws.addEventListener('x', listener, { [member]: value }));
        ws.dispatchEvent(new Event('x', { cancelable: true }));
        ws.dispatchEvent(new Event('x', { cancelable: true }));
        t.log('calls', calls);
        ws.removeEventListener('x', listener);
        ws.dispatchEvent(new Event('x', { cancelable: true }));
        t.log('calls', calls);
        ws.removeEventListener('x', listener, true);
      }
    }
  },
  'listeners: a signal that is none, without a callback': (t) => {
    const ws = t.make();
    t.attempt('null callback', () => ws.addEventListener('x', null, { signal: {} }));
    t.attempt('null signal', () => ws.addEventListener('x', null, { signal: null }));
    t.attempt('aborted', () => ws.addEventListener('x', null, { signal: AbortSignal.abort() }));
  },
  'listeners: the members of options are read in the standard’s order': (t) => {
    const ws = t.make();
    const spy = new Proxy(
      {},
      {
        get(_, key) {
          t.log('get', key);
          return undefined;
        },
        has: (_, key) => t.log('has', key),
        ownKeys: () => {
          t.log('ownKeys');
          return [];
        },
      },
    );
    t.log('add');
    ws.addEventListener('x', () => {}, spy);
    t.log('add null');
    ws.addEventListener('x', null, spy);
    t.log('remove');
    ws.removeEventListener('x', () => {}, spy);
    t.log('remove null');
    ws.removeEventListener('x', null, spy);
  },
  'listeners: arguments are converted in order': (t) => {
    const ws = t.make();
    const type = {
      toString() {
        t.log('type');
        return 'x';
      },
    };
    const options = {
      get capture() {
        t.log('capture');
        return false;
      },
    };
    t.attempt('add', () => ws.addEventListener(type, () => {}, options));
    t.attempt('add a number', () => ws.addEventListener(type, 5, options));
    t.attempt('remove', () => ws.removeEventListener(type, () => {}, options));
    t.attempt('a symbol', () => ws.addEventListener(Symbol('x'), () => {}, options));
    const error = t.error('getter');
    t.attempt('a getter that throws', () =>
      ws.addEventListener('x', () => {}, {
        get once() {
          throw error;
        },
      }),
    );
  },
  'listeners: methods of another EventTarget work on it': (t) => {
    const ws = t.make();
    const other = new EventTarget();
    ws.addEventListener.call(other, 'x', () => t.log('on the other'));
    other.dispatchEvent(new Event('x'));
    ws.dispatchEvent(new Event('x'));
  },
  'listeners: methods of no EventTarget': (t) => {
    const { addEventListener, removeEventListener, dispatchEvent } = t.WebSocket.prototype;
    for (const stranger of [{}, 1, 'x', Object.create(t.WebSocket.prototype)]) {
      t.attempt('add', () => addEventListener.call(stranger, 'x', () => {}));
      t.attempt('remove', () => removeEventListener.call(stranger, 'x', () => {}));
      t.attempt('dispatch', () => dispatchEvent.call(stranger, new Event('x')));
    }
  },
  'listeners: methods without this are those of the global object': (t) => {
    const { addEventListener, removeEventListener } = t.WebSocket.prototype;
    const listener = () => t.log('heard by the global object');
    const type = `x${t.endpoint}`;
    t.attempt('add', () => addEventListener(type, listener));
    globalThis.dispatchEvent(new Event(type));
    t.attempt('remove', () => removeEventListener(type, listener));
    globalThis.dispatchEvent(new Event(type));
  },
  'listeners: one added after the event came is not called': async (t) => {
    const ws = await t.open('/greet');
    await t.next(ws, 'message');
    ws.onmessage = () => t.log('never');
    ws.onopen = () => t.log('never');
    await t.pause(20);
    t.log('state', ws.readyState);
  },
  'listeners: of every type of a life, capturing': async (t) => {
    const ws = t.make('/greet');
    for (const type of ['open', 'message', 'error', 'close'])
      ws.addEventListener(type, (event) => t.log(type, event.eventPhase), { capture: true });
    await t.next(ws, 'message');
    await t.end(ws);
  },
  'listeners: in other frames and libraries': (t) => {
    const ws = t.make();
    const add = Reflect.get(ws, 'addEventListener');
    Reflect.apply(add, ws, ['x', (event) => t.log('x', event)]);
    ws.dispatchEvent(new CustomEvent('x', { detail: { a: 1 } }));
  },
};

for (const member of ['capture', 'once', 'passive']) {
  cases[`listeners: values for ${member}, of an event of the server`] = async (t) => {
    const ws = await t.open();
    for (const value of [undefined, null, 0, 1, '', 'x', {}]) {
      const order = [];
      const listener = () => order.push('listener');
      const bubbling = () => order.push('bubbling');
      ws.addEventListener('message', bubbling);
      ws.addEventListener('message', listener, { [member]: value });
      for (let count = 0; count < 2; count++) {
        const came = t.next(ws, 'message');
        ws.send('x');
        await came;
      }
      t.log(String(value), order);
      ws.removeEventListener('message', bubbling);
      ws.removeEventListener('message', listener, { [member]: value });
    }
  };
}
