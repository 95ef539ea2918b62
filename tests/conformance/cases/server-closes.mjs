/** The server ends it. https://websockets.spec.whatwg.org/#feedback-from-the-protocol; RFC 6455, sections 7.1.5 and 7.4 */
export const cases = {};

const CODES = [
  0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 2000, 2999,
  3000, 3999, 4000, 4400, 4499, 4500, 4999, 5000, 65535,
];

for (const code of CODES) {
  cases[`the server closes: with ${code}`] = async (t) => {
    const ws = t.watch(t.make(['/close', { code, reason: 'bye' }]));
    await t.next(ws, 'close');
    t.log('state', ws.readyState);
  };
  cases[`the server closes: with ${code}, later and without reason`] = async (t) => {
    const ws = t.watch(await t.open());
    const closed = t.next(ws, 'close');
    await t.order('close', { code });
    await closed;
    t.log('state', ws.readyState);
  };
}

const REASONS = {
  'an empty one': '',
  'a text': 'text',
  'non-ASCII': 'é☃😀',
  '123 bytes': 'x'.repeat(123),
  '123 bytes of three each': '€'.repeat(41),
  'too long a text': 'x'.repeat(124),
  JSON: '{"a":1}',
};

for (const [what, reason] of Object.entries(REASONS)) {
  cases[`the server closes: the reason is ${what}`] = async (t) => {
    // Once it is open: of a frame that breaks the rules right behind the handshake Firefox mostly tells `open` first, and sometimes not.
    const ws = t.watch(await t.open());
    const closed = t.next(ws, 'close');
    await t.order('close', { code: 1000, reason });
    await closed;
  };
}

Object.assign(cases, {
  'the server closes: with an empty frame': async (t) => {
    const ws = t.watch(t.make('/close'));
    await t.next(ws, 'close');
  },
  'the server closes: with an empty frame, later': async (t) => {
    const ws = t.watch(await t.open());
    const closed = t.next(ws, 'close');
    await t.order('close');
    await closed;
  },
  'the server closes: by a reset': async (t) => {
    const ws = t.watch(await t.open());
    const closed = t.next(ws, 'close');
    await t.order('drop');
    await closed;
    t.log('state', ws.readyState);
  },
  'the server closes: by a reset with data under way': async (t) => {
    const ws = t.watch(await t.open('/sink'));
    ws.send('abc');
    await t.until(async () => (await t.seen()).received.length);
    const closed = t.next(ws, 'close');
    await t.order('drop');
    await closed;
    ws.send('defg');
    t.log('bufferedAmount', ws.bufferedAmount);
  },
  'the server closes: by a reset while closing': async (t) => {
    const ws = t.watch(await t.open());
    await t.order('freeze');
    const closed = t.next(ws, 'close');
    ws.close(1000);
    await t.order('drop');
    await closed;
  },
  'the server closes: after messages': async (t) => {
    const ws = t.watch(await t.open('/greet'));
    await t.next(ws, 'message');
    const closed = t.next(ws, 'close');
    await t.order('send', { text: 'last' });
    await t.order('close', { code: 1000, reason: 'done' });
    await closed;
  },
  'the server closes: readyState while it closes': async (t) => {
    const ws = await t.open();
    const states = new Set();
    const closed = new Promise((resolve) => {
      ws.onclose = () => {
        states.add(ws.readyState);
        resolve();
      };
    });
    await t.order('close', { code: 1000 });
    await closed;
    t.log('states', [...states], ws.readyState);
  },
  'the server closes: what is sent in close is counted': async (t) => {
    const ws = t.make(['/close', { code: 1000 }]);
    await new Promise((resolve) => {
      ws.onclose = () => {
        t.attempt('send', () => ws.send('abc'));
        t.log('bufferedAmount', ws.bufferedAmount);
        resolve();
      };
    });
  },
  'the server refuses: nothing listens': async (t) => {
    // The discard port, which nothing answers on a test machine; the browser may block it as well, and does the same for both.
    const ws = t.watch(t.track(new t.WebSocket('ws://127.0.0.1:9/')));
    await t.next(ws, 'close');
  },
  'the server refuses: a host that can’t be found': async (t) => {
    const ws = t.watch(t.track(new t.WebSocket('ws://nowhere.test/')));
    await t.next(ws, 'close');
  },
  'the server refuses: not TLS': async (t) => {
    const ws = t.watch(t.track(new t.WebSocket(t.url().replace('ws:', 'wss:'))));
    await t.next(ws, 'close');
  },
});

for (const status of [0, 200, 204, 301, 400, 401, 403, 404, 426, 500, 503]) {
  cases[`the server refuses: ${status ? `with status ${status}` : 'by a reset'}`] = async (t) => {
    await t.order('refuse', { status });
    const ws = t.watch(t.make());
    await t.next(ws, 'close');
    t.log('then', ws.readyState, ws.url, ws.bufferedAmount);
  };
}
