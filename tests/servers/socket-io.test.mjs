/** Socket.IO's own client on our class, against its own server. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { sideBySide } from '../package/support/suite.mjs';
import { load, script } from './support/client.mjs';
import { launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';
import { relayTo } from './support/relay.mjs';
import { program } from './support/table.mjs';

const PING = 500;
const client = script('socket-io');
const started = launch({ command: () => [process.execPath, program('socket-io.mjs')] }, { ping: PING });
after(async () => (await started).stop('SIGKILL'));

/** Leaves `join()` in a page: a socket whose `reasons` for disconnecting and whose `heard` are kept. */
async function prepare(page, port, plain) {
  await load(page, client, plain);
  await page.evaluate((url) => {
    globalThis.join = () => {
      const socket = Client.connect(url);
      socket.reasons = [];
      socket.received = [];
      socket.on('disconnect', (reason) => socket.reasons.push(reason));
      socket.on('said', (what) => socket.received.push(what));
      return socket;
    };
  }, `http://127.0.0.1:${port}`);
}

/** A page with a relay to the server, which is its line. */
const inSocketPage = (name, run, plain) =>
  inPage(name, async ({ page }) => {
    const relay = await relayTo((await started).port);
    try {
      await prepare(page, relay.port, plain);
      await run({ page, relay });
    } finally {
      relay.stop();
    }
  });

sideBySide('Socket.IO', () => {
  inSocketPage('acknowledgements and bytes, both ways', async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const socket = join();
      const sum = await socket.emitWithAck('add', 40, 2);
      const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index);
      const back = new Uint8Array(await socket.emitWithAck('echo', bytes));
      socket.disconnect();
      await probe.until(() => made[0].readyState === 3, 30_000);
      return { sum, same: bytes.every((byte, index) => byte === back[index]), sockets: made.length };
    });
    assert.deepEqual(seen, { sum: 42, same: true, sockets: 1 });
  });

  inSocketPage('rooms: what is said in one is heard there alone', async ({ page }) => {
    const received = await page.evaluate(async () => {
      // A second socket to the same place is a connection of its own.
      const sockets = [join(), join(), join()];
      for (const [index, room] of ['red', 'red', 'blue'].entries()) await sockets[index].emitWithAck('join', room);
      sockets[0].emit('say', 'red', 1);
      sockets[0].emit('say', 'blue', 2);
      await probe.until(() => sockets.flatMap(({ received }) => received).length === 3, 30_000);
      for (const socket of sockets) socket.disconnect();
      return sockets.map(({ received }) => received);
    });
    assert.deepEqual(received, [[1], [1], [2]]);
  });

  inSocketPage('a dropped line is recovered, with what was said meanwhile', async ({ page, relay }) => {
    await page.evaluate(async () => {
      globalThis.socket = join();
      await socket.emitWithAck('join', 'room');
      socket.emit('say', 'room', 'before');
      await probe.until(() => socket.received.length === 1, 30_000);
    });
    relay.refuse();
    relay.drop();
    await page.evaluate(() => probe.until(() => socket.reasons.length === 1, 30_000));
    const speaker = await page.context().newPage();
    await speaker.goto(page.url());
    await speaker.evaluate(async () => {
      globalThis.Holdfast = await import('/pkg/dist/index.mjs');
    });
    await prepare(speaker, (await started).port);
    await speaker.evaluate(async () => {
      const socket = join();
      socket.emit('say', 'room', 'meanwhile');
      await socket.emitWithAck('add', 1, 1);
    });
    relay.accept();
    const seen = await page.evaluate(async () => {
      await probe.until(() => socket.received.length === 2, 60_000);
      const { recovered, received, reasons } = socket;
      socket.emit('say', 'room', 'after');
      await probe.until(() => received.length === 3, 30_000);
      const open = made.filter(({ readyState }) => readyState !== 3).length;
      socket.disconnect();
      return { recovered, received, reasons: reasons.slice(0, 1), open };
    });
    assert.deepEqual(seen, {
      recovered: true,
      received: ['before', 'meanwhile', 'after'],
      reasons: ['transport close'],
      open: 1,
    });
  });

  inSocketPage(
    'with idleTimeout a dead line is found long before Socket.IO’s own 20 s',
    async ({ page, relay }) => {
      await page.evaluate(async () => {
        globalThis.socket = join();
        await probe.until(() => socket.connected, 30_000);
      });
      // Alive, a quiet line is kept so by the server's pings.
      await page.evaluate((ms) => probe.sleep(ms), 12 * PING);
      assert.equal(await page.evaluate(() => made.length), 1);
      relay.freeze();
      const seen = await page.evaluate(async () => {
        await probe.until(() => socket.reasons.length > 0, 60_000);
        const sum = await socket.emitWithAck('add', 1, 2);
        const { length: sockets } = made;
        const { deadLines } = made[0].stats();
        const [reason] = socket.reasons;
        socket.disconnect();
        return { reason, sum, sockets, deadLines };
      });
      assert.deepEqual(seen, { reason: 'transport close', sum: 3, sockets: 2, deadLines: 1 });
    },
    { idleTimeout: 8 * PING },
  );
});
