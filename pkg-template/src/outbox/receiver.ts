/** Messages of the server, handled one after the other: a position counts once its message is handled, and outlives the page. */
import { addOptions, type Check, FUNCTION, oneOf } from '../model/checked-options';
import { now } from '../platform/clock';
import { throwTypeError } from '../platform/errors';
import { guard, quietly } from '../platform/native';
import { makeReceived } from './machine';
import { NAME } from './options';

/** A number that grows, or an id. */
export type Position = number | string;

export interface ReceiveSettings {
  name: string;
  /** Returns `undefined` for a message that is not of this stream. */
  position(event: MessageEvent): Position | undefined;
  /** Returns what asks the server for what comes behind a position. */
  subscribe: ((position: Position | undefined) => unknown) | undefined;
  commit: 'after' | 'own';
  /** The position that the application has stored. */
  start: Position | undefined;
}

const isPosition = (value: unknown): value is Position =>
  typeof value === 'string' || (Number.isSafeInteger(value) && (value as number) >= 0);

const CHECKS: { [name in keyof ReceiveSettings]: Check } = {
  name: NAME,
  position: FUNCTION,
  subscribe: FUNCTION,
  commit: oneOf('after', 'own'),
  start: ['a whole number from 0, or a string', isPosition],
};

/** The field `position` of a JSON object. */
function readPosition({ data }: MessageEvent): Position | undefined {
  // Other messages are not parsed.
  if (typeof data !== 'string' || !data.includes('"position"')) return undefined;
  const position = quietly(() => JSON.parse(data)?.position);
  return isPosition(position) ? position : undefined;
}

export function readReceiveOptions(given: unknown): ReceiveSettings {
  const settings = { name: 'default', commit: 'after', position: readPosition } as ReceiveSettings;
  addOptions(settings, 'receive()', CHECKS, given);
  if (settings.start !== undefined && settings.commit === 'after')
    throwTypeError("option start of receive() is for commit: 'own'; otherwise the outbox knows where to begin");
  return settings;
}

/** The parts of an outbox that a receiver calls. */
export interface ReceiverHost {
  /** Sends, if the socket is open. */
  send(data: unknown): void;
  commit(position: Position): void;
  ended(receiver: Receiver): void;
}

type Result = IteratorResult<MessageEvent, undefined>;
const DONE: Result = { done: true, value: undefined };

export class Receiver implements AsyncIterableIterator<MessageEvent, undefined> {
  readonly settings: ReceiveSettings;
  readonly #host: ReceiverHost;
  /** Not after the end. */
  readonly #rules = makeReceived();
  #received: Position | undefined;
  #committed: Position | undefined;
  /** Those that came before it was known where to begin. */
  #early: MessageEvent[] = [];
  #queue: [event: MessageEvent, position: Position][] = [];
  #waiting: ((result: Result) => void)[] = [];
  /** The position of what the loop handles now. */
  #handling: Position | undefined;
  #ended = false;

  constructor(settings: ReceiveSettings, host: ReceiverHost) {
    this.settings = settings;
    this.#host = host;
  }

  /** The last position that is committed. */
  get position(): Position | undefined {
    return this.#committed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Asks for the next: what the loop had before is handled. */
  next(): Promise<Result> {
    this.#commit();
    const first = this.#queue.shift();
    if (first) {
      this.#handling = first[1];
      return Promise.resolve({ done: false, value: first[0] });
    }
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The loop was left: what it had last may not be handled. */
  return(): Promise<Result> {
    this._end();
    return Promise.resolve(DONE);
  }

  /** It is known where to begin. */
  _begin(position: Position | undefined): void {
    if (this.#ended) return;
    this.#received = this.#committed = position;
    this.#rules.begin(typeof position === 'number' ? position : Number.NaN);
    if (typeof position === 'string') this.#rules.id(now(), position);
    this._open();
    for (const event of this.#early.splice(0)) this._hear(event);
  }

  /** A connection is open. */
  _open(): void {
    const { subscribe } = this.settings;
    if (this.#ended || !subscribe || !this.#rules.begun()) return;
    guard(() => {
      const message = subscribe(this.#received);
      if (message !== undefined) this.#host.send(message);
    });
  }

  _hear(event: MessageEvent): void {
    if (this.#ended) return;
    if (!this.#rules.begun()) {
      // Where the server can be asked, it comes again.
      if (this.settings.subscribe) return;
      if (this.#rules.early()) this.#early.shift();
      this.#early.push(event);
      return;
    }
    const position = guard(() => this.settings.position(event));
    if (position === undefined) return;
    if (!isPosition(position)) {
      guard(() => throwTypeError('position() of receive() returns a whole number from 0, a string, or undefined'));
      return;
    }
    // position() may have ended it.
    if (this.#ended) return;
    const isNew = typeof position === 'number' ? this.#rules.position(position) : this.#rules.id(now(), position);
    if (!isNew) return;
    this.#received = position;
    const resolve = this.#waiting.shift();
    if (!resolve) this.#queue.push([event, position]);
    else {
      this.#handling = position;
      resolve({ done: false, value: event });
    }
  }

  /** The page is left, and may come back: meanwhile another page may receive this. What is not handled comes again. */
  _pause(): void {
    if (!this.settings.subscribe) this.#early.push(...this.#queue.map(([event]) => event));
    this.#queue = [];
    this.#handling = undefined;
    this.#rules.pause(this.#early.length);
  }

  _end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue = [];
    this.#early = [];
    this.#handling = undefined;
    this.#rules.free();
    for (const resolve of this.#waiting.splice(0)) resolve(DONE);
    this.#host.ended(this);
  }

  #commit(): void {
    const position = this.#handling;
    this.#handling = undefined;
    if (position === undefined || this.#ended) return;
    if (typeof position === 'number' && !this.#rules.commit(position)) return;
    this.#committed = position;
    if (this.settings.commit === 'after') this.#host.commit(position);
  }
}
