/**
 * The box of all tabs of a user that share a connection (`holdfast-ws/tabs`). Each tab stores its messages in it: the store gives them
 * their numbers. The tab that leads owns it: it alone sends, and tells the others what became of theirs. If it is gone, the next one
 * finds everything in the store.
 */
import { quietly, reportFailure, setTimer } from '../platform/native';
import type { BoxLocks } from './box-locks';
import { type Delivery, DeliveryError, type Owner } from './delivery';
import { SharedNumbers } from './numbers';
import type { Host, OutboxBox } from './outbox-box';
import { type Restored, readMessages } from './restore';
import { counterOf } from './shared-names';
import { SharedStoring } from './shared-storing';
import { errorOf, Foreign, type Outcome, type Said } from './shared-talk';
import { Shifts } from './shifts';
import type { Place, Shared, Shift, Store } from './store';

/** For so long a tab that leads waits for the box. Then it takes it from one that doesn't, or is frozen. */
const STEAL_MS = 2_000;
/** After a failure of the store. */
const RETRY_MS = 1_000;

/** The parts of an outbox that it calls. */
export interface SharedHost extends Host, Owner {
  /** The box, for the tab that owns it. */
  begin(name: string, host: Partial<Host>): OutboxBox;
  /** It no longer owns it. */
  leave(box: OutboxBox): void;
  open(box: OutboxBox): void;
  /** A message of another tab, or of one that is gone: the application sees it here, too. */
  show(delivery: Delivery): void;
  hide(delivery: Delivery): void;
  /** True if this tab holds the connection: then it is to own the box. */
  leads(): boolean;
}

export class SharedBox {
  readonly #host: SharedHost;
  readonly #store: Store;
  readonly #locks: BoxLocks;
  readonly #counter: string;
  readonly #channel: BroadcastChannel;
  /** This tab's messages that are stored and have not ended. */
  #own = new Map<number, Delivery>();
  #name = '';
  readonly #storing: SharedStoring;
  /** Why those are given up whose end is not known yet. */
  readonly #reasons = new Map<Delivery, unknown>();
  #box: OutboxBox | undefined;
  readonly #foreign = new Map<number, Foreign>();
  /** The last number that the box has. */
  #known = 0;
  #isWaiting = false;
  #reading: Promise<void> | undefined;
  #isUnread = false;
  #sent: number[] = [];
  #ended: [number, Outcome][] = [];
  readonly #numbers = new SharedNumbers();
  /** Set while messages are to get other numbers. */
  #displaced: [above: number, done: number] | undefined;
  readonly #shifts = new Shifts();

