/** Events: who hears them, in what order, what they say of themselves, and what a listener's exception does. */
import assert from 'node:assert/strict';
import { inMode, inPage, inWorld, MODES, sideBySide } from './support/suite.mjs';

/** Events that come by themselves, and the code that brings them about. */
const ONE_OF_EACH = `
  const record = probe.watch(ws);
  await record.until('message');
  await probe.order(name, 'drop');
  await record.until('close');
`;

sideBySide('listeners', () => {
  inPage(
    'a throwing listener is reported as the browser reports it, and stops nothing',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, name]) => {
          const types = ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange'];
          const mistakes = {};
          const received = [];
          const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 100 } });
          for (const type of types) {
            mistakes[type] = new RangeError(`mistake in ${type}`);
            const fail = () => {
              throw mistakes[type];
            };
            if (`on${type}` in ws) ws[`on${type}`] = fail;
            ws.addEventListener(type, fail, { once: true });
            ws.addEventListener(type, { handleEvent: fail }, { once: true });
            ws.addEventListener(type, () => received.push(type));
          }
          const record = probe.watch(ws);
          await record.until('message');
          await probe.order(name, 'refuse');
          await probe.order(name, 'drop');
          await record.until('error');
          await probe.order(name, 'accept');
          await record.until('open', 2);
          ws.send('still here');
          await probe.until(() => record.received.includes('still here'));
          ws.onclose = null;
          ws.close();
          await record.end();
          return {
            missing: types.filter((type) => !probe.errors.includes(mistakes[type])),
            strangers: probe.errors.filter((error) => !Object.values(mistakes).includes(error)).map(String),
            same: received.length === record.events.length,
            counts: Object.fromEntries(
              types.map((type) => [type, probe.errors.filter((error) => error === mistakes[type]).length]),
            ),
            opens: record.all('open').length,
            attempts: record.all('reconnecting').length,
          };
        },
        [endpoint.url('/greet'), endpoint.name],
      );
      assert.deepEqual(seen.missing, []);
      assert.deepEqual(seen.strangers, []);
      assert.ok(seen.same, 'the listeners after the throwing ones heard everything');
      // Two that throw once, and a handler that throws each time.
      assert.equal(seen.counts.open, 2 + seen.opens);
      assert.equal(seen.counts.reconnecting, 2 + seen.attempts);
    },
    { uncaught: true },
  );

  inPage(
    'what a listener without handleEvent and stopPropagation() lead to is as with the browser’s',
    async ({ page, endpoint }) => {
      const [native, ours] = await page.evaluate(async (url) => {
        const events = [];
        for (const Class of [WebSocket, Holdfast.WebSocket]) {
          const ws = new Class(url);
          const received = [];
          const before = probe.errors.length;
          ws.addEventListener('message', () => received.push('bubbling'));
          ws.addEventListener('message', {}, true);
          ws.addEventListener(
            'message',
            (event) => {
              event.stopPropagation();
              received.push('capturing');
            },
            true,
          );
          await probe.until(() => received.includes('capturing'));
          await probe.sleep(100);
          ws.close();
          events.push({ received, errors: probe.errors.length - before });
        }
        return events;
      }, endpoint.url('/greet'));
      assert.deepEqual(ours, native);
    },
    { uncaught: true },
  );

  for (const mode of MODES) {
    inPage(`every event is of the class and says the things the browser's says (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const seen = await page.evaluate(
        async ([url, name, source]) => {
          const describe = (ws, events) => {
            for (const type of ['open', 'message', 'close']) {
              ws.addEventListener(type, function (event) {
                events[type] ??= [
                  event.constructor.name,
                  event.target === ws,
                  event.currentTarget === ws,
                  event.srcElement === ws,
                  this === ws,
                  event.composedPath().length === 1 && event.composedPath()[0] === ws,
                  event.isTrusted,
                  event.eventPhase,
                  event.bubbles,
                  event.cancelable,
                  event.timeStamp > 0,
                  event.defaultPrevented,
                  Object.prototype.toString.call(event),
                  event.origin,
                  event.lastEventId,
                  event.ports?.length,
                ];
              });
            }
            return events;
          };
          const all = [];
          for (const Class of [WebSocket, Socket]) {
            const events = {};
            const ws = new Class(url);
            describe(ws, events);
            await new Function('ws', 'name', 'probe', `return (async () => { ${source} })()`)(ws, name, probe);
            ws.close();
            all.push(events);
          }
          return all;
        },
        [endpoint.url('/greet'), endpoint.name, ONE_OF_EACH],
      );
      const [native, ours] = seen;
      assert.deepEqual(ours, native);
      assert.equal(native.message[0], 'MessageEvent');
    });

    inPage(`listeners are added, removed, aborted and stopped as with the browser's (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const stories = await page.evaluate(async (url) => {
        const tell = async (Class) => {
          const story = [];
          const say = (word) => story.push(word);
          const ws = new Class(url);
          const twice = () => say('added twice, heard once');
          ws.addEventListener('open', twice);
          ws.addEventListener('open', twice);
          ws.addEventListener('open', twice, { capture: true });
          ws.addEventListener('open', () => say('once'), { once: true });
          const removed = () => say('removed: never heard');
          ws.addEventListener('open', removed);
          ws.removeEventListener('open', removed);
          const later = () => say('removed by an earlier one: never heard');
          ws.addEventListener('open', () => {
            say('removes the next');
            ws.removeEventListener('open', later);
            ws.addEventListener('open', () => say('added meanwhile: never heard'));
          });
          ws.addEventListener('open', later);
          const abort = new AbortController();
          ws.addEventListener('open', () => say('aborted: never heard'), { signal: abort.signal });
          abort.abort();
          ws.addEventListener('open', {
            handleEvent(event) {
              say(`an object hears ${event.type} as itself: ${this.handleEvent !== undefined}`);
            },
          });
          ws.addEventListener('open', null);
          ws.onopen = () => say('handler');
          ws.onopen = () => say('handler, replaced, in its place');
          ws.addEventListener('open', (event) => {
            say('stops the rest');
            event.stopImmediatePropagation();
          });
          ws.addEventListener('open', () => say('stopped: never heard'));
          ws.onmessage = 'not a function';
          say(`a handler that is none: ${ws.onmessage}`);
          ws.onmessage = () => say('message');
          ws.addEventListener('message', () => say('after the handler'));
          await probe.until(() => story.includes('after the handler'));
          ws.onmessage = null;
          ws.send('again');
          await probe.until(() => story.filter((word) => word === 'after the handler').length === 2);
          ws.dispatchEvent(new MessageEvent('message', { data: 'made by hand' }));
          ws.close();
          return story;
        };
        return [await tell(WebSocket), await tell(Socket)];
      }, endpoint.url('/greet'));
      assert.deepEqual(stories[1], stories[0]);
      assert.ok(
        stories[0].every((word) => !word.includes('never heard')),
        String(stories[0]),
      );
    });
  }

  inWorld(
    'listeners that were added before a URL function has answered all hear the first connection',
    async ({ page, endpoint }) => {
      const received = await page.evaluate(async (url) => {
        const ws = new Holdfast.WebSocket(async () => url);
        const received = [];
        for (const n of [1, 2, 3])
          for (const type of ['open', 'message', 'close']) ws.addEventListener(type, () => received.push(`${type} ${n}`));
        await probe.until(() => received.includes('message 3'));
        ws.close();
        await probe.until(() => received.includes('close 3'));
        return received;
      }, endpoint.url('/greet'));
      assert.deepEqual(
        received,
        ['open', 'message', 'close'].flatMap((type) => [1, 2, 3].map((n) => `${type} ${n}`)),
      );
    },
  );

  inPage('every listener has heard an event before any hears the next', async ({ page, endpoint }) => {
    const story = await page.evaluate(
      async ([url, name]) => {
        const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 100 } });
        const story = [];
        for (const type of ['open', 'message', 'error', 'close', 'reconnecting', 'statuschange']) {
          for (const listener of [1, 2, 3]) ws.addEventListener(type, () => story.push(`${type} ${listener}`));
        }
        const received = (word, count) => probe.until(() => story.filter((each) => each === word).length >= count);
        await received('message 3', 1);
        await probe.order(name, 'refuse');
        await probe.order(name, 'drop');
        await received('error 3', 1);
        await probe.order(name, 'accept');
        await received('message 3', 2);
        ws.close();
        await probe.until(() => ws.readyState === 3 && story.at(-1) === 'statuschange 3');
        return story;
      },
      [endpoint.url('/greet'), endpoint.name],
    );
    const types = story.filter((word) => word.endsWith(' 1')).map((word) => word.split(' ')[0]);
    assert.deepEqual(
      story,
      types.flatMap((type) => [1, 2, 3].map((listener) => `${type} ${listener}`)),
    );
    assert.deepEqual(types.slice(0, 2).sort(), ['open', 'statuschange']);
    assert.equal(types.at(-1), 'statuschange');
  });

  inWorld('our own events carry what they are about, and reach on-less listeners of every kind', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, name]) => {
        const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 100 } });
        const events = [];
        ws.addEventListener('statuschange', (event) => events.push([event.type, event.target === ws, ws.status]));
        ws.addEventListener('reconnecting', {
          handleEvent: (event) =>
            events.push([event.type, event.target === ws, event.attempt, event.cause, typeof event.delay]),
        });
        await probe.until(() => ws.readyState === 1);
        await probe.order(name, 'drop');
        await probe.until(() => events.length === 5, undefined, 'five events');
        ws.close();
        return events;
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    assert.deepEqual(seen, [
      ['statuschange', true, 'open'],
      ['reconnecting', true, 1, 'closed', 'number'],
      ['statuschange', true, 'waiting'],
      ['statuschange', true, 'connecting'],
      ['statuschange', true, 'open'],
    ]);
  });

  inWorld('every listener to close hears of it before any hears what comes after', async ({ page, endpoint }) => {
    const events = await page.evaluate(
      async ([url, name]) => {
        const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 100 } });
        const events = [];
        for (const type of ['open', 'close', 'statuschange', 'reconnecting'])
          for (const nth of [1, 2]) ws.addEventListener(type, () => events.push(`${type} ${nth}`));
        await probe.until(() => events.length === 4);
        await probe.order(name, 'drop');
        await probe.until(() => events.length >= 14);
        ws.close();
        return events.slice(0, 10);
      },
      [endpoint.url('/echo'), endpoint.name],
    );
    const twice = (type) => [`${type} 1`, `${type} 2`];
    assert.deepEqual(events, ['open', 'statuschange', 'close', 'reconnecting', 'statuschange'].flatMap(twice));
  });
});
