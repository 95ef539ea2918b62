/**
 * Storage in IndexedDB: the object stores `box`, whose keys are a box and the first number of a record, and `cursor`, whose keys are
 * receivers. Under the number 0 is what a box knows besides its messages.
 * https://w3c.github.io/IndexedDB/
 */
import { domException } from '../platform/errors';
import { quietly, setTimer } from '../platform/native';
import { splitBatch } from './records';
import type { Batch, BoxState, Changes, Content, Numbers, Place, Shared, Shift, Store } from './store';

const BOX = 'box';
const CURSOR = 'cursor';
const VERSION = 1;
/** Another page may keep the database from being opened: for as long as it deletes it, or has an older version open. */
const OPEN_MS = 5_000;

/** After every string that begins so: no string has a code unit above. */
const strings = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);
/** Arrays come after strings and numbers, so an empty one is behind all numbers. */
const wholeBox = (box: string, from = 0): IDBKeyRange => IDBKeyRange.bound([box, from], [box, []]);
const boxesFrom = (prefix: string): IDBKeyRange => IDBKeyRange.bound([prefix], [`${prefix}\uffff`]);

const result = <T>(request: IDBRequest<T>): (() => T) => (() => request.result) as () => T;

/** Aborts the transaction if it throws: a message is too large, for example. */
function attempt({ transaction }: IDBObjectStore, call: () => void): void {
  try {
    call();
  } catch {
    transaction.abort();
  }
}

