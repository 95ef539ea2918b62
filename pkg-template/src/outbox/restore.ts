/** Makes deliveries of what was stored. */
import { wallTime } from '../platform/clock';
import { DeliveryError } from './delivery';
import type { OutboxSettings } from './options';
import { unseal } from './seal';
import type { Content } from './store';
import { copyMessage, json } from './wire';

/** A message that was stored, and for how long it is kept yet (ms). */
export interface Restored {
  readonly n: number;
  /** As it was stored, if it can't be converted. */
  readonly message: unknown;
  readonly left: number;
  /** Why it can't be converted. */
  readonly unreadable: DeliveryError | undefined;
}

/** Converts a message of another version. */
function convert({ migrate, codec }: OutboxSettings, message: unknown, version: number): unknown {
  const converted = migrate?.(message, version);
  // Others' codecs take what they take.
  return codec === json ? copyMessage(converted, { codec }) : converted;
}

function toError(name: string, n: number, version: number, cause: unknown): DeliveryError {
  const why = (cause as Error | undefined)?.message ?? cause;
  const message = `holdfast-ws/outbox: migrate() has thrown for message ${n} of the box ${name}, which version ${version} has stored: ${why}. It is kept for a page that can convert it.`;
  return Object.assign(new DeliveryError('unreadable', message), { cause });
}

/** Reads the messages of a box that the server has not confirmed. Rejects if they were sealed with another key. */
export async function readMessages(settings: OutboxSettings, name: string, { records, state }: Content): Promise<Restored[]> {
  const { key, version, migrate, keep } = settings;
  const all: Restored[] = [];
  for (const [, stored] of records)
    for (const [at, n] of stored.numbers.entries()) {
      if (n <= (state?.confirmed ?? 0)) continue;
      let message = await unseal(key, name, n, stored.data[at]);
      let unreadable: DeliveryError | undefined;
      try {
        if (stored.version !== version && migrate) message = convert(settings, message, stored.version);
      } catch (error) {
        unreadable = toError(name, n, stored.version, error);
      }
      // The clock may have been set meanwhile.
      const left = Math.min(Math.max(1, (stored.until[at] as number) - wallTime()), keep);
      all.push({ n, message, left, unreadable });
    }
  return all;
}

/** The same for the box of a page that is gone. Rejects, too, if none can be converted: another version of the application may convert all of them, in order. */
export async function readAdopted(settings: OutboxSettings, name: string, content: Content): Promise<Restored[]> {
  const messages = await readMessages(settings, name, content);
  const [first] = messages;
  if (first && messages.every(({ unreadable }) => unreadable)) throw first.unreadable;
  return messages;
}
