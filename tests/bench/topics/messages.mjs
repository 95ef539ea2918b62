/** The cost of a message for the main thread, in and out. */
import { MODES, settings } from '../support/contenders.mjs';
import { rounds } from '../support/rounds.mjs';

/** [kind, bytes, listeners, messages in a block] */
const RECEIVED = [
  ['text', 32, 1, 400],
  ['text', 32, 10, 200],
  ['text', 4096, 1, 200],
  ['binary', 4096, 1, 200],
  ['binary', 4096, 10, 200],
  ['binary', 262144, 1, 8],
  ['json', 32, 1, 400],
];

const SENT = [
  ['text', 32, 400],
  ['text', 4096, 100],
  ['binary', 4096, 100],
];

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KiB`);

export async function messages(meter, { rounds: count }) {
  const page = await meter.page(MODES);
  let open;
  for (const [kind, bytes, listeners, block] of RECEIVED) {
    if (open !== listeners)
      for (const name of MODES) await page.run(name, 'open', page.url('/burst'), { listeners, ...settings(name) });
    open = listeners;
    await rounds(page, {
      topic: 'received',
      row: `${size(bytes)} ${kind}, ${listeners} ${listeners > 1 ? 'listeners' : 'listener'}`,
      names: MODES,
      count,
      per: block,
      work: (name) => page.run(name, 'receive', block, kind, bytes),
    });
  }
  for (const [kind, bytes, block] of SENT) {
    for (const name of MODES) await page.run(name, 'open', page.url(`/sink?every=${block}`), settings(name));
    await rounds(page, {
      topic: 'sent',
      row: `${size(bytes)} ${kind}`,
      names: MODES,
      count,
      per: block,
      work: (name) => page.run(name, 'send', block, kind, bytes),
    });
  }
  await page.close();
}
