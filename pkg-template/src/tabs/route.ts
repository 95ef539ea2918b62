/** Reads messages of the server, and of tabs, for what the hub must know of them: which request they reply to, or which call they are. */
import { textOf } from '../messages/binary';
import type { Codec, Protocol, Reply } from '../model/types';
import { guard, isObject } from '../platform/native';

/** A reply, and whether no parts follow in any case; or a call of the server, whose `id` is JSON and absent from a batch. */
export type Route = { wire: number; ends: boolean } | { method: string; id: string | undefined };

export class Reader {
  readonly #protocol: Protocol;
  readonly #key: string;

  constructor(protocol: Protocol = 'id', key = 'id') {
    this.#protocol = protocol;
    this.#key = protocol === 'id' ? key : 'id';
  }

  /** True if the server may call. */
  get hasCalls(): boolean {
    return this.#protocol === 'json-rpc';
  }

  /** Returns the message that gives up a request, if the protocol has one. */
  cancelMessage(wire: number): unknown {
    return guard(() => (this.#protocol as Codec).cancel?.(wire));
  }

  /** Returns what a message of the server is; `undefined` if it is for all tabs. */
  route(event: MessageEvent): Route | undefined {
    const reply = this.#read(event);
    if (!reply) return;
    // A notification is for all.
    if (this.hasCalls && 'method' in reply) {
      const { id, method, isBatch } = reply as { id?: unknown; method: unknown; isBatch?: boolean };
      return id === undefined ? undefined : { method: `${method}`, id: isBatch ? undefined : JSON.stringify(id) };
    }
    const { id: given, error, done } = reply;
    const wire = typeof given === 'string' && typeof this.#protocol === 'string' && `${+given}` === given ? +given : given;
    return Number.isSafeInteger(wire) ? { wire: wire as number, ends: error != null || done === true } : undefined;
  }

  #read(event: MessageEvent): Reply | undefined {
    const protocol = this.#protocol;
    if (isObject(protocol)) return guard(() => (protocol as Codec).decode(event.data));
    const data = textOf(event);
    if (data === undefined || !/^\s*[[{]/.test(data) || !data.includes(JSON.stringify(this.#key))) return;
    const read = parse(data);
    // A batch may have calls and replies of any tab. It goes to the tab that answers its first call.
    if (Array.isArray(read)) {
      const call = read.find((one) => isObject(one) && 'method' in one && 'id' in one);
      return call && ({ ...call, isBatch: true } as Reply);
    }
    return isObject(read) ? ({ ...read, id: (read as Reply & { [key: string]: unknown })[this.#key] } as Reply) : undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}

/** Returns the id of the call that a tab's message answers, as JSON. */
export function answeredCall(data: unknown): string | undefined {
  if (typeof data !== 'string' || !/^\s*\{/.test(data) || !/"(result|error)"/.test(data)) return;
  const answer = parse(data);
  return isObject(answer) && 'id' in answer && !('method' in answer) ? JSON.stringify(answer.id) : undefined;
}
