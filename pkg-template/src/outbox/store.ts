/** The store of an outbox: its messages, by box and number, and the positions of what it receives. */

/** A message as it is stored. */
export interface Stored {
  /** The version of the application's messages that it was made with. */
  version: number;
  /** The message, or, with a key, its ciphertext. */
  data: unknown;
  /** When it expires: milliseconds since the Unix epoch. */
  until: number;
}

export interface Changes {
  put?: readonly (readonly [box: string, n: number, stored: Stored])[];
  /** Removes the numbers of a box from the first to the last. */
  remove?: readonly (readonly [box: string, first: number, last: number])[];
  /** The position of each receiver. */
  positions?: readonly (readonly [name: string, position: unknown])[];
}

export interface Store {
  /** What outlives the page is on disk. */
  readonly kind: 'disk' | 'memory';
  /** Writes all of it, or nothing and rejects. */
  write(changes: Changes): Promise<void>;
  /** The messages of a box, by number. */
  read(box: string): Promise<[n: number, stored: Stored][]>;
  /** The names of boxes that begin so, with something in them. */
  boxes(prefix: string): Promise<string[]>;
  position(name: string): Promise<unknown>;
  /** Removes all boxes and positions whose names begin so. */
  erase(prefix: string): Promise<void>;
  close(): void;
}
