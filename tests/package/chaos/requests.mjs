/** Requests of every kind, numbered, with what became of each. */

const { probe } = globalThis;

/** The requests to the server, or to the socket: the parameters, given the number's text, and what a right answer is. */
const KINDS = {
  echo: { params: (text) => [text], right: (result, text) => result === text },
  wait: { params: (text, { between }) => [between(0, 400), text], right: (result, text) => result === text },
  twice: { params: (text) => [text], right: (result, text) => result === text },
  never: { params: (text) => [text], right: () => false },
  fail: { params: (text) => [text], right: (_, text, error) => error?.code === -32000 && error.data === text },
  parts: {
    params: (text, { between }) => [between(1, 5), text],
    right: (parts, _, __, [count]) => isWhole(parts, count),
  },
  drained: { params: () => [], right: () => true },
};

/** All parts in order. A stream that may run twice begins anew on the next connection, after a beginning that came by the last. */
function isWhole(parts, count) {
  // With the protocol `id` a part is the whole reply.
  const numbers = parts?.map((part) => part?.result ?? part);
  return (
    numbers?.at(-1) === count &&
    numbers.every((number, index) => number === 1 || (index > 0 && number === numbers[index - 1] + 1))
  );
}

const CHOICE = [
  [5, 'echo'],
  [3, 'wait'],
  [1, 'twice'],
  [1, 'never'],
  [1, 'fail'],
  [2, 'parts'],
  [1, 'drained'],
];

export class Requests {
  #ws;
  #random;
  #note;
  #numbered = 0;
  pending = 0;

  constructor(ws, random, note) {
    this.#ws = ws;
    this.#random = random;
    this.#note = note;
  }

  #number(kind, more) {
    this.#numbered += 1;
    const { readyState, status } = this.#ws;
    const entry = { what: 'request', number: this.#numbered, kind, readyState, status, ...more };
    this.#note(entry);
    this.pending += 1;
    return entry;
  }

  /** Asks something at random. */
  ask() {
    const random = this.#random;
    const kind = random.weighed(CHOICE);
    const retry = random.chance(0.4);
    const timeout = random.chance(0.3) ? random.between(20, 900) : undefined;
    const aborts = random.chance(0.15);
    const { number } = this.#number(kind, { retry, timeout });
    const controller = new AbortController();
    if (aborts) this.#abort(number, controller, random.between(0, 300));
    this.#settle(number, kind, { retry, timeout, signal: controller.signal }, random);
  }

  async #abort(number, controller, ms) {
    await probe.sleep(ms);
    this.#note({ what: 'abort', number });
    controller.abort();
  }

  async #settle(number, kind, options, random) {
    const text = `r ${number}`;
    const params = KINDS[kind].params(text, random);
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const finish = (outcome, result, error) => {
      this.pending -= 1;
      this.#note({ what: 'settled', number, outcome, right: KINDS[kind].right(result, text, error, params) });
    };
    try {
      // With the protocol `id` it is the whole reply, be it an error.
      const reply = await this.#reply(kind, params, given);
      if (reply?.id === undefined) finish('answered', reply);
      else finish('answered', reply.result, reply.error);
    } catch (error) {
      finish(error.name, undefined, error);
    }
  }

  async #reply(kind, params, options) {
    const ws = this.#ws;
    if (kind === 'drained') return ws.drained();
    if (kind !== 'parts') return ws.request({ method: kind, params }, options);
    const parts = [];
    for await (const part of ws.stream({ method: kind, params }, options)) parts.push(part);
    return parts;
  }

  /** Sends a request on a connection that is not authenticated yet. Rejects with what the request is rejected with. */
  async admission(connection) {
    const { number } = this.#number('echo', { admission: true });
    const finish = (outcome, right) => {
      this.pending -= 1;
      this.#note({ what: 'settled', number, outcome, right });
    };
    try {
      const reply = await connection.request({ method: 'echo', params: [`r ${number}`] });
      finish('answered', reply === `r ${number}`);
    } catch (error) {
      finish(error.name, false);
      throw Error(`chaos: not admitted, ${error.name}`);
    }
  }

  /** True if the server answers. */
  async answered() {
    const { number } = this.#number('echo', { timeout: 5_000, retry: true });
    await this.#settle(number, 'echo', { timeout: 5_000, retry: true }, this.#random);
    return this.#ws.readyState === 1;
  }
}
