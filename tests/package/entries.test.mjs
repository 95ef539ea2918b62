/** Every way into the package: import, require, a classic script, a server that only imports it, a page that forbids WebAssembly. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { pkg } from './support/server.mjs';
import { inPage } from './support/suite.mjs';

/** A folder in which `holdfast-ws` is installed. */
let app;

before(() => {
  app = mkdtempSync(join(tmpdir(), 'holdfast-ws-'));
  mkdirSync(join(app, 'node_modules'));
  symlinkSync(pkg, join(app, 'node_modules/holdfast-ws'), 'dir');
});

after(() => rmSync(app, { recursive: true }));

/** Runs a file of the app's in Node and returns what it printed, as JSON. */
async function runInNode(name, source) {
  writeFileSync(join(app, name), source);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(app, name)], {
    cwd: app,
    timeout: 110_000,
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

/** The parts of the process that an import could change. */
const WITNESS = {
  before: 'const before = Reflect.ownKeys(globalThis).map(String);',
  after: `console.log(JSON.stringify({
    globals: Reflect.ownKeys(globalThis).map(String).filter((key) => !before.includes(key)),
    busy: process.getActiveResourcesInfo().filter((what) => /Timeout|Immediate|Port|Worker|TCP|TLS|UDP|AddrInfo/.test(what)),
    isDefault: holdfast.default === holdfast.WebSocket,
    states: [holdfast.WebSocket.CONNECTING, holdfast.WebSocket.OPEN, holdfast.WebSocket.CLOSING, holdfast.WebSocket.CLOSED],
    preset: typeof holdfast.WebSocket.with({ reconnect: false }),
  }));`,
};

const UNTOUCHED = { globals: [], busy: [], isDefault: true, states: [0, 1, 2, 3], preset: 'function' };

test('browsers are told to compile the class while its file is loading', () => {
  const ahead = readdirSync(join(pkg, 'dist')).filter(
    (file) => /js$/.test(file) && readFileSync(join(pkg, 'dist', file), 'utf8').startsWith('//# allFunctionsCalledOnLoad\n'),
  );
  assert.deepEqual(ahead.sort(), ['holdfast-ws.global.js', 'index.mjs', 'slim.mjs', 'tabs-worker.mjs', 'tabs.mjs']);
});

test('importing it in Node opens nothing and touches no global', { timeout: 120_000 }, async () => {
  const seen = await runInNode('app.mjs', `${WITNESS.before} const holdfast = await import('holdfast-ws'); ${WITNESS.after}`);
  assert.deepEqual(seen, UNTOUCHED);
});

for (const [where, lacks] of [
  ['', ''],
  [', also without MessageChannel, as in jsdom', 'delete globalThis.MessageChannel;'],
])
  test(`a process of Node whose socket of holdfast-ws/tabs has failed ends${where}`, { timeout: 120_000 }, async () => {
    const source = `
    ${lacks}
    globalThis.WebSocket = class { constructor() { throw Error('none'); } };
    const { WebSocket } = await import('holdfast-ws/tabs');
    const told = [];
    process.on('uncaughtException', ({ message }) => told.push(message));
    const ws = new WebSocket('ws://127.0.0.1:1');
    for (const type of ['error', 'close']) ws.addEventListener(type, () => told.push(type));
    process.on('exit', () => console.log(JSON.stringify(told)));`;
    assert.deepEqual((await runInNode('failing.mjs', source)).sort(), ['close', 'error', 'none']);
  });

test('importing holdfast-ws/tabs in Node opens nothing and touches no global', { timeout: 120_000 }, async () => {
  const source = `${WITNESS.before} const holdfast = await import('holdfast-ws/tabs'); ${WITNESS.after}`.replace(
    'reconnect: false',
    '',
  );
  assert.deepEqual(await runInNode('tabs.mjs', source), UNTOUCHED);
});

test('requiring it in Node opens nothing and touches no global', { timeout: 120_000 }, async () => {
  const seen = await runInNode('app.cjs', `${WITNESS.before} const holdfast = require('holdfast-ws'); ${WITNESS.after}`);
  assert.deepEqual(seen, UNTOUCHED);
});

test('importing and requiring it from one app give the same names', { timeout: 120_000 }, async () => {
  const seen = await runInNode(
    'both.mjs',
    `import { createRequire } from 'node:module';
     import DefaultClass, { WebSocket } from 'holdfast-ws';
     const required = createRequire(import.meta.url)('holdfast-ws');
     console.log(JSON.stringify([DefaultClass === WebSocket, required.default === required.WebSocket, required.WebSocket.name]));`,
  );
  assert.deepEqual(seen, [true, true, 'WebSocket']);
});

test('every file that package.json names is in the package, and none of it is private', () => {
  const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  const paths = [];
  const collect = (node) => (typeof node === 'string' ? paths.push(node) : Object.values(node).forEach(collect));
  collect(manifest.exports);
  collect([manifest.main, manifest.module, manifest.types].filter(Boolean));
  assert.ok(paths.length >= 4, `only ${paths}`);
  for (const path of paths) assert.ok(existsSync(join(pkg, path)), `${path} is missing`);
  for (const file of ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE'])
    assert.ok(existsSync(join(pkg, file)), `${file} is missing`);
  assert.equal(manifest.name, 'holdfast-ws');
  assert.match(manifest.version, /^\d+\.\d+\.\d+/);
  assert.equal(manifest.private, undefined);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
  assert.match(readFileSync(join(pkg, 'dist/index.d.ts'), 'utf8'), /\bconst WebSocket\b/);
});

inPage(
  'a module that imports index.mjs gets the class by name and as the default',
  async ({ page, endpoint }) => {
    await page.waitForFunction(() => globalThis.Holdfast);
    const seen = await page.evaluate(async (url) => {
      const { timers } = probe;
      const before = timers();
      const record = probe.watch(new Holdfast.WebSocket(url));
      await record.until('message');
      record.ws.close();
      return { before, received: record.received, same: Holdfast.default === Holdfast.WebSocket };
    }, endpoint.url('/greet'));
    assert.deepEqual(seen, { before: 0, received: ['hello'], same: true });
  },
  { path: '/fixtures/module.html' },
);

inPage('index.cjs works in a page under a bundler’s module and exports', async ({ page, endpoint }) => {
  const received = await page.evaluate(async (url) => {
    const source = await (await fetch('/pkg/dist/index.cjs')).text();
    const module = { exports: {} };
    new Function('module', 'exports', source)(module, module.exports);
    const record = probe.watch(new module.exports.WebSocket(url));
    await record.until('message');
    record.ws.close();
    return record.received;
  }, endpoint.url('/greet'));
  assert.deepEqual(received, ['hello']);
});

inPage('the classic script is ready for the script after it, in a page of any charset', async ({ page, endpoint, server }) => {
  await page.goto(`${server.origin}/fixtures/global.html?${new URLSearchParams({ endpoint: endpoint.name })}`);
  await page.waitForFunction(() => said.length === 1);
  const seen = await page.evaluate(async () => {
    const { default: _, ...modern } = await import('/pkg/dist/index.mjs');
    return {
      said,
      ours: ws instanceof Holdfast.WebSocket,
      missing: Object.keys(modern).filter((name) => !(name in Holdfast)),
    };
  });
  assert.deepEqual(seen, { said: ['hello'], ours: true, missing: [] });
});

inPage('nothing is compiled, connected or listened to before the first constructor', async ({ page, endpoint }) => {
  const seen = await page.evaluate(async (url) => {
    let compiled = 0;
    WebAssembly.Module = new Proxy(WebAssembly.Module, {
      construct(...given) {
        compiled += 1;
        return Reflect.construct(...given);
      },
    });
    let listened = 0;
    const { addEventListener: listen } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (...parts) {
      listened += 1;
      return listen.apply(this, parts);
    };
    const { WebSocket } = await import('/pkg/dist/index.mjs?fresh');
    const Preset = WebSocket.with({ reconnect: false });
    const before = [compiled, listened, probe.timers()];
    new WebSocket(url).close();
    new Preset(url).close();
    return { before, compiled };
  }, endpoint.url('/echo'));
  assert.deepEqual(seen, { before: [0, 0, 0], compiled: 1 });
});

inPage('no further file is asked for, neither at import nor at the first constructor', async ({ page, endpoint }) => {
  await page.reload();
  const asked = await page.evaluate(async (url) => {
    const { WebSocket } = await import('/pkg/dist/index.mjs');
    const record = probe.watch(new WebSocket(url));
    await record.until('open');
    record.ws.close();
    return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  }, endpoint.url('/echo'));
  assert.deepEqual(
    asked.filter((path) => path !== '/favicon.ico'),
    ['/pkg/dist/index.mjs'],
  );
});

inPage(
  'a content-security policy without WebAssembly is answered by an error that names what to allow',
  async ({ page, endpoint }) => {
    await page.waitForFunction(() => globalThis.Holdfast);
    const errors = await page.evaluate((url) => {
      const attempt = () => {
        try {
          new Holdfast.WebSocket(url);
          return 'nothing was thrown';
        } catch (error) {
          return `${error.name}: ${error.message}`;
        }
      };
      return [attempt(), attempt()];
    }, endpoint.url('/echo'));
    for (const error of errors) assert.match(error, /^\w*Error: .*'wasm-unsafe-eval'/);
    assert.equal((await endpoint.seen()).accepted, 0);
  },
  { path: '/csp/fixtures/module.html' },
);

inPage('it can take the place of the global class, and still finds the browser’s', async ({ page, endpoint }) => {
  const seen = await page.evaluate(async (url) => {
    globalThis.WebSocket = Holdfast.WebSocket;
    const record = probe.watch(new WebSocket(url));
    await record.until('message');
    await probe.order(new URL(url).searchParams.get('endpoint'), 'drop');
    await record.until('open', 2);
    record.ws.close();
    await record.end();
    return record.received.slice(0, 1);
  }, endpoint.url('/greet'));
  assert.deepEqual(seen, ['hello']);
});
