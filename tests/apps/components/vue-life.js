/** `holdfast-ws/vue`: who comes, who goes, who shares, and what they can do meanwhile. */
import { cleanup, render, screen, waitFor } from '@testing-library/vue';
import { useWebSocket } from 'holdfast-ws/vue';
import { computed, createSSRApp, h, nextTick, onUnmounted, reactive, ref, watch } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { equal, it, matches, order, received, seen, settled, sleep, until } from './suite.js';

globalThis.cleanup = cleanup;

const shows = (id, text) => waitFor(() => equal(screen.getByTestId(id).textContent, text, id), { timeout: 60_000 });

const thrown = (call) => {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw Error('nothing was thrown');
};

const StatusLine = {
  props: { url: String, options: Object, id: { type: String, default: 'line' } },
  setup(props) {
    const { status } = useWebSocket(() => props.url, props.options);
    return () => h('p', { 'data-testid': props.id }, status.value);
  },
};

/** Several of them, as the reactive list says. */
const statusLines = (list) => ({ setup: () => () => list.map((props) => h(StatusLine, { key: props.id, ...props })) });

it('what onUnmounted sends goes out, also while another component keeps the socket', async ({ endpoint, to }) => {
  const url = to('/echo');
  const Room = {
    props: ['name'],
    setup({ name }) {
      const { status, send } = useWebSocket(url);
      onUnmounted(() => send(`leave ${name}`));
      return () => h('p', { 'data-testid': name }, status.value);
    },
  };
  const names = ref(['a', 'b']);
  const warnings = [];
  console.warn = (...said) => warnings.push(String(said[0]));
  render({ setup: () => () => names.value.map((name) => h(Room, { name, key: name })) });
  await shows('b', 'open');
  names.value = ['b'];
  await until(async () => (await received(endpoint)).includes('leave a'));
  names.value = [];
  await until(async () => (await received(endpoint)).includes('leave b'));
  equal(warnings, []);
  await settled(endpoint, 1, 0);
});

it('a message behind a change of the room goes to the new room', async ({ endpoint, to }) => {
  const room = ref('a');
  const { send, ws, status, stop } = useWebSocket(() => to('/echo', { endpoint: `${endpoint} ${room.value}` }));
  send('for a');
  await until(() => status.value === 'open');
  room.value = 'b';
  send('for b');
  await nextTick();
  await until(async () => (await received(`${endpoint} b`)).length === 1);
  equal([await received(`${endpoint} a`), await received(`${endpoint} b`)], [['for a'], ['for b']]);
  matches(ws.value.url, /b$/);
  stop();
});

it('the last room’s message is not that of the next', async ({ to }) => {
  const room = ref('a');
  const { data, stop } = useWebSocket(() => (room.value === 'a' ? to('/greet') : to('/echo')));
  await until(() => data.value === 'hello');
  room.value = 'b';
  await nextTick();
  equal(data.value, null);
  stop();
});

it('a URL that is refused when it is set later leaves no socket and the status closed', async ({ to }) => {
  const url = ref(to('/echo'));
  const errors = [];
  const Room = {
    setup() {
      const { ws, status } = useWebSocket(url);
      return () => h('p', { 'data-testid': 'line' }, `${status.value} ${ws.value ? 'with' : 'without'}`);
    },
  };
  render(Room, { global: { config: { errorHandler: (error) => errors.push(error.name) } } });
  await shows('line', 'open with');
  url.value = 'ftp:// ';
  await shows('line', 'closed without');
  equal(errors, ['SyntaxError']);
  url.value = to('/echo');
  await shows('line', 'open with');
});

it('a first line of setup can ask, and gets the reply', async ({ to }) => {
  const { request, call, stop } = useWebSocket(to('/rpc'), { request: { protocol: 'json-rpc' } });
  equal([await request({ method: 'add', params: [1, 2] }), await call('add', [3, 4])], [3, 7]);
  stop();
});

it('sending in setup without a room does nothing, and later throws what says so', async ({ endpoint }) => {
  let send;
  const errors = [];
  const Room = {
    setup() {
      const room = ref('');
      ({ send } = useWebSocket(() => room.value && `wss://example.com/rooms/${room.value}`));
      send('hello');
      const empty = useWebSocket('');
      return () => h('p', { 'data-testid': 'line' }, empty.status.value);
    },
  };
  render(Room, { global: { config: { errorHandler: (error) => errors.push(String(error)) } } });
  await shows('line', 'closed');
  equal(errors, []);
  const error = thrown(() => send('later'));
  equal([error.name, error.message], ['InvalidStateError', 'There is no socket: no URL is given.']);
  equal((await seen(endpoint)).accepted, 0);
});

