/** Fakes that a test makes by hand, put in place as Vitest documents it. */
import { WebSocket } from 'holdfast-ws';
import { afterEach, expect, test, vi } from 'vitest';
import { isAt, next, open, QUICK } from './support.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Each way a fake can tell its events; `tell(fake, type, event)` has it do so. */
const WAYS = {
  'only on… properties, and bare objects for events': {
    fake: () => ({ readyState: 0, send: vi.fn(), close: vi.fn() }),
    tell: (fake, type, said) => fake[`on${type}`]?.(said),
  },
  'only on… properties, and no events at all but for messages': {
    fake: () => ({ send: vi.fn(), close: vi.fn() }),
    tell: (fake, type, said) => fake[`on${type}`]?.(...(type === 'message' ? [said] : [])),
  },
  'on… properties, and spies that do nothing for the rest': {
    fake: () => ({ send: vi.fn(), close: vi.fn(), addEventListener: vi.fn(), removeEventListener: vi.fn(), onopen: null }),
    tell: (fake, type, said) => fake[`on${type}`]?.({ ...said, type, target: fake }),
  },
  'only addEventListener, of its own making': {
    fake() {
      const listeners = {};
      return {
        listeners,
        send: vi.fn(),
        close: vi.fn(),
        addEventListener: (type, call) => {
          listeners[type] = [...(listeners[type] ?? []), call];
        },
      };
    },
    tell(fake, type, said) {
      for (const call of fake.listeners[type] ?? []) call({ type, ...said });
    },
  },
  'an EventTarget without on… properties': {
    fake: () => Object.assign(new EventTarget(), { readyState: 0, send: vi.fn(), close: vi.fn() }),
    tell(fake, type, said) {
      fake.dispatchEvent(Object.assign(type === 'message' ? new MessageEvent(type, said) : new Event(type), said.code && said));
    },
  },
  'an EventTarget that also calls its on… fields, each event both ways': {
    fake: () =>
      Object.assign(new EventTarget(), { onopen: null, onmessage: null, onclose: null, send: vi.fn(), close: vi.fn() }),
    tell(fake, type, said) {
      const event = Object.assign(type === 'message' ? new MessageEvent(type, said) : new Event(type), said.code && said);
      fake.dispatchEvent(event);
      fake[`on${type}`]?.(event);
    },
  },
  'frozen events with a target of their own': {
    fake: () => ({ send: vi.fn(), close: vi.fn() }),
    tell: (fake, type, said) => fake[`on${type}`]?.(Object.freeze({ type, target: fake, currentTarget: fake, ...said })),
  },
};

for (const [name, { fake, tell }] of Object.entries(WAYS))
  test(`vi.stubGlobal with a fake that has ${name}`, async () => {
    const fakes = [];
    vi.stubGlobal(
      'WebSocket',
      vi.fn(function WebSocketFake(url, protocols) {
        fakes.push(Object.assign(fake(), { url, protocols }));
        return fakes.at(-1);
      }),
    );
    const { ws, received } = open('ws://fake.example/a');
    expect(fakes.length).toBe(1);
    ws.send('early');
    let seen;
    ws.onmessage = (event) => {
      seen = [event.data, isAt(event, ws), event.type, event instanceof Event];
    };
    if ('readyState' in fakes[0]) fakes[0].readyState = 1;
    tell(fakes[0], 'open', {});
    expect(ws.readyState).toBe(1);
    expect(fakes[0].send.mock.calls).toEqual([['early']]);
    ws.send('late');
    expect(fakes[0].send.mock.calls).toEqual([['early'], ['late']]);
    tell(fakes[0], 'message', { data: 'x' });
    tell(fakes[0], 'message', { data: 'y' });
    expect(seen).toEqual(['y', true, 'message', true]);
    tell(fakes[0], 'close', { code: 4000, reason: '', wasClean: true });
    await vi.waitUntil(() => fakes.length === 2, { timeout: 10_000 });
    expect(received.map(([type, said]) => [type, type === 'message' ? said : undefined])).toEqual([
      ['open', undefined],
      ['message', 'x'],
      ['message', 'y'],
      ['close', undefined],
    ]);
    ws.close();
    expect(fakes[1].close).toHaveBeenCalled();
  });

