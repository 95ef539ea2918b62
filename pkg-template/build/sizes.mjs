/** The size and the budget of every entry. A build over a budget fails. */
import { gzipSync } from 'node:zlib';
import { brotli } from './wasm-text.mjs';

/** Bytes after brotli 11. A little above what is there; lower them when it shrinks. */
const BUDGET = {
  'index.mjs': 23_975,
  'index.cjs': 23_985,
  'holdfast-ws.global.js': 23_975,
  'slim.mjs': 12_460,
  'slim.cjs': 12_455,
  'holdfast-ws.wasm': 11_580,
  'react.mjs': 2_460,
  'react.cjs': 2_460,
  'vue.mjs': 2_270,
  'vue.cjs': 2_300,
  'tabs.mjs': 53_500,
  'tabs.cjs': 53_500,
  'tabs-worker.mjs': 53_700,
  'tabs-worker.cjs': 53_700,
  'outbox.mjs': 31_700,
  'outbox.cjs': 31_700,
  'channels.mjs': 5_400,
  'channels.cjs': 5_400,
  'channels-nchan.mjs': 42_600,
  'channels-nchan.cjs': 42_600,
  'channels-nats.mjs': 70_400,
  'channels-nats.cjs': 70_400,
  'channels-react.mjs': 500,
  'channels-react.cjs': 540,
  'channels-vue.mjs': 450,
  'channels-vue.cjs': 490,
  'testing.mjs': 97_550,
  'testing.cjs': 97_550,
};

const row = (name, cells) => name.padEnd(28) + cells.map((cell) => String(cell).padStart(11)).join('');

export class Sizes {
  #rows = [];
  #over = [];

  add(file, content) {
    const budget = BUDGET[file];
    if (!budget) throw Error(`${file} has no budget in build/sizes.mjs`);
    const size = this.note(file, content, budget);
    if (size > budget) this.#over.push(`${file} has ${size} bytes (brotli) and may have ${budget}`);
  }

  /** Files that are no entries, listed for information. */
  note(name, content, budget = '') {
    const size = brotli(content);
    const text = budget ? name : `  ${name}`;
    this.#rows.push(row(text, [Buffer.byteLength(content), gzipSync(content, { level: 9 }).length, size, budget]));
    return size;
  }

  report() {
    console.log([row('', ['minified', 'gzip -9', 'brotli 11', 'budget']), ...this.#rows].join('\n'));
    if (this.#over.length) throw Error(`over the budget of build/sizes.mjs:\n${this.#over.join('\n')}`);
  }
}
