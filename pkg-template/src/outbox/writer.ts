/** Writes to the store, one transaction at a time: what comes meanwhile goes together into the next one. */
import { guard, setTimer } from '../platform/native';
import { fromBatch, type Message, Record, toRecords } from './records';
import { isShared } from './shared-names';
import type { Batch, BoxState, Changes, Store } from './store';

/** After a failure, when there was room for nothing. */
const RETRY_MS = 1_000;

/** Told what became of what was asked for. */
export interface WriteListener {
  /** Messages of a box are stored, in the order of their numbers. */
  _written(box: string, numbers: number[]): void;
  _notWritten(box: string, n: number, error: unknown): void;
  /** A message that is given up is not in the store. */
  _removed(box: string, n: number): void;
  /** Returns what is stored of a box besides its messages. */
  _state(box: string): BoxState | undefined;
}

/** A message that gets another box and another number. */
interface Move {
  readonly message: Message;
  readonly box: string;
  readonly n: number;
}

interface Box {
  readonly messages: Map<number, Message>;
  /** How many records it has in the store. */
  records: number;
}

/** All that is to be written, except for new messages. */
interface Others {
  readonly records: Record[];
  readonly awaited: (readonly [box: string, n: number])[];
  readonly positions: Map<string, unknown>;
  readonly boxes: Set<string>;
}

export class Writer {
  readonly #store: Store;
  readonly #listener: WriteListener;
  readonly #boxes = new Map<string, Box>();
  #puts: Message[] = [];
  #others = none();
  #moves: Move[] = [];
  #ended = false;
  /** Resolves when all that was asked for is written. */
  #writing: Promise<void> | undefined;

  constructor(store: Store, listener: WriteListener) {
    this.#store = store;
    this.#listener = listener;
  }

  /** `replaced`: the number under which it was stored before, and is no more. */
  put(box: string, n: number, version: number, until: number, data: unknown, replaced?: number): void {
    if (replaced) this.remove(box, replaced, true);
    const message: Message = { box, n, until, data, version, record: undefined, isGone: false };
    this.#boxOf(box).messages.set(n, message);
    this.#puts.push(message);
    this.#begin();
  }

  /** Takes a box that was read. Numbers up to `confirmed` are done. */
  restore(box: string, records: [key: number, batch: Batch][], confirmed: number): void {
    const own = this.#boxOf(box);
    own.records += records.length;
    const messages = records.flatMap(([key, batch]) => fromBatch(box, key, batch).messages);
    for (const message of messages) own.messages.set(message.n, message);
    for (const { n } of messages) if (n <= confirmed) this.remove(box, n, false);
  }

  /**
   * Removes a message: one that is given up (`isAwaited`) at once. One that is done comes again after a crash, and the server knows it:
   * it may stay until all of its record have ended.
   */
  remove(box: string, n: number, isAwaited: boolean): void {
    const { messages } = this.#boxOf(box);
    const message = messages.get(n);
    messages.delete(n);
    if (message) this.#take(message, isAwaited);
    if (!isAwaited) return;
    this.#others.awaited.push([box, n]);
    this.#begin();
  }

  /** Moves a message into another box, in one transaction. Told as if it was removed. */
  move(from: string, number: number, box: string, n: number): void {
    const message = this.#boxOf(from).messages.get(number);
    if (!message?.record) return;
    this.#moves.push({ message, box, n });
    this.#begin();
  }

  /** Another page owns the box from now on. */
  leave(box: string): void {
    this.#boxes.delete(box);
    this.#others.boxes.delete(box);
  }

  /** The state of a box is another. */
  touch(box: string): void {
    this.#others.boxes.add(box);
    this.#begin();
  }

  position(name: string, position: unknown): void {
    this.#others.positions.set(name, position);
    this.#begin();
  }

  /** Resolves when nothing waits to be written. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Nothing more is written. */
  end(): void {
    this.#ended = true;
  }

