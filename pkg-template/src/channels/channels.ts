/** The class of `holdfast-ws/channels`: many channels over one connection. */
import { checkUrl } from '../dom/webidl';
import { domException, throwTypeError } from '../platform/errors';
import { guard, reportFailure, tag } from '../platform/native';
import { type Bus, Channel, ChannelError, type Loaded, type Message, readData } from './channel';
import { type BaseUrl, Connection, isSocket, type Owner } from './connection';
import { Emitter } from './emitter';
import { Action, CHANGES, Event, FAILURES, RECOVERED } from './numbers';
import {
  type BusSettings,
  GRACE,
  type Position,
  readBusOptions,
  readChannelOptions,
  readHistoryOptions,
  toPlace,
  toPosition,
} from './options';
import { readToken } from './token';
import type { Machine, Place, Raw } from './via';

interface Waiting {
  resolve(value: never): void;
  reject(error: unknown): void;
}

const MAX_DELAY = 2 ** 31 - 1;
/** An HTTP request that takes longer (ms) is given up. */
const REQUEST_MS = 10_000;

/** Makes text or bytes of what is published. */
function toRaw(data: unknown): Raw {
  if (typeof data === 'string') return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (/ArrayBuffer$/.test(tag(data))) return new Uint8Array(data as ArrayBuffer);
  throwTypeError(
    'a message is text or bytes; for other values use the option codec of Channels, such as json, which has to make text or bytes of them',
  );
}

/** Throws unless the place of the broker is a URL, a function that returns one, or the application's socket. */
function checkPlace(place: unknown, { via, reconnect, WebSocket }: BusSettings): void {
  if (isSocket(place)) {
    if ('role' in place) throwTypeError('Channels take no socket of holdfast-ws/tabs');
    if (reconnect || WebSocket) throwTypeError('options reconnect and WebSocket of Channels are for a URL, not for a socket');
    if (!via.takesSocket)
      throw domException(
        'NotSupportedError',
        `holdfast-ws/channels: ${via.name} has the channels in its URL, and takes no socket.`,
      );
  } else if (typeof place === 'string' || tag(place) === 'URL') checkUrl(place);
  else if (typeof place !== 'function') throwTypeError('Channels take a URL, a function that returns one, or a socket');
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || !name) throwTypeError('the name of a channel is a string that is not empty');
}

function fromRaw(raw: Raw): string | ArrayBuffer {
  return typeof raw === 'string' ? raw : (raw.buffer as ArrayBuffer);
}

export class Channels extends Emitter implements Bus, Owner {
  readonly #settings: BusSettings;
  readonly #connection: Connection;
  #machine: Machine | undefined;
  /** By the machine's number: those who use the channel. */
  readonly #holders = new Map<number, Set<Channel>>();
  readonly #waiting = new Map<number, Waiting>();
  #scheduled = false;
  #flushing = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #status = 'idle';
  readonly can: object;

