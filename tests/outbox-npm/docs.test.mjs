/** The documentation shows the code that the tests run: each block is the file that is named above it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const docs = resolve(import.meta.dirname, '../../docs');
const text = readFileSync(resolve(docs, 'outbox.md'), 'utf8');
/** The file that the line above a block links to, and the block. */
const BLOCK = /\[`[^`]+`\]\((\.\.\/[^)]+)\)[^\n]*\n\n```(?:js|rust)\n([\s\S]*?)```/g;
const shown = new Map([...text.matchAll(BLOCK)].map(([, path, code]) => [resolve(docs, path), code]));

test('every server is shown, as the tests run it', () => {
  const folder = resolve(import.meta.dirname, 'servers');
  const files = readdirSync(folder).map((name) => resolve(folder, name));
  const axum = resolve(docs, '../examples/axum-outbox/src/main.rs');
  assert.deepEqual([...shown.keys()].sort(), [...files, axum].sort());
  for (const [file, code] of shown) assert.equal(code, readFileSync(file, 'utf8'), file);
});
