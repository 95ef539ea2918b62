/** Options are checked where they are given: an unknown key or an impossible value is a TypeError that names it. */
import assert from 'node:assert/strict';
import { inPage, inWorld, sideBySide } from './support/suite.mjs';

/** As JavaScript, because not all of it can be sent to the page; and the words its error must have. */
const BAD = [
  ['{ reconect: false }', 'reconect', 'reconnect'],
  ['{ reconnect: { mindelay: 1 } }', 'reconnect.mindelay', 'minDelay'],
  ['{ heartbeat: { every: 1 } }', 'heartbeat.every', 'interval'],
  ['{ queue: { max: 1 } }', 'queue.max', 'maxMessages'],
  ['{ constructor: 1 }', 'constructor'],
  ['{ reconnect: 5 }', 'reconnect', 'false'],
  ['{ reconnect: null }', 'reconnect', 'false'],
  ['{ reconnect: 5 }', 'reconnect', 'false'],
  ['{ heartbeat: 5 }', 'heartbeat', 'false'],
  ['{ queue: "big" }', 'queue', 'false'],
  ['{ reconnect: { minDelay: "500" } }', 'reconnect.minDelay', 'number'],
  ['{ reconnect: { minDelay: NaN } }', 'reconnect.minDelay', 'number'],
  ['{ reconnect: { minDelay: null } }', 'reconnect.minDelay', 'number'],
  ['{ reconnect: { minDelay: 500n } }', 'reconnect.minDelay', 'number'],
  ['{ reconnect: { minDelay: 0 } }', 'reconnect.minDelay', 'more than 0'],
  ['{ reconnect: { minDelay: -1 } }', 'reconnect.minDelay', '0'],
  ['{ reconnect: { minDelay: 60_000 } }', 'reconnect.minDelay', 'maxDelay'],
  ['{ reconnect: { maxDelay: -1 } }', 'maxDelay'],
  ['{ reconnect: { factor: 0.5 } }', 'reconnect.factor', '1'],
  ['{ reconnect: { factor: Infinity } }', 'reconnect.factor', 'finite'],
  ['{ reconnect: { maxAttempts: 0 } }', 'reconnect.maxAttempts', '1'],
  ['{ reconnect: { maxAttempts: -3 } }', 'reconnect.maxAttempts'],
  ['{ reconnect: { connectTimeout: 0 } }', 'reconnect.connectTimeout', 'more than 0'],
  ['{ reconnect: { stableAfter: -1 } }', 'reconnect.stableAfter'],
  ['{ reconnect: { shouldReconnect: true } }', 'reconnect.shouldReconnect', 'function'],
  ['{ heartbeat: { interval: 0 } }', 'heartbeat.interval', 'more than 0'],
  ['{ heartbeat: { timeout: -5 } }', 'heartbeat.timeout', '0'],
  ['{ heartbeat: { ping: 5 } }', 'heartbeat.ping', 'string'],
  ['{ heartbeat: { ping: {} } }', 'heartbeat.ping', 'string'],
  ['{ heartbeat: { pong: 5 } }', 'heartbeat.pong', 'string'],
  ['{ heartbeat: { pong: /pong/ } }', 'heartbeat.pong', 'string'],
  ['{ queue: { maxMessages: -1 } }', 'queue.maxMessages'],
  ['{ queue: { maxBytes: -1 } }', 'queue.maxBytes'],
  ['{ queue: { maxBytes: "1 MiB" } }', 'queue.maxBytes', 'number'],
  ['{ hidden: true }', 'hidden', 'an object'],
  ['{ hidden: { after: 1 } }', 'hidden.after', 'closeAfter'],
  ['{ hidden: { closeAfter: 0 } }', 'hidden.closeAfter', 'more than 0'],
  ['{ hidden: { closeAfter: "1m" } }', 'hidden.closeAfter', 'number'],
  ['{ hidden: { dial: 1 } }', 'hidden.dial', 'boolean'],
  ['{ guardUnload: 1 }', 'guardUnload', 'boolean'],
  ['{ idleTimeout: 0 }', 'idleTimeout', 'more than 0'],
  ['{ idleTimeout: -1 }', 'idleTimeout', '0'],
  ['{ stallTimeout: 0 }', 'stallTimeout', 'more than 0'],
  ['{ stallTimeout: "1s" }', 'stallTimeout', 'number'],
  ['{ heartbeat: { ping: [] } }', 'heartbeat.ping', 'string'],
  ['{ request: false }', 'request', 'an object'],
  ['{ request: { protocols: "id" } }', 'request.protocols', 'protocol'],
  ['{ request: { timeout: -1 } }', 'request.timeout', '0'],
  ['{ request: { timeout: "1s" } }', 'request.timeout', 'number'],
  ['{ request: { protocol: "soap" } }', 'request.protocol', 'json-rpc'],
  ['{ request: { protocol: null } }', 'request.protocol', 'json-rpc'],
  ['{ request: { protocol: { encode() {} } } }', 'request.protocol', 'decode()'],
  ['{ request: { validate: {} } }', 'request.validate', 'Standard Schema'],
  ['{ request: { validate: () => true } }', 'request.validate', 'Standard Schema'],
  ['42', 'options'],
  ['"reconnect"', 'options'],
];

