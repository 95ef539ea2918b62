/** One box: carries out what the machine of `bindings-outbox/` decides, for the messages of one page life. */
import { now, wallTime } from '../platform/clock';
import { guard, reportFailure, setTimer } from '../platform/native';
import type { Asides } from './asides';
import { type Delivery, DeliveryError } from './delivery';
import { type Machine, makeMachine, Output } from './machine';
import type { OutboxSettings } from './options';
import { seal } from './seal';
import type { BoxState, Shared } from './store';
import type { Answer, Hello, Numbered } from './wire';
import type { Writer } from './writer';

/** More than a timer can wait. */
const FAR_MS = 2_147_483_647;

/** The outbox that a box belongs to. */
export interface Host {
  readonly settings: OutboxSettings;
  readonly writer: Writer;
  readonly asides: Asides;
  /** Sends a frame, if the socket is open. */
  transmit(frame: Hello | Numbered): void;
  changed(): void;
  ended(delivery: Delivery): unknown;
  regressed(box: string, done: number, acknowledged: number): unknown;
  /** The server has more than was sent. */
  ahead(box: string, done: number, given: number): unknown;
  /** The counter of a shared box is to say that numbers up to this one may be sent. */
  openNumbers?(number: number): unknown;
  /** The messages of a shared box above a number are to get others, behind `done`. */
  shift?(above: number, done: number): unknown;
}

export class OutboxBox {
  readonly name: string;
  readonly #host: Host;
  readonly #machine: Machine;
  readonly #deliveries = new Map<number, Delivery>();
  /** Why those are given up that the server may have done: they end when it has told. */
  readonly #givenUp = new Map<number, unknown>();
  /** Those that are set aside: they are not removed, but moved. */
  readonly #aside = new Set<number>();
  /** The server's words about a number, until the machine tells what follows from them. */
  #said: Answer | undefined;
  #sealing: Promise<unknown> | undefined;
  #timer: unknown;
  /** When the timer rings; NaN if it is not set. */
  #due = Number.NaN;
  #busy = false;
  #ended = false;

  constructor(host: Host, name: string) {
    this.#host = host;
    this.name = name;
    const { window, onError } = host.settings;
    this.#machine = makeMachine(window, onError === 'stop');
  }

  /** The record that is stored besides the messages. */
  get state(): BoxState | undefined {
    const confirmed = this.#ended ? 0 : this.#machine.confirmed();
    return confirmed ? { confirmed, stopped: this.isStopped } : undefined;
  }

  get size(): number {
    return this.#deliveries.size;
  }