  constructor(place: unknown, options: unknown) {
    super(['status', 'refused']);
    this.#settings = readBusOptions(options);
    checkPlace(place, this.#settings);
    const seed = Math.floor(Math.random() * 2 ** 52);
    this.#machine = this.#settings.via.make(performance.now(), seed);
    const [recovery, history, publish, presence, wildcard, ack, tokens] = this.#machine.can();
    this.can = Object.freeze({ recovery: RECOVERED[recovery as number], history, publish, presence, wildcard, ack, tokens });
    this.#connection = new Connection(place as BaseUrl, this.#settings, this);
    this.schedule();
  }

  /** @internal */
  get machine(): Machine {
    if (!this.#machine) throw domException('InvalidStateError', 'holdfast-ws/channels: it is closed.');
    return this.#machine;
  }

  get status(): string {
    return this.#status;
  }

  channel(name: string, options: unknown = {}): Channel {
    const { machine } = this;
    checkName(name);
    const settings = readChannelOptions(options);
    const { since, history, load, presence, authorize } = settings;
    const can = this.can as { presence: boolean; tokens: boolean };
    const lacks = presence && !can.presence ? 'presence' : authorize && !can.tokens ? 'tokens of channels' : undefined;
    if (lacks) throw domException('NotSupportedError', `holdfast-ws/channels: ${this.#settings.via.name} has no ${lacks}.`);
    const channel = new Channel(this, name, settings);
    const date = since instanceof Date;
    const joined = machine.join(
      performance.now(),
      name,
      date ? undefined : toPlace(since),
      history,
      date ? +since : Number.NaN,
      !!load,
      !!authorize,
      presence?.grace ?? GRACE,
      presence?.user,
      JSON.stringify(presence?.data ?? null),
    );
    if (!joined)
      throw domException('InvalidStateError', `holdfast-ws/channels: the page is a member of ${name} as another user already.`);
    [channel._id, channel._holder] = joined;
    const holders = this.#holders.get(channel._id) ?? new Set();
    this.#holders.set(channel._id, holders.add(channel));
    this.schedule();
    return channel;
  }

  async publish(name: string, data: unknown): Promise<Position | undefined> {
    const { machine } = this;
    checkName(name);
    const raw = toRaw(this.#settings.codec.encode(data));
    return this.#answer(machine.publish(performance.now(), name, raw));
  }

  async history(name: string, options: unknown = {}): Promise<Message[]> {
    const { machine } = this;
    checkName(name);
    const { limit, before } = readHistoryOptions(options);
    return this.#answer(machine.history(performance.now(), name, limit, toPlace(before)));
  }

  close(): void {
    const machine = this.#machine;
    if (!machine) return;
    for (const holders of [...this.#holders.values()]) for (const channel of [...holders]) channel.leave();
    clearTimeout(this.#timer);
    // Others are told at once that the user has left.
    machine.leave_all();
    for (let action = machine.output(performance.now()); action; action = machine.output(performance.now()))
      if (action[0] === Action.Send) this.#execute(action);
    this.#machine = undefined;
    this.#connection.close();
    const error = new ChannelError('holdfast-ws/channels: it was closed.', 'lost', true, undefined);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    // Not while it is on the stack.
    setTimeout(() => machine.free());
    this.statusChanged();
  }

  /** @internal */
  left(channel: Channel): void {
    const holders = this.#holders.get(channel._id);
    holders?.delete(channel);
    if (!holders?.size) this.#holders.delete(channel._id);
    this.schedule();
  }

  /** @internal */
  statusChanged(): void {
    const { status } = this.#connection;
    if (status === this.#status) return;
    this.#status = status;
    this._emit('status', status);
  }

  /** Carries out soon what the machine has decided, so that channels that are joined together are one batch. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Carries out what the machine has decided. */
  flush(): void {
    this.#again = true;
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      while (this.#again && this.#machine) {
        this.#again = false;
        for (let action = this.#machine?.output(performance.now()); action; ) {
          this.#execute(action);
          action = this.#machine?.output(performance.now());
        }
        for (let event = this.#machine?.event(); event; event = this.#machine?.event()) this.#dispatch(event);
      }
    } finally {
      // The class may throw, as it does where there is no platform's class.
      this.#flushing = false;
      this.#setTimer();
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const due = this.#machine?.due() ?? Number.NaN;
    if (Number.isNaN(due)) return;
    const delay = Math.min(Math.max(0, Math.ceil(due - performance.now())), MAX_DELAY);
    this.#timer = setTimeout(() => {
      this.#machine?.timeout(performance.now());
      this.flush();
    }, delay);
  }

  #answer<Value>(number: number): Promise<Value> {
    this.schedule();
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  #settle(number: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (waiting) settle(waiting);
  }

  #execute(action: unknown[]): void {
    const [kind, first, second] = action as [Action, number, number];
    if (kind === Action.Dial) this.#connection.dial();
    else if (kind === Action.Close) {
      this.#connection.close();
      this.statusChanged();
    } else if (kind === Action.Send) this.#connection.send(action[1] as Raw);
    else if (kind === Action.Request) this.#request(action);
    else if (kind === Action.Authorize) this.#authorize(first, second).catch(reportFailure);
    else if (kind === Action.Load) this.#load(first, second).catch(reportFailure);
    else if (kind === Action.Reconnect) this.#connection.reconnect();
  }

  #request([, number, method, url, headers, body]: unknown[]): void {
    const signal = AbortSignal.timeout?.(REQUEST_MS);
    const request = fetch(url as string, { method: method as string, headers: headers as [], body: body as BodyInit, signal });
    const answered = async () => {
      try {
        const response = await request;
        const text = await response.text();
        this.#machine?.response(performance.now(), number as number, response.status, text);
      } catch (error) {
        this.#machine?.failed(performance.now(), number as number, String(error));
      }
      this.schedule();
    };
    answered();
  }

  async #authorize(id: number, question: number): Promise<void> {
    const holder = this.#machine?.authorizer(id);
    const channel = [...(this.#holders.get(id) ?? [])].find(({ _holder }) => _holder === holder);
    try {
      const given = await channel?._settings.authorize?.(channel.name);
      if (given === undefined || given === null) this.#machine?.no_token(performance.now(), id, question, 'there is no token');
      else this.#machine?.token(performance.now(), id, question, ...readToken(given));
    } catch (error) {
      this.#machine?.no_token(performance.now(), id, question, String(error));
      throw error;
    } finally {
      this.schedule();
    }
  }

  async #load(id: number, question: number): Promise<void> {
    const loaders = this.#machine?.loaders(id) ?? [];
    const loading = [...(this.#holders.get(id) ?? [])].filter(({ _holder }) => loaders.includes(_holder));
    try {
      const all = await Promise.all(loading.map((channel) => channel._load()));
      if (!this.#machine?.loading(id, question)) return;
      loading.forEach((channel, index) => {
        const [state, position] = all[index] as Loaded;
        channel._emit('state', { state, position });
      });
      const holders = loading.map(({ _holder }) => _holder);
      const places = all.map(([, position]) => toPlace(position));
      this.#machine?.loaded(performance.now(), id, question, holders, places);
    } catch (error) {
      this.#machine?.not_loaded(performance.now(), id, question);
      throw error;
    } finally {
      this.schedule();
    }
  }

  #deliver(id: number, message: Message, skips: number[]): void {
    for (const channel of [...(this.#holders.get(id) ?? [])])
      if (!skips.includes(channel._holder)) channel._emit('message', message);
  }

  #tell(id: number, type: string, event: unknown, status?: string, holder?: number): void {
    for (const channel of [...(this.#holders.get(id) ?? [])]) {
      if (holder !== undefined && channel._holder !== holder) continue;
      if (status && channel._status !== 'left') channel._status = status;
      channel._emit(type, event);
    }
  }

  #dispatch(event: unknown[]): void {
    const [kind, id, second, third, fourth, fifth] = event as [Event, number, never, never, never, never];
    if (kind === Event.Message) {
      const message = this.#message(second, third, fourth);
      if (message) this.#deliver(id, message, fifth);
    } else if (kind === Event.Subscribed)
      this.#tell(id, 'subscribed', { recovered: RECOVERED[third], replayed: fourth }, 'subscribed', second);
    else if (kind === Event.Gap) this.#tell(id, 'gap', { after: toPosition(second), before: toPosition(third) });
    else if (kind === Event.Refused) this.#tell(id, 'refused', { reason: second, retryIn: third }, 'refused');
    else if (kind === Event.Published) this.#settle(id, ({ resolve }) => resolve(toPosition(second) as never));
    else if (kind === Event.Unpublished) this.#fail(id, 'published', second, third, fourth);
    else if (kind === Event.Member) this.#tell(id, CHANGES[third], { user: second, data: readData(fourth) });
    else if (kind === Event.History) {
      const found = (second as [Place, Raw][]).map(([place, raw]) => this.#message(place, raw, true));
      this.#settle(id, ({ resolve }) => resolve(found.filter(Boolean) as never));
    } else if (kind === Event.NoHistory) this.#fail(id, 'found', second, third, false);
    else if (kind === Event.LoginRefused) this._emit('refused', { reason: id });
    else if (kind === Event.LoadOverdue) {
      const [channel] = this.#holders.get(id) ?? [];
      const text = `holdfast-ws/channels: load() of ${channel?.name} has not settled within ${second} ms; it is called again.`;
      if (channel) reportFailure(new ChannelError(text, 'timeout', true, undefined));
    }
  }

  #message(place: Place | undefined, raw: Raw, replayed: boolean): Message | undefined {
    return guard(() => ({ data: this.#settings.codec.decode(fromRaw(raw)), position: toPosition(place), replayed }));
  }

  #fail(number: number, what: string, failure: number, detail: unknown, sent: boolean): void {
    const reason = FAILURES[failure] as string;
    const text = `holdfast-ws/channels: not ${what} (${reason}${detail ? `: ${detail}` : ''}).`;
    this.#settle(number, ({ reject }) => reject(new ChannelError(text, reason, sent, detail)));
  }
}