it('a component that is gone is asked nothing more: those that still hold the socket are', async ({ endpoint, to }) => {
  const asked = [];
  const options = (name) => ({ authenticate: () => void asked.push(name), reconnect: { minDelay: 20 } });
  const list = reactive(['a', 'b'].map((id) => ({ id, url: to('/echo'), options: options(id) })));
  render(statusLines(list));
  await shows('b', 'open');
  list.pop();
  await nextTick();
  asked.length = 0;
  await order(endpoint, 'drop');
  await until(() => asked.length === 1);
  equal(asked, ['a']);
  await shows('a', 'open');
  list[0] = { id: 'c', url: to('/echo'), options: options('c') };
  await nextTick();
  await order(endpoint, 'drop');
  await until(() => asked.length === 2);
  equal(asked, ['a', 'c']);
});

it('a socket that has ended is not handed to one who comes later, nor to the next page', async ({ endpoint, to }) => {
  const list = reactive([{ id: 'a', url: to('/echo') }]);
  render(statusLines(list));
  await shows('a', 'open');
  await order(endpoint, 'close?code=4401');
  await shows('a', 'closed');
  list.push({ id: 'b', url: to('/echo') });
  await shows('b', 'open');
  await shows('a', 'open');
  await settled(endpoint, 2, 1);
  await order(endpoint, 'close?code=1000');
  await shows('b', 'closed');
  list.splice(0, 2, { id: 'c', url: to('/echo') });
  await shows('c', 'open');
  await settled(endpoint, 3, 1);
});

it('one who comes when the connection is open already is told so, and `share: false` has its own', async ({ endpoint, to }) => {
  const opened = [];
  const options = (name, more) => ({ onOpen: ({ target }, ws) => opened.push(`${name} ${target === ws}`), ...more });
  const list = reactive([{ id: 'a', url: to('/echo'), options: options('a') }]);
  render(statusLines(list));
  await shows('a', 'open');
  list.push({ id: 'b', url: to('/echo'), options: options('b') });
  await until(() => opened.length === 2);
  await settled(endpoint, 1, 1);
  list.push({ id: 'c', url: to('/echo'), options: options('c', { share: false }) });
  await until(() => opened.length === 3);
  equal(opened, ['a true', 'b true', 'c true']);
  await settled(endpoint, 2, 2);
});

it('a countdown follows when the next attempt is moved', async ({ endpoint, to }) => {
  await order(endpoint, 'refuse');
  const { ws, status, stop } = useWebSocket(to('/echo'), { reconnect: { minDelay: 100_000, maxDelay: 100_000 } });
  const at = computed(() => status.value === 'waiting' && ws.value.retryAt);
  await until(() => at.value);
  const seen = [];
  watch(at, (time) => seen.push(time), { flush: 'sync' });
  const before = at.value;
  dispatchEvent(new Event('online'));
  await until(() => seen.some((time) => time && time < before - 20_000));
  stop();
});

it('what is misplaced is an error that says where it goes', async ({ to }) => {
  matches(`${thrown(() => useWebSocket(to('/echo'), ['chat']))}`, /TypeError: .*protocols are an option/);
  matches(`${thrown(() => useWebSocket(to('/echo'), ref({ heartbeat: {} })))}`, /TypeError: .*options are not reactive/);
  matches(`${thrown(() => useWebSocket(to('/echo'), { heartbeat: ref({}) }))}`, /TypeError: .*heartbeat is a ref/);
});

it('a server renders without a socket, also in a page, and sending there does nothing', async ({ endpoint, to }) => {
  const app = createSSRApp({
    setup() {
      const { status, send } = useWebSocket(to('/echo'));
      send('on the server');
      setTimeout(() => send('and later'));
      return () => h('p', status.value);
    },
  });
  equal(await renderToString(app), '<p>connecting</p>');
  await sleep(50);
  await settled(endpoint, 0, 0);
});

it('handle() goes on with the next URL, ends with its scope, and leaves the others theirs', async ({ endpoint, to }) => {
  const urls = { one: to('/sink'), two: to('/sink', { endpoint: `${endpoint} two` }) };
  const options = { request: { protocol: 'json-rpc' } };
  const Answering = {
    props: ['url', 'name'],
    setup(props) {
      const { status, handle } = useWebSocket(() => props.url, options);
      handle('who', () => props.name);
      return () => h('p', { 'data-testid': props.name }, status.value);
    },
  };
  const who = async (endpoint) => {
    const count = (await received(endpoint)).length;
    await order(endpoint, `send?text=${encodeURIComponent('{"jsonrpc":"2.0","id":1,"method":"who"}')}`);
    await until(async () => (await received(endpoint)).length > count);
    return JSON.parse((await received(endpoint)).at(-1)).result;
  };
  const list = reactive([
    { name: 'a', url: urls.one },
    { name: 'b', url: urls.one },
  ]);
  render({ setup: () => () => list.map((props) => h(Answering, { key: props.name, ...props })) });
  await shows('b', 'open');
  equal(await who(endpoint), 'b');
  list[1].url = urls.two;
  await until(async () => (await seen(`${endpoint} two`)).live === 1);
  await shows('b', 'open');
  equal([await who(endpoint), await who(`${endpoint} two`)], ['a', 'b']);
  list[1].url = urls.one;
  await until(async () => (await seen(`${endpoint} two`)).live === 0);
  equal(await who(endpoint), 'b');
  list.pop();
  await nextTick();
  equal(await who(endpoint), 'a');
});
