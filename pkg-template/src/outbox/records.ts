/** The records of the boxes, as they are in the store and are to be: each has the messages of one task. */
import type { Batch } from './store';

/** A record is written anew when one of its messages is given up, so it is not too large for that. */
const MOST = 256;

/** A message that is stored, or will be. */
export interface Message {
  readonly box: string;
  readonly n: number;
  readonly until: number;
  readonly data: unknown;
  readonly version: number;
  /** Its record, once it is written. */
  record: Record | undefined;
  /** True if it has ended, or is given up. */
  isGone: boolean;
}

export class Record {
  readonly box: string;
  readonly key: number;
  readonly messages: Message[];
  /** How many have not ended. */
  left: number;
  isRemoved = false;

  constructor(messages: Message[], key = messages[0]?.n as number) {
    this.box = messages[0]?.box as string;
    this.key = key;
    this.messages = messages;
    this.left = messages.length;
  }

  /** Returns what is to be stored of it. */
  toBatch(): Batch {
    const messages = this.messages.filter(({ isGone }) => !isGone);
    return {
      version: messages[0]?.version as number,
      numbers: messages.map(({ n }) => n),
      until: messages.map(({ until }) => until),
      data: messages.map(({ data }) => data),
    };
  }
}

/** Makes records of messages, in their order. */
export function toRecords(messages: readonly Message[]): Record[] {
  const groups: Message[][] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (last && last[0]?.box === message.box && last.length < MOST) last.push(message);
    else groups.push([message]);
  }
  return groups.map((group) => new Record(group));
}

/** A message with its number, for a record. */
export type Row = Pick<Message, 'n' | 'until' | 'data' | 'version'>;

/** Makes what is stored of messages of one box, by the first number of each record. */
export function toBatches(rows: readonly Row[]): [key: number, batch: Batch][] {
  const messages = rows.map((row): Message => ({ ...row, box: '', record: undefined, isGone: false }));
  return toRecords(messages).map((record) => [record.key, record.toBatch()]);
}

/** Splits what is stored of a record: messages above a number have one that is greater by `by`. */
export function splitBatch(batch: Batch, above: number, by: number): [kept: Batch, moved: Batch] {
  const take = (isTaken: (n: number) => boolean, more: number): Batch => {
    const of = <T>(all: readonly T[]): T[] => all.filter((_, at) => isTaken(batch.numbers[at] as number));
    const numbers = of(batch.numbers).map((n) => n + more);
    return { version: batch.version, numbers, until: of(batch.until), data: of(batch.data) };
  };
  return [take((n) => n <= above, 0), take((n) => n > above, by)];
}

/** Makes a record of what was read. */
export function fromBatch(box: string, key: number, { version, numbers, until, data }: Batch): Record {
  const messages = numbers.map(
    (n, at): Message => ({ box, n, until: until[at] as number, data: data[at], version, record: undefined, isGone: false }),
  );
  const record = new Record(messages, key);
  for (const message of messages) message.record = record;
  return record;
}
