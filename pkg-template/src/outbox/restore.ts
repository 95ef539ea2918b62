/** Makes deliveries of what was stored. */
import { wallTime } from '../platform/clock';
import type { OutboxSettings } from './options';
import { unseal } from './seal';
import type { Content } from './store';

/** A message that was stored, and for how long it is kept yet (ms). */
export interface Restored {
  readonly n: number;
  readonly message: unknown;
  readonly left: number;
}

/** Reads the messages of a box that the server has not confirmed. Rejects if they were sealed with another key, or migrate() throws. */
export async function readMessages(settings: OutboxSettings, name: string, { records, state }: Content): Promise<Restored[]> {
  const { key, version, migrate, keep } = settings;
  const all: Restored[] = [];
  for (const [, stored] of records)
    for (const [at, n] of stored.numbers.entries()) {
      if (n <= (state?.confirmed ?? 0)) continue;
      let message = await unseal(key, name, n, stored.data[at]);
      if (stored.version !== version && migrate) message = migrate(message, stored.version);
      // The clock may have been set meanwhile.
      const left = Math.min(Math.max(1, (stored.until[at] as number) - wallTime()), keep);
      all.push({ n, message, left });
    }
  return all;
}