  /** Takes a message of this page: it is stored first. */
  add(delivery: Delivery): void {
    this.#run((machine) => {
      const n = machine.add(now() + delivery._ttl);
      delivery._n = n;
      this.#deliveries.set(n, delivery);
      this.#put(n, delivery);
    });
  }

  /** Takes a message that was stored before. */
  restore(n: number, delivery: Delivery): void {
    delivery._n = n;
    this.#deliveries.set(n, delivery);
    this.#run((machine) => machine.restore(n, now() + delivery._ttl));
  }

  /** Takes a message that another tab has stored, under the number that the store gave it. */
  insert(n: number, delivery: Delivery): void {
    delivery._n = n;
    this.#deliveries.set(n, delivery);
    this.#run((machine) => machine.insert(now(), n, now() + delivery._ttl));
  }

  /** Takes the counter of a shared box, and the last number that was given before this page. */
  count({ last, reserved, opened }: Shared, before: number): void {
    this.#run((machine) => machine.counter(last, reserved, opened, before));
  }

  /** The counter says that numbers up to this one may be sent. */
  opened(number: number): void {
    this.#run((machine) => machine.numbersOpened(now(), number));
  }

  /** The messages above a number have other numbers in the store: they are read again. */
  shifted(above: number): void {
    for (const n of [...this.#deliveries.keys()]) if (n > above) this.#deliveries.delete(n);
    this.#run((machine) => machine.shifted());
  }

  /** True if it is no longer this page's. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  has(n: number): boolean {
    return this.#deliveries.has(n);
  }

  restoreState({ confirmed, stopped }: BoxState): void {
    this.#run((machine) => machine.restoreState(confirmed, stopped && this.#host.settings.onError === 'stop'));
  }

  written(numbers: number[], kind: 'disk' | 'memory'): void {
    for (const n of numbers) this.#deliveries.get(n)?._store(kind);
    this.#host.changed();
    this.#run((machine) => machine.stored(now(), numbers[0] as number, numbers.at(-1) as number));
  }

  removed(n: number): void {
    this.#run((machine) => machine.removed(now(), n));
  }

  notWritten(n: number, error: unknown): void {
    this.#end(n, (delivery) => delivery._fail(error));
    this.#run((machine) => machine.cancel(now(), n));
  }

  open(): void {
    this.#run((machine) => machine.opened(now()));
  }

  lose(): void {
    this.#run((machine) => machine.closed());
    // Of a record some may be done. Without a connection, the page that adopts the box learns of it by this alone.
    if (this.state) this.#host.writer.touch(this.name);
  }

  /** Until it is opened again, another page may own it. */
  letGo(): void {
    this.#run((machine) => machine.letGo());
  }

  hear(answer: Answer): void {
    const { done, n, hello, error } = answer;
    this.#said = answer;
    this.#run((machine) => {
      if (hello) machine.hello(now(), done as number);
      else if (done !== undefined) machine.done(now(), done);
      else if (error) machine.refused(now(), n as number, !!error.final);
      else machine.acknowledged(now(), n as number);
    });
    this.#said = undefined;
  }

  /** Gives it up. If it was sent, it ends when the server has told whether it is done. */
  cancel(delivery: Delivery, error: unknown): void {
    this.#givenUp.set(delivery._n, error);
    this.#run((machine) => machine.cancel(now(), delivery._n));
  }

  /** Gives it up, and ends it at once. */
  drop(delivery: Delivery, error: unknown): void {
    this.#end(delivery._n, () => delivery._fail(error));
    this.#run((machine) => machine.cancel(now(), delivery._n));
  }

  /** The page is left: returns what the server has to get now, in order. */
  flush(): (Hello | Numbered)[] {
    const frames: (Hello | Numbered)[] = [];
    if (this.#ended) return frames;
    const { name: box } = this;
    const machine = this.#machine;
    machine.flush(now());
    for (;;) {
      const kind: Output = machine.flushed();
      if (kind === Output.None) return frames;
      const n = machine.first();
      const delivery = this.#deliveries.get(n);
      // What is behind it must not overtake it.
      if (kind !== Output.Hello && delivery?._unreadable) return frames;
      frames.push(kind === Output.Hello ? { hello: { box, from: n } } : { box, n, message: delivery?.message });
    }
  }

  /** Sends on after a refusal. */
  resume(): void {
    if (!this.isStopped) return;
    this.#run((machine) => machine.resume(now()));
    this.#host.writer.touch(this.name);
  }

  get isStopped(): boolean {
    return !this.#ended && this.#machine.stopped();
  }

  /** Stops. What is stored stays. */
  stop(): void {
    this.#ended = true;
    clearTimeout(this.#timer as number);
    this.#machine.free();
  }

  /** A message that was never sent has another number. */
  #renumber(n: number, renumbered: number): void {
    const delivery = this.#deliveries.get(n);
    if (!delivery) return;
    delivery._n = renumbered;
    this.#deliveries.delete(n);
    this.#deliveries.set(renumbered, delivery);
    this.#put(renumbered, delivery, n);
  }

  #put(n: number, { message, _ttl }: Delivery, replaced?: number): void {
    const { settings, writer } = this.#host;
    const { key, version } = settings;
    const until = wallTime() + _ttl;
    const put = (data: unknown) => {
      // It may have been cancelled meanwhile.
      if (this.#deliveries.has(n)) writer.put(this.name, n, version, until, data, replaced);
    };
    if (!key) {
      put(message);
      return;
    }
    const failed = (error: unknown) => this.notWritten(n, error);
    this.#sealing = Promise.all([seal(key, this.name, n, message), this.#sealing]).then(([data]) => put(data), failed);
  }

  #run(call: (machine: Machine) => void): void {
    if (this.#ended) return;
    call(this.#machine);
    if (this.#busy) return;
    this.#busy = true;
    const machine = this.#machine;
    // A listener may end the box.
    while (!this.#ended) {
      const output: Output = machine.output();
      if (output === Output.None) break;
      const [first, second] = [machine.first(), machine.second()];
      guard(() => this.#execute(output, first, second));
    }
    this.#busy = false;
    this.#setTimer();
  }

  #setTimer(): void {
    if (this.#ended) return;
    const due = this.#machine.due();
    // One that rings too early finds nothing to do.
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer as number);
    if (Number.isNaN(due)) return;
    const ring = () => {
      this.#due = Number.NaN;
      this.#run((machine) => machine.timeout(now()));
    };
    this.#timer = setTimer(ring, Math.min(Math.max(0, Math.ceil(due - now())), FAR_MS));
  }

  #execute(output: Output, first: number, second: number): void {
    const { name } = this;
    switch (output) {
      case Output.Hello:
        this.#host.transmit({ hello: { box: name, from: first } });
        break;
      case Output.Send: {
        const delivery = this.#deliveries.get(first);
        if (!delivery) break;
        if (delivery._unreadable) {
          this.#setAside(delivery);
          break;
        }
        delivery._send();
        this.#host.changed();
        try {
          this.#host.transmit({ box: name, n: first, message: delivery.message });
        } catch (error) {
          // It can't be encoded, now or ever.
          this.drop(delivery, error);
        }
        break;
      }
      case Output.Remove:
        if (this.#aside.has(first) && second) this.#host.asides.add(name, first);
        else this.#host.writer.remove(name, first, !!second);
        break;
      case Output.Acknowledged:
        this.#end(first, (delivery) => delivery._acknowledge(this.#said?.n === first ? this.#said.ok : undefined));
        break;
      case Output.Refused: {
        const { error } = this.#said ?? {};
        const message = `holdfast-ws/outbox: the server refused the message${error?.message ? `: ${error.message}` : '.'}`;
        this.#end(first, (delivery) => delivery._fail(new DeliveryError('refused', message, error)));
        if (this.isStopped) this.#host.writer.touch(name);
        break;
      }
      case Output.Expired:
        this.#end(first, (delivery) =>
          delivery._fail(new DeliveryError('expired', 'holdfast-ws/outbox: the message expired before it was acknowledged.')),
        );
        break;
      case Output.Cancelled: {
        const error = this.#givenUp.get(first);
        this.#end(first, (delivery) => delivery._fail(error));
        break;
      }
      case Output.Regressed:
        this.#host.regressed(name, first, second);
        break;
      case Output.Ahead:
        this.#host.ahead(name, first, second);
        break;
      case Output.Renumbered:
        this.#renumber(first, second);
        break;
      case Output.Open:
        this.#host.openNumbers?.(first);
        break;
      case Output.Displaced:
        this.#host.shift?.(first, second);
    }
  }

  /** It is its turn. The server is asked whether it has done it, as if it was cancelled. */
  #setAside(delivery: Delivery): void {
    if (this.#aside.has(delivery._n)) return;
    this.#aside.add(delivery._n);
    reportFailure(delivery._unreadable);
    this.cancel(delivery, delivery._unreadable);
  }

  #end(n: number, how: (delivery: Delivery) => void): void {
    const delivery = this.#deliveries.get(n);
    if (!delivery) return;
    this.#deliveries.delete(n);
    this.#givenUp.delete(n);
    how(delivery);
    if (this.#aside.delete(n)) this.#host.asides.settle(this.name, n, delivery.state === 'acknowledged').catch(reportFailure);
    this.#host.ended(delivery);
  }
}
