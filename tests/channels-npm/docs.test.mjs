/** The commands of `docs/channels.md`: the `curl` of each broker reaches the documented page. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { swap } from '../push/support/docs.mjs';
import { Stage } from '../push/support/stage.mjs';
import { nchan } from './drivers/nchan.mjs';
import { json, openBus, subscribe } from './support/bus.mjs';
import { codeUnder } from './support/docs.mjs';

const sh = promisify(execFile);

test('nchan: what curl posts is a message of the page', { timeout: 240_000 }, async () => {
  const stage = new Stage();
  try {
    const broker = await nchan.start(stage);
    const news = await subscribe(openBus({ stage, broker }, { codec: json }), 'news');
    await sh('sh', ['-c', swap(codeUnder('Publish', 'sh')[0], { 'http://127.0.0.1:8080': broker.back })]);
    await news.until('message');
    assert.deepEqual(news.texts, [{ price: 42 }]);
  } finally {
    await stage.end();
  }
});
