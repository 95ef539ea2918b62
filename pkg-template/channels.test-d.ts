/** Code that `channels.d.ts` and those of its adapters must accept or refuse. Compiled, not run. */
import { Channel, ChannelError, type ChannelMessage, Channels, json, type Position } from './channels';
import { nats } from './channels-nats';
import { nchan } from './channels-nchan';
import { useChannel, usePresence } from './channels-react';
import { useChannel as useInVue } from './channels-vue';
import { WebSocket } from './index';

interface Price {
  price: number;
}

const plain = new Channels('wss://example.com/sub', { via: nchan() });
plain.channel('news').on('message', ({ data }) => data satisfies string | ArrayBuffer);
plain.can.recovery satisfies boolean | 'unknown';
const bus = new Channels<Price>(async () => new URL('wss://example.com'), {
  via: nchan({ publish: 'https://example.com/pub/{channel}', heartbeat: { interval: 5_000 } }),
  codec: json,
  token: async () => ({ token: 'abc', lifetime: 60_000 }),
  reconnect: { maxDelay: 5_000 },
  WebSocket,
});
const news = bus.channel<Price[]>('news', {
  since: { offset: 7 },
  history: 20,
  load: async () => ({ state: [{ price: 1 }], position: { epoch: 'a', offset: 7 } }),
  presence: { user: 'ada', data: { name: 'Ada' }, grace: 5_000 },
  authorize: async (name) => (name === 'news' ? 'token' : undefined),
});
const off = news.on('message', ({ data, position, replayed }) => {
  data.price satisfies number;
  position satisfies Position | undefined;
  replayed satisfies boolean;
});
off();
news.on('state', ({ state }) => state[0]?.price satisfies number | undefined);
news.on('subscribed', ({ recovered }) => recovered satisfies boolean | 'unknown');
news.on('refused', ({ retryIn }) => retryIn satisfies number | undefined);
news.on('back', ({ user }) => user satisfies string);
news.publish({ price: 1 }).then((position) => position satisfies Position | undefined);
news.publish({ price: 1 }).catch((error) => error instanceof ChannelError && error.reason === 'full');
news.history({ limit: 5 }).then((all) => all satisfies ChannelMessage<Price>[]);
bus.on('status', (status) => status === 'idle');
const loop = async () => {
  for await (const { data } of news) data.price satisfies number;
};
loop();

const [prices, used] = useChannel(bus, 'news', (all: number[], { data }) => [...all, data.price], []);
prices[0] satisfies number | undefined;
used?.publish({ price: 1 });
usePresence(bus, 'news', { user: 'ada' })[0]?.user satisfies string | undefined;
useInVue(bus, 'news', (sum: number, { data }) => sum + data.price, 0).state.value satisfies number;

// @ts-expect-error An adapter is required.
new Channels('wss://example.com', {});
// @ts-expect-error There is no such event.
news.on('messages', () => {});
// @ts-expect-error There is no such event.
bus.on('open', () => {});
new Channels(new WebSocket('wss://example.com', { heartbeat: { ping: 'PING\r\n' } }), { via: nats() });
// @ts-expect-error It is a price.
news.publish('1');
// @ts-expect-error It is read-only.
news.status = 'left';
// @ts-expect-error Channels make them.
new Channel();
// @ts-expect-error There is no such option.
nchan({ publishes: '' });
new Channels('wss://example.com', { via: nats({ bucket: 'members', login: 'password', user: 'ada' }) });
// @ts-expect-error There is no such login.
nats({ login: 'nkey' });
