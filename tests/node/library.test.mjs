/** The class in the hands of a library that was made for another: its third argument, and sockets that multiply. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platform, WebSocket } from './support/holdfast.mjs';
import { watch } from './support/record.mjs';
import { nowhere, startServer } from './support/server.mjs';

const it = (name, run) => test(`${platform}: ${name}`, run);

/** Returns what goes to `console.warn` meanwhile. */
async function warnings(run) {
  const { warn } = console;
  const said = [];
  console.warn = (text) => said.push(text);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return said;
}

it('a class of with() passes over options that are unknown, with one warning that names them', async () => {
  const server = await startServer();
  const said = await warnings(async () => {
    const Preset = WebSocket.with({ queue: { maxMessages: 7 } });
    for (const given of [{ headers: { a: 'b' } }, { headers: {}, agent: null, reconnect: { minDelay: 20 } }]) {
      const record = watch(new Preset(server.url, undefined, given));
      await record.until('open');
      record.ws.close();
    }
    const Plain = WebSocket.with({ reconnect: false });
    new Plain(server.url, undefined, { headers: {} }).close();
  });
  assert.deepEqual(said, ['holdfast-ws: passed over options that are unknown: headers']);
  await server.stop();
});

it('a wrong value of an option that is known, and an unknown one of the class itself, are TypeErrors', () => {
  const Preset = WebSocket.with({});
  assert.throws(
    () => new Preset('ws://127.0.0.1:1', [], { reconnect: { minDelay: 'soon' } }),
    /TypeError.*reconnect\.minDelay/,
  );
  assert.throws(() => new Preset('ws://127.0.0.1:1', [], { reconnect: { minDely: 1 } }), /TypeError.*reconnect\.minDely/);
  assert.throws(() => new WebSocket('ws://127.0.0.1:1', [], { headers: {} }), /TypeError.*headers is unknown/);
});

it('twenty live sockets for one URL are warned of once; closed ones and other URLs don’t count', async () => {
  const [one, other] = [await nowhere(), await nowhere()];
  const made = [];
  const make = (url) => made.push(new WebSocket(url, [], { reconnect: { minDelay: 60_000, maxDelay: 60_000 } }));
  const said = await warnings(async () => {
    for (let count = 0; count < 19; count += 1) {
      make(one);
      make(other);
    }
    assert.equal(made.length, 38);
  });
  assert.deepEqual(said, []);
  const loud = await warnings(async () => {
    for (let count = 0; count < 5; count += 1) make(one);
  });
  assert.equal(loud.length, 1);
  assert.match(loud[0], /20 sockets for one URL .*WebSocket\.with\(\{ reconnect: false \}\)/);
  for (const ws of made) ws.close();
});
