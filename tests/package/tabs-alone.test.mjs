/** A socket of `holdfast-ws/tabs` in a tab that is alone: events, errors and conversions are those of the plain class. */
import assert from 'node:assert/strict';
import { useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs({ hides: false });
const inTabs = world.test;

/** Opens a page in which `lives(act)` returns what a socket of each class tells while `act` has it. */
async function openPage(context) {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const page = await world.openTab(context, endpoint.url('/echo'));
  await page.evaluate(async (url) => {
    const classes = [(await import('/pkg/dist/index.mjs')).WebSocket, (await import('/pkg/dist/tabs.mjs')).WebSocket];
    globalThis.url = url;
    let made = 0;
    globalThis.both = (run) => Promise.all(classes.map(run));
    globalThis.lives = (act) =>
      both(async (Class) => {
        made += 1;
        const socket = new Class(url, [], Class === classes[1] ? { tabs: { key: `alone ${made}` } } : {});
        const told = [];
        for (const type of ['open', 'message', 'error', 'close', 'statuschange'])
          socket.addEventListener(type, ({ data, code, reason, wasClean, willReconnect, status }) => {
            const details = { data, code, reason, wasClean, willReconnect, status };
            told.push([type, ...Object.values(details).filter((value) => value !== undefined)].join(' '));
          });
        const happens = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
        await act(socket, happens);
        await probe.until(() => told.at(-1) === 'statuschange closed');
        return told;
      });
  }, endpoint.url('/echo'));
  return page;
}

/** The lives of a socket. They run in the page, so none of them may call another function of this file. */
const LIVES = {
  'closed at once': async (ws, happens) => {
    ws.send('never');
    ws.close(4000, 'early');
    await happens('close');
  },
  'closed when it is open': async (ws, happens) => {
    await happens('open');
    ws.send('one');
    await happens('message');
    ws.close('4001', 'half of \ud800 a pair');
    await happens('close');
  },
  'closed by a listener of `open`': async (ws, happens) => {
    await happens('open');
    ws.close(4002);
    await happens('close');
  },
  'closed by a listener of `message`': async (ws, happens) => {
    await happens('open');
    ws.send('one');
    ws.send('two');
    await happens('message');
    ws.close();
    await happens('close');
  },
  'connected anew': async (ws, happens) => {
    await happens('open');
    ws.send('one');
    await happens('message');
    const closed = happens('close');
    ws.reconnect();
    await closed;
    await happens('open');
    ws.send('two');
    await happens('message');
    ws.close();
    await happens('close');
  },
  'closed, and connected anew before that has ended': async (ws, happens) => {
    await happens('open');
    ws.send('one');
    await happens('message');
    const closed = happens('close');
    ws.close();
    ws.reconnect();
    await closed;
    await happens('open');
    ws.send('two');
    await happens('message');
    ws.close();
    await happens('close');
  },
};

for (const [how, act] of Object.entries(LIVES)) {
  inTabs(`a socket that is ${how} tells the same as one of the plain class`, async (context) => {
    const page = await openPage(context);
    const [plain, shared] = await page.evaluate(`lives(${act})`);
    assert.deepEqual(shared, plain);
    assert.ok(plain.some((event) => event.startsWith('close')));
  });
}

inTabs('what is no URL, no list of subprotocols or no close is refused as by the plain class', async (context) => {
  const page = await openPage(context);
  const [plain, shared] = await page.evaluate(() =>
    both((Class) => {
      const fails = () => {
        throw RangeError('no text');
      };
      const wrong = [
        [],
        ['nonsense://x'],
        [`${url}#part`],
        [Symbol('x')],
        [{ toString: fails }],
        [url, 'a b'],
        [url, ['a', 'a']],
        [url, ['']],
        [url, Symbol('x')],
        [url, [], 5],
        [url, [], { unknown: 1 }],
      ];
      const thrown = wrong.map((given) => probe.thrown(() => new Class(...given).close()));
      const ws = new Class(url);
      const closes = [[5], [1001], [3000, 'x'.repeat(124)], [4000, Symbol('x')]];
      const refused = closes.map((given) => probe.thrown(() => ws.close(...given)));
      ws.close();
      // Libraries give arguments of their own.
      const Made = Class.with({ queue: { maxMessages: 9 } });
      const passedOver = [
        [url, ['a'], { headers: {} }],
        [url, ['a'], 5],
      ].map((given) => probe.thrown(() => new Made(...given).close()));
      return { thrown, refused, passedOver, lengths: [Class.length, Made.length] };
    }),
  );
  assert.deepEqual(shared, plain);
  assert.ok(plain.thrown.every((each) => each !== 'nothing'));
});

inTabs('a leader that changes a binary message, or gives its memory away, changes it for no other tab', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = await world.openTabs(context, 2, endpoint.url('/echo'), { tabs: { replay: 8 } });
  const listen = () => {
    globalThis.heard = [];
    ws.binaryType = 'arraybuffer';
    ws.addEventListener('message', ({ data }) => {
      heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)].join());
      if (data.byteLength === 3) new Uint8Array(data).fill(9);
      if (data.byteLength === 4) structuredClone(data, { transfer: [data] });
    });
  };
  for (const tab of tabs) await tab.evaluate(listen);
  await tabs[1].evaluate(() => {
    for (const length of [3, 4]) ws.send(new Uint8Array(length).fill(1));
    ws.send('last');
  });
  const all = ['1,1,1', '1,1,1,1', 'last'];
  for (const tab of tabs) {
    await tab.evaluate(() => probe.until(() => heard.includes('last')));
    assert.deepEqual(await tab.evaluate(() => heard), all);
  }
  // The leader keeps them for tabs that come later, too.
  const later = await world.openTab(context, endpoint.url('/echo'), { tabs: { replay: 8 } });
  await later.evaluate(listen);
  await later.evaluate(() => probe.until(() => record.received.length >= 3));
  assert.deepEqual(await later.evaluate(() => record.received.at(-1)), 'last');
});

inTabs('a resume token that is no text and no number is reported, and messages come all the same', async (context) => {
  const numbered = await withNumbers(context);
  const open = async () => {
    const tab = await world.openTab(context, numbered.url);
    await tab.evaluate(async () => {
      ws.close();
      ws = make({
        tabs: { key: 'tokens', takeOverAfter: 60_000 },
        resume: ({ data }) => (data === '1' ? () => data : { data }),
      });
      record = probe.watch(ws);
      await record.until('open');
    });
    return tab;
  };
  const tabs = [await open(), await open()];
  for (let count = 0; count < 2; count += 1) numbered.say();
  for (const tab of tabs) {
    await tab.evaluate(() => probe.until(() => record.received.length === 2));
    assert.deepEqual(await tab.evaluate(() => record.received), ['1', '2']);
  }
  const errors = await tabs[0].evaluate(() => probe.errors.map(String));
  assert.equal(errors.filter((text) => text.includes('option resume')).length, 2, errors.join('\n'));
});
