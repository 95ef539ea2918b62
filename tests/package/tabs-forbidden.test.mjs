/** Sockets of `holdfast-ws/tabs` where the platform forbids what tabs find each other by: each has a connection of its own, or an error. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DevTools } from './support/devtools.mjs';
import { PARTITIONED } from './support/flags.mjs';
import { lack } from './support/lacks.mjs';
import { removeFolder } from './support/remove.mjs';
import { startServer } from './support/server.mjs';

const skip = lack('a debugger');
const LIMIT_MS = 180_000;
/** A name of this machine that makes no secure context, unlike `localhost`. */
const NAME = 'app.example';
let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

/** Opens a page in a Chromium of its own, started with `flags`. */
async function openTab(context, origin, ...flags) {
  const browser = new DevTools(...flags);
  context.after(() => browser.close());
  return browser.tab(`${origin}/blank?forbidden`);
}

/** Runs where the platform forbids it: makes a socket for each choice. Returns what became of them. */
async function tryBoth({ module, url }) {
  const { WebSocket } = await import(module);
  const reported = [];
  addEventListener('error', ({ error }) => reported.push(String(error)));
  const outcome = (otherwise) =>
    new Promise((resolve) => {
      let ws;
      try {
        ws = new WebSocket(url, [], { tabs: { key: 'k', otherwise }, reconnect: { maxAttempts: 1 } });
      } catch ({ name }) {
        resolve({ thrown: name });
        return;
      }
      ws.addEventListener('message', ({ data }) => {
        resolve({ echo: data, role: ws.role });
        ws.close();
      });
      ws.addEventListener('close', ({ code, willReconnect }) => resolve({ code, willReconnect, role: ws.role }));
      ws.send('hello');
    });
  return { secure: isSecureContext, origin, own: await outcome('own'), otherwise: await outcome('throw'), reported };
}

const OWN = { echo: 'hello', role: 'own' };
const THROWN = { thrown: 'NotSupportedError' };

test('in an insecure context a socket has a connection of its own, or throws, as chosen', {
  timeout: LIMIT_MS,
  skip,
}, async (context) => {
  const endpoint = server.endpoint('insecure');
  context.after(() => endpoint.forget());
  const origin = `http://${NAME}:${server.port}`;
  const tab = await openTab(context, origin, `--host-resolver-rules=MAP ${NAME} 127.0.0.1`);
  const seen = await tab.evaluate(tryBoth, { module: '/pkg/dist/tabs.mjs', url: endpoint.url('/echo') });
  assert.deepEqual(seen, { secure: false, origin, own: OWN, otherwise: THROWN, reported: [] });
});

test('in a sandboxed frame without an origin a socket has a connection of its own, or throws, as chosen', {
  timeout: LIMIT_MS,
  skip,
}, async (context) => {
  const endpoint = server.endpoint('sandboxed');
  context.after(() => endpoint.forget());
  const tab = await openTab(context, server.origin);
  const seen = await tab.evaluate(
    async ([run, url]) => {
      const text = await (await fetch('/pkg/dist/tabs.mjs')).text();
      const frame = document.createElement('iframe');
      frame.sandbox = 'allow-scripts';
      // The frame may read no file of the page, so it is given the text.
      frame.srcdoc = `<script>
        addEventListener('message', async ({ data: { text, url } }) => {
          const module = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
          parent.postMessage(await (${run})({ module, url }).catch(String), '*');
        });
      </script>`;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      const answered = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
      frame.contentWindow.postMessage({ text, url }, '*');
      return answered;
    },
    [String(tryBoth), endpoint.url('/echo')],
  );
  assert.deepEqual(
    { ...seen, secure: undefined },
    { secure: undefined, origin: 'null', own: OWN, otherwise: THROWN, reported: [] },
  );
});

