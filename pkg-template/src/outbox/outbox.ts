/** The class of `holdfast-ws/outbox`: the boxes of one page, over a socket. */

import { wallTime } from '../platform/clock';
import { domException, throwTypeError } from '../platform/errors';
import { guard, isObject, listenToPage, reportFailure, setTimer } from '../platform/native';
import { BoxLocks } from './box-locks';
import { Delivery, DeliveryError, type Owner } from './delivery';
import { flush } from './flush';
import { openStore } from './open-store';
import { type OutboxSettings, readOptions } from './options';
import { type Host, OutboxBox } from './outbox-box';
import { type Position, Receiver, type ReceiveSettings, readReceiveOptions } from './receiver';
import { unseal } from './seal';
import type { Content, Store } from './store';
import { faultOf, type Hello, json, type Numbered } from './wire';
import { Writer } from './writer';

const OPEN = 1;
/** How often a page looks for boxes of pages that are gone. */
const ADOPT_MS = 10_000;

interface Socket extends EventTarget {
  readonly readyState: number;
  send(data: unknown): void;
}

const EVENTS = ['open', 'close', 'message'];
const PAGE_EVENTS = ['pagehide', 'pageshow'];
/** Absent while rendering on a server. */
const Base = globalThis.EventTarget ?? Object;

const draw = (): string => Math.random().toString(36).slice(2, 10).padEnd(8, '0');

export class Outbox extends Base implements Owner {
  readonly #settings: OutboxSettings;
  #host: Host | undefined;
  readonly #socket: Socket;
  readonly #locks = new BoxLocks();
  readonly #boxes = new Map<string, OutboxBox>();
  readonly #deliveries = new Set<Delivery>();
  readonly #boxOf = new Map<Delivery, OutboxBox>();
  /** Those that came before the store was open. */
  #early: Delivery[] = [];
  #store: Store | undefined;
  #own: OutboxBox | undefined;
  #pending: readonly Delivery[] | undefined;
  #telling = false;
  #closed = false;
  readonly #receivers = new Set<Receiver>();
  readonly #unreadable = new Set<string>();
  readonly #starting: Promise<void>;
  #adopting: Promise<void> | undefined;
  #timer: unknown;

