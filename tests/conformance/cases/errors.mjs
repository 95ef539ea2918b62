/** Exceptions of listeners: reported, and nothing stops. https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception */
import { withTriggers } from './triggers.mjs';

const firing = withTriggers('errors', {
  'in a listener': async (t, ws, fire) => {
    const error = t.error('listener');
    ws.addEventListener('message', () => t.log('before'));
    ws.addEventListener('message', () => {
      t.log('throwing');
      throw error;
    });
    ws.addEventListener('message', () => t.log('after'));
    await fire();
    t.log('fired');
  },
  'in every listener, and in the handler': async (t, ws, fire) => {
    const errors = ['one', 'two', 'three', 'four'].map((name) => t.error(name));
    const thrower = (error) => () => {
      throw error;
    };
    ws.addEventListener('message', thrower(errors[0]));
    ws.onmessage = thrower(errors[1]);
    ws.addEventListener('message', { handleEvent: thrower(errors[2]) });
    ws.addEventListener('message', thrower(errors[3]), true);
    await fire();
    t.log('fired');
  },
  'that is a text': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      throw `${t.endpoint} a text`;
    });
    ws.addEventListener('message', () => t.log('after'));
    await fire();
  },
  'that is an object': async (t, ws, fire) => {
    const error = t.error('carrier');
    const object = Object.assign(Object.create(error), { own: 1 });
    const heard = (event) => {
      if (event.error !== object) return;
      event.preventDefault();
      t.log('window.onerror', event.error === object);
    };
    globalThis.addEventListener('error', heard);
    t.after(() => globalThis.removeEventListener('error', heard));
    ws.addEventListener('message', () => {
      throw object;
    });
    await fire();
  },
  'in an async listener': async (t, ws, fire) => {
    const error = t.error('async');
    ws.addEventListener('message', async () => {
      throw error;
    });
    ws.addEventListener('message', () => t.log('after'));
    await fire();
    await t.until(() => t.record.some((text) => text.startsWith('unhandledrejection')));
  },
  'in an async handler': async (t, ws, fire) => {
    const error = t.error('async');
    ws.onmessage = async () => {
      await undefined;
      throw error;
    };
    await fire();
    await t.until(() => t.record.some((text) => text.startsWith('unhandledrejection')));
  },
  'and stopped before': async (t, ws, fire) => {
    const error = t.error('stopped');
    const { promise, resolve } = Promise.withResolvers();
    ws.addEventListener('message', (event) => {
      event.stopImmediatePropagation();
      resolve();
      throw error;
    });
    ws.addEventListener('message', () => t.log('never'));
    await fire(promise);
  },
  'of which window.onerror hears at once, in the order of the listeners': async (t, ws, fire) => {
    const error = t.error('first');
    ws.addEventListener('message', () => {
      queueMicrotask(() => t.log('microtask'));
      throw error;
    });
    ws.addEventListener('message', () => t.log('second'));
    await fire();
  },
});

const others = {};
for (const [type, path] of Object.entries({ open: '/echo', message: '/greet', error: '/nowhere', close: '/nowhere' })) {
  others[`errors: in on${type}, the life goes on`] = async (t) => {
    const ws = t.make(path);
    const error = t.error(`on${type}`);
    ws[`on${type}`] = () => {
      t.log('state', ws.readyState);
      throw error;
    };
    for (const name of ['open', 'message', 'error', 'close']) ws.addEventListener(name, () => t.log(`after: ${name}`));
    await (path === '/nowhere' ? t.next(ws, 'close') : t.next(ws, type));
    if (path === '/nowhere') return;
    const message = t.next(ws, 'message');
    ws.send('x');
    await message;
    await t.end(ws);
  };
}

others['errors: in one socket’s listener don’t touch another'] = async (t) => {
  const one = t.make('/greet', undefined, 'one');
  const two = t.make('/greet', undefined, 'two');
  const error = t.error('one');
  one.onmessage = () => {
    throw error;
  };
  await Promise.all([t.next(one, 'message'), t.next(two, 'message')]);
  two.send('x');
  t.log('two', (await t.next(two, 'message')).data);
  one.send('y');
  t.log('one', (await t.next(one, 'message')).data);
};

export const cases = { ...firing, ...others };
