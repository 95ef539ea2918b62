/** The class of `holdfast-ws/outbox`: the boxes of one page, over a socket. */

import { domException } from '../platform/errors';
import { guard, listenToPage, reportFailure } from '../platform/native';
import { readNumbers } from './adopted-numbers';
import { Adoption } from './adoption';
import { Asides } from './asides';
import { BoxLocks } from './box-locks';
import { Deliveries, type Home } from './deliveries';
import { Delivery, DeliveryError, type Owner } from './delivery';
import { flush } from './flush';
import { openStore } from './open-store';
import { type OutboxSettings, readDeliverOptions, readOptions } from './options';
import { type Host, OutboxBox } from './outbox-box';
import type { Receiver } from './receiver';
import { Receivers } from './receivers';
import { readAdopted } from './restore';
import { SharedBox } from './shared-box';
import { isShared, lockOf, ownName } from './shared-names';
import { checkSocket, OPEN, type Socket } from './socket';
import type { Content, Store } from './store';
import { copyMessage, encode, type Hello, type Numbered } from './wire';
import { Writer } from './writer';

const EVENTS = ['open', 'close', 'message', 'rolechange'];
const PAGE_EVENTS = ['pagehide', 'pageshow'];
/** Absent while rendering on a server. */
const Base = globalThis.EventTarget ?? Object;

/** The outboxes of each socket: the first that hears an answer passes it on. */
const ofSocket = new WeakMap<Socket, Set<Outbox>>();

export class Outbox extends Base implements Owner {
  readonly #settings: OutboxSettings;
  #host: Host | undefined;
  readonly #socket: Socket;
  readonly #locks: BoxLocks;
  readonly #boxes = new Map<string, OutboxBox>();
  readonly #deliveries = new Deliveries(() => this.dispatchEvent(new Event('change')));
  /** Those that came before the store was open. */
  #early: Delivery[] = [];
  #store: Store | undefined;
  /** The box that this page's messages go to. */
  #own: Home | undefined;
  /** The same, if other tabs share it. */
  #shared: SharedBox | undefined;
  #closed = false;
  readonly #receivers: Receivers;
  readonly #starting: Promise<void>;
  #adoption: Adoption | undefined;

