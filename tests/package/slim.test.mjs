/** `holdfast-ws/slim`: the class without the WebAssembly in it; and what an engine that lacks something is told. */
import assert from 'node:assert/strict';
import { inPage } from './support/suite.mjs';

/** In the page: a fresh copy of the entry, a socket's first message, and how a promise ends. */
const prepare = (page) =>
  page.evaluate(async () => {
    globalThis.Slim = await import('/pkg/dist/slim.mjs');
    globalThis.wasm = '/pkg/dist/holdfast-ws.wasm';
    globalThis.greeting = async (url) => {
      const record = probe.watch(new Slim.WebSocket(url));
      await record.until('message');
      record.ws.close();
      return record.received[0];
    };
    globalThis.fate = (promise) =>
      promise.then(
        () => 'done',
        (error) => `${error.name}: ${error.message}`,
      );
  });

const SOURCES = {
  'an address': 'wasm',
  'a URL object': 'new URL(wasm, location)',
  'a Request': 'new Request(wasm)',
  'a Response': 'await fetch(wasm)',
  'a promise of a Response': 'fetch(wasm)',
  'a Response that does not say what it is': 'new Response(await (await fetch(wasm)).arrayBuffer())',
  'an ArrayBuffer': 'await (await fetch(wasm)).arrayBuffer()',
  bytes: 'new Uint8Array(await (await fetch(wasm)).arrayBuffer())',
  'a module': 'await WebAssembly.compileStreaming(fetch(wasm))',
};

for (const [what, source] of Object.entries(SOURCES)) {
  inPage(`init() takes ${what}`, async ({ page, endpoint }) => {
    await prepare(page);
    const received = await page.evaluate(
      ([source, url]) =>
        new Function('url', `return (async () => { await Slim.init(${source}); return greeting(url); })()`)(url),
      [source, endpoint.url('/greet')],
    );
    assert.equal(received, 'hello');
  });
}

inPage('a constructor before init() throws an error that says what to do', async ({ page, endpoint }) => {
  await prepare(page);
  const text = await page.evaluate((url) => {
    try {
      new Slim.WebSocket(url);
    } catch (error) {
      return error.message;
    }
  }, endpoint.url('/echo'));
  assert.match(text, /await init\(source\)/);
});

inPage('init() loads once, however often it is called', async ({ page, endpoint }) => {
  await prepare(page);
  const [seen, asked] = await page.evaluate(async (url) => {
    await Promise.all([Slim.init(wasm), Slim.init(wasm), Slim.init('/nowhere.wasm')]);
    await Slim.init('/nowhere.wasm');
    const asked = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    return [await greeting(url), asked];
  }, endpoint.url('/greet'));
  assert.equal(seen, 'hello');
  assert.deepEqual(
    asked.filter((path) => path.endsWith('.wasm')),
    ['/pkg/dist/holdfast-ws.wasm'],
  );
});

inPage('init() that failed says why, and can be called again', async ({ page, endpoint }) => {
  await prepare(page);
  const seen = await page.evaluate(async (url) => {
    const fates = [];
    for (const source of ['/nowhere.wasm', undefined, {}, new Uint8Array(9)]) fates.push(await fate(Slim.init(source)));
    await Slim.init(wasm);
    return [...fates, await greeting(url)];
  }, endpoint.url('/greet'));
  assert.match(seen[0], /no WebAssembly at .*nowhere\.wasm \(404\)/);
  assert.match(seen[1], /^TypeError: holdfast-ws: init\(\) takes a URL/);
  assert.match(seen[2], /^TypeError: holdfast-ws: init\(\) takes a URL/);
  assert.match(seen[3], /no WebAssembly: other bytes were given \(9 bytes\)/);
  assert.equal(seen[4], 'hello');
});

inPage(
  'init() under a content-security policy without WebAssembly names what to allow',
  async ({ page }) => {
    await prepare(page);
    const said = await page.evaluate(() => fate(Slim.init(wasm)));
    assert.match(said, /'wasm-unsafe-eval'/);
  },
  { path: '/csp/fixtures/module.html' },
);

