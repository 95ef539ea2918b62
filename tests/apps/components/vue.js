/** `holdfast-ws/vue` in components, by Vue's testing library, and outside of them. */
import { cleanup, render, screen, waitFor } from '@testing-library/vue';
import { WebSocket } from 'holdfast-ws';
import { useChannel, usePresence } from 'holdfast-ws/channels/vue';
import { Outbox } from 'holdfast-ws/outbox';
import { WebSocket as TabsWebSocket } from 'holdfast-ws/tabs';
import { useOutbox, useWebSocket } from 'holdfast-ws/vue';
import { computed, createSSRApp, effectScope, h, nextTick, onMounted, onUpdated, reactive, ref, watch } from 'vue';
import { equal, FakeBus, it, matches, numbers, order, received, settled, until } from './suite.js';

globalThis.cleanup = cleanup;

const shows = (id, text) => waitFor(() => equal(screen.getByTestId(id).textContent, text, id), { timeout: 60_000 });

const StatusLine = {
  props: { url: [String, URL], options: Object, id: { type: String, default: 'line' } },
  setup(props) {
    const { ws, status } = useWebSocket(() => props.url, props.options);
    return () => h('p', { 'data-testid': props.id }, `${status.value} ${ws.value ? 'with' : 'without'}`);
  },
};

/** Several of them, as the reactive list says. */
const statusLines = (list) => ({ setup: () => () => list.map((props) => h(StatusLine, { key: props.id, ...props })) });

it('a component opens one socket, which is closed when it is unmounted', async ({ endpoint, to }) => {
  const { unmount } = render(StatusLine, { props: { url: to('/echo') } });
  await shows('line', 'open with');
  await settled(endpoint, 1, 1);
  unmount();
  await settled(endpoint, 1, 0);
});

it('two components with the same URL share a socket until both are gone', async ({ endpoint, to }) => {
  const list = reactive([
    { id: 'a', url: to('/echo') },
    { id: 'b', url: to('/echo') },
  ]);
  render(statusLines(list));
  await shows('a', 'open with');
  await shows('b', 'open with');
  await settled(endpoint, 1, 1);
  list.shift();
  await settled(endpoint, 1, 1);
  list.shift();
  await settled(endpoint, 1, 0);
});

it('another component takes the socket over', async ({ endpoint, to }) => {
  const list = reactive([{ id: 'first', url: to('/echo') }]);
  render(statusLines(list));
  await shows('first', 'open with');
  list[0] = { id: 'second', url: to('/echo') };
  await shows('second', 'open with');
  await settled(endpoint, 1, 1);
});

it('other options are another socket', async ({ endpoint, to }) => {
  const url = to('/echo');
  const options = () => ({ queue: { maxMessages: 9 }, reconnect: { shouldReconnect: () => true }, onOpen: () => {} });
  render(
    statusLines([
      { id: 'a', url, options: options() },
      { id: 'b', url, options: options() },
      { id: 'c', url, options: { queue: { maxMessages: 8 } } },
    ]),
  );
  await shows('c', 'open with');
  await settled(endpoint, 2, 2);
});

it('what is sent in setup goes out when the connection is open', async ({ endpoint, to }) => {
  render({
    setup() {
      const { send } = useWebSocket(to('/echo'));
      send('in setup');
      onMounted(() => send('when mounted'));
      return () => null;
    },
  });
  await until(async () => (await received(endpoint)).length === 2);
  equal(await received(endpoint), ['in setup', 'when mounted']);
});

it('every message of a burst reaches the callback once and in order, and none renders', async ({ to }) => {
  const received = [];
  let updates = 0;
  render({
    setup() {
      const onMessage = ({ data }) => received.push(data);
      const { status } = useWebSocket(to('/push', { every: 1, count: 300 }), { onMessage });
      onUpdated(() => (updates += 1));
      return () => h('p', status.value);
    },
  });
  await until(() => received.length === 300);
  equal(received, numbers(300));
  equal(updates, 1, 'updates');
});

it('data is that of the last message, for who uses it', async ({ to }) => {
  render({
    setup() {
      const { data } = useWebSocket(to('/push', { every: 1, count: 50 }));
      return () => h('p', { 'data-testid': 'data' }, data.value);
    },
  });
  await shows('data', '50');
});

it('equal messages reach the callback each', async ({ to }) => {
  const received = [];
  const scope = effectScope();
  scope.run(() => {
    const { send } = useWebSocket(to('/echo'), { onMessage: ({ data }) => received.push(data) });
    for (let i = 0; i < 3; i++) send('same');
  });
  await until(() => received.length === 3);
  scope.stop();
});

