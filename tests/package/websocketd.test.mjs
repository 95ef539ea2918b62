/** websocketd makes any program's input and output a WebSocket. It knows nothing of us, which makes it a fair judge. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { repository, until } from './support/server.mjs';
import { inMode, inPage, MODES } from './support/suite.mjs';

const running = [];

after(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts websocketd for a program; returns where it listens. */
async function websocketd(...program) {
  const port = await freePort();
  const child = spawn('websocketd', ['--address=127.0.0.1', `--port=${port}`, ...program], { stdio: 'ignore' });
  running.push(child);
  child.once('error', (error) => {
    throw Error(`websocketd is not to be had: ${error.message}`);
  });
  const url = `http://127.0.0.1:${port}/`;
  await until(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    10_000,
    'websocketd',
  );
  return url.replace('http', 'ws');
}

for (const mode of MODES) {
  inPage(`websocketd: a script that prints 1, 2, 3 a second apart (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const url = await websocketd('sh', '-c', 'for i in 1 2 3; do echo $i; sleep 1; done');
    const { heard, gaps, states } = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      await record.until('close', 1, 10_000);
      const states = [record.ws.readyState, record.last('close').willReconnect];
      record.ws.close();
      const messages = record.all('message');
      return { heard: record.heard, gaps: messages.slice(1).map(({ at }, index) => at - messages[index].at), states };
    }, url);
    assert.deepEqual(heard, ['1', '2', '3']);
    for (const gap of gaps) assert.ok(gap > 700 && gap < 2_000, `${gap} ms between two lines`);
    // The program is over, which says nothing about the server.
    assert.deepEqual(states, mode === MODES[0] ? [0, true] : [3, undefined]);
  });

  inPage(`websocketd: ls, a message for each file (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const folder = join(repository, 'src');
    const url = await websocketd('ls', folder);
    const heard = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      await record.until('close');
      record.ws.close();
      return record.heard;
    }, url);
    assert.deepEqual(heard.toSorted(), readdirSync(folder).toSorted());
  });

  inPage(`websocketd: a Node program that answers each line (${mode})`, async ({ page }) => {
    await inMode(page, mode);
    const program =
      "require('readline').createInterface({ input: process.stdin }).on('line', (line) => console.log('data: ' + line))";
    const url = await websocketd(process.execPath, '-e', program);
    const heard = await page.evaluate(async (url) => {
      const record = probe.watch(new Socket(url));
      await record.until('open');
      for (const line of ['one', 'zwei – ü', '三']) record.ws.send(line);
      await record.until('message', 3);
      record.ws.close();
      await record.until('close');
      return record.heard;
    }, url);
    assert.deepEqual(heard, ['data: one', 'data: zwei – ü', 'data: 三']);
  });
}