for (const missing of ['WebSocket', 'WebAssembly', 'WeakRef', 'FinalizationRegistry']) {
  inPage(`an engine without ${missing} is told so by the first constructor, not by the import`, async ({ page }) => {
    const said = await page.evaluate(async (missing) => {
      delete globalThis[missing];
      const fresh = await import('/pkg/dist/index.mjs?without');
      try {
        new fresh.WebSocket('ws://127.0.0.1:1/');
      } catch (error) {
        return error.message;
      }
    }, missing);
    assert.equal(said, `holdfast-ws needs ${missing}, which this engine lacks`);
  });
}

inPage("an engine without TextEncoder, as Jest's jsdom is, starts the core all the same", async ({ page }) => {
  const said = await page.evaluate(async () => {
    delete globalThis.TextEncoder;
    const fresh = await import('/pkg/dist/index.mjs?without');
    const ws = new fresh.WebSocket(`ws://${location.host}/echo`);
    return new Promise((resolve) => {
      ws.addEventListener('open', () => ws.send('hello'));
      ws.addEventListener('message', ({ data }) => resolve(data));
    });
  });
  assert.equal(said, 'hello');
});

/** In the page, before any entry is imported: what an engine of its kind has of WebAssembly. */
const ENGINES = {
  'compiles no more than 4 KB at once': () => {
    const limited = (name, size) => {
      WebAssembly[name] = new Proxy(WebAssembly[name], {
        construct(target, given) {
          if (size(given[0]) > 4096) throw RangeError(`WebAssembly.${name} is disallowed on the main thread`);
          return Reflect.construct(target, given);
        },
      });
    };
    const sizes = new WeakMap();
    const { compile, compileStreaming } = WebAssembly;
    // Of a compiled module the size is not known.
    const large = async (module) => {
      sizes.set(await module, Number.POSITIVE_INFINITY);
      return module;
    };
    WebAssembly.compile = (bytes) => large(compile(bytes));
    WebAssembly.compileStreaming = (response) => large(compileStreaming(response));
    limited('Module', ({ byteLength }) => byteLength);
    limited('Instance', (module) => sizes.get(module) ?? 0);
  },
  'has no WebAssembly': () => delete globalThis.WebAssembly,
  'has nothing in its WebAssembly': () => {
    globalThis.WebAssembly = {};
  },
  'has all that is needed': () => {},
};

/** By engine: what `supported` says of each entry, and how a socket fares by the default entry and by the slim one. */
const EXPECTED = {
  'compiles no more than 4 KB at once': [[false, false, false, true, true], /before 114.*holdfast-ws\/slim/, /^hello$/],
  'has no WebAssembly': [[false, false, false, false, false], /needs WebAssembly/, /needs WebAssembly/],
  'has nothing in its WebAssembly': [[false, false, false, false, false], /did not start/, /Error/],
  'has all that is needed': [[true, true, true, true, true], /^hello$/, /^hello$/],
};

for (const [what, [supported, inlined, slim]] of Object.entries(EXPECTED))
  inPage(`an engine that ${what}: each entry says whether it is supported, and why not`, async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, change]) => {
        new Function(`(${change})()`)();
        const required = async (name) => {
          const module = { exports: {} };
          new Function('module', 'exports', await (await fetch(`/pkg/dist/${name}`)).text())(module, module.exports);
          return module.exports;
        };
        const script = await (await fetch('/pkg/dist/holdfast-ws.global.js')).text();
        const entries = [
          await import('/pkg/dist/index.mjs?engine'),
          await required('index.cjs'),
          new Function(`${script}; return Holdfast;`)(),
          await import('/pkg/dist/slim.mjs?engine'),
          await required('slim.cjs'),
        ];
        const fate = async (entry) => {
          try {
            await entry.init?.(fetch('/pkg/dist/holdfast-ws.wasm'));
            const record = probe.watch(new entry.WebSocket(url));
            await record.until('message');
            record.ws.close();
            return record.received[0];
          } catch (error) {
            return String(error);
          }
        };
        const supported = entries.map(({ WebSocket }) => WebSocket.supported);
        return [supported, await fate(entries[0]), await fate(entries[3])];
      },
      [endpoint.url('/greet'), String(ENGINES[what])],
    );
    assert.deepEqual(seen[0], supported);
    assert.match(seen[1], inlined);
    assert.match(seen[2], slim);
  });
