/** The hub's record of the requests of all tabs, by their number in the application's protocol, so that a reply goes to the tab that asked. */
import { textOf } from '../messages/binary';
import type { Codec, Protocol, Reply } from '../model/types';
import { guard, isObject } from '../platform/native';
import type { Request } from './types';

interface Asked {
  tab: number;
  request: number;
  streams: boolean;
}

/** The target of a message: to the tab that asked, to one that answers a call, or to all. */
export type Target = { tab: number; request: number; last: boolean } | { method: string; id?: unknown } | undefined;

export class Replies {
  readonly #protocol: Protocol;
  readonly #key: string;
  /** Requests that replies are expected to, late ones too. */
  #asked = new Map<number, Asked>();

  constructor(protocol: Protocol = 'id', key = 'id') {
    this.#protocol = protocol;
    this.#key = protocol === 'id' ? key : 'id';
  }

  add(tab: number, request: number, { wire, streams }: Request): void {
    this.#asked.set(wire, { tab, request, streams });
  }

  forget(tab: number, request: number): void {
    this.#asked.delete(this.#wireOf(tab, request));
  }

  /** Returns the message that gives up a request, if the protocol has one. */
  cancelMessage(tab: number, request: number): unknown {
    const wire = this.#wireOf(tab, request);
    return wire < 0 ? undefined : guard(() => (this.#protocol as Codec).cancel?.(wire));
  }

  #wireOf(tab: number, request: number): number {
    for (const [wire, asked] of this.#asked) if (asked.tab === tab && asked.request === request) return wire;
    return -1;
  }

  /** The connection has ended: returns what was pending. */
  takeAll(): Asked[] {
    const all = [...this.#asked.values()];
    this.#asked.clear();
    return all;
  }

  /** Returns where a message goes. */
  route(event: MessageEvent): Target {
    const reads = this.#asked.size || this.#protocol === 'json-rpc';
    const reply = reads ? this.#read(event) : undefined;
    if (!reply) return;
    // The server calls: one tab answers.
    if (this.#protocol === 'json-rpc' && 'method' in reply) {
      const { id, method } = reply as { id?: unknown; method: unknown };
      return id === undefined ? undefined : { method: `${method}`, id };
    }
    const { id: given, error, done } = reply;
    const id = typeof given === 'string' && typeof this.#protocol === 'string' && `${+given}` === given ? +given : given;
    const asked = this.#asked.get(id as number);
    return asked && { ...asked, last: !asked.streams || error != null || done === true };
  }

  #read(event: MessageEvent): Reply | undefined {
    const protocol = this.#protocol;
    if (isObject(protocol)) return guard(() => (protocol as Codec).decode(event.data));
    const data = textOf(event);
    if (data === undefined || !/^\s*[[{]/.test(data) || !data.includes(JSON.stringify(this.#key))) return;
    try {
      const read = JSON.parse(data);
      // A batch may have calls and replies of any tab. It goes to the tab that answers its first call.
      if (Array.isArray(read)) return read.find((one) => isObject(one) && 'method' in one && 'id' in one);
      return { ...read, id: read[this.#key] };
    } catch {
      return;
    }
  }
}
