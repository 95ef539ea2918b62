/** The commands of `docs/channels.md`: the `curl` of each broker reaches the documented page. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { swap } from '../push/support/docs.mjs';
import { Stage } from '../push/support/stage.mjs';
import { done, nats } from './drivers/nats.mjs';
import { nchan } from './drivers/nchan.mjs';
import { json, openBus, subscribe } from './support/bus.mjs';
import { codeUnder } from './support/docs.mjs';

const sh = promisify(execFile);

/** As long as a busy broker needs to answer; the page's readers have a broker that isn't busy. */
const PATIENT = { '--max-time 2': '--max-time 6' };

/** Runs a command of the page at a broker, and returns what it has printed and what came to a page. */
async function published(driver, heading, change) {
  const stage = new Stage();
  try {
    const broker = await driver.start(stage);
    const news = await subscribe(openBus({ stage, broker }, { codec: json }), 'news');
    const command = swap(codeUnder(heading, 'sh')[0], change(broker));
    // One may end by its time limit.
    const { stdout } = await sh('sh', ['-c', command]).catch((error) => error);
    await news.until('message');
    return { stdout, texts: news.texts };
  } finally {
    await stage.end();
  }
}

test('nchan: what curl posts is a message of the page', { timeout: 240_000 }, async () => {
  const { texts } = await published(nchan, 'Publish', ({ back }) => ({ 'http://127.0.0.1:8080': back }));
  assert.deepEqual(texts, [{ price: 42 }]);
});

test('NATS: curl makes the stream and the bucket', { timeout: 240_000 }, async () => {
  const stage = new Stage();
  try {
    const broker = await nats.start(stage);
    const [port] = broker.ports();
    for (const name of ['CHANNELS', 'KV_members']) await done([port], `$JS.API.STREAM.DELETE.${name}`);
    const [, commands] = codeUnder('nats-server', 'sh');
    const { stdout } = await sh('sh', ['-c', swap(commands, { ...PATIENT, '127.0.0.1:4222': `127.0.0.1:${port}` })]).catch(
      (error) => error,
    );
    assert.equal(stdout.match(/"type":"io.nats.jetstream.api.v1.stream_create_response"/g)?.length, 2, stdout);
    const room = await subscribe(openBus({ stage, broker }), 'room', { presence: { user: 'ada' } });
    await room.until('join');
    await broker.publish('room', 'hello');
    await room.until('message');
  } finally {
    await stage.end();
  }
});

test('NATS: what curl publishes is a message of the page, and curl prints the acknowledgement', {
  timeout: 240_000,
}, async () => {
  const change = (broker) => ({ ...PATIENT, '127.0.0.1:4222': `127.0.0.1:${broker.ports()[0]}` });
  const { stdout, texts } = await published(nats, 'Publish to NATS', change);
  assert.deepEqual(texts, [{ price: 42 }]);
  assert.match(stdout, /\{"stream":"CHANNELS", ?"seq":1\}/);
});
