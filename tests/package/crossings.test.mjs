/**
 * How often a message crosses between JavaScript and WebAssembly, each way: a budget that is the same on every machine. A call
 * costs tens of nanoseconds, and what it brings (a bound method, a reference counted, a closure) some more, so the number of
 * them is what a received message's extra time hangs on.
 */
import assert from 'node:assert/strict';
import { inPage, sideBySide } from './support/suite.mjs';

/** Of a class of its own, each call into the core and out of it is counted. */
const prepare = (page) =>
  page.evaluate(async () => {
    const { Instance } = WebAssembly;
    const counts = { in: 0, out: 0 };
    // A proxy, since the wrapper's imports are one, of which nobody can list the names.
    const counted = (functions, way) =>
      new Proxy(functions, {
        get(_, name) {
          const value = functions[name];
          if (typeof value !== 'function') return value;
          return (...given) => {
            counts[way] += 1;
            return value(...given);
          };
        },
      });
    WebAssembly.Instance = class {
      constructor(module, imports) {
        const inside = Object.entries(imports).map(([name, functions]) => [name, counted(functions, 'out')]);
        // A copy, because the properties of the browser's own are frozen.
        this.exports = counted({ ...new Instance(module, Object.fromEntries(inside)).exports }, 'in');
      }
    };
    globalThis.Counted = await import('/pkg/dist/index.mjs?counted');
    new Counted.WebSocket(`ws://${location.host}/echo`).close();
    WebAssembly.Instance = Instance;

    /**
     * By message: what twice as many bring more, so that what happens once is left out; and what the opening brings is over. The
     * least of several times, as a timer may add its own at any moment.
     */
    globalThis.each = async (work, count = 100) => {
      await work(1);
      await probe.sleep(100);
      const measure = async (times) => {
        Object.assign(counts, { in: 0, out: 0 });
        await work(times);
        return { ...counts };
      };
      const least = async (times) => {
        const measured = [];
        for (let trial = 0; trial < 3; trial++) measured.push(await measure(times));
        return { in: Math.min(...measured.map((each) => each.in)), out: Math.min(...measured.map((each) => each.out)) };
      };
      const [less, more] = [await least(count), await least(2 * count)];
      return { in: (more.in - less.in) / count, out: (more.out - less.out) / count };
    };
    globalThis.opened = async (url, options, listeners = 1) => {
      const ws = new Counted.WebSocket(url, [], options);
      ws.received = 0;
      for (let made = 0; made < listeners; made++)
        ws.addEventListener('message', () => {
          ws.received += 1 / listeners;
        });
      await new Promise((done) => ws.addEventListener('open', done, { once: true }));
      return ws;
    };
    /** Until so many messages have come. */
    globalThis.received = (ws, count) => probe.until(() => Math.round(ws.received) >= count);
  });

/** Calls into the core and out of it: the most there may be. Lower them when there are fewer. */
const BUDGET = {
  // Past the core, as nobody else waits for it.
  'received, with one listener': { in: 0, out: 0 },
  'received, with ten listeners': { in: 0, out: 0 },
  'received, as the browser’s own': { in: 0, out: 0 },
  // The same, with what it is looked at for: when it came, whether it is the answer, whether it is a reply.
  'received, with a heartbeat': { in: 0, out: 0 },
  'received, with a heartbeat whose answers are known': { in: 0, out: 0 },
  'received, while a request is pending': { in: 0, out: 0 },
  // Past the core, to the browser's own socket.
  sent: { in: 0, out: 0 },
  queued: { in: 5, out: 3 },
  'a request and its reply': { in: 5, out: 9 },
  // And whether the socket has a reason to stay, and the alarm, set and taken back each time.
  'a request and its reply, one after the other': { in: 6, out: 14 },
};

