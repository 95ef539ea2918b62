/** The code of `docs/questions.md`, each block as it stands there, against a server that answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { repository } from './support/server.mjs';
import { inPage, sideBySide } from './support/suite.mjs';

const questions = readFileSync(resolve(repository, 'docs/questions.md'), 'utf8').split(/^## /m).slice(1);
const code = new Map(
  questions.flatMap((text) => {
    const block = /```js\n([\s\S]*?)```/.exec(text);
    return block ? [[text.slice(0, text.indexOf('\n')), block[1]]] : [];
  }),
);

/**
 * Runs a question's code in the page. `shown` collects what the application's own functions are given; the names that are asked for are
 * left in the page.
 */
const run = (page, question, url, names = '') =>
  page.evaluate(
    async ([code, url, names]) => {
      globalThis.shown = [];
      const show = (value) => shown.push(value);
      const given = {
        url,
        // Under the name that the code imports it by; what it has no import for is the browser's.
        WebSocket: /as Holdfast/.test(code) ? globalThis.WebSocket : Holdfast.WebSocket,
        Holdfast: Holdfast.WebSocket,
        showStatus: show,
        showPrice: show,
        showNews: show,
        showRow: show,
        pickFile: async () => new Blob([new Uint8Array(5_000_000)]),
        console: { log: (...words) => show(words.join(' ')) },
      };
      const Code = (async () => {}).constructor;
      const body = new Code(
        ...Object.keys(given),
        `${code.replace(/^import .*$/gm, '')}; Object.assign(globalThis, { ${names} });`,
      );
      await body(...Object.values(given));
    },
    [code.get(question), url, names],
  );

/** By the question. Each gets `page`, `endpoint`, and `ask(path, query)`, which runs the code. */
const ANSWERS = {
  'The network went down and `onclose` never came. How do I notice? Is a heartbeat not polling again?': async ({
    page,
    ask,
  }) => {
    await ask('/pong', {}, 'ws');
    await page.evaluate(() => probe.until(() => shown.includes('open')));
  },

  '`readyState` is 0 when I send in `mounted`. How do I use it in Vue, in React, with Redux?': async ({ endpoint, ask }) => {
    await ask('/sink');
    await endpoint.until(({ connections }) => connections[0]?.received === 1);
    assert.deepEqual(await endpoint.received(), [{ connection: 1, text: 'sent before the connection is open' }]);
  },

  'Which reply belongs to which request? I need the answer to a before I can send b': async ({ page, ask }) => {
    await ask('/rpc', {}, 'a, b');
    assert.deepEqual(await page.evaluate(() => [a.result, b.result]), [3, 13]);
  },

  'How do tabs share a socket? Ten of them in one page are too many': async ({ page, ask }) => {
    await ask('/echo', {}, 'ws');
    const shown = await page.evaluate(async () => {
      ws.send('{"topic":"prices","value":3}');
      ws.send('{"topic":"weather","value":"rain"}');
      ws.send('{"topic":"news","value":"none"}');
      await probe.until(() => shown.length === 2);
      return shown;
    });
    assert.deepEqual(shown, [3, 'none']);
  },

  'How do I subclass `WebSocket`?': async ({ endpoint, ask }) => {
    await ask('/sink');
    await endpoint.until(({ connections }) => connections[0]?.received === 1);
    assert.deepEqual(await endpoint.received(), [{ connection: 1, text: '{"say":"hello"}' }]);
  },

  'What happens at opening and closing?': async ({ page, ask }) => {
    await ask('/close', { code: 4000, reason: 'why' }, 'ws');
    const [first, second] = await page.evaluate(async () => {
      await probe.until(() => shown.length > 1);
      ws.close();
      return shown;
    });
    assert.equal(first, '4000 why again soon');
    assert.match(second, /^attempt 1 in [\d.]+ ms: closed$/);
  },

  'Big messages, audio, video?': async ({ endpoint, ask }) => {
    await ask('/sink');
    const pieces = Math.ceil(5_000_000 / 65_536);
    await endpoint.until(({ connections }) => connections[0]?.received === pieces, 60_000);
    const sizes = (await endpoint.received()).map(({ binary }) => binary);
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      5_000_000,
    );
  },

  'New rows in a database should reach the page': async ({ page, endpoint, ask }) => {
    await ask('/sink');
    const asked = async (connection) => {
      await endpoint.until(({ connections }) => connections[connection - 1]?.received === 1);
      return (await endpoint.received()).filter((message) => message.connection === connection).map(({ text }) => text);
    };
    assert.deepEqual(await asked(1), ['{"since":0}']);
    await endpoint.order('send', { text: '{"number":7,"row":"new"}' });
    await page.evaluate(() => probe.until(() => shown.includes('new')));
    await endpoint.order('drop');
    assert.deepEqual(await asked(2), ['{"since":7}']);
  },

  'Old browsers?': async ({ page, ask }) => {
    const isOurs = () => page.evaluate(() => ws instanceof Holdfast.WebSocket);
    // Before the first constructor: what has started needs it no more.
    await page.evaluate(() => {
      globalThis.kept = WebAssembly;
      delete globalThis.WebAssembly;
    });
    await ask('/echo', {}, 'ws');
    assert.ok(!(await isOurs()));
    await page.evaluate(() => probe.until(() => ws.readyState === 1));
    await page.evaluate(() => {
      globalThis.WebAssembly = kept;
    });
    await ask('/echo', {}, 'ws');
    assert.ok(await isOurs());
  },
};

test('every question with code has its code run', () => {
  assert.deepEqual([...code.keys()], Object.keys(ANSWERS));
});

sideBySide('questions', () => {
  for (const [question, answer] of Object.entries(ANSWERS)) {
    inPage(question, ({ page, endpoint }) =>
      answer({ page, endpoint, ask: (path, query = {}, names = '') => run(page, question, endpoint.url(path, query), names) }),
    );
  }
});