it('a ref as URL: a change reconnects, null closes', async ({ endpoint, to }) => {
  const url = ref(to('/echo'));
  render({
    setup() {
      const { ws, status } = useWebSocket(url);
      return () => h('p', { 'data-testid': 'line' }, `${status.value} ${ws.value?.url.slice(-6) ?? 'none'}`);
    },
  });
  await waitFor(() => matches(screen.getByTestId('line').textContent, /^open/), { timeout: 60_000 });
  url.value = to('/echo', { room: 2 });
  await shows('line', 'open room=2');
  await settled(endpoint, 2, 1);
  url.value = null;
  await shows('line', 'closed none');
  await settled(endpoint, 2, 0);
});

it('a getter as URL: two changes at once are one new socket, and an equal URL is none', async ({ endpoint, to }) => {
  const [room, floor] = [ref(1), ref(1)];
  const scope = effectScope();
  const { status } = scope.run(() => useWebSocket(() => new URL(to('/echo', { room: room.value, floor: floor.value }))));
  await until(() => status.value === 'open');
  room.value = 2;
  floor.value = 2;
  await nextTick();
  await until(() => status.value === 'open');
  await settled(endpoint, 2, 1);
  room.value = 3;
  room.value = 2;
  await settled(endpoint, 2, 1);
  scope.stop();
  await settled(endpoint, 2, 0);
});

it('a getter of a function: it is asked before each attempt', async ({ endpoint, to }) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return to('/echo');
  };
  const { status, stop } = useWebSocket(() => ask, { reconnect: { minDelay: 20 } });
  await until(() => status.value === 'open');
  await order(endpoint, 'drop');
  await until(() => asked === 2 && status.value === 'open');
  stop();
  await settled(endpoint, 2, 0);
});

it('a getter of a promise is an error that says what to give', async () => {
  try {
    useWebSocket(async () => 'ws://localhost');
  } catch (error) {
    return matches(`${error}`, /TypeError: .*\(\) => ask/);
  }
  throw Error('nothing was thrown');
});

it('outside of any component it works until it is stopped', async ({ endpoint, to }) => {
  const { ws, status, data, send, stop } = useWebSocket(to('/echo'));
  const shown = computed(() => `${status.value} ${data.value}`);
  send('hello');
  await until(() => shown.value === 'open hello');
  stop();
  equal([ws.value, status.value], [null, 'closed']);
  await settled(endpoint, 1, 0);
  try {
    send('too late');
  } catch (error) {
    return equal(error.name, 'InvalidStateError');
  }
  throw Error('nothing was thrown');
});

it('the status follows the connection', async ({ endpoint, to }) => {
  const seen = [];
  const { status, stop } = useWebSocket(to('/echo'), { reconnect: { minDelay: 200 } });
  watch(status, (now) => seen.push(now), { immediate: true, flush: 'sync' });
  await until(() => status.value === 'open');
  await order(endpoint, 'drop');
  await until(() => seen.filter((now) => now === 'open').length === 2);
  equal(seen, ['connecting', 'open', 'waiting', 'connecting', 'open']);
  stop();
});

it('a bad option throws in setup', async () => {
  try {
    useWebSocket('ws://localhost', { reconect: false });
  } catch (error) {
    return matches(`${error}`, /TypeError: .*reconect/);
  }
  throw Error('nothing was thrown');
});

it('hydration finds what a server renders', async ({ to }) => {
  const warnings = [];
  console.warn = (...said) => warnings.push(String(said[0]));
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = '<p data-testid="line">connecting</p>';
  const app = createSSRApp({
    setup() {
      const { status } = useWebSocket(to('/echo'));
      return () => h('p', { 'data-testid': 'line' }, status.value);
    },
  });
  app.mount(container);
  await shows('line', 'open');
  equal(
    warnings.filter((text) => /[Hh]ydrat/.test(text)),
    [],
  );
  app.unmount();
});

const TabSocket = TabsWebSocket.with({ tabs: { key: 'components' } });

/** A component that has a socket of its own, as another tab does. */
const Tab = {
  props: { url: String, id: String, onMessage: Function },
  setup({ url, id, onMessage }) {
    const { ws, status } = useWebSocket(url, { WebSocket: TabSocket, share: false, onMessage });
    return () => h('p', { 'data-testid': id }, `${status.value} ${ws.value?.role}`);
  },
};