  constructor(socket: Socket, options: unknown) {
    super();
    checkSocket(socket);
    this.#socket = socket;
    this.#settings = readOptions(options);
    this.#locks = new BoxLocks(this.#settings.database);
    this.#receivers = new Receivers({
      user: this.#settings.box,
      locks: this.#locks,
      send: (data) => {
        if (socket.readyState === OPEN) socket.send(data);
      },
      started: async () => {
        await this.#starting;
        return this.#store && this.#host && { store: this.#store, writer: this.#host.writer };
      },
    });
    const siblings = ofSocket.get(socket) ?? new Set();
    ofSocket.set(socket, siblings.add(this));
    for (const type of EVENTS) socket.addEventListener(type, this.#listener);
    for (const type of PAGE_EVENTS) listenToPage(true, type, this.#pageListener);
    this.#starting = this.#start().catch(reportFailure);
  }

  get size(): number {
    return this.#deliveries.size;
  }

  get pending(): readonly Delivery[] {
    return this.#deliveries.list;
  }

  [Symbol.iterator](): IterableIterator<Delivery> {
    return this.pending[Symbol.iterator]() as IterableIterator<Delivery>;
  }

  deliver(message: unknown, options: unknown = {}): Delivery {
    if (this.#closed) throw domException('InvalidStateError', 'holdfast-ws/outbox: the outbox is closed.');
    const { keep } = this.#settings;
    const { ttl, signal } = readDeliverOptions(options, keep);
    const copy = copyMessage(message, this.#settings);
    const delivery = new Delivery(this, copy, Math.min(ttl, keep));
    this.#deliveries.add(delivery);
    if (signal?.aborted) this._cancel(delivery, signal.reason);
    else {
      delivery._watch(signal);
      this.#add(delivery);
    }
    return delivery;
  }

  receive(options: unknown = {}): Receiver {
    if (this.#closed) throw domException('InvalidStateError', 'holdfast-ws/outbox: the outbox is closed.');
    return this.#receivers.add(options);
  }

  async erase(): Promise<void> {
    this.#receivers.end();
    this.#dropAll(this.pending);
    await this.#starting;
    const erase = async () => {
      // Those that were being adopted.
      this.#dropAll(this.pending.filter((each) => this.#deliveries.homeOf(each) !== this.#own));
      await this.#settled();
      this.#shared?.erase();
      await this.#store?.erase(`${this.#settings.box}/`);
    };
    await (this.#adoption ? this.#adoption.without(erase) : erase());
  }

  #dropAll(deliveries: readonly Delivery[]): void {
    const error = new DeliveryError('cancelled', 'holdfast-ws/outbox: the message was erased.');
    for (const delivery of deliveries) this.#giveUp(delivery, error, true);
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
    this.#adoption?.end();
    this.#receivers.end();
    ofSocket.get(this.#socket)?.delete(this);
    for (const type of EVENTS) this.#socket.removeEventListener(type, this.#listener);
    for (const type of PAGE_EVENTS) listenToPage(false, type, this.#pageListener);
    const { pending } = this;
    const end = async () => {
      // What was given to it before is stored yet.
      await this.#settled();
      this.#host?.writer.end();
      this.#shared?.close();
      for (const box of this.#boxes.values()) box.stop();
      this.#locks.releaseAll();
      this.#store?.close();
      for (const delivery of pending) delivery._close();
    };
    end().catch(reportFailure);
    const { size } = this;
    this.dispatchEvent(Object.assign(new Event('close'), { size }));
    return size;
  }

  /** Resolves when all that was given to it is stored. */
  async #settled(): Promise<void> {
    await this.#starting;
    await this.#shared?.settled();
    await this.#host?.writer.settled();
  }

  readonly #listener = (event: Event): void => {
    if (event.type === 'open') {
      for (const box of this.#boxes.values()) this.#open(box);
      this.#receivers.open();
      this.#adoption?.begin();
    } else if (event.type === 'close') for (const box of this.#boxes.values()) box.lose();
    else if (event.type === 'rolechange') this.#shared?.begin();
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
        boxes.map((box) => box.flush()),
      );
    if (!persisted || this.#store?.kind !== 'disk') return;
    if (type === 'pageshow') {
      for (const box of boxes) this.#takeAgain(box).catch(reportFailure);
      this.#shared?.begin();
      this.#receivers.resume();
    } else {
      // A page that holds a lock is not kept in that cache. Meanwhile another page may adopt the boxes.
      this.#shared?.letGo();
      for (const box of this.#boxes.values())
        if (box === this.#own) box.letGo();
        else this.#forget(box);
      this.#receivers.pause();
      this.#locks.releaseAll();
    }
  };

  /** An adopted box may be another page's from now on. If not, it is adopted again. */
  #forget(box: OutboxBox): void {
    this.#boxes.delete(box.name);
    box.stop();
    this.#host?.writer.leave(box.name);
    this.#deliveries.forget(box);
  }

  /** Goes on with a box when no other page has it. */
  async #takeAgain(box: OutboxBox): Promise<void> {
    try {
      await this.#locks.wait(this.#lockOf(box));
    } catch (error) {
      // The page was left again, or the outbox is closed.
      if ((error as Error)?.name === 'AbortError') return;
      throw error;
    }
    if (this.#boxes.get(box.name) === box && !this.#closed) this.#open(box);
    else this.#locks.release(this.#lockOf(box));
  }

  #lockOf({ name }: OutboxBox): string {
    return lockOf(this.#settings.box, name);
  }

  #transmit(frame: Hello | Numbered): void {
    if (this.#socket.readyState === OPEN && !this.#closed) this.#socket.send(encode(this.#settings.codec, frame));
  }

  #ended(delivery: Delivery): void {
    const box = this.#deliveries.homeOf(delivery);
    this.#deliveries.remove(delivery);
    if (box instanceof OutboxBox && box !== this.#own && !box.size) this.#leave(box).catch(reportFailure);
  }

  /** An adopted box is empty. */
  async #leave(box: OutboxBox): Promise<void> {
    this.#boxes.delete(box.name);
    box.stop();
    await this.#host?.writer.settled();
    this.#locks.release(this.#lockOf(box));
  }

  _cancel(delivery: Delivery, reason: unknown): boolean {
    if (this.#closed || delivery._ended || this.#deliveries.isGone(delivery)) return false;
    this.#giveUp(delivery, reason, false);
    return true;
  }

  #giveUp(delivery: Delivery, reason: unknown, atOnce: boolean): void {
    const box = this.#deliveries.homeOf(delivery);
    if (box && atOnce) box.drop(delivery, reason);
    else if (box) box.cancel(delivery, reason);
    else {
      this.#early = this.#early.filter((each) => each !== delivery);
      delivery._fail(reason);
      this.#ended(delivery);
    }
  }

  _retry(delivery: Delivery): Delivery {
    return this.deliver(delivery.message, { ttl: delivery._ttl });
  }

  #add(delivery: Delivery): void {
    if (!this.#own) {
      this.#early.push(delivery);
      return;
    }
    this.#deliveries.add(delivery, this.#own);
    this.#own.add(delivery);
  }

  #hear(event: MessageEvent): void {
    const answer = guard(() => this.#settings.codec.decode(event.data));
    const siblings = [...(ofSocket.get(this.#socket) ?? [])];
    // Other tabs of this user may share the connection.
    const isOf = (each: Outbox) => answer?.box.startsWith(`${each.#settings.box}/`);
    if (typeof answer?.box !== 'string' || !siblings.some(isOf)) {
      this.#receivers.hear(event);
      return;
    }
    event.stopImmediatePropagation();
    for (const each of siblings) each.#boxes.get(answer.box)?.hear(answer);
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
      asides: new Asides(this.#settings.box, this.#locks, writer),
      transmit: (frame) => this.#transmit(frame),
      changed: () => this.#deliveries.changed(),
      ended: (delivery) => this.#ended(delivery),
      regressed: (box, done, acknowledged) =>
        this.dispatchEvent(Object.assign(new Event('regressed'), { box, done, acknowledged })),
      ahead: (box, done, given) => this.dispatchEvent(Object.assign(new Event('ahead'), { box, done, given })),
    };
    await this.#beginOwn(store);
    for (const delivery of this.#early.splice(0)) this.#add(delivery);
    if (this.#closed) return;
    this.#adoption = new Adoption({
      user: this.#settings.box,
      store,
      locks: this.#locks,
      skips: (name) => this.#boxes.has(name) || !!this.#host?.asides.has(name) || (!!this.#shared && isShared(name)),
      restore: (name, content) => this.#restore(name, content),
    });
    await this.#adoption.begin();
  }

  async #beginOwn(store: Store): Promise<void> {
    if (this.#canShare(store)) {
      this.#beginShared(store);
      return;
    }
    const name = ownName(this.#settings.box);
    if (store.kind === 'disk') await this.#locks.take(name);
    const box = this.#begin(name);
    this.#own = box;
    this.#open(box);
  }

  /** Tabs that share a connection share a box, too. Without a key: other tabs may have another one. */
  #canShare(store: Store): boolean {
    const { role } = this.#socket;
    return !!role && role !== 'own' && store.kind === 'disk' && !this.#settings.key;
  }

  #beginShared(store: Store): void {
    const host = this.#host as Host;
    const leave = (box: OutboxBox) => {
      this.#boxes.delete(box.name);
      box.stop();
      host.writer.leave(box.name);
    };
    const shared = new SharedBox(
      {
        ...host,
        begin: (name, more) => this.#begin(name, { ...host, ...more }),
        open: (box) => this.#open(box),
        leads: () => this.#socket.role === 'leader',
        leave,
        show: (delivery) => this.#deliveries.add(delivery, shared),
        hide: (delivery) => this.#deliveries.remove(delivery),
        _cancel: (delivery, reason) => this._cancel(delivery, reason),
        _retry: (delivery) => this._retry(delivery),
      },
      store,
      this.#locks,
    );
    this.#locks.lost = () => shared.lose();
    this.#shared = shared;
    this.#own = shared;
  }

  #begin(name: string, host = this.#host as Host): OutboxBox {
    const box = new OutboxBox(host, name);
    this.#boxes.set(name, box);
    return box;
  }

  #open(box: OutboxBox): void {
    if (this.#socket.readyState === OPEN && (this.#store?.kind !== 'disk' || this.#locks.holds(this.#lockOf(box)))) box.open();
  }

  async #restore(name: string, content: Content): Promise<void> {
    const messages = await readAdopted(this.#settings, name, content);
    const numbers = await readNumbers(this.#store as Store, this.#settings.box, name);
    const { records, state } = content;
    // The page may have been left meanwhile, without its locks.
    if (this.#closed || !this.#locks.holds(lockOf(this.#settings.box, name))) return;
    const box = this.#begin(name, { ...(this.#host as Host), ...numbers?.host });
    numbers?.begin(box);
    this.#host?.writer.restore(name, records, state?.confirmed ?? 0);
    if (state) box.restoreState(state);
    for (const { n, message, left, unreadable } of messages) {
      const delivery = new Delivery(this, message, left, unreadable);
      this.#deliveries.add(delivery, box);
      delivery._store('disk');
      box.restore(n, delivery);
    }
    if (!box.size) return this.#leave(box);
    this.#open(box);
  }
}
