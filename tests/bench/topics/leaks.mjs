/** Looks for anything that stays of connections that are gone: thousands, with a look at what is there every so often. */
import { exposeWasmMemory } from '../../support/wasm-memory.mjs';
import { HEARTBEAT } from '../support/contenders.mjs';
import { emit } from '../support/lines.mjs';

const LOOKS = 10;

export async function leaks(meter, { connections }) {
  for (const [row, what, path] of [
    ['constructed, opened, closed', 'cycle', '/greet'],
    ['reconnected', 'reconnect', '/drop'],
  ]) {
    const page = await meter.page([HEARTBEAT]);
    await page.evaluate(`(${exposeWasmMemory})()`);
    const points = [];
    // Some at first, so that what is made once is there.
    const first = Math.min(100, connections);
    await page.run(HEARTBEAT, what, page.url(path), first);
    points.push({ after: first, ...(await look(page)) });
    const step = Math.ceil(connections / LOOKS);
    for (let done = first + step; done <= first + connections; done += step) {
      await page.run(HEARTBEAT, what, page.url(path), step);
      points.push({ after: done, ...(await look(page)) });
    }
    emit({ kind: 'leak', row, points });
    await page.close();
  }
}

/** Callbacks let go of what the collector finds. They are tasks of their own; then there is more to find. */
async function look(page) {
  let heap;
  for (let times = 0; times < 3; times++) {
    ({ heap } = await page.memory());
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
  }
  const sockets = await page.alive('WebSocket.prototype');
  const bytes = 'them.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)';
  const wasm = await page.alive('WebAssembly.Memory.prototype', bytes);
  return { heap, wasm, listeners: (await page.metrics()).JSEventListeners, sockets };
}
