/**
 * The locks: who holds the first is the hub. Each tab also holds one that is its own, by which its number is known for the client that
 * holds the first, and by whose release the hub learns that a tab is gone.
 */
import { quietly } from '../platform/native';
import { isTab } from './machine';

/** Told of the first lock. */
export interface LockListener {
  granted(others: number): void;
  stolen(): void;
  holder(tab: number): void;
  /** A tab that is watched seems to be gone. */
  gone(tab: number): void;
  /** The result of a lookup. */
  presence(tab: number, present: boolean): void;
  /** The browser refuses locks. */
  refused(): void;
}

export interface Held {
  granted: boolean;
  readonly controller: AbortController;
  release(): void;
}

export const nobody = () => {};
/** A holder whom no tab's own lock names. */
const UNKNOWN = 1;

export class Locks {
  protected readonly _name: string;
  protected readonly _id: number;
  protected readonly _listener: LockListener;
  #held: Held | undefined;
  #alive: Held | undefined;
  #watched = new Map<number, Held>();

  constructor(name: string, id: number, listener: LockListener) {
    this._name = name;
    this._id = id;
    this._listener = listener;
    this.live();
  }

  /** Takes this tab's own lock. */
  live(): void {
    this.#alive ??= this._hold(`${this._name}:alive:${this._id}`, {}, nobody, nobody);
  }

  protected get _isLive(): boolean {
    return !!this.#alive;
  }

  request(steal: boolean): void {
    this.release();
    const held = this._hold(
      this._name,
      steal ? { steal } : {},
      async () => {
        const others = (await this.#query(({ pending }) => pending ?? [])).length;
        if (this.#held === held) this._listener.granted(others);
      },
      (refused) => {
        if (this.#held !== held) return;
        this.#held = undefined;
        if (refused) this._listener.refused();
        else this._listener.stolen();
      },
    );
    this.#held = held;
  }

  release(): void {
    const held = this.#held;
    this.#held = undefined;
    end(held);
  }

  async query(): Promise<void> {
    this._listener.holder(await this._lookUp());
  }

  /** Returns who holds the first lock, or 0. */
  protected async _lookUp(): Promise<number> {
    let mine = '';
    const tabs: [tab: number, client: string][] = [];
    const prefix = `${this._name}:alive:`;
    const all = await this.#queryAll();
    // Without lookups what the lock's own promise says must do.
    if (!all.held) return this.#held?.granted ? this._id : 0;
    for (const { name, clientId } of all.held) {
      if (!name?.startsWith(prefix)) continue;
      const tab = +name.slice(prefix.length);
      tabs.push([tab, `${clientId}`]);
      if (tab === this._id) mine = `${clientId}`;
    }
    const holder = all.held.find(({ name }) => name === this._name)?.clientId;
    // This page may have more than one socket.
    const own = !!this.#held?.granted && holder === mine;
    const [other = UNKNOWN] = tabs.find(([tab, client]) => client === holder && tab !== this._id) ?? [];
    return holder === undefined ? 0 : own ? this._id : other;
  }

  /** Watches for the end of a tab. */
  watch(tab: number): void {
    // One whose end has come is in the list until it is clear that it is gone.
    if (this.#watched.get(tab)?.granted === false) return;
    const held = this._hold(
      `${this._name}:alive:${tab}`,
      { mode: 'shared' },
      () => {
        held.release();
        if (this.#watched.get(tab) === held) this._listener.gone(tab);
      },
      nobody,
    );
    this.#watched.set(tab, held);
  }

  /** Looks up whether a tab is there. One that is new may not have been granted its lock when that was first asked for. */
  async lookUp(tab: number): Promise<void> {
    const { held } = await this.#queryAll();
    this._listener.presence(tab, !held || held.some(({ name }) => name === `${this._name}:alive:${tab}`));
  }

  unwatch(tab: number): void {
    const held = this.#watched.get(tab);
    this.#watched.delete(tab);
    end(held);
  }

  /** True if tabs are watched. */
  get watchesTabs(): boolean {
    return [...this.#watched.keys()].some(isTab);
  }

  unwatchAll(): void {
    for (const tab of [...this.#watched.keys()]) this.unwatch(tab);
  }

  /** Holds nothing and waits for nothing, or the page would be kept out of the back/forward cache. */
  close(): void {
    this.release();
    this.unwatchAll();
    end(this.#alive);
    this.#alive = undefined;
  }

  protected _hold(name: string, options: LockOptions, granted: () => void, lost: (refused: boolean) => void): Held {
    let release = nobody;
    const done = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held: Held = { granted: false, controller: new AbortController(), release };
    // The two can't go together.
    const all = options.steal ? options : { ...options, signal: held.controller.signal };
    const ask = async () => {
      await navigator.locks.request(name, all, () => {
        held.granted = true;
        granted();
        return done;
      });
      // What stands for the browser's may do nothing at all.
      if (!held.granted) lost(true);
    };
    ask().catch(() => lost(!held.granted));
    return held;
  }

  async #queryAll(): Promise<LockManagerSnapshot> {
    try {
      return await navigator.locks.query();
    } catch {
      return {};
    }
  }

  async #query(of: (all: LockManagerSnapshot) => LockInfo[]): Promise<LockInfo[]> {
    return of(await this.#queryAll()).filter(({ name }) => name === this._name);
  }
}

export function end(held: Held | undefined): void {
  held?.release();
  quietly(() => held?.controller.abort());
}
