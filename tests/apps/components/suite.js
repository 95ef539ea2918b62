/** In the page: the cases by name, what they wait with and compare with, and the server they talk to. */
export const cases = {};
globalThis.cases = cases;

export const it = (name, run) => {
  cases[name] = run;
};

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(test, what = () => String(test), ms = 60_000) {
  for (const end = performance.now() + ms; ; await sleep(5)) {
    const value = await test();
    if (value) return value;
    if (performance.now() > end) throw Error(`waited ${ms} ms in vain for ${typeof what === 'function' ? what() : what}`);
  }
}

export function equal(actual, expected, what = 'is') {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== should) throw Error(`${what} ${is}, and should be ${should}`);
}

/** Returns what an endpoint of the server has seen. */
export const seen = async (endpoint) => (await fetch(`/endpoints/${encodeURIComponent(endpoint)}`)).json();

export const order = (endpoint, action) => fetch(`/endpoints/${encodeURIComponent(endpoint)}/${action}`, { method: 'POST' });

/** The messages that the server has received. */
export const received = async (endpoint) =>
  (await (await fetch(`/endpoints/${encodeURIComponent(endpoint)}/received`)).json()).map(({ text }) => text);

export function matches(text, pattern) {
  if (!pattern.test(text)) throw Error(`${text} does not match ${pattern}`);
}

/** As many as that come, and nothing more: a second socket would have, by now. */
export async function settled(endpoint, accepted, live) {
  let now;
  await until(
    async () => {
      now = await seen(endpoint);
      return now.accepted >= accepted && now.live === live;
    },
    () => `${accepted} accepted and ${live} live connections; there are ${now.accepted} and ${now.live}`,
  );
  await sleep(150);
  now = await seen(endpoint);
  equal([now.accepted, now.live], [accepted, live], 'accepted and live are');
}

export const numbers = (count) => Array.from({ length: count }, (_, i) => String(i + 1));

/** The parts of `Channels` that the hooks use: a test tells its channels what to dispatch. */
export class FakeBus {
  /** The channels that were not left. */
  used = new Set();
  members = [];

  channel(name, options) {
    const listeners = [];
    const bus = this;
    const channel = {
      name,
      options,
      bus,
      get members() {
        return bus.members;
      },
      on: (type, listener) => listeners.push([type, listener]),
      tell: (type, event) => {
        for (const [each, listener] of listeners) if (each === type) listener(event);
      },
      leave: () => this.used.delete(channel),
    };
    this.used.add(channel);
    return channel;
  }

  tell(name, type, event) {
    for (const channel of this.used) if (channel.name === name) channel.tell(type, event);
  }
}
