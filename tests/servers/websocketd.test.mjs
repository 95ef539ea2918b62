/** websocketd makes any program's input and output a WebSocket. It knows nothing of us, which makes it a fair judge. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../package/support/server.mjs';
import { inMode, MODES } from '../package/support/suite.mjs';
import { launch } from './support/launch.mjs';
import { inPage } from './support/page.mjs';

/** Starts websocketd for a program; returns where it listens. It is ended with the file's tests. */
async function websocketd(...program) {
  const command = (port) => ['websocketd', '--address=127.0.0.1', `--port=${port}`, ...program];
  return (await launch({ command })).url;
}

for (const mode of MODES) {
  inPage(`websocketd: a script that prints 1, 2, 3 a second apart (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const url = await websocketd('sh', '-c', 'for i in 1 2 3; do echo $i; sleep 1; done');
    const { received, states } = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      const { readyState, willReconnect } = await record.until('close', 1, 30_000);
      record.ws.close();
      return { received: record.received.slice(0, 3), states: [readyState, willReconnect] };
    }, url);
    assert.deepEqual(received, ['1', '2', '3']);
    // The program is over, which says nothing about the server.
    assert.deepEqual(states, mode === MODES[0] ? [0, true] : [3, undefined]);
  });

  inPage(`websocketd: each line comes as it is printed, before the next one is (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const url = await websocketd('sh', '-c', 'for i in 1 2 3; do echo $i; read received; done');
    const received = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      for (const count of [1, 2, 3]) {
        await record.until('message', count, 30_000);
        record.ws.send('heard');
      }
      await record.until('close', 1, 30_000);
      record.ws.close();
      return record.received.slice(0, 3);
    }, url);
    assert.deepEqual(received, ['1', '2', '3']);
  });

  inPage(`websocketd: ls, a message for each file (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const folder = join(repository, 'src');
    const url = await websocketd('ls', folder);
    const received = await page.evaluate(async (url) => {
      // Firefox often loses a connection that the server drops right after its handshake, with its own class too: there is no
      // open, and no message. See docs/browsers.md.
      for (const end = performance.now() + 60_000; ; ) {
        const record = probe.watch(new Socket(url));
        await record.until('close', 1, 30_000);
        record.ws.close();
        if (record.all('open').length || performance.now() > end) return record.received;
      }
    }, url);
    assert.deepEqual(received.toSorted(), readdirSync(folder).toSorted());
  });

  inPage(`websocketd: a Node program that answers each line (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const program =
      "require('readline').createInterface({ input: process.stdin }).on('line', (line) => console.log('data: ' + line))";
    const url = await websocketd(process.execPath, '-e', program);
    const received = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      await record.until('open', 1, 30_000);
      for (const line of ['one', 'zwei – ü', '三']) record.ws.send(line);
      await record.until('message', 3, 30_000);
      record.ws.close();
      await record.until('close', 1, 30_000);
      return record.received;
    }, url);
    assert.deepEqual(received, ['data: one', 'data: zwei – ü', 'data: 三']);
  });

  inPage(`websocketd --binary: bytes come back, all of them and in order, in pieces of its own (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const url = await websocketd('--binary', 'cat');
    const seen = await page.evaluate(async (url) => {
      const ws = new Socket(url);
      ws.binaryType = 'arraybuffer';
      const record = probe.watch(ws);
      await record.until('open', 1, 30_000);
      const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) >> 3);
      const length = () => record.received.reduce((sum, { byteLength }) => sum + byteLength, 0);
      // A piece after the other: it doesn't read while it writes, so more than a pipe holds (64 KiB) could stop it for good.
      for (let end = 50_000; end <= bytes.length; end += 50_000) {
        ws.send(bytes.subarray(end - 50_000, end));
        await probe.until(
          () => length() >= end,
          30_000,
          () => `${end} bytes; ${length()} came`,
        );
      }
      ws.close();
      const back = new Uint8Array(await new Blob(record.received).arrayBuffer());
      return { length: back.length, same: bytes.every((byte, index) => byte === back[index]) };
    }, url);
    assert.deepEqual(seen, { length: 1_000_000, same: true });
  });
}