  constructor(socket: Socket, options: unknown) {
    super();
    if (typeof socket?.send !== 'function') throwTypeError('an outbox takes a socket');
    this.#socket = socket;
    this.#settings = readOptions(options);
    for (const type of EVENTS) socket.addEventListener(type, this.#listener);
    for (const type of PAGE_EVENTS) listenToPage(true, type, this.#pageListener);
    this.#starting = this.#start().catch(reportFailure);
  }

  get size(): number {
    return this.#deliveries.size;
  }

  get pending(): readonly Delivery[] {
    this.#pending ??= Object.freeze([...this.#deliveries]);
    return this.#pending;
  }

  [Symbol.iterator](): IterableIterator<Delivery> {
    return this.pending[Symbol.iterator]() as IterableIterator<Delivery>;
  }

  deliver(message: unknown, options: unknown = {}): Delivery {
    if (this.#closed) throw domException('InvalidStateError', 'holdfast-ws/outbox: the outbox is closed.');
    if (!isObject(options)) throwTypeError('options of deliver() must be an object');
    const { ttl = this.#settings.keep, signal } = options as { ttl?: unknown; signal?: AbortSignal };
    if (typeof ttl !== 'number' || !(ttl > 0)) throwTypeError('option ttl takes a number of more than 0 ms');
    const fault = this.#settings.codec === json && faultOf(message);
    if (fault) throwTypeError(fault);
    // A copy, because the application may change its own before it is sent.
    const delivery = new Delivery(this, structuredClone(message), Math.min(ttl, this.#settings.keep));
    this.#deliveries.add(delivery);
    this.#changed();
    if (signal?.aborted) this._cancel(delivery, signal.reason);
    else {
      delivery._watch(signal);
      this.#add(delivery);
    }
    return delivery;
  }

  receive(options: unknown): Receiver {
    if (this.#closed) throw domException('InvalidStateError', 'holdfast-ws/outbox: the outbox is closed.');
    const settings = readReceiveOptions(options);
    if ([...this.#receivers].some((each) => each.settings.name === settings.name))
      throw domException('InvalidStateError', `holdfast-ws/outbox: ${settings.name} is being received already.`);
    const key = this.#keyOf(settings);
    const receiver = new Receiver(settings, {
      send: (data) => {
        if (this.#socket.readyState === OPEN) this.#socket.send(data);
      },
      commit: (position) => this.#host?.writer.position(key, position),
      ended: () => {
        this.#receivers.delete(receiver);
        this.#locks.release(`${key}/in`);
      },
    });
    this.#receivers.add(receiver);
    this.#beginReceiving(receiver);
    return receiver;
  }

  #keyOf({ name }: ReceiveSettings): string {
    return `${this.#settings.box}/${name}`;
  }

  /** One page at a time receives a stream, because there is one position. Which of the user's pages that is, a lock tells. */
  #beginReceiving(receiver: Receiver): void {
    const { commit, start } = receiver.settings;
    const key = this.#keyOf(receiver.settings);
    const begin = async () => {
      await this.#starting;
      if (commit === 'own') {
        receiver._begin(receiver.position ?? start);
        return;
      }
      if (this.#store?.kind === 'disk') await this.#locks.wait(`${key}/in`);
      if (!this.#receivers.has(receiver)) {
        this.#locks.release(`${key}/in`);
        return;
      }
      // An earlier receiver of this page may have committed something a moment ago.
      await this.#host?.writer.settled();
      receiver._begin((await this.#store?.position(key)) as Position | undefined);
    };
    begin().catch((error) => {
      // The page was left, or it has ended, before it was its turn.
      if (error?.name !== 'AbortError') reportFailure(error);
    });
  }

  async erase(): Promise<void> {
    for (const receiver of this.#receivers) receiver._end();
    const error = new DeliveryError('cancelled', 'holdfast-ws/outbox: the message was erased.');
    for (const delivery of this.pending) this.#giveUp(delivery, error, true);
    await this.#starting;
    await this.#host?.writer.settled();
    await this.#store?.erase(`${this.#settings.box}/`);
  }

  get stopped(): boolean {
    return [...this.#boxes.values()].some((box) => box.isStopped);
  }

  resume(): void {
    for (const box of this.#boxes.values()) box.resume();
  }

  close(): number {
    if (this.#closed) return this.size;
    this.#closed = true;
    clearTimeout(this.#timer as number);
    for (const receiver of this.#receivers) receiver._end();
    for (const type of EVENTS) this.#socket.removeEventListener(type, this.#listener);
    for (const type of PAGE_EVENTS) listenToPage(false, type, this.#pageListener);
    const end = async () => {
      // What was given to it before is stored yet.
      await this.#starting;
      await this.#host?.writer.settled();
      this.#host?.writer.end();
      for (const box of this.#boxes.values()) box.stop();
      this.#locks.releaseAll();
      this.#store?.close();
    };
    end().catch(reportFailure);
    return this.size;
  }

  readonly #listener = (event: Event): void => {
    if (event.type === 'open') {
      for (const box of this.#boxes.values()) this.#open(box);
      for (const receiver of this.#receivers) receiver._open();
      this.#adopt();
    } else if (event.type === 'close') for (const box of this.#boxes.values()) box.lose();
    else this.#hear(event as MessageEvent);
  };

  /** The page is left, or comes back from the back/forward cache. */
  readonly #pageListener = ({ type, persisted }: PageTransitionEvent): void => {
    const { flush: url, codec } = this.#settings;
    const boxes = [...this.#boxes.values()];
    if (type === 'pagehide' && url)
      flush(
        url,
        (frame) => codec.encode(frame),
        boxes.map((box) => box.unsent()),
      );
    if (!persisted || this.#store?.kind !== 'disk') return;
    const receivers = [...this.#receivers].filter(({ settings }) => settings.commit === 'after');
    if (type === 'pageshow') {
      for (const box of boxes) this.#takeAgain(box).catch(reportFailure);
      for (const receiver of receivers) this.#beginReceiving(receiver);
    } else {
      // A page that holds a lock is not kept in that cache. Meanwhile another page may adopt the boxes.
      for (const box of boxes) box.letGo();
      for (const receiver of receivers) receiver._pause();
      this.#locks.releaseAll();
    }
  };

  /** Goes on with a box when no other page has it. */
  async #takeAgain(box: OutboxBox): Promise<void> {
    try {
      await this.#locks.wait(box.name);
    } catch (error) {
      // The page was left again, or the outbox is closed.
      if ((error as Error)?.name === 'AbortError') return;
      throw error;
    }
    if (this.#boxes.get(box.name) === box && !this.#closed) this.#open(box);
    else this.#locks.release(box.name);
  }

  #transmit(frame: Hello | Numbered): void {
    if (this.#socket.readyState === OPEN && !this.#closed) this.#socket.send(this.#settings.codec.encode(frame));
  }

  #changed(): void {
    this.#pending = undefined;
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.dispatchEvent(new Event('change'));
    });
  }

  #ended(delivery: Delivery): void {
    const box = this.#boxOf.get(delivery);
    this.#deliveries.delete(delivery);
    this.#boxOf.delete(delivery);
    this.#changed();
    if (box && box !== this.#own && !box.size) this.#leave(box).catch(reportFailure);
  }

  /** An adopted box is empty. */
  async #leave(box: OutboxBox): Promise<void> {
    this.#boxes.delete(box.name);
    box.stop();
    await this.#host?.writer.settled();
    this.#locks.release(box.name);
  }

  _cancel(delivery: Delivery, reason: unknown): boolean {
    if (delivery._ended) return false;
    this.#giveUp(delivery, reason, false);
    return true;
  }

  #giveUp(delivery: Delivery, reason: unknown, atOnce: boolean): void {
    const box = this.#boxOf.get(delivery);
    if (box && atOnce) box.drop(delivery, reason);
    else if (box) box.cancel(delivery, reason);
    else {
      this.#early = this.#early.filter((each) => each !== delivery);
      delivery._fail(reason);
      this.#ended(delivery);
    }
  }

  _retry(delivery: Delivery): Delivery {
    if (!delivery._ended || delivery.state === 'acknowledged')
      throw domException('InvalidStateError', 'holdfast-ws/outbox: retry() is for a delivery that has failed or expired.');
    return this.deliver(delivery.message, { ttl: delivery._ttl });
  }

  #add(delivery: Delivery): void {
    if (!this.#own) {
      this.#early.push(delivery);
      return;
    }
    this.#boxOf.set(delivery, this.#own);
    this.#own.add(delivery);
  }

  #hear(event: MessageEvent): void {
    const answer = guard(() => this.#settings.codec.decode(event.data));
    // Other tabs of this user may share the connection.
    if (typeof answer?.box !== 'string' || !answer.box.startsWith(`${this.#settings.box}/`)) {
      for (const receiver of this.#receivers) receiver._hear(event);
      return;
    }
    event.stopImmediatePropagation();
    this.#boxes.get(answer.box)?.hear(answer);
  }

  async #start(): Promise<void> {
    const store = await openStore(this.#settings, this.#locks);
    this.#store = store;
    const writer = new Writer(store, {
      _written: (box, numbers) => this.#boxes.get(box)?.written(numbers, store.kind),
      _notWritten: (box, n, error) => this.#boxes.get(box)?.notWritten(n, error),
      _removed: (box, n) => this.#boxes.get(box)?.removed(n),
      _state: (box) => this.#boxes.get(box)?.state,
    });
    this.#host = {
      settings: this.#settings,
      writer,
      transmit: (frame) => this.#transmit(frame),
      changed: () => this.#changed(),
      ended: (delivery) => this.#ended(delivery),
      regressed: (box, done, acknowledged) =>
        this.dispatchEvent(Object.assign(new Event('regressed'), { box, done, acknowledged })),
    };
    const name = `${this.#settings.box}/${draw()}${draw()}`;
    if (store.kind === 'disk') await this.#locks.take(name);
    this.#own = this.#begin(name);
    this.#open(this.#own);
    for (const delivery of this.#early.splice(0)) this.#add(delivery);
    await this.#adopt();
  }

  #begin(name: string): OutboxBox {
    const box = new OutboxBox(this.#host as Host, name);
    this.#boxes.set(name, box);
    return box;
  }

  #open(box: OutboxBox): void {
    if (this.#socket.readyState === OPEN && (this.#store?.kind !== 'disk' || this.#locks.holds(box.name))) box.open();
  }

  /** Takes over the boxes of this user's pages that are gone. */
  #adopt(): Promise<void> {
    if (this.#store?.kind !== 'disk' || this.#closed) return Promise.resolve();
    this.#adopting ??= this.#adoptAll()
      .catch(reportFailure)
      .finally(() => {
        this.#adopting = undefined;
        clearTimeout(this.#timer as number);
        if (!this.#closed) this.#timer = setTimer(() => this.#adopt(), ADOPT_MS);
      });
    return this.#adopting;
  }

  async #adoptAll(): Promise<void> {
    const store = this.#store as Store;
    for (const name of await store.boxes(`${this.#settings.box}/`)) {
      if (this.#closed) return;
      if (this.#unreadable.has(name) || this.#boxes.has(name) || !(await this.#locks.take(name))) continue;
      try {
        // Read with the lock: until then its page may have written.
        const content = await store.read(name);
        if (content.records.length) await this.#restore(name, content);
        else this.#locks.release(name);
      } catch (error) {
        // It was sealed with another key, or migrate() has thrown: another page may know more.
        this.#unreadable.add(name);
        this.#locks.release(name);
        reportFailure(error);
      }
    }
  }

  async #restore(name: string, { records, state }: Content): Promise<void> {
    const { key, version, migrate, keep } = this.#settings;
    const deliveries: [number, Delivery][] = [];
    for (const [, stored] of records)
      for (const [at, n] of stored.numbers.entries()) {
        if (n <= (state?.confirmed ?? 0)) continue;
        let message = await unseal(key, name, n, stored.data[at]);
        if (stored.version !== version && migrate) message = migrate(message, stored.version);
        // The clock may have been set meanwhile.
        const left = Math.min(Math.max(1, (stored.until[at] as number) - wallTime()), keep);
        deliveries.push([n, new Delivery(this, message, left)]);
      }
    // The page may have been left meanwhile, without its locks.
    if (this.#closed || !this.#locks.holds(name)) return;
    const box = this.#begin(name);
    this.#host?.writer.restore(name, records, state?.confirmed ?? 0);
    if (state) box.restoreState(state);
    for (const [n, delivery] of deliveries) {
      this.#deliveries.add(delivery);
      this.#boxOf.set(delivery, box);
      delivery._store('disk');
      box.restore(n, delivery);
    }
    if (!box.size) return this.#leave(box);
    this.#open(box);
    this.#changed();
  }
}