test('where storage is denied, so that locks are refused, a socket has a connection of its own, or fails, as chosen', {
  timeout: LIMIT_MS,
  skip,
}, async (context) => {
  const endpoint = server.endpoint('denied');
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
  context.after(async () => {
    await endpoint.forget();
    await removeFolder(profile);
  });
  mkdirSync(join(profile, 'Default'));
  const denied = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(denied));
  const tab = await openTab(context, server.origin, `--user-data-dir=${profile}`);
  const refused = await tab.evaluate(() => navigator.locks.request('any', () => {}).catch(({ name }) => name));
  assert.equal(refused, 'SecurityError');
  const seen = await tab.evaluate(tryBoth, { module: '/pkg/dist/tabs.mjs', url: endpoint.url('/echo') });
  // The refusal comes later than the constructor's return: there is nobody left to throw to.
  assert.deepEqual([seen.own, seen.otherwise], [OWN, { code: 1006, willReconnect: false, role: 'own' }]);
  assert.deepEqual(
    seen.reported.filter((text) => text.includes('NotSupportedError')),
    ['NotSupportedError: holdfast-ws/tabs: this page may not use navigator.locks.'],
  );
});

test('where locks or channels fail in another way, a socket has a connection all the same', {
  timeout: LIMIT_MS,
  skip,
}, async (context) => {
  const endpoint = server.endpoint('failing');
  context.after(() => endpoint.forget());
  const tab = await openTab(context, server.origin);
  const seen = await tab.evaluate(async (url) => {
    const { WebSocket } = await import('/pkg/dist/tabs.mjs');
    const locks = Object.getPrototypeOf(navigator.locks);
    const abort = () => Promise.reject(new DOMException('The request was aborted.', 'AbortError'));
    const refuse = () => {
      throw new DOMException('Storage access is denied.', 'SecurityError');
    };
    const faults = {
      'requests are aborted': [locks, 'request', abort],
      'requests throw': [locks, 'request', refuse],
      'requests do nothing': [locks, 'request', () => {}],
      'lookups are refused': [locks, 'query', abort],
      'channels throw': [globalThis, 'BroadcastChannel', refuse],
    };
    const roles = {};
    for (const [name, [owner, method, stand]] of Object.entries(faults)) {
      const { [method]: real } = owner;
      owner[method] = stand;
      const ws = new WebSocket(url, [], { tabs: { key: name } });
      const answered = new Promise((resolve) => ws.addEventListener('message', resolve, { once: true }));
      ws.send('hello');
      await answered;
      roles[name] = ws.role;
      if (method !== 'query') {
        const otherwise = { tabs: { key: name, otherwise: 'throw' } };
        roles[name] += await new Promise((resolve) => {
          try {
            new WebSocket(url, [], otherwise).addEventListener('close', ({ code }) => resolve(` ${code}`));
          } catch ({ name }) {
            resolve(` ${name}`);
          }
        });
      }
      ws.close();
      owner[method] = real;
    }
    return roles;
  }, endpoint.url('/echo'));
  assert.deepEqual(seen, {
    'requests are aborted': 'own 1006',
    'requests throw': 'own 1006',
    'requests do nothing': 'own 1006',
    'lookups are refused': 'leader',
    'channels throw': 'own NotSupportedError',
  });
});

test('a frame of another site has a connection of its own, apart from the tabs of its site', {
  timeout: LIMIT_MS,
  skip,
}, async (context) => {
  const endpoint = server.endpoint('third party');
  context.after(() => endpoint.forget());
  const browser = new DevTools(PARTITIONED);
  context.after(() => browser.close());
  const tab = await browser.tab(`${server.origin}/blank?first-party`);
  const given = { url: endpoint.url('/echo'), module: `${server.origin}/pkg/dist/tabs.mjs` };
  const open = async ({ url, module }) => {
    const { WebSocket } = await import(module);
    globalThis.ws = new WebSocket(url, [], { tabs: { key: 'k' } });
    await new Promise((resolve) => ws.addEventListener('open', resolve));
    return ws.role;
  };
  assert.equal(await tab.evaluate(open, given), 'leader');
  // Another name of this machine is another site.
  const other = await browser.tab(`http://localhost:${server.port}/blank?embeds`);
  const role = await other.evaluate(
    async ([run, given, src]) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      const answered = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
      frame.contentWindow.postMessage({ run, given }, '*');
      return answered;
    },
    [String(open), given, `${server.origin}/fixtures/embedded.html`],
  );
  const { live } = await endpoint.seen();
  assert.deepEqual({ role, live }, { role: 'leader', live: 2 });
});
