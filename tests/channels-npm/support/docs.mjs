/** The code in `docs/channels.md`: what it says is what is tested. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { repository } from '../../package/support/server.mjs';

const TITLE_OR_CODE = /^#+ (?<title>.*)$|^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm;

/** The blocks of a language under a heading. */
export function codeUnder(heading, language) {
  const blocks = [];
  let here;
  for (const { groups } of readFileSync(resolve(repository, 'docs/channels.md'), 'utf8').matchAll(TITLE_OR_CODE)) {
    if (groups.title) here = groups.title;
    else if (here === heading && groups.language === language) blocks.push(groups.code);
  }
  assert.ok(blocks.length, `no ${language} under “${heading}”`);
  return blocks;
}
