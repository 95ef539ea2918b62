/** The habits of each browser, as the package's world shows them. All others are tested in Rust: `tests/testing/browsers.rs`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { world } from '../../pkg/dist/testing.mjs';
import { URL } from './support/echo.mjs';

/** Runs a page with one socket of the browser's own class in each browser. */
async function inEach(expected, { protocols, handshake, run, seen }) {
  for (const browser of ['chromium', 'firefox', 'webkit']) {
    const w = world({ browser });
    const server = w.server(URL, undefined, { handshake });
    const ws = new w.NativeWebSocket(URL, protocols);
    const events = [];
    for (const type of ['open', 'error', 'close']) ws.addEventListener(type, (event) => events.push(event));
    await w.advance(1_000);
    await run?.({ w, ws, server });
    assert.deepEqual(await seen({ ws, events, server, types: events.map(({ type }) => type) }), expected[browser], browser);
    w.dispose({ leaks: 'ignore' });
  }
}

describe('habits', () => {
  test('are those of the browser that is named: a lost connection', () =>
    inEach(
      { chromium: 'open close', firefox: 'open error close', webkit: 'open error close' },
      {
        run: ({ w }) => {
          w.network.cut();
          return w.advance(1_000);
        },
        seen: ({ types }) => types.join(' '),
      },
    ));

  test('no subprotocol, where some were offered, fails the handshake in Chromium alone', () =>
    inEach(
      { chromium: ['error', 'close'], firefox: ['open', ''], webkit: ['open', ''] },
      {
        protocols: ['chat'],
        handshake: () => '',
        seen: ({ types, ws }) => (ws.readyState === 1 ? [...types, ws.protocol] : types),
      },
    ));

  test('a subprotocol in another case is taken by WebKit alone', () =>
    inEach(
      { chromium: 'failed', firefox: 'failed', webkit: 'CHAT' },
      { protocols: ['chat'], handshake: () => 'CHAT', seen: ({ ws }) => (ws.readyState === 1 ? ws.protocol : 'failed') },
    ));

  test('a subprotocol where none was offered is ignored by Firefox alone', () =>
    inEach(
      { chromium: 'failed', firefox: '', webkit: 'failed' },
      { handshake: () => 'chat', seen: ({ ws }) => (ws.readyState === 1 ? ws.protocol : 'failed') },
    ));

  test('a subprotocol that was not offered fails the handshake everywhere', () =>
    inEach(
      { chromium: 3, firefox: 3, webkit: 3 },
      { protocols: ['chat'], handshake: () => 'other', seen: ({ ws }) => ws.readyState },
    ));

  test('a close code is rounded in Firefox, and a reason without a code is an error in Chromium', () =>
    inEach(
      {
        chromium: { rounds: 'InvalidAccessError', reason: 'InvalidAccessError' },
        firefox: { rounds: 'closes', reason: 'closes' },
        webkit: { rounds: 'InvalidAccessError', reason: 'closes' },
      },
      {
        seen: ({ ws }) => {
          const closing = (...given) => {
            try {
              ws.close(...given);
              return 'closes';
            } catch ({ name }) {
              return name;
            }
          };
          // A socket that is closing still checks the code.
          return { reason: closing(undefined, 'why'), rounds: closing(2_999.6) };
        },
      },
    ));

  test('the times of events are as fine as the browser’s clock', () =>
    inEach(
      { chromium: 10_130.2, firefox: 10_130, webkit: 10_130 },
      {
        run: async ({ w, server }) => {
          await w.advance(9_100.234);
          server.connections[0].close(1000);
          await w.advance(1_000);
        },
        seen: ({ events }) => events.at(-1).timeStamp,
      },
    ));
});
