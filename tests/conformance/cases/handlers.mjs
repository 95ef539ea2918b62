/** `onopen` and its like. https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes */
import { withTriggers } from './triggers.mjs';

const HANDLERS = ['onopen', 'onmessage', 'onerror', 'onclose'];

const VALUES = {
  'a function': (t) => t.label(() => {}, 'the function'),
  'an async function': (t) => t.label(async () => {}, 'the function'),
  'a generator function': (t) => t.label(function* () {}, 'the function'),
  'a class': (t) => t.label(class {}, 'the class'),
  'a bound function': (t) => t.label((() => {}).bind(1), 'the function'),
  'a Proxy of a function': (t) => t.label(new Proxy(() => {}, {}), 'the function'),
  null: () => null,
  undefined: () => undefined,
  'a number': () => 1,
  'a text': () => 'alert(1)',
  'a boolean': () => true,
  'a bigint': () => 1n,
  'a symbol': () => Symbol('handler'),
  'an object': (t) => t.label({}, 'the object'),
  'an object with handleEvent': (t) => t.label({ handleEvent() {} }, 'the object'),
  'an array': (t) => t.label([], 'the array'),
  'an object without prototype': (t) => t.label(Object.create(null), 'the object'),
  'the socket': (_, ws) => ws,
};

const values = {};
for (const [what, make] of Object.entries(VALUES)) {
  values[`handlers: set to ${what}`] = (t) => {
    const ws = t.make();
    for (const name of HANDLERS) {
      t.log(`${name} at first`, ws[name]);
      const value = make(t, ws);
      t.attempt('set', () => {
        ws[name] = value;
      });
      t.log('is', ws[name], ws[name] === value);
      ws[name] = () => {};
      t.attempt('set over a function', () => {
        ws[name] = value;
      });
      t.log('is', ws[name]);
      // A class, called, throws an error that is nobody's.
      ws[name] = null;
    }
  };
}

const firing = withTriggers('handlers', {
  'one gets the event, and the socket as this': async (t, ws, fire) => {
    ws.onmessage = function (...given) {
      t.log('this', this, given.length);
      t.log('event', given[0]);
    };
    await fire();
  },
  'an arrow function’s this is its own': async (t, ws, fire) => {
    ws.onmessage = (event) => t.log('this', event.currentTarget === ws);
    await fire();
  },
  'one is called each time': async (t, ws, fire) => {
    let count = 0;
    ws.onmessage = () => t.log('call', ++count);
    await fire();
    await fire();
  },
  'set to null, none is called': async (t, ws, fire) => {
    ws.onmessage = () => t.log('never');
    ws.onmessage = null;
    t.log('is', ws.onmessage);
    await fire();
  },
  'set to a text, none is called': async (t, ws, fire) => {
    ws.onmessage = () => t.log('never');
    ws.onmessage = 'x';
    t.log('is', ws.onmessage);
    await fire();
  },
  'an object with handleEvent is kept and not called': async (t, ws, fire) => {
    const object = {
      handleEvent() {
        t.log('never');
      },
      call() {
        t.log('never');
      },
    };
    ws.onmessage = object;
    t.log('is', ws.onmessage === object);
    ws.addEventListener('message', () => t.log('listener'));
    await fire();
  },
  'an object that is not callable keeps its place for a function': async (t, ws, fire) => {
    ws.onmessage = {};
    ws.addEventListener('message', () => t.log('listener'));
    ws.onmessage = () => t.log('handler');
    await fire();
  },
  'a class can’t be called': async (t, ws, fire) => {
    const name = t.endpoint;
    ws.onmessage = () => {
      throw `${name}: not a class`;
    };
    await fire();
  },
  'one is called in the order of its first setting': async (t, ws, fire) => {
    ws.addEventListener('message', () => t.log('first'));
    ws.onmessage = () => t.log('handler');
    ws.addEventListener('message', () => t.log('second'));
    await fire();
  },
  'one replaced keeps its place': async (t, ws, fire) => {
    ws.onmessage = () => t.log('never');
    ws.addEventListener('message', () => t.log('listener'));
    ws.onmessage = () => t.log('replaced');
    await fire();
  },
  'one taken away and set again comes last': async (t, ws, fire) => {
    ws.onmessage = () => t.log('never');
    ws.addEventListener('message', () => t.log('listener'));
    ws.onmessage = null;
    ws.onmessage = () => t.log('handler');
    await fire();
  },
  'one set to what is no function loses its place': async (t, ws, fire) => {
    ws.onmessage = () => t.log('never');
    ws.addEventListener('message', () => t.log('listener'));
    ws.onmessage = 5;
    ws.onmessage = () => t.log('handler');
    await fire();
  },
  'null alone takes no place': async (t, ws, fire) => {
    ws.onmessage = null;
    ws.addEventListener('message', () => t.log('listener'));
    ws.onmessage = () => t.log('handler');
    await fire();
  },
  'the same function is handler and listener': async (t, ws, fire) => {
    const same = (event) => t.log('called', event.type);
    ws.onmessage = same;
    ws.addEventListener('message', same);
    await fire();
    ws.removeEventListener('message', same);
    t.log('still', ws.onmessage === same);
    await fire();
  },
  'capturing listeners come before one': async (t, ws, fire) => {
    ws.onmessage = () => t.log('handler');
    ws.addEventListener('message', () => t.log('bubble'));
    ws.addEventListener('message', () => t.log('capture'), true);
    await fire();
  },
  'one replaced while it runs': async (t, ws, fire) => {
    ws.onmessage = () => {
      t.log('first');
      ws.onmessage = () => t.log('second');
    };
    await fire();
    await fire();
  },
  'one taken away while it runs': async (t, ws, fire) => {
    ws.onmessage = () => {
      t.log('once');
      ws.onmessage = null;
    };
    await fire();
    await fire();
  },
  'one set by a listener before it': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      t.log('listener');
      ws.onmessage ??= () => t.log('handler');
    });
    await fire();
    await fire();
  },
  'one replaced by a listener before it': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      ws.onmessage = () => t.log('new');
    });
    ws.onmessage = () => t.log('old');
    await fire();
  },
  'one taken away by a listener before it': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      ws.onmessage = null;
    });
    ws.onmessage = () => t.log('never');
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'one taken away and set again by a listener before it': async (t, ws, fire) => {
    ws.addEventListener('message', () => {
      ws.onmessage = null;
      ws.onmessage = () => t.log('new');
    });
    ws.onmessage = () => t.log('old');
    ws.addEventListener('message', () => t.log('last'));
    await fire();
  },
  'what one returns': async (t, ws, fire) => {
    for (const value of [false, true, undefined, null, 0, '', 'text', NaN]) {
      ws.onmessage = () => value;
      ws.addEventListener('message', (event) => t.log('after', value, event.defaultPrevented, event.returnValue), {
        once: true,
      });
      await fire();
    }
  },
  'a promise that one returns is let alone': async (t, ws, fire) => {
    ws.onmessage = async () => false;
    ws.addEventListener('message', (event) => t.log('after', event.defaultPrevented));
    await fire();
  },
  'what a listener returns is ignored': async (t, ws, fire) => {
    ws.addEventListener('message', () => false);
    ws.addEventListener('message', (event) => t.log('after', event.defaultPrevented));
    await fire();
  },
  'one that stops the rest': async (t, ws, fire) => {
    const { promise, resolve } = Promise.withResolvers();
    ws.onmessage = (event) => {
      t.log('handler');
      event.stopImmediatePropagation();
      resolve();
    };
    ws.addEventListener('message', () => t.log('never'));
    await fire(promise);
  },
});

