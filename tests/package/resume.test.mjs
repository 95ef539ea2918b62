/** `resume`: how far the application has come, handed to whoever says where to connect next. */
import assert from 'node:assert/strict';
import { inReadyPage, inReadyWorld } from './support/asking.mjs';
import { sideBySide } from './support/suite.mjs';

/**
 * In the page: `resuming(options)` gives a socket whose URL function notes in `asked` what it was handed. Tokens are the numbers
 * in messages like `id 7`; `told` is of each message that was looked at.
 */
const prepare = (page, endpoint, path) =>
  page.evaluate(
    ([url, name]) => {
      globalThis.asked = [];
      globalThis.told = [];
      globalThis.resuming = (options) => {
        globalThis.ws = new Holdfast.WebSocket(
          ({ resume }) => {
            asked.push(resume);
            return url;
          },
          [],
          {
            reconnect: { minDelay: 20, maxDelay: 40 },
            resume({ data }) {
              told.push(data);
              return /^id (.*)/.exec(data)?.[1];
            },
            ...options,
          },
        );
        return ws;
      };
      globalThis.say = async (...messages) => {
        for (const message of messages) await probe.order(name, `send?text=${encodeURIComponent(message)}`);
      };
      globalThis.drop = () => probe.order(name, 'drop');
    },
    [endpoint.url(path), endpoint.name],
  );

const inResuming =
  (inPlace) =>
  (name, run, { path = '/sink', ...options } = {}) =>
    inPlace(
      name,
      async (world) => {
        await prepare(world.page, world.endpoint, path);
        await run(world);
      },
      options,
    );

const inResumingPage = inResuming(inReadyPage);
const inResumingWorld = inResuming(inReadyWorld);

