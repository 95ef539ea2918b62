/** One message on its way, as the application sees it. */
import { domException } from '../platform/errors';
import { quietly } from '../platform/native';

export type State = 'pending' | 'stored' | 'sent' | 'acknowledged' | 'failed' | 'expired';
export type Kind = 'disk' | 'memory';

/** Why a delivery has ended without a receipt. */
export class DeliveryError extends Error {
  declare readonly reason: 'refused' | 'expired' | 'cancelled' | 'closed' | 'unreadable';
  /** The server's error object, if it has refused the message. */
  declare readonly detail: unknown;
  constructor(reason: DeliveryError['reason'], message: string, detail?: unknown) {
    super(message);
    Object.assign(this, { reason, detail });
  }
}
// A minifier takes a class its name.
DeliveryError.prototype.name = 'DeliveryError';

/** The parts of an outbox that a delivery calls. */
export interface Owner {
  _cancel(delivery: Delivery, reason: unknown): boolean;
  _retry(delivery: Delivery): Delivery;
}

interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

export class Delivery extends Promise<unknown> {
  /** `then()` returns an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly message: unknown;
  /** Resolves when it is stored. */
  readonly stored: Promise<Kind>;
  /** How long it may take, as the application has set it. */
  readonly _ttl: number;
  /** Its number in its box; 0 before it has one. */
  _n = 0;
  /** Why it can't be sent: it is of another version, and can't be converted. */
  readonly _unreadable: DeliveryError | undefined;
  #state: State = 'pending';
  readonly #owner: Owner;
  readonly #receipt: Settle<unknown>;
  readonly #storing: Settle<Kind>;
  #signal: AbortSignal | undefined;
  #closed = false;

  constructor(owner: Owner, message: unknown, ttl: number, unreadable?: DeliveryError) {
    let receipt: Settle<unknown> | undefined;
    super((resolve, reject) => {
      receipt = { resolve, reject };
    });
    let storing: Settle<Kind> | undefined;
    this.stored = new Promise<Kind>((resolve, reject) => {
      storing = { resolve, reject };
    });
    this.#owner = owner;
    this.#receipt = receipt as unknown as Settle<unknown>;
    this.#storing = storing as unknown as Settle<Kind>;
    this.message = message;
    this._ttl = ttl;
    this._unreadable = unreadable;
    // The application may wait for either, or for none.
    this.catch(() => {});
    this.stored.catch(() => {});
  }

  get state(): State {
    return this.#state;
  }

  cancel(): boolean {
    return this.#owner._cancel(this, new DeliveryError('cancelled', 'holdfast-ws/outbox: the message was cancelled.'));
  }

  retry(): Delivery {
    // What can't be converted is kept already.
    if (!['failed', 'expired'].includes(this.#state) || this._unreadable)
      throw domException('InvalidStateError', 'holdfast-ws/outbox: retry() is for a delivery that has failed or expired.');
    return this.#owner._retry(this);
  }

  get _ended(): boolean {
    return this.#closed || ['acknowledged', 'failed', 'expired'].includes(this.#state);
  }

  _watch(signal: AbortSignal | undefined): void {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#owner._cancel(this, this.#signal?.reason);
  };

  _store(kind: Kind): void {
    if (this.#state === 'pending') this.#state = 'stored';
    this.#storing.resolve(kind);
  }

  _send(): void {
    if (!this._ended) this.#state = 'sent';
  }

  _acknowledge(receipt: unknown): void {
    if (!this.#end('acknowledged')) return;
    this.#receipt.resolve(receipt);
  }

  _fail(error: unknown): void {
    const isExpired = error instanceof DeliveryError && error.reason === 'expired';
    if (!this.#end(isExpired ? 'expired' : 'failed')) return;
    this.#receipt.reject(error);
    this.#storing.reject(error);
  }

  /** The outbox is closed. Its state stays: what is on the disk is kept, and sent by the next page. */
  _close(): void {
    const error = new DeliveryError(
      'closed',
      'holdfast-ws/outbox: the outbox is closed. What is on the disk is kept, and the next outbox of this user sends it.',
    );
    if (!this.#end(this.#state)) return;
    this.#closed = true;
    this.#receipt.reject(error);
    this.#storing.reject(error);
  }

  #end(state: State): boolean {
    if (this._ended) return false;
    this.#state = state;
    quietly(() => this.#signal?.removeEventListener('abort', this.#abort));
    return true;
  }
}