export class DiskStore implements Store {
  readonly kind = 'disk';
  readonly #name: string;
  readonly #durability: IDBTransactionDurability;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name: string, durability: IDBTransactionDurability) {
    this.#name = name;
    this.#durability = durability;
  }

  /** Resolves if the database can be written to. */
  async check(): Promise<void> {
    await this.#transact('readwrite', () => () => {});
  }

  write({ put, remove, empty, states, positions, isStrict }: Changes): Promise<void> {
    const run = (box: IDBObjectStore, cursor: IDBObjectStore) => {
      for (const name of empty) box.delete(wholeBox(name));
      for (const key of remove) box.delete(key as [string, number]);
      for (const [name, key, batch] of put) box.put(batch, [name, key]);
      for (const [name, state] of states) box.put(state, [name, 0]);
      for (const [name, position] of positions) cursor.put(position, name);
      return () => {};
    };
    return this.#transact('readwrite', run, true, isStrict);
  }

  async append(
    counter: string,
    fresh: string,
    count: number,
    numbers: Numbers,
    batchesFrom: (first: number) => [number, Batch][],
  ): Promise<Place> {
    let { isStrict } = numbers;
    for (;;) {
      let place: Place | undefined;
      let asked = false;
      const change = (box: IDBObjectStore, shared: Shared = { name: fresh, last: 0, reserved: 0, opened: 0 }) => {
        const given = numbers.take(shared, count);
        asked = given.isStrict && !isStrict;
        if (asked) return undefined;
        place = { box: shared.name, first: given.first };
        for (const [key, batch] of batchesFrom(given.first)) box.put(batch, [shared.name, key]);
        return given.shared;
      };
      await this.#change(counter, isStrict, change);
      if (place) return place;
      isStrict = asked;
    }
  }

  open(counter: string, numbers: Numbers, number: number): Promise<void> {
    return this.#change(counter, false, (_, shared) => shared && numbers.open(shared, number));
  }

  shift(counter: string, name: string, numbers: Numbers, above: number, done: number): Promise<Shift> {
    let shift: Shift = [above, above, 0];
    const move = (box: IDBObjectStore, keys: IDBValidKey[], all: Batch[], by: number) => {
      for (const [at, key] of keys.entries()) {
        const [kept, moved] = splitBatch(all[at] as Batch, above, by);
        const [first] = moved.numbers;
        if (first === undefined) continue;
        if (kept.numbers.length) box.put(kept, key);
        else box.delete(key);
        box.put(moved, [name, first]);
      }
    };
    const change = (box: IDBObjectStore, shared?: Shared) => {
      if (shared?.name !== name) return undefined;
      const { by, shared: next } = numbers.shift(shared, above, done);
      shift = [above, shared.last, by];
      // Not what the box knows besides its messages.
      const range = wholeBox(name, 1);
      const [keys, all] = [box.getAllKeys(range), box.getAll(range)];
      all.onsuccess = () => attempt(box, () => move(box, keys.result, all.result, by));
      return next;
    };
    return this.#change(counter, true, change).then(() => shift);
  }

  read(name: string, from?: number): Promise<Content> {
    return this.#transact('readonly', (box) => {
      const range = wholeBox(name, from);
      const [keys, all] = [result(box.getAllKeys(range)), result(box.getAll(range))];
      return () => {
        const stored = all();
        const records = keys().map((key, index): [number, Batch] => [(key as [string, number])[1], stored[index]]);
        const state = records[0]?.[0] === 0 ? (records.shift()?.[1] as unknown as BoxState) : undefined;
        return { records, state };
      };
    });
  }

  boxes(prefix: string): Promise<string[]> {
    return this.#transact('readonly', (box) => {
      const names: string[] = [];
      const request = box.openKeyCursor(boxesFrom(prefix));
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        const [name] = cursor.key as [string, number];
        names.push(name);
        // Behind all of its numbers.
        cursor.continue([name, []]);
      };
      return () => names;
    });
  }

  position(name: string): Promise<unknown> {
    return this.#transact('readonly', (_, cursor) => result(cursor.get(name)));
  }

  erase(prefix: string): Promise<void> {
    const run = (box: IDBObjectStore, cursor: IDBObjectStore) => {
      box.delete(boxesFrom(prefix));
      cursor.delete(strings(prefix));
      return () => {};
    };
    return this.#transact('readwrite', run, true, true);
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => {});
    this.#database = undefined;
  }

  /** Changes the counter of a box that tabs share, unless `change` returns `undefined`. */
  #change(
    counter: string,
    isStrict: boolean,
    change: (box: IDBObjectStore, shared?: Shared) => Shared | undefined,
  ): Promise<void> {
    const run = (box: IDBObjectStore, cursor: IDBObjectStore) => {
      const request: IDBRequest<Shared | undefined> = cursor.get(counter);
      request.onsuccess = () =>
        attempt(box, () => {
          const shared = change(box, request.result);
          if (shared) cursor.put(shared, counter);
        });
      return () => {};
    };
    return this.#transact('readwrite', run, false, isStrict);
  }

  /**
   * Runs a transaction, and resolves to what `run` returns a getter of, once it is complete. `isComplete`: nothing more is asked for in
   * the listeners of its requests. `isStrict`: it outlives loss of power.
   */
  async #transact<T>(
    mode: IDBTransactionMode,
    run: (box: IDBObjectStore, cursor: IDBObjectStore) => () => T,
    isComplete = mode === 'readwrite',
    isStrict = false,
  ): Promise<T> {
    const transaction = await this.#begin(mode, isStrict ? 'strict' : this.#durability);
    return new Promise((resolve, reject) => {
      let get: () => T;
      try {
        get = run(transaction.objectStore(BOX), transaction.objectStore(CURSOR));
      } catch (error) {
        // A message that is too large, for example. What was asked for before it must not be written.
        transaction.abort();
        throw error;
      }
      let failure: DOMException | null = null;
      // Firefox says why only here, if commit() was called before.
      transaction.onerror = ({ target }) => {
        failure ??= (target as IDBRequest).error;
      };
      transaction.oncomplete = () => resolve(get());
      transaction.onabort = () => {
        // On a full disk, Chromium never ends the next transaction of this connection.
        this.close();
        reject(failure ?? transaction.error ?? domException('AbortError', 'The transaction was aborted.'));
      };
      // Without waiting for the last request's event.
      if (isComplete) quietly(() => transaction.commit?.());
    });
  }

  async #begin(mode: IDBTransactionMode, durability: IDBTransactionDurability): Promise<IDBTransaction> {
    const begin = async () => {
      this.#database ??= this.#open();
      const opening = this.#database;
      try {
        return (await opening).transaction([BOX, CURSOR], mode, { durability });
      } catch (error) {
        if (this.#database === opening) this.close();
        throw error;
      }
    };
    try {
      return await begin();
    } catch {
      // It was closed: by another page that deletes it, or by the browser.
      return begin();
    }
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const late = () => reject(domException('TimeoutError', `The database ${this.#name} is blocked by another page.`));
      setTimer(late, OPEN_MS);
      const request = indexedDB.open(this.#name, VERSION);
      request.onerror = () => reject(request.error);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(BOX);
        request.result.createObjectStore(CURSOR);
      };
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => {
          database.close();
          this.#database = undefined;
        };
        // Another page deletes it, or wants a newer version.
        database.onversionchange = forget;
        database.onclose = forget;
        resolve(database);
      };
    });
  }
}