function within(name, measured) {
  const most = BUDGET[name];
  // Each message crosses a whole number of times. What is between is a timer's, of which a busy machine has more.
  const whole = (times) => Math.ceil(times - 0.1);
  const crossings = { in: whole(measured.in), out: whole(measured.out) };
  const said = `${name}: ${crossings.in} in, ${crossings.out} out; ${most.in} in, ${most.out} out are allowed`;
  assert.ok(crossings.in <= most.in && crossings.out <= most.out, said);
  // The counter works: a message that the core hears of is told to the listeners by it.
  if (name.startsWith('received') && most.in) assert.ok(crossings.in >= 1 && crossings.out >= 1, said);
}

const RECEIVED = {
  'received, with one listener': [{}, 1],
  'received, with ten listeners': [{}, 10],
  'received, as the browser’s own': [{ reconnect: false }, 1],
  'received, with a heartbeat': [{ heartbeat: {} }, 1],
  'received, with a heartbeat whose answers are known': [{ heartbeat: { pong: 'pong' } }, 1],
};

sideBySide('crossings', () => {
  for (const [name, [options, listeners]] of Object.entries(RECEIVED)) {
    inPage(`a message ${name}, crosses no oftener than it may`, async ({ page, endpoint }) => {
      await prepare(page);
      const crossings = await page.evaluate(
        async ([url, options, listeners]) => {
          const ws = await opened(url, options, listeners);
          return each(async (count) => {
            ws.received = 0;
            for (let sent = 0; sent < count; sent++) ws.send('x');
            await received(ws, count);
          });
        },
        [endpoint.url('/echo'), options, listeners],
      );
      within(name, crossings);
    });
  }

  inPage('a message received while a request is pending crosses no oftener than it may', async ({ page, endpoint }) => {
    await prepare(page);
    const crossings = await page.evaluate(async (url) => {
      const ws = await opened(url, { request: { protocol: { encode: () => '', decode: () => undefined } } });
      ws.request({}).catch(() => {});
      await received(ws, 1);
      return each(async (count) => {
        ws.received = 0;
        for (let sent = 0; sent < count; sent++) ws.send('x');
        await received(ws, count);
      });
    }, endpoint.url('/echo'));
    within('received, while a request is pending', crossings);
  });

  inPage('a message sent on an open connection does not cross at all', async ({ page, endpoint }) => {
    await prepare(page);
    const crossings = await page.evaluate(async (url) => {
      const ws = await opened(url, { heartbeat: {} });
      return each(async (count) => {
        for (let sent = 0; sent < count; sent++) ws.send('x');
      });
    }, endpoint.url('/sink'));
    within('sent', crossings);
  });

  inPage('a queued message crosses no oftener than it may', async ({ page, endpoint }) => {
    await prepare(page);
    const crossings = await page.evaluate(async (url) => {
      const ws = new Counted.WebSocket(url);
      return each(async (count) => {
        for (let sent = 0; sent < count; sent++) ws.send('x');
      });
    }, endpoint.url('/sink'));
    within('queued', crossings);
  });

  inPage('a request and its reply cross no oftener than they may', async ({ page, endpoint }) => {
    await prepare(page);
    const crossings = await page.evaluate(async (url) => {
      const ws = await opened(url, {});
      return each(async (count) => {
        await Promise.all(Array.from({ length: count }, () => ws.request({ method: 'add', params: [1, 2] })));
      });
    }, endpoint.url('/rpc'));
    within('a request and its reply', crossings);
  });

  inPage('a request with no other pending crosses, with its reply, no oftener than it may', async ({ page, endpoint }) => {
    await prepare(page);
    const crossings = await page.evaluate(async (url) => {
      // Else an alarm would be set for that.
      const ws = await opened(url, { reconnect: { stableAfter: 1 } });
      await probe.sleep(100);
      return each(async (count) => {
        for (; count; count--) await ws.request({ method: 'add', params: [1, 2] });
      });
    }, endpoint.url('/rpc'));
    within('a request and its reply, one after the other', crossings);
  });
});