const GOOD = [
  'undefined',
  'null',
  '{}',
  '{ reconnect: undefined, heartbeat: undefined, queue: undefined, idleTimeout: undefined }',
  '{ reconnect: {}, heartbeat: {}, queue: {} }',
  '{ reconnect: { maxAttempts: Infinity, connectTimeout: Infinity, maxDelay: Infinity } }',
  '{ reconnect: { minDelay: 1, maxDelay: 1, factor: 1, maxAttempts: 1, connectTimeout: 1e9, stableAfter: 0 } }',
  '{ reconnect: { minDelay: 0.5 } }',
  '{ reconnect: { shouldReconnect() {} } }',
  '{ heartbeat: { interval: 1e12, timeout: 1e12, ping: new ArrayBuffer(1), pong: () => true } }',
  '{ heartbeat: { ping: () => "p", pong: "" } }',
  '{ heartbeat: false, queue: false, reconnect: false }',
  '{ queue: { maxMessages: 0, maxBytes: 0 } }',
  '{ queue: { maxMessages: Infinity, maxBytes: Infinity } }',
  '{ hidden: {}, guardUnload: true }',
  '{ hidden: { closeAfter: Infinity, dial: false }, guardUnload: false }',
  '{ idleTimeout: Infinity, stallTimeout: 1e15 }',
  '{ request: {} }',
  '{ request: { timeout: Infinity, protocol: "id", validate: undefined } }',
  '{ request: { timeout: 0, protocol: "json-rpc" } }',
  '{ request: { protocol: { encode() {}, decode() {}, cancel() {} } } }',
];

sideBySide('options', () => {
  for (const [how, make] of [
    ['the constructor', '(options) => new Holdfast.WebSocket(url, [], options)'],
    ['a preset', '(options) => new (Holdfast.WebSocket.with(options))(url)'],
  ]) {
    inPage(
      `an unknown or impossible option given to ${how} is a TypeError that names it and what it takes`,
      async ({ page, endpoint }) => {
        const errors = await page.evaluate(
          ([url, make, cases]) => {
            const give = new Function('url', `return ${make}`)(url);
            return cases.map((source) => {
              const options = new Function(`return (${source})`)();
              try {
                give(options);
                return ['nothing', ''];
              } catch (error) {
                return [error.name, error.message];
              }
            });
          },
          [endpoint.url('/echo'), make, BAD.map(([source]) => source)],
        );
        const wrong = BAD.flatMap(([source, ...words], index) => {
          const [name, message] = errors[index];
          return name === 'TypeError' && words.every((word) => message.includes(word))
            ? []
            : [`${source}: ${name}: ${message}`];
        });
        assert.deepEqual(wrong, []);
        assert.equal((await endpoint.seen()).accepted, 0, 'a refused option opens nothing');
      },
    );
  }

  inWorld('every possible option is taken, at its extremes too', async ({ page, endpoint }) => {
    const wrong = await page.evaluate(
      ([url, cases]) =>
        cases.flatMap((source) => {
          try {
            new Holdfast.WebSocket(url, [], new Function(`return (${source})`)()).close();
            return [];
          } catch (error) {
            return [`${source}: ${error}`];
          }
        }),
      [endpoint.url('/echo'), GOOD],
    );
    assert.deepEqual(wrong, []);
  });

  inWorld('options given to the constructor win over those of a preset, one by one', async ({ page, endpoint }) => {
    await endpoint.order('refuse', { status: 503 });
    const attempts = await page.evaluate(async (url) => {
      const Patient = Holdfast.WebSocket.with({ reconnect: { minDelay: 20, maxDelay: 40, maxAttempts: 5 } });
      const Hasty = class extends Patient.with({ reconnect: { maxAttempts: 3 } }) {};
      const count = async (ws) => {
        const record = probe.watch(ws);
        await record.end();
        return record.all('close').length;
      };
      return Promise.all([
        count(new Patient(url)),
        count(new Hasty(url)),
        count(new Patient(url, [], { reconnect: { maxAttempts: 2 } })),
        count(new Hasty(url, [], { reconnect: false })),
      ]);
    }, endpoint.url('/echo'));
    assert.deepEqual(attempts, [5, 3, 2, 1]);
  });

  inWorld(
    'a preset class is a subclass, and stands in for the browser’s where a library takes a class',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const Preset = Holdfast.WebSocket.with({ reconnect: { minDelay: 10 } });
        class Chat extends Preset {
          said = [];
          constructor(...given) {
            super(...given);
            this.addEventListener('message', this);
          }
          handleEvent({ data }) {
            this.said.push(data);
          }
        }
        const chat = new Chat(url, 'chat');
        await probe.until(() => chat.said.length === 1);
        const protocol = chat.protocol;
        chat.close();
        return {
          protocol,
          said: chat.said,
          ours: chat instanceof Holdfast.WebSocket,
          target: chat instanceof EventTarget,
          open: Chat.OPEN,
        };
      }, endpoint.url('/greet'));
      assert.deepEqual(seen, { protocol: 'chat', said: ['hello'], ours: true, target: true, open: 1 });
    },
  );

  inWorld(
    'a class with reconnect: false ignores a third argument that is no object, as the browser’s does',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(async (url) => {
        const Plain = Holdfast.WebSocket.with({ reconnect: false });
        const record = probe.watch(new Plain(url, [], 42));
        await record.until('open');
        record.ws.close();
        return (await record.until('close')).code;
      }, endpoint.url('/echo'));
      assert.equal(seen, 1005);
    },
  );
});