sideBySide('resume', () => {
  inResumingPage('URL, protocols and authenticate are handed the token of the last message', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const handed = { url: [], protocols: [], authenticate: [] };
      const ws = new Holdfast.WebSocket(
        ({ resume }) => {
          handed.url.push(resume);
          return url;
        },
        ({ resume }) => {
          handed.protocols.push(resume);
          return [];
        },
        {
          reconnect: { minDelay: 20, maxDelay: 40 },
          authenticate: (_line, { resume }) => handed.authenticate.push(resume),
          // Whatever it is, it is handed on as it is.
          resume: ({ data }) => ({ number: data }),
        },
      );
      const record = probe.watch(ws);
      await record.until('open');
      await say('1', '2');
      await record.until('message', 2);
      await drop();
      await record.until('open', 2);
      await drop();
      await record.until('open', 3);
      return handed;
    }, endpoint.url('/sink'));
    const tokens = [null, { number: '2' }, { number: '2' }].map((token) => token ?? undefined);
    assert.deepEqual(seen, { url: tokens, protocols: tokens, authenticate: tokens });
  });

  inResumingWorld('it is read before the listeners, of an event of ours', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const order = [];
      const ws = resuming({
        resume(event) {
          order.push(['resume', event.data, event.target === ws, event instanceof MessageEvent]);
          return event.data;
        },
      });
      const record = probe.watch(ws);
      ws.addEventListener('message', ({ data }) => {
        order.push(['listener', data]);
        if (data === 'b') ws.reconnect();
      });
      await record.until('open');
      await say('a', 'b');
      await record.until('open', 2);
      return { order, asked };
    });
    assert.deepEqual(seen, {
      order: [
        ['resume', 'a', true, true],
        ['listener', 'a'],
        ['resume', 'b', true, true],
        ['listener', 'b'],
      ],
      asked: [undefined, 'b'],
    });
  });

  inResumingWorld(
    'undefined keeps the last token, and so does an exception, which is reported; listeners hear both',
    async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const ws = resuming({
          resume({ data }) {
            if (data === 'odd') throw Error('not a number');
            return data === 'none' ? undefined : data;
          },
        });
        const record = probe.watch(ws);
        await record.until('open');
        await say('0', 'none', 'odd');
        await record.until('message', 3);
        await drop();
        await record.until('open', 2);
        return { asked, received: record.received, reported: probe.errors.map(String) };
      });
      assert.deepEqual(seen, {
        asked: [undefined, '0'],
        received: ['0', 'none', 'odd'],
        reported: ['Error: not a number'],
      });
    },
    { uncaught: true },
  );

  inResumingWorld(
    'replies and answers to pings are none of its business, nor are events that the application makes',
    async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const ws = resuming({ heartbeat: { interval: 50, timeout: 20_000, ping: 'id beat', pong: 'id beat' } });
        const record = probe.watch(ws);
        await record.until('open');
        await say('id 1');
        const [reply] = await Promise.all([ws.request({ ask: 1 }), probe.until(() => ws.stats().pongs > 1)]);
        ws.dispatchEvent(new MessageEvent('message', { data: 'id mine' }));
        await drop();
        await record.until('open', 2);
        return { asked, told, reply: reply.ask, received: record.received };
      });
      assert.deepEqual(seen, { asked: [undefined, '1'], told: ['id 1'], reply: 1, received: ['id 1', 'id mine'] });
    },
    { path: '/echo' },
  );

  inResumingWorld('a message that nobody listens for does not count, other listeners or not', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = resuming();
      const opened = (count) => probe.until(() => ws.stats().connections === count && ws.readyState === 1);
      const received = (count) => probe.until(() => ws.stats().received === count);
      await opened(1);
      await say('id 1');
      await received(1);
      ws.onclose = () => {};
      await say('id 2');
      await received(2);
      await drop();
      await opened(2);
      let calls = 0;
      const listener = () => {
        calls += 1;
      };
      ws.addEventListener('message', listener, { capture: true, once: true });
      await say('id 3', 'id 4');
      await received(4);
      await drop();
      await opened(3);
      return { asked, told, calls };
    });
    assert.deepEqual(seen, { asked: [undefined, undefined, '3'], told: ['id 3'], calls: 1 });
  });

  inResumingWorld('what waits for a slow reader counts as received', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const ws = resuming();
      const messages = ws.messages();
      await probe.until(() => ws.readyState === 1);
      await say('id 1', 'id 2');
      await probe.until(() => ws.stats().received === 2);
      await drop();
      await probe.until(() => asked.length === 2);
      return { asked, first: (await messages.next()).value.data };
    });
    assert.deepEqual(seen, { asked: [undefined, '2'], first: 'id 1' });
  });

  inResumingWorld(
    'what a dead connection still delivers counts for nothing',
    async ({ page, endpoint }) => {
      await page.evaluate(async () => {
        const ws = resuming({ heartbeat: { interval: 300, timeout: 2_500, ping: 'ping', pong: 'ping' } });
        globalThis.record = probe.watch(ws);
        await record.until('open');
        await say('id 1');
        await record.until('message');
      });
      await endpoint.order('freeze');
      await endpoint.order('send', { text: 'id 2' });
      await page.evaluate(() => record.until('open', 2));
      await endpoint.order('thaw');
      await endpoint.order('send', { text: 'id 3' });
      const seen = await page.evaluate(async () => {
        await probe.until(() => record.received.includes('id 3'));
        return { asked, told, received: record.received };
      });
      assert.deepEqual(seen, { asked: [undefined, '1'], told: ['id 1', 'id 3'], received: ['id 1', 'id 3'] });
    },
    { path: '/echo' },
  );

  inResumingWorld('it takes a function, which a preset may bring', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      const asked = [];
      const Resuming = Holdfast.WebSocket.with({
        resume: ({ data }) => data,
        reconnect: { minDelay: 20, maxDelay: 40 },
      });
      const record = probe.watch(
        new Resuming(({ resume }) => {
          asked.push(resume);
          return url;
        }),
      );
      await record.until('open');
      await say('1');
      await record.until('message');
      await drop();
      await record.until('open', 2);
      let message;
      try {
        new Holdfast.WebSocket(url, [], { resume: 'id' });
      } catch (error) {
        message = `${error.name}: ${error.message}`;
      }
      return { asked, message };
    }, endpoint.url('/sink'));
    assert.deepEqual(seen.asked, [undefined, '1']);
    assert.match(seen.message, /^TypeError: .*option resume takes a function/);
  });
});
