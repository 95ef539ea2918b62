/** The documents: in the repository, in the packed package, and in the crate, every link leads somewhere. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { addresses, rewrite } from '../../pkg-template/build/documents.mjs';
import { repository } from '../package/support/server.mjs';
import { work } from './support/build.mjs';

const installed = resolve(work, 'node_modules/holdfast-ws');

/** Links, and the code that looks like some. */
const LINK = /^```[\s\S]*?^```|`[^`\n]+`|\[(?:[^[\]]|\[[^\]]*\])+\]\((?<target>[^()\s]+)\)/gm;

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(text) {
  const seen = new Map();
  return [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, title]) => {
    const anchor = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times ? `${anchor}-${times}` : anchor;
  });
}

/** Returns what is wrong with the relative links of some documents. */
function deadLinks(root, documents, exists = (path) => existsSync(path)) {
  return documents.flatMap((path) => {
    const file = resolve(root, path);
    return [...readFileSync(file, 'utf8').matchAll(LINK)].flatMap(({ groups: { target } }) => {
      if (!target || /^\w+:/.test(target)) return [];
      const [name, anchor] = target.split('#');
      const to = name ? resolve(dirname(file), name) : file;
      if (!exists(to)) return [`${path}: no ${target}`];
      if (anchor && !anchors(readFileSync(to, 'utf8')).includes(decodeURIComponent(anchor))) return [`${path}: no ${target}`];
      return [];
    });
  });
}

const markdown = (root) => [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(resolve(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('every link of the repository’s documents leads to a file, and to a heading that is there', () => {
  const documents = markdown(repository);
  assert.ok(documents.length > 25, `only ${documents}`);
  assert.deepEqual(deadLinks(repository, documents), []);
});

/** The folders in which a path of a document may begin. */
const ROOTS = ['', 'src/', 'src/client/', 'src/engine/', 'pkg-template/', 'pkg-template/src/', 'tests/'];
/** Of a package or a build, not of the repository. */
const ELSEWHERE = /^(?:pkg|target|holdfast-ws|react)\//;

test('every file that the documents for developers name is there', () => {
  const exists = (path) => ROOTS.some((root) => ['', '.rs'].some((end) => existsSync(resolve(repository, root, path + end))));
  for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/decisions.md', 'docs/platform.md']) {
    const text = readFileSync(resolve(repository, document), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const paths = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?|[\w-]+\.(?:rs|mjs|ts|toml))`/g)].map(([, path]) => path);
    assert.ok(paths.length, document);
    const missing = paths.filter((path) => !ELSEWHERE.test(path) && !exists(path));
    assert.deepEqual(missing, [], document);
  }
});

test('every link of the packed package’s documents leads to a file of the package', () => {
  const documents = markdown(installed);
  assert.ok(documents.length > 25, `only ${documents}`);
  assert.deepEqual(deadLinks(installed, documents), []);
});

test('every link of the crate’s README leads to a file of the crate', () => {
  const list = ['package', '--list', '--allow-dirty', '--offline', '--package', 'holdfast-ws'];
  const packed = execFileSync('cargo', list, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const files = new Set(packed.split('\n').map((path) => resolve(repository, path)));
  assert.deepEqual(
    deadLinks(repository, ['README-crate.md'], (path) => files.has(path)),
    [],
  );
});

test('the packed README’s line for a page without a bundler has the version and the hash of the file', () => {
  const { version } = JSON.parse(readFileSync(resolve(installed, 'package.json'), 'utf8'));
  const hash = createHash('sha384')
    .update(readFileSync(resolve(installed, 'dist/holdfast-ws.global.js')))
    .digest('base64');
  for (const file of ['README.md', 'README.zh-CN.md']) {
    const text = readFileSync(resolve(installed, file), 'utf8');
    assert.ok(text.includes(`holdfast-ws@${version}/dist/holdfast-ws.global.js`), file);
    assert.ok(text.includes(`integrity="sha384-${hash}"`), file);
    assert.doesNotMatch(text, /VERSION|HASH|not in the package/, file);
  }
});

test('with the repository’s address links are absolute where nothing else would lead there', () => {
  const there = { repository: 'https://example.com/us/it', version: '1.2.3', exists: (path) => path === 'docs/api.md' };
  const links = '[a](docs/api.md#b) [c](tests/x.mjs) [d](https://d.example) `[e](f)`\n```md\n[g](h)\n```\n![i](docs/i.svg)';
  assert.equal(
    rewrite(links, { ...there, path: 'README.md' }),
    '[a](https://example.com/us/it/blob/v1.2.3/docs/api.md#b) [c](https://example.com/us/it/blob/v1.2.3/tests/x.mjs) [d](https://d.example) `[e](f)`\n```md\n[g](h)\n```\n![i](https://example.com/us/it/raw/v1.2.3/docs/i.svg)',
  );
  assert.equal(
    rewrite('[a](api.md) [c](../tests/x.mjs)', { ...there, path: 'docs/b.md' }),
    '[a](api.md) [c](https://example.com/us/it/blob/v1.2.3/tests/x.mjs)',
  );
  assert.equal(
    rewrite('[`a`](api.md) [`c`](../tests/x.mjs)', { ...there, repository: '', path: 'docs/b.md' }),
    '[`a`](api.md) `c`',
  );
  assert.deepEqual(addresses('https://example.com/us/it'), {
    homepage: 'https://example.com/us/it#readme',
    bugs: { url: 'https://example.com/us/it/issues' },
    repository: { type: 'git', url: 'git+https://example.com/us/it.git' },
  });
  assert.deepEqual(addresses(''), {});
});