test('a fake that answers within send() and closes within close() is heard after the call', async () => {
  class Fake {
    readyState = 0;
    constructor() {
      Promise.resolve().then(() => {
        this.readyState = 1;
        this.onopen?.({});
      });
    }
    send(data) {
      this.onmessage?.({ data: JSON.stringify({ id: JSON.parse(data).id, ok: true }) });
    }
    close(code = 1000) {
      this.readyState = 3;
      this.onerror?.({});
      this.onclose?.({ code, wasClean: true });
    }
  }
  vi.stubGlobal('WebSocket', Fake);
  const { ws, received } = open('ws://fake.example/b');
  await next(ws, 'open');
  expect((await ws.request({ ask: 1 })).ok).toBe(true);
  ws.close(3000);
  const closed = await next(ws, 'close');
  expect([closed.code, closed.willReconnect]).toEqual([3000, false]);
  expect(received.filter(([type]) => type === 'close').length).toBe(1);
});

test('with fake timers the fake is dialled again when its time has come', () => {
  vi.useFakeTimers();
  const fakes = [];
  vi.stubGlobal(
    'WebSocket',
    vi.fn(function WebSocketFake() {
      fakes.push(this);
      this.close = vi.fn();
    }),
  );
  const { ws } = open('ws://fake.example/c');
  fakes[0].onclose({ code: 1006 });
  expect(fakes.length).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(fakes.length).toBe(2);
  ws.close();
});

test('the platform’s class is dialled with again once the stub is gone, and where the global is gone', () => {
  const Platform = globalThis.WebSocket;
  const made = vi.fn();
  vi.stubGlobal('WebSocket', made);
  new WebSocket('ws://127.0.0.1:9', [], QUICK).close();
  expect(made).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
  expect(globalThis.WebSocket).toBe(Platform);
  for (const nothing of [Platform, null, undefined]) {
    vi.stubGlobal('WebSocket', nothing);
    const ws = new WebSocket('ws://127.0.0.1:9', [], QUICK);
    expect(ws.url).toBe('ws://127.0.0.1:9/');
    ws.close();
  }
  expect(made).toHaveBeenCalledTimes(1);
});

test('our class installed in globalThis, a subclass, a proxy and a wrapper of it make one connection each', async () => {
  const Platform = globalThis.WebSocket;
  class Subclass extends WebSocket {}
  const proxied = new Proxy(WebSocket, {});
  const forwarding = new Proxy(WebSocket, { construct: (Class, given) => new Class(...given) });
  function Wrapper(url, protocols) {
    return new WebSocket(url, protocols);
  }
  const preset = WebSocket.with({ reconnect: false });
  for (const Class of [WebSocket, Subclass, proxied, forwarding, Wrapper, preset, WebSocket.with({ queue: false })]) {
    vi.stubGlobal('WebSocket', Class);
    for (const Made of [WebSocket, Class, preset]) {
      const ws = new Made('ws://127.0.0.1:9');
      expect(ws.url).toBe('ws://127.0.0.1:9/');
      ws.close();
    }
    vi.unstubAllGlobals();
  }
  expect(globalThis.WebSocket).toBe(Platform);
});

test('a monitoring script’s subclass of the platform’s class sees each attempt', async () => {
  const urls = [];
  const Platform = globalThis.WebSocket;
  vi.stubGlobal(
    'WebSocket',
    class extends Platform {
      constructor(url, protocols) {
        super(url, protocols);
        urls.push(url);
      }
    },
  );
  const { ws } = open('ws://127.0.0.1:9');
  await vi.waitUntil(() => urls.length > 2, { timeout: 20_000 });
  ws.close();
});

test('what a fake’s constructor, send() or close() throws is reported, and a further attempt is made', async () => {
  const reported = [];
  vi.stubGlobal('reportError', (error) => reported.push(error.message));
  const fakes = [];
  vi.stubGlobal(
    'WebSocket',
    vi.fn(function WebSocketFake() {
      fakes.push(this);
      if (fakes.length === 2) throw Error('not now');
      this.close = () => {
        throw Error('not at all');
      };
    }),
  );
  const { ws } = open('ws://fake.example/d');
  fakes[0].onclose({});
  await vi.waitUntil(() => fakes.length > 2, { timeout: 10_000 });
  expect(reported).toContain('not now');
  ws.reconnect();
  expect(reported).toContain('not at all');
  expect(() => ws.close()).toThrow('not at all');
});