const others = {
  'handlers: all four of a life': async (t) => {
    const ws = t.make('/greet');
    for (const name of HANDLERS)
      ws[name] = function (event) {
        t.log(name, this, ws.readyState, event);
      };
    await t.next(ws, 'message');
    await t.end(ws, 4000, 'bye');
  },
  'handlers: all four, when it fails': async (t) => {
    const ws = t.make('/nowhere');
    for (const name of HANDLERS) ws[name] = (event) => t.log(name, ws.readyState, event);
    await t.next(ws, 'close');
  },
  'handlers: onerror gets the event and nothing else, whatever its interface': (t) => {
    const ws = t.make();
    ws.onerror = (...given) => {
      t.log('given', given.length, given[0] instanceof Event);
      return true;
    };
    const error = new ErrorEvent('error', { message: 'm', cancelable: true });
    t.log('dispatched', ws.dispatchEvent(error), error.defaultPrevented);
    ws.onerror = () => false;
    const plain = new Event('error', { cancelable: true });
    t.log('dispatched', ws.dispatchEvent(plain), plain.defaultPrevented);
  },
  'handlers: one set in the task of the constructor hears everything': async (t) => {
    const ws = t.make('/greet');
    const end = performance.now() + 30;
    while (performance.now() < end);
    ws.onopen = () => t.log('open');
    ws.onmessage = () => t.log('message');
    await t.next(ws, 'message');
  },
  'handlers: one set in onopen hears the first message': async (t) => {
    const ws = t.make('/greet');
    ws.onopen = () => {
      ws.onmessage = ({ data }) => t.log('message', data);
    };
    await t.next(ws, 'message');
    await t.pause();
  },
  'handlers: one that throws is reported, the rest are called': async (t) => {
    const ws = t.make('/greet');
    const error = t.error('onmessage');
    ws.onmessage = () => {
      throw error;
    };
    ws.addEventListener('message', () => t.log('listener'));
    await t.next(ws, 'message');
  },
  'handlers: each is apart from the others': (t) => {
    const ws = t.make();
    const function_ = t.label(() => {}, 'the function');
    ws.onopen = function_;
    t.log(
      'others',
      HANDLERS.map((name) => ws[name]),
    );
    ws.onclose = function_;
    ws.onopen = null;
    t.log(
      'others',
      HANDLERS.map((name) => ws[name]),
    );
  },
  'handlers: there are no others': (t) => {
    const ws = t.make();
    for (const name of [
      'onclosing',
      'onping',
      'onOpen',
      'onmessageerror',
      'onreadystatechange',
      'onstatuschange',
      'onreconnecting',
    ])
      t.log(name, name in ws);
  },
};

export const cases = { ...values, ...firing, ...others };
