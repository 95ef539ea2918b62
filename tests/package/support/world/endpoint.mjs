/** An endpoint of the fault server in a world. As of the real one, its faults reach its own connections only. */
import assert from 'node:assert/strict';

const isSet = (text) => text !== undefined && text !== '0';

export class Endpoint {
  orders = [];
  #server;
  #refused = 0;
  #connections = [];
  #received = [];
  #faults = {};

  constructor(server) {
    this.name = server.name;
    this.#server = server;
  }

  url(path, query = {}) {
    return `${this.#server.origin}${path}?${new URLSearchParams({ endpoint: this.name, ...query })}`;
  }

  /** As the handshake option of a world's server has it. */
  answerHandshake({ url, protocols }) {
    const { refusal, handshake = 0 } = this.#faults;
    if (refusal && refusal.until > this.#server.now()) {
      this.#refused += 1;
      return refusal.status || 503;
    }
    const answer = new URL(url).searchParams.get('protocol') ?? protocols[0] ?? '';
    return handshake ? new Promise((done) => this.#server.after(handshake, () => done(answer))) : answer;
  }

  accept(connection, makeRole) {
    const { now, after } = this.#server;
    const seen = {
      id: this.#connections.length + 1,
      openedAt: now(),
      endedAt: null,
      closeCode: null,
      protocol: connection.protocol,
      received: 0,
    };
    this.#connections.push({ connection, seen });
    const isLive = () => seen.endedAt === null;
    const send = (data) => isLive() && connection.send(data);
    const reply = (data) => (this.#faults.delay ? after(this.#faults.delay, () => send(data)) : send(data));
    const query = Object.fromEntries(new URL(connection.url).searchParams);
    const answer = makeRole({ query, reply, after, isLive, close: (...given) => isLive() && connection.close(...given) });
    connection.on('message', (data) => {
      seen.received += 1;
      this.#received.push({ connection: seen.id, ...(typeof data === 'string' ? { text: data } : { binary: data.length }) });
      answer?.(data);
    });
    connection.on('close', ({ code, wasClean }) => {
      seen.endedAt ??= now();
      if (wasClean) seen.closeCode = code;
    });
    if (this.#faults.freezesNew) connection.silence();
    if (this.#faults.flap !== undefined) after(this.#faults.flap, () => this.#drop({ connection, seen }));
  }

  #drop({ connection, seen }) {
    connection.terminate();
    seen.endedAt ??= this.#server.now();
  }

  #each(act) {
    const live = this.#connections.filter(({ seen }) => seen.endedAt === null);
    live.forEach(act);
    return live.length;
  }

  #setFaults(faults) {
    Object.assign(this.#faults, faults);
    return 0;
  }

  async order(action, query = {}) {
    this.orders = [...this.orders, [action, ...Object.entries(query).map((pair) => pair.join(' '))].join(' ')].slice(-20);
    // `probe.order('name', 'close?code=4000')`, too.
    const [name, more] = action.split('?');
    return this.#perform(name, { ...Object.fromEntries(new URLSearchParams(more)), ...query });
  }

  #perform(name, { code, reason = '', way, next, text = '', count = 1_000, ms, after, status = 503, for: time }) {
    if (way) throw Error('a world knows no silence one way');
    switch (name) {
      case 'drop':
        return this.#each((each) => this.#drop(each));
      case 'close':
        return this.#each(({ connection }) => connection.close(code === undefined ? undefined : Number(code), reason));
      case 'freeze':
        if (isSet(next)) this.#faults.freezesNew = true;
        return this.#each(({ connection }) => connection.silence());
      case 'thaw':
        this.#faults.freezesNew = false;
        return this.#each(({ connection }) => connection.restore());
      case 'send':
        return this.#each(({ connection }) => connection.send(text));
      case 'flood':
        return this.#each(({ connection }) => {
          for (let number = 1; number <= Number(count); number += 1) connection.send(`flood ${number}`);
        });
      case 'refuse':
        return this.#setFaults({
          refusal: {
            status: Number(status),
            until: time === undefined ? Number.POSITIVE_INFINITY : this.#server.now() + Number(time),
          },
        });
      case 'accept':
        this.#faults = {};
        return 0;
      case 'delay':
        return this.#setFaults({ delay: Number(ms) });
      case 'handshake':
        return this.#setFaults({ handshake: Number(ms) });
      case 'flap':
        return this.#setFaults({ flap: Number(after) });
      default:
        throw Error(`a world’s endpoint knows no ${name}`);
    }
  }

  async seen() {
    const connections = this.#connections.map(({ seen }) => ({ ...seen }));
    return {
      accepted: connections.length,
      refused: this.#refused,
      live: connections.filter(({ endedAt }) => endedAt === null).length,
      connections,
    };
  }

  async received() {
    return [...this.#received];
  }

  until(test) {
    return this.#server.page.until(async () => test(await this.seen()), `${test} of endpoint ${this.name}`);
  }

  async receives(texts) {
    const seen = () => this.#received.map(({ text }) => text);
    await this.#server.page.until(() => seen().length >= texts.length).catch(() => {});
    assert.deepEqual(seen(), texts);
  }

  async forget() {
    this.#each((each) => this.#drop(each));
    this.#connections = [];
    this.#received = [];
    this.#refused = 0;
    this.#faults = {};
  }
}
