/** The documentation shows the code that the tests run: each block is a part of the file that is named above it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { repository } from '../package/support/server.mjs';

const docs = resolve(repository, 'docs');
const text = readFileSync(resolve(docs, 'servers.md'), 'utf8');
/** The first file that the paragraph above a block links to, and the block. */
const BLOCK = /\[`[^`]+`\]\((\.\.\/[^)]+)\)[^\n]*(?:\n[^\n]+)*\n\n```(\w+)\n([\s\S]*?)```/g;
const blocks = [...text.matchAll(BLOCK)].map(([, path, language, code]) => ({
  file: resolve(docs, path),
  language,
  code,
}));

test('every block of code is in the file that is named above it', () => {
  for (const { file, code } of blocks) assert.ok(readFileSync(file, 'utf8').includes(code), `${file} has other code`);
  const of = (language) => text.split(`\`\`\`${language}\n`).length - 1;
  for (const language of ['js', 'py', 'rust'])
    assert.equal(blocks.filter((block) => block.language === language).length, of(language), `blocks in ${language}`);
});

test('every server and every client is shown', () => {
  const shown = blocks.map(({ file }) => file);
  for (const folder of ['servers', 'clients'])
    for (const name of readdirSync(folder).filter((name) => !name.endsWith('.txt')))
      assert.ok(shown.includes(resolve(folder, name)), `${folder}/${name} is not in the documentation`);
});
