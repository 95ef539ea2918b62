/** Listeners when an event comes: who is called, in which order, with what. https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke */
import { withTriggers } from './triggers.mjs';

export const cases = withTriggers('listeners', {
  'called with the event, the socket as this': async (t, ws, fire) => {
    ws.addEventListener('message', function (...given) {
      t.log('this', this, given.length);
      t.log('event', given[0]);
    });
    await fire();
  },
  'called in order': async (t, ws, fire) => {
    for (const name of ['one', 'two', 'three']) ws.addEventListener('message', () => t.log(name));
    await fire();
  },
  'all get the same event object': async (t, ws, fire) => {
    let first;
    ws.addEventListener('message', (event) => {
      first = event;
      event.mine = 1;
    });
    ws.addEventListener('message', (event) => t.log('same', event === first, event.mine));
    await fire();
  },
  'objects with handleEvent': async (t, ws, fire) => {
    const object = t.label(
      {
        handleEvent(event) {
          t.log('this', this, event.data);
        },
      },
      'the object',
    );
    ws.addEventListener('message', object);
    await fire();
    object.handleEvent = () => t.log('changed');
    await fire();
  },
  'handleEvent is looked up at each event': async (t, ws, fire) => {
    const object = {
      get handleEvent() {
        t.log('get handleEvent');
        return () => t.log('called');
      },
    };
    ws.addEventListener('message', object);
    t.log('added');
    await fire();
    await fire();
  },
  'an object without handleEvent is an error for window.onerror': async (t, ws, fire) => {
    // Its error is made by the browser, so nobody can tell whose it is but by when it comes.
    const heard = (event) => {
      event.preventDefault();
      t.log('window.onerror', event.error);
    };
    ws.addEventListener('message', () => globalThis.addEventListener('error', heard));
    ws.addEventListener('message', {});
    ws.addEventListener('message', { handleEvent: 1 });
    ws.addEventListener('message', () => globalThis.removeEventListener('error', heard));
    await fire();
  },
  'handleEvent whose getter throws': async (t, ws, fire) => {
    const error = t.error('getter');
    ws.addEventListener('message', {
      get handleEvent() {
        throw error;
      },
    });
    ws.addEventListener('message', () => t.log('next'));
    await fire();
  },
  'a function with handleEvent is called as a function': async (t, ws, fire) => {
    ws.addEventListener(
      'message',
      Object.assign(() => t.log('function'), { handleEvent: () => t.log('never') }),
    );
    await fire();
  },
  'duplicates are added once': async (t, ws, fire) => {
    const same = () => t.log('same');
    ws.addEventListener('message', same);
    ws.addEventListener('message', () => t.log('other'));
    ws.addEventListener('message', same);
    ws.addEventListener('message', same, false);
    ws.addEventListener('message', same, {});
    ws.addEventListener('message', same, { once: true });
    ws.addEventListener('message', same, { passive: true });
    await fire();
    await fire();
  },
  'capture makes another listener': async (t, ws, fire) => {
    const same = (event) => t.log('same', event.eventPhase);
    ws.addEventListener('message', same);
    ws.addEventListener('message', same, true);
    ws.addEventListener('message', same, { capture: true });
    await fire();
  },
  'capturing ones come first': async (t, ws, fire) => {
    ws.addEventListener('message', (event) => t.log('bubble 1', event.eventPhase));
    ws.addEventListener('message', (event) => t.log('capture 1', event.eventPhase), { capture: true });
    ws.addEventListener('message', (event) => t.log('bubble 2', event.eventPhase), { capture: false });
    ws.addEventListener('message', (event) => t.log('capture 2', event.eventPhase), true);
    await fire();
  },
  once: async (t, ws, fire) => {
    ws.addEventListener('message', () => t.log('once'), { once: true });
    ws.addEventListener('message', () => t.log('always'));
    await fire();
    await fire();
  },
  'once, added again while it runs': async (t, ws, fire) => {
    const again = () => {
      t.log('once');
      ws.addEventListener('message', again, { once: true });
    };
    ws.addEventListener('message', again, { once: true });
    await fire();
    await fire();
  },
  'once, when it throws': async (t, ws, fire) => {
    const error = t.error('once');
    ws.addEventListener(
      'message',
      () => {
        throw error;
      },
      { once: true },
    );
    await fire();
    await fire();
  },
  'once, with an event fired within': async (t, ws, fire) => {
    ws.addEventListener(
      'message',
      () => {
        t.log('once');
        ws.dispatchEvent(new MessageEvent('message'));
      },
      { once: true },
    );
    await fire();
  },
  'once in the capturing phase': async (t, ws, fire) => {
    const same = (event) => t.log('same', event.eventPhase);
    ws.addEventListener('message', same, { once: true, capture: true });
    ws.addEventListener('message', same);
    await fire();
    await fire();
  },
  'a signal removes one': async (t, ws, fire) => {
    const controller = new AbortController();
    ws.addEventListener('message', () => t.log('listener'), { signal: controller.signal });
    await fire();
    controller.abort();
    await fire();
  },
  'a signal already aborted adds none': async (t, ws, fire) => {
    ws.addEventListener('message', () => t.log('never'), { signal: AbortSignal.abort() });
    ws.addEventListener('message', () => t.log('other'));
    await fire();
  },
  'a signal aborted by a listener before it': async (t, ws, fire) => {
    const controller = new AbortController();
    ws.addEventListener('message', () => controller.abort());
    ws.addEventListener('message', () => t.log('never'), { signal: controller.signal });
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'a signal that is aborted, the listener can be added anew': async (t, ws, fire) => {
    const controller = new AbortController();
    const same = () => t.log('same');
    ws.addEventListener('message', same, { signal: controller.signal });
    ws.addEventListener('message', () => t.log('other'));
    controller.abort();
    ws.addEventListener('message', same);
    await fire();
  },
  'a signal for several': async (t, ws, fire) => {
    const controller = new AbortController();
    const { signal } = controller;
    for (const name of ['one', 'two']) ws.addEventListener('message', () => t.log(name), { signal, capture: name === 'one' });
    await fire();
    controller.abort();
    await fire();
  },
  'passive can’t prevent': async (t, ws, fire) => {
    ws.addEventListener(
      'message',
      (event) => {
        event.preventDefault();
        t.log('passive', event.defaultPrevented);
      },
      { passive: true },
    );
    ws.addEventListener('message', (event) => {
      event.preventDefault();
      t.log('active', event.defaultPrevented);
    });
    await fire();
  },
  'a listener added while they run is not called': async (t, ws, fire) => {
    ws.addEventListener(
      'message',
      () => {
        t.log('first');
        ws.addEventListener('message', () => t.log('added'), { once: true });
      },
      { once: true },
    );
    ws.addEventListener('message', () => t.log('second'));
    await fire();
    await fire();
  },
  'a bubbling listener added by a capturing one is called': async (t, ws, fire) => {
    ws.addEventListener('message', () => ws.addEventListener('message', () => t.log('added'), { once: true }), {
      capture: true,
      once: true,
    });
    await fire();
    await fire();
  },
  'a capturing listener added by a bubbling one is not': async (t, ws, fire) => {
    ws.addEventListener('message', () => ws.addEventListener('message', () => t.log('added'), { once: true, capture: true }), {
      once: true,
    });
    await fire();
    await fire();
  },
  'stopPropagation stops nothing in one phase': async (t, ws, fire) => {
    ws.addEventListener('message', (event) => {
      event.stopPropagation();
      t.log('stopped', event.cancelBubble);
    });
    ws.addEventListener('message', (event) => t.log('next', event.cancelBubble));
    await fire();
  },
  'cancelBubble stops nothing in one phase': async (t, ws, fire) => {
    ws.addEventListener('message', (event) => {
      event.cancelBubble = true;
    });
    ws.addEventListener('message', (event) => {
      event.cancelBubble = false;
      t.log('next', event.cancelBubble);
    });
    await fire();
  },
  'stopPropagation in the capturing phase': async (t, ws, fire) => {
    const { promise, resolve } = Promise.withResolvers();
    ws.addEventListener(
      'message',
      (event) => {
        event.stopPropagation();
        resolve();
      },
      true,
    );
    ws.addEventListener('message', () => t.log('capturing too'), true);
    ws.addEventListener('message', () => t.log('bubbling'));
    await fire(promise);
  },
  stopImmediatePropagation: async (t, ws, fire) => {
    for (let round = 0; round < 2; round++) {
      const { promise, resolve } = Promise.withResolvers();
      ws.addEventListener(
        'message',
        (event) => {
          t.log('first');
          event.stopImmediatePropagation();
          t.log('cancelBubble', event.cancelBubble);
          resolve();
        },
        { once: true },
      );
      ws.addEventListener('message', () => t.log('never'));
      ws.onmessage = () => t.log('never');
      await fire(promise);
      ws.onmessage = null;
    }
  },
  'stopImmediatePropagation in the capturing phase': async (t, ws, fire) => {
    const { promise, resolve } = Promise.withResolvers();
    ws.addEventListener(
      'message',
      (event) => {
        t.log('first');
        event.stopImmediatePropagation();
        resolve();
      },
      true,
    );
    ws.addEventListener('message', () => t.log('never'), true);
    ws.addEventListener('message', () => t.log('never'));
    await fire(promise);
  },
  'stopImmediatePropagation by the prototype’s method': async (t, ws, fire) => {
    const { promise, resolve } = Promise.withResolvers();
    ws.addEventListener('message', (event) => {
      Event.prototype.stopImmediatePropagation.call(event);
      resolve();
    });
    ws.addEventListener('message', () => t.log('never'));
    await fire(promise);
  },
  'the event after dispatch': async (t, ws, fire) => {
    let event;
    ws.addEventListener('message', (given) => {
      event = given;
      t.log('within', event.target, event.currentTarget, event.eventPhase, event.composedPath());
    });
    await fire();
    t.log('after', event);
  },
  'window.event': async (t, ws, fire) => {
    ws.addEventListener('message', (event) => t.log('window.event', globalThis.event === event));
    await fire();
    t.log('after', globalThis.event === undefined);
  },
  'an event fired from a listener nests': async (t, ws, fire) => {
    ws.addEventListener('message', (event) => {
      t.log('begin', event.data, event.eventPhase);
      if (event.data !== 'inner') ws.dispatchEvent(new MessageEvent('message', { data: 'inner' }));
      t.log('end', event.data, event.eventPhase, event.currentTarget);
    });
    ws.addEventListener('message', (event) => t.log('second', event.data));
    await fire();
  },
  'types differ by case': async (t, ws, fire) => {
    ws.addEventListener('Message', () => t.log('never'));
    ws.addEventListener('MESSAGE', () => t.log('never'));
    ws.addEventListener('onmessage', () => t.log('never'));
    ws.addEventListener('message', () => t.log('message'));
    await fire();
  },
  'a type that is converted': async (t, ws, fire) => {
    ws.addEventListener({ toString: () => 'message' }, () => t.log('object'));
    ws.addEventListener(['message'], () => t.log('array'));
    await fire();
  },
  many: async (t, ws, fire) => {
    const calls = [];
    for (let index = 0; index < 300; index++) ws.addEventListener('message', () => calls.push(index));
    await fire();
    t.log(
      'calls',
      calls.length,
      calls.every((value, index) => value === index),
    );
  },
});
