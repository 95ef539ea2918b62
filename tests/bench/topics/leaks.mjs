/** Whether anything stays of connections that are gone: thousands, with a look at what is there every so often. */
import { HEARTBEAT } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';

const LOOKS = 10;

export async function leaks(meter, { connections }) {
  for (const [row, what, path] of [
    ['constructed, opened, closed', 'cycle', '/greet'],
    ['reconnected', 'reconnect', '/drop'],
  ]) {
    const page = await meter.page([HEARTBEAT]);
    const points = [];
    // Some at first, so that what is made once is there.
    const step = Math.ceil(connections / LOOKS);
    for (let done = Math.min(step, 100); done <= connections; done += step) {
      await page.run(HEARTBEAT, what, page.url(path), points.length ? step : done);
      points.push({ after: done, ...(await look(page)) });
    }
    emit({ kind: 'leak', row, points });
    await page.close();
  }
}

async function look(page) {
  const sockets = await page.alive('WebSocket.prototype');
  const wasm = await page.alive(
    'WebAssembly.Memory.prototype',
    'them.reduce((sum, one) => sum + one.buffer.byteLength, 0)',
  );
  const { heap } = await page.memory();
  return { heap, wasm, listeners: (await page.metrics()).JSEventListeners, sockets };
}
