/** Messages of the world. Text goes through the machine. Binary ones are kept here, and the machine knows their number and size. */
import { isBuffer, payload, snapshot } from '../dom/webidl';
import { readBlob } from './real';

type Kept = ArrayBuffer | Blob;

/** The arguments of the machine for a message. */
export type Sent = [text: string, number: number, bytes: number];

export class Payloads {
  readonly #kept = new Map<number, Kept>();
  #last = 0;

  /** Converts data as `send()` does, and keeps it if it is binary. */
  keep(data: unknown): Sent {
    const converted = payload(data);
    // The machine counts the bytes of a text.
    if (typeof converted === 'string') return [converted, 0, 0];
    const [copy, bytes] = snapshot(converted);
    this.#kept.set(++this.#last, copy as Kept);
    return ['', this.#last, bytes];
  }

  /** A Blob is read in real time. Returns `undefined` if there is nothing to wait for. */
  read(number: number): Promise<void> | undefined {
    const kept = this.#kept.get(number);
    if (!kept || isBuffer(kept)) return;
    return readBlob(kept as Blob).then((buffer) => {
      this.#kept.set(number, buffer);
    });
  }

  /** Returns a copy of the bytes, which have been read. */
  bytes(number: number): ArrayBuffer {
    return (this.#kept.get(number) as ArrayBuffer).slice(0);
  }
}
