/**
 * Behaviour of platform objects alone, or of this browser alone. Not conformance cases: each of these must come out different,
 * or it has become one and belongs among them. `platform.test.mjs` runs them; docs/platform.md lists them.
 */
const inherited = EventTarget.prototype;

/** By name: why, and the case. */
export const platform = {
  'platform: Function.prototype.toString tells native code': [
    'The source of a function is no secret, and replacing Function.prototype.toString would touch a global.',
    (t) => {
      t.log('class', /\[native code\]/.test(Function.prototype.toString.call(t.WebSocket)));
      t.log('method', /\[native code\]/.test(Function.prototype.toString.call(t.WebSocket.prototype.send)));
    },
  ],
  'platform: own members of the class and its prototype': [
    'Ours has more: `with`, what `status`, `stats()` and their like need, `addEventListener` and `removeEventListener`, which have to know our listeners, and `Symbol.dispose`.',
    (t) => t.log('keys', Reflect.ownKeys(t.WebSocket), Reflect.ownKeys(t.WebSocket.prototype)),
  ],
  'platform: the global class': [
    'Importing the package replaces no global.',
    (t) => t.log('is', t.WebSocket === globalThis.WebSocket),
  ],
  'platform: a socket is an instance of the browser’s class': [
    'It stands on EventTarget, as the browser’s does; the connection is made by a native socket inside.',
    (t) => t.log('is', t.make() instanceof globalThis.WebSocket),
  ],
  'platform: EventTarget’s own addEventListener': [
    'Called past our method, it adds to the browser’s list of our object, to which only dispatchEvent() goes.',
    async (t) => {
      const ws = await t.open('/greet');
      inherited.addEventListener.call(ws, 'message', () => t.log('heard'));
      await t.next(ws, 'message');
      await t.pause();
      t.log('done');
    },
  ],
  'platform: EventTarget’s own removeEventListener': [
    'Called past our method, it doesn’t find the listener, which stands in the browser’s list inside another.',
    (t) => {
      const ws = t.make();
      const listener = () => t.log('heard');
      ws.addEventListener('x', listener);
      inherited.removeEventListener.call(ws, 'x', listener);
      ws.dispatchEvent(new Event('x'));
      t.log('done');
    },
  ],
  'platform: when()': [
    'Chromium’s observables add their listeners inside the browser, past our method.',
    async (t) => {
      const ws = t.make('/greet');
      ws.when('message').subscribe(() => t.log('heard'));
      await t.next(ws, 'message');
      await t.pause();
      t.log('done');
    },
  ],
  'platform: an event’s own prototype is its interface’s': [
    'An event of the browser is handed on, not made anew; what puts our socket in its `target` is a prototype between it and its interface.',
    async (t) => {
      const event = await t.next(t.make('/greet'), 'message');
      t.log('is', Object.getPrototypeOf(event) === MessageEvent.prototype);
    },
  ],
  'platform: Event’s own getter of target': [
    'Called past the event’s prototype, it gives the native socket inside.',
    async (t) => {
      const event = await t.next(t.make('/greet'), 'message');
      t.log('target', Object.getOwnPropertyDescriptor(Event.prototype, 'target').get.call(event) instanceof t.WebSocket);
    },
  ],
  'platform: an array whose iterator was replaced': [
    'Chromium takes the array’s items all the same; by WebIDL the iterator is asked, as ours does.',
    async (t) => {
      const ws = t.make('/echo', Object.assign(['a'], { [Symbol.iterator]: () => ['b'].values() }));
      await t.next(ws, 'open');
      t.log('protocol', ws.protocol);
    },
  ],
  'platform: undefined protocols before a third argument': [
    'Chromium then asks for a subprotocol called "undefined"; by WebIDL that is as if it weren’t given.',
    async (t) => {
      const ws = t.track(new t.WebSocket(t.url(), undefined, {}));
      await t.next(ws, 'open');
      t.log('protocol', ws.protocol);
    },
  ],
  'platform: an open socket that nobody can observe is collected': [
    'Chromium keeps any socket while its connection lives; the standard lets it go and closes the connection, and so does ours.',
    async (t) => {
      const reference = await unobserved(t);
      t.log('collected', await t.gone(reference));
      const ended = async () => (await t.seen()).connections.every(({ endedAt }) => endedAt !== null);
      if (!reference.deref()) await t.until(ended);
    },
  ],
};

async function unobserved(t) {
  const ws = new t.WebSocket(t.url());
  while (ws.readyState !== 1) await t.pause(5);
  const listener = () => {};
  ws.onmessage = listener;
  ws.addEventListener('close', listener);
  ws.onmessage = null;
  ws.removeEventListener('close', listener);
  return new WeakRef(ws);
}
