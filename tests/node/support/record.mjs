/** Records a socket's events in order, and waits for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '../../package/support/patience.mjs';

const TYPES = ['open', 'message', 'error', 'close', 'reconnecting'];

/** A limit against hangs only. */
const PATIENCE_MS = 30_000;

export function watch(ws) {
  const events = [];
  for (const type of TYPES)
    ws.addEventListener(type, (event) => {
      const { data, code, reason, wasClean, willReconnect, delay, cause } = event;
      events.push({ type, at: performance.now(), data, code, reason, wasClean, willReconnect, delay, cause });
    });
  const all = (type) => events.filter((event) => event.type === type);
  return {
    ws,
    events,
    all,
    get types() {
      return events.map(({ type }) => type);
    },
    async until(type, count = 1) {
      await until(
        () => all(type).length >= count,
        () => `${count} × ${type}; came ${events.map(({ type, code, cause }) => [type, code ?? cause].join(' ')).join(', ')}`,
      );
      return all(type)[count - 1];
    },
  };
}

export async function until(test, what = () => String(test)) {
  for (const hasTime = patience(PATIENCE_MS); !test(); await sleep(5))
    if (!hasTime()) throw Error(`waited ${PATIENCE_MS} ms in vain for ${what()}`);
}
