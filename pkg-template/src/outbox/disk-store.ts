/**
 * Storage in IndexedDB: the object stores `box`, whose keys are a box and the first number of a record, and `cursor`, whose keys are
 * receivers. Under the number 0 is what a box knows besides its messages.
 * https://w3c.github.io/IndexedDB/
 */
import { domException } from '../platform/errors';
import { quietly, setTimer } from '../platform/native';
import type { Batch, BoxState, Changes, Content, Place, Shared, Store } from './store';

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

  write({ put, remove, empty, states, positions }: Changes): Promise<void> {
    return this.#transact('readwrite', (box, cursor) => {
      for (const name of empty) box.delete(wholeBox(name));
      for (const key of remove) box.delete(key as [string, number]);
      for (const [name, key, batch] of put) box.put(batch, [name, key]);
      for (const [name, state] of states) box.put(state, [name, 0]);
      for (const [name, position] of positions) cursor.put(position, name);
      return () => {};
    });
  }

  append(counter: string, fresh: string, count: number, batchesFrom: (first: number) => [number, Batch][]): Promise<Place> {
    let place: Place;
    const run = (box: IDBObjectStore, cursor: IDBObjectStore) => {
      const request: IDBRequest<Shared | undefined> = cursor.get(counter);
      request.onsuccess = () => {
        const { name, last } = request.result ?? { name: fresh, last: 0 };
        place = { box: name, first: last + 1 };
        try {
          for (const [key, batch] of batchesFrom(last + 1)) box.put(batch, [name, key]);
          cursor.put({ name, last: last + count } satisfies Shared, counter);
        } catch {
          // A message that is too large, for example.
          box.transaction.abort();
        }
      };
      return () => place;
    };
    return this.#transact('readwrite', run, false);
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
    return this.#transact('readwrite', (box, cursor) => {
      box.delete(boxesFrom(prefix));
      cursor.delete(strings(prefix));
      return () => {};
    });
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => {});
    this.#database = undefined;
  }

  /**
   * Runs a transaction, and resolves to what `run` returns a getter of, once it is complete. `isComplete`: nothing more is asked for in
   * the listeners of its requests.
   */
  async #transact<T>(
    mode: IDBTransactionMode,
    run: (box: IDBObjectStore, cursor: IDBObjectStore) => () => T,
    isComplete = mode === 'readwrite',
  ): Promise<T> {
    const transaction = await this.#begin(mode);
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

  async #begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const begin = async () => {
      this.#database ??= this.#open();
      const opening = this.#database;
      try {
        return (await opening).transaction([BOX, CURSOR], mode, { durability: this.#durability });
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
