/** One channel, as one part of the application uses it. */
import { domException, throwTypeError } from '../platform/errors';
import { guard, isObject } from '../platform/native';
import { Emitter } from './emitter';
import { type ChannelSettings, isPosition, type Position, toPosition } from './options';
import type { Machine } from './via';

/** Why a publication or a question for history has failed. */
export class ChannelError extends Error {
  declare readonly reason: string;
  declare readonly sent: boolean;
  declare readonly detail: unknown;
  constructor(message: string, reason: string, sent: boolean, detail: unknown) {
    super(message);
    Object.assign(this, { reason, sent, detail });
  }
}
ChannelError.prototype.name = 'ChannelError';

export interface Message {
  readonly data: unknown;
  readonly position: Position | undefined;
  readonly replayed: boolean;
}

export type Loaded = [state: unknown, position: Position | undefined];

export interface Member {
  readonly user: string;
  readonly data: unknown;
}

/** The parts of a bus that a channel uses. */
export interface Bus {
  readonly machine: Machine | undefined;
  schedule(): void;
  publish(name: string, data: unknown): Promise<Position | undefined>;
  history(name: string, options: { limit?: number; before?: Position }): Promise<Message[]>;
  left(channel: Channel): void;
}

/** The events of a channel. */
const TYPES = ['message', 'subscribed', 'gap', 'refused', 'state', 'join', 'leave', 'timeout', 'back'];

/** So many messages wait for a loop that is slower than the channel. */
const BEHIND = 1_000;

export const readData = (data: unknown): unknown => guard(() => JSON.parse(data as string));

export class Channel extends Emitter {
  readonly name: string;
  readonly _settings: ChannelSettings;
  readonly #bus: Bus;
  _id = 0;
  _holder = 0;
  _status = 'subscribing';
  readonly #endings = new Set<() => void>();
  /** The last position before it was left. */
  #last: Position | undefined;

  constructor(bus: Bus, name: string, settings: ChannelSettings) {
    super(TYPES);
    this.#bus = bus;
    this.name = name;
    this._settings = settings;
  }

  async _load(): Promise<Loaded> {
    const given = await this._settings.load?.();
    if (!isObject(given)) throwTypeError('load() returns an object with state and position');
    const { state, position } = given as { state?: unknown; position?: Position };
    if (position !== undefined && !isPosition(position))
      throwTypeError('the position that load() returns is a position, as messages have it, or undefined');
    return [state, position];
  }

  get status(): string {
    return this._status;
  }

  get position(): Position | undefined {
    return this._status === 'left' ? this.#last : toPosition(this.#bus.machine?.position(this._id));
  }

  get members(): Member[] {
    const all = (this._status !== 'left' && this.#bus.machine?.members(this._id)) || [];
    const members: Member[] = [];
    for (let each = 0; each < all.length; each += 2) members.push({ user: all[each] as string, data: readData(all[each + 1]) });
    return members;
  }

  publish(data: unknown): Promise<Position | undefined> {
    return this.#bus.publish(this.name, data);
  }

  history(options: { limit?: number; before?: Position } = {}): Promise<Message[]> {
    return this.#bus.history(this.name, options);
  }

  retry(): void {
    if (this._status === 'left') return;
    this.#bus.machine?.retry(performance.now(), this._id);
    this.#bus.schedule();
  }

  leave(): void {
    if (this._status === 'left') return;
    this.#last = this.position;
    this._status = 'left';
    this.#bus.machine?.leave(performance.now(), this._id, this._holder);
    this.#bus.left(this);
    for (const end of [...this.#endings]) end();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    const messages: Message[] = [];
    /** The calls of `next()` that have no answer yet: there may be several. */
    const waiting: ((result: IteratorResult<Message>) => void)[] = [];
    let ended = this._status === 'left';
    let lagged = false;
    const done = { done: true, value: undefined } as const;
    const end = () => {
      ended = true;
      off();
      this.#endings.delete(leave);
      for (const resolve of waiting.splice(0)) resolve(done);
    };
    const leave = () => {
      messages.length = 0;
      end();
    };
    const off = this.on('message', (message: Message) => {
      const resolve = waiting.shift();
      if (resolve) resolve({ done: false, value: message });
      else if (messages.push(message) > BEHIND) {
        lagged = true;
        end();
      }
    });
    this.#endings.add(leave);
    return {
      next: () => {
        const message = messages.shift();
        if (message) return Promise.resolve({ done: false, value: message });
        if (lagged) {
          lagged = false;
          const text = `holdfast-ws/channels: the loop over ${this.name} is more than ${BEHIND} messages behind.`;
          return Promise.reject(domException('QuotaExceededError', text));
        }
        if (ended) return Promise.resolve(done);
        return new Promise((resolve) => {
          waiting.push(resolve);
        });
      },
      return: () => {
        leave();
        return Promise.resolve(done);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
