/** The entries under test, in Node with the package `ws`, and recorders of what channels dispatch. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { pkg, until } from '../../package/support/server.mjs';

globalThis.WebSocket = WebSocket;

/** A file of the built package. */
export const entry = (name) => import(pathToFileURL(resolve(pkg, `dist/${name}.mjs`)));

export const { Channels, ChannelError, json } = await entry('channels');

/** Against hangs, not for slow machines. */
export const LIMIT_MS = 60_000;

const TYPES = ['message', 'subscribed', 'gap', 'refused', 'state', 'join', 'leave', 'timeout', 'back'];

/** The events that a channel has dispatched. */
export class Record {
  /** Each `[type, event]`. */
  events = [];

  constructor(channel) {
    this.channel = channel;
    for (const type of TYPES) channel.on(type, (event) => this.events.push([type, event]));
  }

  of(type) {
    return this.events.filter(([each]) => each === type).map(([, event]) => event);
  }

  get texts() {
    return this.of('message').map(({ data }) => data);
  }

  /** Waits for so many events of a type, and returns them. */
  async until(type, count = 1, ms = LIMIT_MS) {
    await until(
      () => this.of(type).length >= count,
      ms,
      () => `${count} ${type} of ${this.channel.name}; there were ${JSON.stringify(this.events.slice(-30))}`,
    );
    return this.of(type);
  }
}

/** The broker of each bus. */
const brokers = new WeakMap();

/** A bus at a broker, closed when the test ends. */
export function openBus({ stage, broker }, options = {}, url = broker.url) {
  const bus = new Channels(url, {
    via: broker.via(),
    reconnect: { minDelay: 50, maxDelay: 300, connectTimeout: 5_000 },
    ...broker.options,
    ...options,
  });
  stage.atEnd(() => bus.close());
  brokers.set(bus, broker);
  return bus;
}

/** Uses a channel, and waits until it is subscribed, and what is published from now on comes. */
export async function subscribe(bus, name, options) {
  const record = new Record(bus.channel(name, options));
  await record.until('subscribed');
  await brokers.get(bus)?.listens?.(name);
  return record;
}

export const numbered = (count, first = 1) => Array.from({ length: count }, (_, index) => `message ${first + index}`);

/** Publishes numbered messages by the back end, one after the other. */
export function publisher(broker, channel) {
  const publish = async (count) => {
    for (const text of numbered(count, publish.count + 1)) {
      publish.count += 1;
      await broker.publish(channel, text);
    }
  };
  publish.count = 0;
  publish.all = () => numbered(publish.count);
  return publish;
}