  #boxOf(name: string): Box {
    const box = this.#boxes.get(name) ?? { messages: new Map(), records: 0 };
    this.#boxes.set(name, box);
    return box;
  }

  #take(message: Message, isAwaited: boolean): void {
    message.isGone = true;
    const { record } = message;
    if (!record) return;
    record.left -= 1;
    if (record.left && !isAwaited) return;
    this.#others.records.push(record);
    this.#others.boxes.add(record.box);
    this.#begin();
  }

  #begin(): void {
    if (!this.#ended) this.#writing ??= this.#run();
  }

  async #run(): Promise<void> {
    // All that is asked for in this task.
    await undefined;
    try {
      while (this.#puts.length || this.#moves.length || hasAny(this.#others)) if (!(await this.#writeAll())) return;
    } finally {
      // At once, and not when the promise is settled: what is asked for in between would wait for ever.
      this.#writing = undefined;
    }
  }

  /** Writes what is asked for by now. Returns false if the rest is tried again later. */
  async #writeAll(): Promise<boolean> {
    const puts = this.#puts.filter(({ isGone }) => !isGone);
    const others = this.#others;
    this.#puts = [];
    this.#others = none();
    for (const move of this.#moves.splice(0)) await this.#move(move);
    if (await this.#write(puts, others)) return true;
    // Without the messages there may be room for the rest, which frees more.
    const areWritten = puts.length > 0 && (!hasAny(others) || (await this.#write([], others)));
    await this.#halve(puts);
    if (areWritten) return true;
    this.#putBack(others);
    setTimer(() => this.#begin(), RETRY_MS);
    return false;
  }

  async #move(move: Move): Promise<void> {
    const { message, box, n } = move;
    // Meanwhile it was found to be done.
    if (message.isGone) return;
    const record = message.record as Record;
    const moved = new Record([{ ...message, box, n, record: undefined }]);
    message.isGone = true;
    record.left -= 1;
    const own = [record.box, record.key] as const;
    try {
      await this.#store.write({
        put: [[box, n, moved.toBatch()], ...(record.left ? [[...own, record.toBatch()] as const] : [])],
        remove: record.left ? [] : [own],
        isStrict: true,
        empty: [],
        states: [],
        positions: [],
      });
    } catch {
      // There may be room later. Until then it stays, and what is behind it waits.
      message.isGone = false;
      record.left += 1;
      setTimer(() => {
        this.#moves.push(move);
        this.#begin();
      }, RETRY_MS);
      return;
    }
    this.#moved(message, moved);
  }

  #moved(message: Message, moved: Record): void {
    const [record, one] = [message.record as Record, moved.messages[0] as Message];
    const [from, to] = [this.#boxOf(message.box), this.#boxOf(moved.box)];
    one.record = moved;
    to.messages.set(one.n, one);
    to.records += 1;
    from.messages.delete(message.n);
    if (!record.left) {
      record.isRemoved = true;
      from.records -= 1;
    }
    this.#others.boxes.add(message.box);
    guard(() => this.#listener._removed(message.box, message.n));
  }

  #putBack({ records, awaited, positions, boxes }: Others): void {
    const later = this.#others;
    this.#others = {
      records: [...records, ...later.records],
      awaited: [...awaited, ...later.awaited],
      positions: new Map([...positions, ...later.positions]),
      boxes: new Set([...boxes, ...later.boxes]),
    };
  }

  /** One message may be too large for the disk, and the others of its task are not. */
  async #halve(puts: Message[]): Promise<void> {
    const half = Math.ceil(puts.length / 2);
    if (!half) return;
    for (const part of puts.length > 1 ? [puts.slice(0, half), puts.slice(half)] : [puts])
      if (!(await this.#write(part, none(), part.length === 1)) && part.length > 1) await this.#halve(part);
  }

  /** Returns false if it is not written. `last`: then the messages are given up. */
  async #write(puts: Message[], others: Others, last = false): Promise<boolean> {
    const made = toRecords(puts);
    const removed = [...new Set(others.records)].filter(({ left, isRemoved }) => !left && !isRemoved);
    let failure: { error: unknown } | undefined;
    try {
      const changes = this.#toChanges(made, removed, others);
      if (Object.values(changes).some((each) => each.length)) await this.#store.write(changes);
    } catch (error) {
      failure = { error };
      if (!last) return false;
    }
    if (failure) for (const { box, n } of puts) guard(() => this.#listener._notWritten(box, n, failure?.error));
    else this.#tell(made, removed, others);
    return !failure;
  }

  #toChanges(made: Record[], removed: Record[], { records, awaited, positions, boxes }: Others): Changes {
    const changed = [...new Set(records)].filter(({ left }) => left);
    const changes: Changes = {
      put: [...changed, ...made].map((record) => [record.box, record.key, record.toBatch()]),
      remove: removed.map(({ box, key }) => [box, key]),
      // After a loss of power it must not be there again.
      isStrict: awaited.length > 0,
      empty: [],
      states: [],
      positions: [...positions],
    };
    for (const box of new Set([...boxes, ...made.map((each) => each.box)])) {
      const isOf = (each: Record) => each.box === box;
      // In a shared one there may be something that this tab has not read yet.
      const isEmpty = !isShared(box) && !made.some(isOf) && this.#boxOf(box).records === removed.filter(isOf).length;
      const state = isEmpty ? undefined : this.#listener._state(box);
      if (isEmpty) changes.empty.push(box);
      else if (state) changes.states.push([box, state]);
    }
    return changes;
  }

  /** It is written. */
  #tell(made: Record[], removed: Record[], { awaited }: Others): void {
    for (const record of removed) {
      record.isRemoved = true;
      this.#boxOf(record.box).records -= 1;
    }
    for (const record of made) {
      this.#boxOf(record.box).records += 1;
      for (const message of record.messages) {
        message.record = record;
        // Meanwhile it was given up.
        if (message.isGone) this.#take(message, true);
      }
      guard(() =>
        this.#listener._written(
          record.box,
          record.messages.map(({ n }) => n),
        ),
      );
    }
    for (const [box, n] of awaited) guard(() => this.#listener._removed(box, n));
  }
}

const none = (): Others => ({ records: [], awaited: [], positions: new Map(), boxes: new Set() });
const hasAny = ({ records, awaited, positions, boxes }: Others): boolean =>
  !!(records.length || awaited.length || positions.size || boxes.size);
