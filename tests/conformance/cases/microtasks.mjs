/**
 * The code that runs between two listeners and between two events. After each callback the stack is empty and microtasks run, unless
 * the event was dispatched by a script. https://webidl.spec.whatwg.org/#call-a-user-objects-operation (clean up after running script)
 */
import { withTriggers } from './triggers.mjs';

const firing = withTriggers('microtasks', {
  'between two listeners': async (t, ws, fire) => {
    for (const name of ['one', 'two', 'three']) {
      ws.addEventListener('message', () => {
        t.log(name);
        Promise.resolve().then(() => t.log(`microtask of ${name}`));
      });
    }
    await fire();
    t.log('fired');
  },
  'between the capturing listeners, the handler and the others': async (t, ws, fire) => {
    const listener = (name) => () => {
      t.log(name);
      queueMicrotask(() => t.log(`microtask of ${name}`));
    };
    ws.onmessage = listener('handler');
    ws.addEventListener('message', listener('bubbling'));
    ws.addEventListener('message', listener('capturing'), true);
    await fire();
  },
  'chains of them, before the next listener': async (t, ws, fire) => {
    ws.addEventListener('message', async () => {
      for (let step = 0; step < 5; step++) {
        t.log('step', step);
        await undefined;
      }
    });
    ws.addEventListener('message', () => t.log('second listener'));
    await fire();
  },
  'an awaited event is there before the next listener': async (t, ws, fire) => {
    const first = t.next(ws, 'message').then((event) => t.log('awaited', event.eventPhase, event.currentTarget));
    ws.addEventListener('message', () => t.log('listener'));
    await fire();
    await first;
  },
  'a listener removed by a microtask': async (t, ws, fire) => {
    const gone = () => t.log('gone');
    ws.addEventListener('message', () => queueMicrotask(() => ws.removeEventListener('message', gone)));
    ws.addEventListener('message', gone);
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'a listener added by a microtask': async (t, ws, fire) => {
    ws.addEventListener('message', () => queueMicrotask(() => ws.addEventListener('message', () => t.log('added'))), {
      once: true,
    });
    ws.addEventListener('message', () => t.log('last'));
    await fire();
    await fire();
  },
  'a handler replaced by a microtask': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      queueMicrotask(() => {
        ws.onmessage = () => t.log('new');
      });
    });
    ws.onmessage = () => t.log('old');
    await fire();
  },
  'the event stopped by a microtask': async (t, ws, fire) => {
    const { promise, resolve } = Promise.withResolvers();
    ws.addEventListener('message', (event) => {
      queueMicrotask(() => {
        event.stopImmediatePropagation();
        resolve();
      });
    });
    ws.addEventListener('message', () => t.log('second'));
    await fire(promise);
  },
  'an error and a microtask': async (t, ws, fire) => {
    const error = t.error('one');
    ws.addEventListener('message', () => {
      queueMicrotask(() => t.log('microtask'));
      throw error;
    });
    ws.addEventListener('message', () => t.log('two'));
    await fire();
  },
  'window.event is gone in them': async (t, ws, fire) => {
    ws.addEventListener('message', () => queueMicrotask(() => t.log('window.event', typeof globalThis.event)));
    ws.addEventListener('message', () => {});
    await fire();
  },
  'ten listeners that come and go': async (t, ws, fire) => {
    const listeners = Array.from({ length: 10 }, (_, index) => () => {
      t.log('call', index);
      queueMicrotask(() => t.log('microtask', index));
    });
    for (const listener of listeners) ws.addEventListener('message', listener);
    await fire();
    for (const listener of listeners.slice(2, 8)) ws.removeEventListener('message', listener);
    await fire();
    for (const listener of listeners) ws.addEventListener('message', listener);
    await fire();
  },
});

const others = {
  'microtasks: of open, before the message that follows': async (t) => {
    const ws = t.make('/greet');
    ws.onopen = async () => {
      t.log('open');
      await undefined;
      t.log('after open');
    };
    ws.onmessage = () => t.log('message');
    await t.next(ws, 'message');
  },
  'microtasks: of error, before close': async (t) => {
    const ws = t.make('/nowhere');
    ws.onerror = async () => {
      t.log('error', ws.readyState);
      await undefined;
      t.log('after error', ws.readyState);
    };
    ws.onclose = () => t.log('close', ws.readyState);
    await t.next(ws, 'close');
  },
  'microtasks: two listeners of open, error and close': async (t) => {
    for (const path of ['/echo', '/nowhere']) {
      const ws = t.make(path);
      for (const type of ['open', 'error', 'close']) {
        for (const name of ['one', 'two']) {
          ws.addEventListener(type, () => {
            t.log(`${type} ${name}`, ws.readyState);
            queueMicrotask(() => t.log(`microtask of ${type} ${name}`, ws.readyState));
          });
        }
      }
      if (path === '/echo') await t.next(ws, 'open');
      await t.end(ws);
    }
  },
  'microtasks: messages that come together are tasks each': async (t) => {
    const ws = await t.open('/types');
    let count = 0;
    await new Promise((resolve) => {
      ws.onmessage = () => {
        const number = ++count;
        t.log('message', number);
        queueMicrotask(() => t.log('microtask', number));
        if (number === 4) resolve();
      };
    });
  },
  'microtasks: send and close fire nothing before the script ends': async (t) => {
    const ws = await t.open();
    t.watch(ws);
    ws.send('x');
    ws.close();
    t.log('after close()', ws.readyState);
    await Promise.resolve();
    t.log('after a microtask', ws.readyState);
    await t.next(ws, 'close');
  },
};

export const cases = { ...firing, ...others };