it('with the class of holdfast-ws/tabs two components have one connection, and one takes over from the other', async ({
  endpoint,
  to,
}) => {
  const messages = [];
  const line = (id) => ({ id, url: to('/echo'), onMessage: ({ data }) => messages.push(id + data) });
  const list = reactive([line('a'), line('b')]);
  render({ setup: () => () => list.map((props) => h(Tab, { key: props.id, ...props })) });
  for (const id of ['a', 'b']) await waitFor(() => matches(screen.getByTestId(id).textContent, /^open/), { timeout: 60_000 });
  await settled(endpoint, 1, 1);
  await order(endpoint, 'send?text=one');
  await until(() => messages.length === 2);
  equal(messages.sort(), ['aone', 'bone']);
  const leads = screen.getByTestId('a').textContent.endsWith('leader') ? 0 : 1;
  const { id } = list[1 - leads];
  list.splice(leads, 1);
  await shows(id, 'open leader');
  await settled(endpoint, 2, 1);
});

it('useOutbox shows how many changes are not saved yet, until the component is gone', async () => {
  const ws = new WebSocket('ws://127.0.0.1:9/');
  const outbox = new Outbox(ws, { box: 'vue', store: 'memory' });
  let renders = 0;
  const Unsaved = {
    setup() {
      const pending = useOutbox(outbox);
      return () => {
        renders += 1;
        const { length } = pending.value;
        return h('p', { 'data-testid': 'unsaved' }, length > 0 ? `${length} changes not yet saved` : 'all saved');
      };
    },
  };
  const { unmount } = render(Unsaved);
  await shows('unsaved', 'all saved');
  const [first] = [1, 2, 3].map((item) => outbox.deliver({ item }));
  await shows('unsaved', '3 changes not yet saved');
  first.cancel();
  await shows('unsaved', '2 changes not yet saved');
  unmount();
  const before = renders;
  await outbox.erase();
  await nextTick();
  equal(renders, before, 'renders after the end');
  outbox.close();
  ws.close();
});

it('useChannel makes a state of messages, and usePresence shows who is there, until the component is gone', async () => {
  const bus = new FakeBus();
  const Room = {
    setup() {
      const { state } = useChannel(bus, 'room', (all, { data }) => [...all, data], []);
      const members = usePresence(bus, 'room', { user: 'ada' });
      return () => h('p', { 'data-testid': 'room' }, `${state.value} of ${members.value.map(({ user }) => user)}`);
    },
  };
  const { unmount } = render(Room);
  bus.tell('room', 'message', { data: 1 });
  bus.members = [{ user: 'ada' }, { user: 'bob' }];
  bus.tell('room', 'join', bus.members[1]);
  await shows('room', '1 of ada,bob');
  bus.tell('room', 'state', { state: [7] });
  await shows('room', '7 of ada,bob');
  unmount();
  equal(bus.used.size, 0, 'channels in use:');
});

it('useChannel and usePresence follow refs of the bus and of the name: the old channel is left, and the state begins anew', async () => {
  const [one, two] = [new FakeBus(), new FakeBus()];
  one.members = [{ user: 'ada' }];
  // A ref makes an object reactive, deeply.
  const bus = ref(one);
  const name = ref('a');
  let channel;
  const Room = {
    setup() {
      const used = useChannel(bus, name, (all, { data }) => [...all, data], []);
      channel = used.channel;
      const members = usePresence(bus, () => name.value, { user: 'ada' });
      return () => h('p', { 'data-testid': 'room' }, `${used.state.value} of ${members.value.map(({ user }) => user)}`);
    },
  };
  const { unmount } = render(Room);
  await shows('room', ' of ada');
  const [old] = one.used;
  equal(channel.value === old, true, 'the channel itself:');
  one.tell('a', 'message', { data: 1 });
  await shows('room', '1 of ada');
  name.value = 'b';
  await shows('room', ' of ada');
  one.tell('b', 'message', { data: 2 });
  await shows('room', '2 of ada');
  equal(
    [...one.used].map(({ name }) => name),
    ['b', 'b'],
  );
  bus.value = two;
  await shows('room', ' of ');
  equal([one.used.size, two.used.size], [0, 2], 'channels in use:');
  bus.value = null;
  await until(() => two.used.size === 0);
  equal(channel.value, null);
  bus.value = one;
  await until(() => one.used.size === 2);
  unmount();
  equal(one.used.size, 0, 'channels in use:');
});
