/** `dispatchEvent` of the application's own events. https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent */
export const cases = {};

const EVENTS = {
  'an Event': () => new Event('x'),
  'a cancelable Event': () => new Event('x', { cancelable: true }),
  'a bubbling Event': () => new Event('x', { bubbles: true }),
  'a composed Event': () => new Event('x', { composed: true }),
  'a CustomEvent': () => new CustomEvent('x', { detail: { a: 1 } }),
  'a MessageEvent': () => new MessageEvent('message', { data: 'mine', origin: 'o', lastEventId: '7' }),
  'a CloseEvent': () => new CloseEvent('close', { code: 4000, reason: 'mine', wasClean: true }),
  'an open Event': () => new Event('open'),
  'an error Event': () => new Event('error'),
  'a ProgressEvent': () => new ProgressEvent('x', { loaded: 1 }),
  'an Event with an empty type': () => new Event(''),
  'an Event with a strange type': () => new Event('toString'),
  'an Event of type __proto__': () => new Event('__proto__'),
  'an Event of type constructor': () => new Event('constructor'),
};

for (const [what, make] of Object.entries(EVENTS)) {
  cases[`dispatching: ${what}`] = (t) => {
    const ws = t.make();
    const event = make();
    ws[`on${event.type}`] = (given) => t.log('handler', given === event);
    ws.addEventListener(event.type, (given) => t.log('listener', given === event, given));
    ws.addEventListener(event.type, (given) => t.log('capturing', given), true);
    t.log('before', event);
    t.log('returns', ws.dispatchEvent(event));
    t.log('after', event);
    t.log('state', ws.readyState);
  };
}

