/** The store of an outbox: its messages, by box and number, and the positions of what it receives. */

/** Messages that were delivered in one task, as they are stored: a record. It is removed when all of them have ended. */
export interface Batch {
  /** The version of the application's messages that they were made with. */
  version: number;
  numbers: number[];
  /** When each expires: milliseconds since the Unix epoch. */
  until: number[];
  /** Each message, or, with a key, its ciphertext. */
  data: unknown[];
}

/** The knowledge of a box besides its messages, for the page that adopts it. */
export interface BoxState {
  /** The last number that the server has confirmed. */
  confirmed: number;
  /** True if nothing more is sent until `resume()`. */
  stopped: boolean;
}

export interface Changes {
  /** True if it has to outlive loss of power, too: something that was given up is removed. */
  isStrict: boolean;
  /** Records, by their box and their first number. */
  put: (readonly [box: string, key: number, batch: Batch])[];
  remove: (readonly [box: string, key: number])[];
  /** Boxes that have no records any more. */
  empty: string[];
  states: (readonly [box: string, state: BoxState])[];
  /** The position of each receiver. */
  positions: (readonly [name: string, position: unknown])[];
}

export interface Content {
  records: [key: number, batch: Batch][];
  state: BoxState | undefined;
}

/** The places of messages whose numbers the store has given. */
export interface Place {
  box: string;
  first: number;
}

/** The box that tabs share, and the counter of its numbers: `src/outbox/numbers.rs`. */
export interface Shared {
  name: string;
  last: number;
  reserved: number;
  opened: number;
}

/** The messages above `above` up to `to` have got numbers that are greater by `by`. */
export type Shift = readonly [above: number, to: number, by: number];

/** Decides about the numbers in a box that tabs share. */
export interface Numbers {
  /** True if the next transaction has to outlive loss of power. */
  readonly isStrict: boolean;
  take(shared: Shared, count: number): { first: number; shared: Shared; isStrict: boolean };
  open(shared: Shared, number: number): Shared;
  shift(shared: Shared, above: number, done: number): { by: number; shared: Shared };
}

export interface Store {
  /** True if messages outlive the page, on disk. */
  readonly kind: 'disk' | 'memory';
  /** Writes all of it, or nothing and rejects. What is put into a box comes after it is emptied. */
  write(changes: Changes): Promise<void>;
  /**
   * Stores messages in the box that all tabs share, under the next numbers, and returns which. Its name is kept under `counter`; it is
   * `fresh` if there is none.
   */
  append(
    counter: string,
    fresh: string,
    count: number,
    numbers: Numbers,
    batchesFrom: (first: number) => [key: number, batch: Batch][],
  ): Promise<Place>;
  /** Notes that numbers up to this one may be sent. */
  open(counter: string, numbers: Numbers, number: number): Promise<void>;
  /** Gives other numbers, behind `done`, to the messages above a number in the box of that name. */
  shift(counter: string, name: string, numbers: Numbers, above: number, done: number): Promise<Shift>;
  /** Returns the records of a box, by number: those whose first number is not below `from`. */
  read(box: string, from?: number): Promise<Content>;
  /** The names of boxes that begin so, with something in them. */
  boxes(prefix: string): Promise<string[]>;
  position(name: string): Promise<unknown>;
  /** Removes all boxes and positions whose names begin so. */
  erase(prefix: string): Promise<void>;
  close(): void;
}
