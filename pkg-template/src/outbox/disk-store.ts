/**
 * Storage in IndexedDB: the object stores `box`, whose keys are a box and a number, and `cursor`, whose keys are receivers.
 * https://w3c.github.io/IndexedDB/
 */
import { domException } from '../platform/errors';
import { quietly, setTimer } from '../platform/native';
import type { Changes, Store, Stored } from './store';

const BOX = 'box';
const CURSOR = 'cursor';
const VERSION = 1;
/** Another page may keep the database from being opened: for as long as it deletes it, or has an older version open. */
const OPEN_MS = 5_000;

/** After every string that begins so: no string has a code unit above. */
const strings = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);
/** Arrays come after strings and numbers, so an empty one is behind all numbers. */
const numbers = (box: string, first: number, last: number | [] = []): IDBKeyRange =>
  IDBKeyRange.bound([box, first], [box, last]);
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

  write({ put = [], remove = [], positions = [] }: Changes): Promise<void> {
    return this.#transact('readwrite', (box, cursor) => {
      for (const [name, n, stored] of put) box.put(stored, [name, n]);
      for (const [name, first, last] of remove) box.delete(numbers(name, first, last));
      for (const [name, position] of positions) cursor.put(position, name);
      return () => {};
    });
  }

  read(name: string): Promise<[number, Stored][]> {
    return this.#transact('readonly', (box) => {
      const range = numbers(name, 0);
      const [keys, all] = [result(box.getAllKeys(range)), result(box.getAll(range))];
      return () => {
        const stored = all();
        return keys().map((key, index) => [(key as [string, number])[1], stored[index]]);
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

  /** Runs a transaction, and resolves to what `run` returns a getter of, once it is complete. */
  async #transact<T>(mode: IDBTransactionMode, run: (box: IDBObjectStore, cursor: IDBObjectStore) => () => T): Promise<T> {
    const transaction = await this.#begin(mode);
    return new Promise((resolve, reject) => {
      const get = run(transaction.objectStore(BOX), transaction.objectStore(CURSOR));
      transaction.oncomplete = () => resolve(get());
      transaction.onabort = () => reject(transaction.error ?? domException('AbortError', 'The transaction was aborted.'));
      // Without waiting for the last request's event.
      if (mode === 'readwrite') quietly(() => transaction.commit?.());
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