Object.assign(cases, {
  'dispatching: what is no event': (t) => {
    const ws = t.make();
    for (const value of [undefined, null, 1, 'x', {}, { type: 'x' }, Object.create(Event.prototype), () => {}, Symbol('e')])
      t.attempt(String(value), () => ws.dispatchEvent(value));
    t.attempt('nothing', () => ws.dispatchEvent());
  },
  'dispatching: an event that was not initialised': (t) => {
    if (!globalThis.document) return t.log('no document');
    const ws = t.make();
    const event = document.createEvent('Event');
    t.attempt('before', () => ws.dispatchEvent(event));
    event.initEvent('x', true, true);
    ws.addEventListener('x', (given) => t.log('x', given));
    t.attempt('after', () => ws.dispatchEvent(event));
  },
  'dispatching: an event that is being dispatched': (t) => {
    const ws = t.make();
    const event = new Event('x');
    ws.addEventListener('x', () => t.attempt('again', () => ws.dispatchEvent(event)));
    t.attempt('first', () => ws.dispatchEvent(event));
    t.attempt('later', () => ws.dispatchEvent(event));
  },
  'dispatching: an event of the server that is being dispatched': async (t) => {
    const ws = await t.open('/greet');
    const other = new EventTarget();
    await new Promise((resolve) => {
      ws.onmessage = (event) => {
        t.attempt('to the socket', () => ws.dispatchEvent(event));
        t.attempt('to another', () => other.dispatchEvent(event));
        resolve();
      };
    });
  },
  'dispatching: an event of the server, once more': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    await t.pause();
    t.log('is trusted', event.isTrusted);
    ws.onmessage = (again) => t.log('again', again === event, again);
    t.attempt('dispatch', () => ws.dispatchEvent(event));
    t.log('after', event);
  },
  'dispatching: an event of the server, to another target': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    await t.pause();
    const other = t.label(new EventTarget(), 'other');
    other.addEventListener('message', (again) => t.log('again', again));
    t.attempt('dispatch', () => other.dispatchEvent(event));
    t.log('after', event);
    const second = t.make('/echo', undefined, 'second');
    second.onmessage = (again) => t.log('second', again);
    t.attempt('dispatch to a second socket', () => second.dispatchEvent(event));
  },
  'dispatching: an event of the server that was stopped, once more': async (t) => {
    const ws = await t.open('/greet');
    const event = await new Promise((resolve) => {
      ws.addEventListener(
        'message',
        (given) => {
          given.stopImmediatePropagation();
          resolve(given);
        },
        { once: true },
      );
    });
    await t.pause();
    t.log('flag', event.cancelBubble);
    ws.addEventListener('message', () => t.log('one'));
    ws.addEventListener('message', () => t.log('two'));
    t.attempt('dispatch', () => ws.dispatchEvent(event));
  },
  'dispatching: an event dispatched elsewhere before': (t) => {
    const ws = t.make();
    const other = t.label(new EventTarget(), 'other');
    const event = new Event('x');
    other.addEventListener('x', (given) => t.log('other', given.target));
    ws.addEventListener('x', (given) => t.log('socket', given.target));
    other.dispatchEvent(event);
    ws.dispatchEvent(event);
    other.dispatchEvent(event);
    t.log('target', event.target);
  },
  'dispatching: an event that was stopped before': (t) => {
    const ws = t.make();
    ws.addEventListener('x', () => t.log('listener'));
    const stopped = new Event('x');
    stopped.stopPropagation();
    t.log('stopped', ws.dispatchEvent(stopped), stopped.cancelBubble);
    t.log('once more', ws.dispatchEvent(stopped));
    const halted = new Event('x');
    halted.stopImmediatePropagation();
    t.log('halted', ws.dispatchEvent(halted), halted.cancelBubble);
    t.log('once more', ws.dispatchEvent(halted));
  },
  'dispatching: an event that was prevented before': (t) => {
    const ws = t.make();
    const event = new Event('x', { cancelable: true });
    event.preventDefault();
    t.log('returns', ws.dispatchEvent(event));
    const not = new Event('x');
    not.preventDefault();
    t.log('returns', ws.dispatchEvent(not));
  },
  'dispatching: prevented by a listener': (t) => {
    const ws = t.make();
    ws.addEventListener('x', (event) => event.preventDefault());
    t.log('cancelable', ws.dispatchEvent(new Event('x', { cancelable: true })));
    t.log('not cancelable', ws.dispatchEvent(new Event('x')));
    ws.addEventListener('y', (event) => {
      event.returnValue = false;
    });
    t.log('returnValue', ws.dispatchEvent(new Event('y', { cancelable: true })));
  },
  'dispatching: to nobody': (t) => t.log('returns', t.make().dispatchEvent(new Event('x'))),
  'dispatching: is synchronous, in any state': async (t) => {
    const ws = t.make();
    ws.addEventListener('x', () => t.log('listener', ws.readyState));
    const fire = () => {
      t.log('before');
      ws.dispatchEvent(new Event('x'));
      t.log('after');
    };
    fire();
    await t.next(ws, 'open');
    fire();
    const closed = t.next(ws, 'close');
    ws.close();
    fire();
    await closed;
    fire();
  },
  'dispatching: a made close event changes nothing': async (t) => {
    const ws = await t.open();
    ws.onclose = (event) => t.log('close', event.code, event.isTrusted);
    ws.dispatchEvent(new CloseEvent('close', { code: 1000 }));
    t.log('state', ws.readyState);
    ws.send('x');
    t.log('message', (await t.next(ws, 'message')).data);
  },
  'dispatching: subclasses of events': (t) => {
    class Mine extends MessageEvent {
      get data() {
        return `mine: ${super.data}`;
      }
      get target() {
        return 'nowhere';
      }
    }
    const ws = t.make();
    ws.onmessage = (event) => t.log('event', event.data, event.target, event instanceof Mine, event.currentTarget);
    ws.dispatchEvent(new Mine('message', { data: 'x' }));
  },
  'dispatching: within a listener of the same event type': (t) => {
    const ws = t.make();
    let depth = 0;
    ws.addEventListener('x', () => {
      t.log('depth', ++depth);
      if (depth < 4) ws.dispatchEvent(new Event('x'));
      t.log('back', depth--);
    });
    ws.dispatchEvent(new Event('x'));
  },
  'dispatching: timeStamp and isTrusted can’t be forged': async (t) => {
    const ws = await t.open('/greet');
    const event = await t.next(ws, 'message');
    t.attempt('assign isTrusted', () => {
      event.isTrusted = false;
    });
    t.attempt('assign timeStamp', () => {
      event.timeStamp = 0;
    });
    t.attempt('assign target', () => {
      event.target = null;
    });
    t.attempt('assign data', () => {
      event.data = 'forged';
    });
    t.log('event', event.isTrusted, event.timeStamp > 0, event.target, event.data);
  },
});
