/** The receivers of one page: one for each stream, and one page of the user's at a time for each. */
import { domException } from '../platform/errors';
import { reportFailure } from '../platform/native';
import type { BoxLocks } from './box-locks';
import { type Position, Receiver, type ReceiveSettings, readReceiveOptions } from './receiver';
import type { Store } from './store';
import type { Writer } from './writer';

/** The parts of an outbox that they call. */
export interface ReceiversHost {
  readonly user: string;
  readonly locks: BoxLocks;
  /** Sends, if the socket is open. */
  send(data: unknown): void;
  /** Resolves when there is a store. */
  started(): Promise<{ store: Store; writer: Writer } | undefined>;
}

export class Receivers {
  readonly #host: ReceiversHost;
  readonly #all = new Set<Receiver>();
  #writer: Writer | undefined;

  constructor(host: ReceiversHost) {
    this.#host = host;
  }

  add(options: unknown): Receiver {
    const settings = readReceiveOptions(options);
    if ([...this.#all].some((each) => each.settings.name === settings.name))
      throw domException('InvalidStateError', `holdfast-ws/outbox: ${settings.name} is being received already.`);
    const key = this.#keyOf(settings);
    const receiver = new Receiver(settings, {
      send: (data) => this.#host.send(data),
      commit: (position) => this.#writer?.position(key, position),
      ended: () => {
        this.#all.delete(receiver);
        this.#host.locks.release(`${key}/in`);
      },
    });
    this.#all.add(receiver);
    this.#begin(receiver);
    return receiver;
  }

  /** A connection is open. */
  open(): void {
    for (const receiver of this.#all) receiver._open();
  }

  hear(event: MessageEvent): void {
    for (const receiver of this.#all) receiver._hear(event);
  }

  end(): void {
    for (const receiver of this.#all) receiver._end();
  }

  /** The page is left, and may come back: meanwhile another page may receive. */
  pause(): void {
    for (const receiver of this.#stored()) receiver._pause();
  }

  /** The page is back. */
  resume(): void {
    for (const receiver of this.#stored()) this.#begin(receiver);
  }

  #stored(): Receiver[] {
    return [...this.#all].filter(({ settings }) => settings.commit === 'after');
  }

  #keyOf({ name }: ReceiveSettings): string {
    return `${this.#host.user}/${name}`;
  }

  /** One page at a time receives a stream, because there is one position. Which of the user's pages that is, a lock tells. */
  #begin(receiver: Receiver): void {
    const { locks } = this.#host;
    const { commit, start } = receiver.settings;
    const key = this.#keyOf(receiver.settings);
    const begin = async () => {
      const started = await this.#host.started();
      if (commit === 'own') {
        receiver._begin(receiver.position ?? start);
        return;
      }
      this.#writer = started?.writer;
      if (started?.store.kind === 'disk') await locks.wait(`${key}/in`);
      if (!this.#all.has(receiver)) {
        locks.release(`${key}/in`);
        return;
      }
      // An earlier receiver of this page may have committed something a moment ago.
      await started?.writer.settled();
      receiver._begin((await started?.store.position(key)) as Position | undefined);
    };
    begin().catch((error) => {
      // The page was left, or it has ended, before it was its turn.
      if (error?.name !== 'AbortError') reportFailure(error);
    });
  }
}