  constructor(host: SharedHost, store: Store, locks: BoxLocks) {
    this.#host = host;
    this.#store = store;
    this.#locks = locks;
    this.#counter = counterOf(host.settings.box);
    this.#channel = new BroadcastChannel(`holdfast-ws:outbox:${host.settings.database}:${this.#counter}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#storing = new SharedStoring(host.settings, store, this.#numbers, {
      stored: (place, all) => this.#stored(place, all),
      failed: (delivery, error) => this.#end(delivery, () => delivery._fail(error)),
      givenUp: (delivery) => this.#giveUp(delivery),
    });
    this.begin();
  }

  /** The box, if this tab owns it. */
  get box(): OutboxBox | undefined {
    return this.#box;
  }

  add(delivery: Delivery): void {
    this.#storing.add(delivery);
  }

  cancel(delivery: Delivery, reason: unknown): void {
    this.#reasons.set(delivery, reason);
    if (!delivery._n) return;
    if (this.#box) this.#box.cancel(delivery, reason);
    else this.#say({ cancelled: [delivery._n] });
  }

  drop(delivery: Delivery, reason: unknown): void {
    this.cancel(delivery, reason);
    this.#end(delivery, () => delivery._fail(reason));
  }

  /** Resolves when nothing waits to be stored. */
  settled(): Promise<void> {
    return this.#storing.settled();
  }

  /** The role of the tab is another, or the page is back. */
  begin(): void {
    this.#wait();
    this.#ask();
    const steal = () => {
      if (this.#isWaiting && this.#host.leads()) this.#take(true);
    };
    setTimer(steal, STEAL_MS);
  }

  /** Another tab has taken it. */
  lose(): void {
    this.#dropBox();
    this.#wait();
    this.#ask();
  }

  /** Another tab may own it from now on. */
  letGo(): void {
    this.#isWaiting = false;
    this.#dropBox();
    this.#locks.release(this.#counter);
  }

  close(): void {
    this.letGo();
    this.#channel.close();
  }

  /** All that this user has is erased. */
  erase(): void {
    this.#dropBox();
  }

  #stored({ box, first }: Place, all: readonly Delivery[]): void {
    if (box !== this.#name) this.#rename(box);
    for (const [at, delivery] of all.entries()) {
      // Meanwhile they may have got others.
      delivery._n = this.#shifts.of(first + at);
      this.#own.set(delivery._n, delivery);
      delivery._store(this.#store.kind);
    }
    this.#host.changed();
    if (this.#isOwner) this.#read();
    else this.#say({ isNew: true });
    const cancelled = all.filter((each) => this.#reasons.has(each));
    if (cancelled.length && !this.#isOwner) this.#say({ cancelled: cancelled.map(({ _n }) => _n) });
  }

  /** Ends it, if it was given up before it was stored. */
  #giveUp(delivery: Delivery): boolean {
    if (delivery._ended) return true;
    const isGivenUp = this.#reasons.has(delivery);
    if (isGivenUp) this.#end(delivery, () => delivery._fail(this.#reasons.get(delivery)));
    return isGivenUp;
  }

  /** Another tab has erased the box that there was. What this tab had in it is gone. */
  #rename(name: string): void {
    const error = new DeliveryError('cancelled', 'holdfast-ws/outbox: the message was erased.');
    for (const delivery of this.#own.values()) this.#end(delivery, () => delivery._fail(error));
    this.#own = new Map();
    this.#name = name;
  }

  #end(delivery: Delivery, how: (delivery: Delivery) => void): void {
    if (this.#own.get(delivery._n) === delivery) this.#own.delete(delivery._n);
    this.#reasons.delete(delivery);
    how(delivery);
    this.#host.ended(delivery);
  }

  get #isOwner(): boolean {
    return this.#locks.holds(this.#counter);
  }

  #wait(): void {
    if (!this.#isWaiting && !this.#isOwner) this.#take(false);
  }

  #take(steal: boolean): void {
    this.#isWaiting = true;
    this.#locks.wait(this.#counter, steal).then(
      () => {
        this.#isWaiting = false;
        this.#read();
      },
      (error) => {
        // It no longer waits, or the page is left.
        if (error?.name !== 'AbortError') reportFailure(error);
      },
    );
  }

  /** Takes what is new in the store, one after the other. */
  #read(): void {
    this.#isUnread = true;
    this.#reading ??= this.#readAll().catch(reportFailure);
  }

  async #readAll(): Promise<void> {
    await undefined;
    try {
      while (this.#isUnread && this.#isOwner) {
        this.#isUnread = false;
        if (this.#displaced) await this.#shift(...this.#displaced);
        await this.#readNew();
      }
    } finally {
      this.#reading = undefined;
    }
  }

  async #readNew(): Promise<void> {
    const shared = (await this.#store.position(this.#counter)) as Shared | undefined;
    if (!shared || !this.#isOwner) return;
    if (shared.name !== this.#box?.name) this.#dropBox();
    const before = this.#numbers.see(shared);
    const from = this.#box ? this.#known + 1 : 0;
    const content = await this.#store.read(shared.name, from);
    const messages = await readMessages(this.#host.settings, shared.name, content);
    if (!this.#isOwner) return;
    if (shared.name !== this.#name) this.#rename(shared.name);
    const isFresh = !this.#box;
    const box = this.#box ?? this.#begin(shared.name);
    box.count(shared, before);
    this.#host.writer.restore(shared.name, content.records, content.state?.confirmed ?? 0);
    if (isFresh) box.restoreState({ confirmed: content.state?.confirmed ?? 0, stopped: !!content.state?.stopped });
    for (const restored of messages) {
      const { n } = restored;
      this.#known = Math.max(this.#known, n);
      const delivery = this.#own.get(n) ?? this.#foreign.get(n) ?? this.#makeForeign(restored);
      if (isFresh) box.restore(n, delivery);
      else box.insert(n, delivery);
      if (this.#reasons.has(delivery)) box.cancel(delivery, this.#reasons.get(delivery));
    }
    this.#known = Math.max(this.#known, shared.last);
    this.#host.changed();
    if (!isFresh) return;
    this.#host.open(box);
    this.#say({ isOwned: true });
    this.#answer([...this.#own.keys()]);
  }

  #begin(name: string): OutboxBox {
    const forget = (delivery: Delivery) => {
      if (this.#own.get(delivery._n) === delivery) this.#own.delete(delivery._n);
      this.#reasons.delete(delivery);
      this.#host.ended(delivery);
    };
    const shift = (above: number, done: number) => {
      this.#displaced = [above, done];
      this.#read();
    };
    this.#box = this.#host.begin(name, { ended: forget, openNumbers: (number) => this.#openNumbers(number), shift });
    return this.#box;
  }

  /** Notes that numbers up to this one may be sent, and lets them be. */
  #openNumbers(number: number): void {
    const box = this.#box;
    const opened = () => {
      if (this.#box === box) box?.opened(number);
    };
    const again = () => {
      if (this.#box === box && this.#isOwner) this.#openNumbers(number);
    };
    this.#store.open(this.#counter, this.#numbers, number).then(opened, () => setTimer(again, RETRY_MS));
  }

  /** Gives other numbers to what was never sent: the server has done theirs. */
  async #shift(above: number, done: number): Promise<void> {
    // What is given up is gone by then.
    await this.#host.writer.settled();
    const box = this.#box;
    if (!box || !this.#isOwner) return;
    let shift: Shift;
    try {
      shift = await this.#store.shift(this.#counter, box.name, this.#numbers, above, done);
    } catch {
      // There may be room later.
      setTimer(() => this.#read(), RETRY_MS);
      return;
    }
    this.#displaced = undefined;
    this.#shifts.take(shift, this.#own, this.#foreign);
    this.#say({ shifts: this.#shifts.all });
    this.#known = shift[0] + shift[2];
    box.shifted(above);
  }

  #makeForeign({ n, message, left, unreadable }: Restored): Foreign {
    const delivery = new Foreign(this.#host, message, left, unreadable);
    delivery._store(this.#store.kind);
    delivery.onSend = () => this.#note(() => this.#sent.push(delivery._n));
    delivery.onEnd((outcome) => {
      if (this.#foreign.get(delivery._n) !== delivery) return;
      this.#foreign.delete(delivery._n);
      this.#note(() => this.#ended.push([delivery._n, outcome]));
    });
    delivery._n = n;
    this.#foreign.set(n, delivery);
    this.#host.show(delivery);
    return delivery;
  }

  #dropBox(): void {
    const box = this.#box;
    this.#box = undefined;
    this.#known = 0;
    this.#displaced = undefined;
    if (box) this.#host.leave(box);
    for (const delivery of this.#foreign.values()) this.#host.hide(delivery);
    this.#foreign.clear();
  }

  /** Tells the other tabs at the end of this task. */
  #note(add: () => void): void {
    const isFirst = !this.#sent.length && !this.#ended.length;
    add();
    if (!isFirst) return;
    queueMicrotask(() => {
      const [sent, ended] = [this.#sent, this.#ended];
      this.#sent = [];
      this.#ended = [];
      this.#say({ sent, ended });
    });
  }

  #say(said: Omit<Said, 'box'>): void {
    // Receipts that can't be cloned are not told.
    const post = (said: Omit<Said, 'box'>) => this.#channel.postMessage({ ...said, box: this.#name });
    try {
      post(said);
    } catch {
      quietly(() => post({ ...said, ended: said.ended?.map(([n]) => [n, { ok: undefined }]) ?? [] }));
    }
  }

  #hear({ box, isNew, isOwned, asked, cancelled, sent, ended, shifts }: Said): void {
    if (this.#isOwner) {
      if (isNew || asked) this.#read();
      if (cancelled) for (const n of cancelled) this.#cancelForeign(n);
      if (asked) Promise.resolve(this.#reading).then(() => this.#answer(asked));
      return;
    }
    if (box !== this.#name) return;
    for (const shift of shifts ?? []) this.#shifts.take(shift, this.#own);
    if (isOwned) this.#ask();
    for (const n of sent ?? []) this.#own.get(n)?._send();
    for (const [n, outcome] of ended ?? []) this.#settle(n, outcome);
    if (sent?.length) this.#host.changed();
  }

  #ask(): void {
    if (this.#isOwner || !this.#own.size) return;
    const cancelled = [...this.#own.values()].filter((each) => this.#reasons.has(each)).map(({ _n }) => _n);
    this.#say({ asked: [...this.#own.keys()], cancelled });
  }

  #cancelForeign(n: number): void {
    const delivery = this.#foreign.get(n);
    const error = new DeliveryError('cancelled', 'holdfast-ws/outbox: the message was cancelled.');
    if (delivery) this.#box?.cancel(delivery, error);
  }

  /** Of those that it doesn't hold, the end was told by an owner that is gone, or is being told. */
  #answer(asked: number[]): void {
    if (!this.#box) return;
    if (this.#shifts.all.length) this.#say({ shifts: this.#shifts.all });
    const over = asked.map((n) => this.#shifts.of(n)).filter((n) => n <= this.#known && !this.#box?.has(n));
    if (over.length) this.#say({ ended: over.map((n) => [n, { ok: undefined }]) });
    for (const n of over) this.#settle(n, { ok: undefined });
  }

  #settle(n: number, outcome: Outcome): void {
    const delivery = this.#own.get(n);
    if (!delivery) return;
    const given = this.#reasons.get(delivery);
    this.#end(delivery, () => {
      if ('ok' in outcome) delivery._acknowledge(outcome.ok);
      else delivery._fail(outcome.reason === 'cancelled' && given !== undefined ? given : errorOf(outcome));
    });
  }
}
