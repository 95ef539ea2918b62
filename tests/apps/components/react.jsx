/** `holdfast-ws/react` in real components, by React's own testing library, in StrictMode. */
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import { WebSocket } from 'holdfast-ws';
import { useChannel, usePresence } from 'holdfast-ws/channels/react';
import { Outbox } from 'holdfast-ws/outbox';
import {
  useOutbox,
  useWebSocket,
  useWebSocketContext,
  useWebSocketEvent,
  useWebSocketMessages,
  useWebSocketState,
  WebSocketProvider,
} from 'holdfast-ws/react';
import { WebSocket as TabsWebSocket } from 'holdfast-ws/tabs';
import { StrictMode, Suspense, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { Boundary } from './boundary.jsx';
import { equal, FakeBus, it, matches, numbers, order, received, seen, settled, sleep, until } from './suite.js';

configure({ reactStrictMode: true, asyncUtilTimeout: 60_000 });
globalThis.cleanup = cleanup;

const shows = (id, text) => waitFor(() => equal(screen.getByTestId(id).textContent, text, id));

function Line({ url, options, id = 'line' }) {
  const { ws, status } = useWebSocket(url, options);
  return <p data-testid={id}>{`${status} ${ws ? 'with' : 'without'}`}</p>;
}

it('StrictMode mounts twice and opens one socket, which is closed after the last is unmounted', async ({ endpoint, to }) => {
  const { unmount } = render(<Line url={to('/echo')} />);
  await shows('line', 'open with');
  await settled(endpoint, 1, 1);
  unmount();
  await settled(endpoint, 1, 0);
});

it('two components with the same URL share a socket until both are gone', async ({ endpoint, to }) => {
  const { rerender } = render([<Line key="a" id="a" url={to('/echo')} />, <Line key="b" id="b" url={to('/echo')} />]);
  await shows('a', 'open with');
  await shows('b', 'open with');
  await settled(endpoint, 1, 1);
  rerender([<Line key="b" id="b" url={to('/echo')} />]);
  await settled(endpoint, 1, 1);
  rerender([]);
  await settled(endpoint, 1, 0);
});

it('another place in the tree takes the socket over', async ({ endpoint, to }) => {
  const { rerender } = render(<Line key="first" url={to('/echo')} />);
  await shows('line', 'open with');
  rerender(<Line key="second" url={to('/echo')} />);
  await settled(endpoint, 1, 1);
  equal(screen.getByTestId('line').textContent, 'open with');
});

it('other options are another socket; the same in another order, and other functions, are not', async ({ endpoint, to }) => {
  const [one, two] = [
    { minDelay: 100, maxDelay: 900 },
    { maxDelay: 900, minDelay: 100 },
  ];
  const same = () => ({ reconnect: { ...one, shouldReconnect: () => true }, onMessage: () => {} });
  const url = to('/echo');
  const { rerender } = render([<Line key="a" id="a" url={url} options={same()} />]);
  await shows('a', 'open with');
  const more = <Line key="b" id="b" url={url} options={{ reconnect: { ...two, shouldReconnect: () => true } }} />;
  rerender([<Line key="a" id="a" url={url} options={same()} />, more]);
  await settled(endpoint, 1, 1);
  rerender([<Line key="a" id="a" url={url} options={{ reconnect: { minDelay: 101 } }} />, more]);
  await settled(endpoint, 2, 2);
});

it('every message of a burst reaches the callback once and in order, and none renders', async ({ to }) => {
  const messages = [];
  let renders = 0;
  function Listener() {
    renders += 1;
    const { status } = useWebSocket(to('/push', { every: 1, count: 300 }), { onMessage: ({ data }) => messages.push(data) });
    return <p data-testid="line">{status}</p>;
  }
  render(<Listener />);
  await shows('line', 'open');
  const before = renders;
  await until(() => messages.length >= 300);
  equal(messages, numbers(300));
  equal(renders, before, 'renders');
});

it('the callback is always that of the last render', async ({ to }) => {
  const messages = [];
  function Listener({ name }) {
    const { send } = useWebSocket(to('/echo'), { onMessage: ({ data }) => messages.push(`${name} ${data}`) });
    useEffect(() => send(name), [name, send]);
    return null;
  }
  const { rerender } = render(<Listener name="a" />);
  await until(() => messages.length === 2);
  rerender(<Listener name="b" />);
  await until(() => messages.length === 3);
  equal(messages, ['a a', 'a a', 'b b']);
});

it('a reducer sees every message once and in order', async ({ to }) => {
  function List() {
    const { ws } = useWebSocket(to('/push', { every: 1, count: 300 }));
    const list = useWebSocketMessages(ws, (list, { data }) => [...list, data], []);
    return <p data-testid="list">{list.join(' ')}</p>;
  }
  render(<List />);
  await shows('list', numbers(300).join(' '));
});

it('a selector renders when its value changes, and only then', async ({ endpoint, to }) => {
  let renders = 0;
  let messages = 0;
  let last = null;
  function Received({ ws }) {
    renders += 1;
    last = useWebSocketState(ws, (ws) => Math.floor((ws?.stats().received ?? 0) / 10));
    return <p data-testid="tens">{last}</p>;
  }
  function App() {
    const { ws } = useWebSocket(to('/push', { every: 5, count: 30 }), { onMessage: () => (messages += 1) });
    return <Received ws={ws} />;
  }
  render(<App />);
  await until(() => messages === 30);
  await shows('tens', '3');
  // StrictMode renders twice; 0 without a socket, with one, when it opens, and 1, 2, 3.
  if (renders > 20) throw Error(`${renders} renders`);
  await settled(endpoint, 1, 1);
});

it('a selector may give a new object each time', async ({ to }) => {
  function Stats() {
    const { ws, status } = useWebSocket(to('/greet'));
    const { received } = useWebSocketState(ws, (ws) => ({ received: ws?.stats().received ?? 0 }));
    return <p data-testid="line">{`${status} ${received}`}</p>;
  }
  render(<Stats />);
  await shows('line', 'open 1');
});

it('another URL closes the socket and opens another; null closes it', async ({ endpoint, to }) => {
  const { rerender } = render(<Line url={to('/echo')} />);
  await shows('line', 'open with');
  rerender(<Line url={to('/echo', { room: 2 })} />);
  await shows('line', 'open with');
  await settled(endpoint, 2, 1);
  rerender(<Line url={null} />);
  await shows('line', 'closed without');
  await settled(endpoint, 2, 0);
  rerender(<Line url={to('/echo')} />);
  await shows('line', 'open with');
  await settled(endpoint, 3, 1);
});

it('the status is shown when the connection drops and when it is open again', async ({ endpoint, to }) => {
  const shown = [];
  function Status() {
    const { status } = useWebSocket(to('/echo'), { reconnect: { minDelay: 200 } });
    useEffect(() => {
      shown.push(status);
    }, [status]);
    return null;
  }
  render(<Status />);
  await until(() => shown.at(-1) === 'open');
  await order(endpoint, 'drop');
  await until(() => shown.filter((status) => status === 'open').length === 2);
  equal(shown.slice(shown.indexOf('open')), ['open', 'waiting', 'connecting', 'open']);
});

it('a URL function is asked before each attempt, that of the last render, and a render connects nothing', async ({
  endpoint,
  to,
}) => {
  const asked = [];
  function App({ token }) {
    const { status } = useWebSocket(
      async ({ attempt }) => {
        asked.push(`${token} ${attempt > 0}`);
        return to('/echo');
      },
      { reconnect: { minDelay: 20 } },
    );
    return <p data-testid="line">{status}</p>;
  }
  const { rerender } = render(<App token="a" />);
  await shows('line', 'open');
  rerender(<App token="b" />);
  await settled(endpoint, 1, 1);
  await order(endpoint, 'drop');
  await until(() => asked.length === 2);
  equal(asked, ['a false', 'b true']);
  await settled(endpoint, 2, 1);
});

it('children of a provider share its socket, and can send from their first effects', async ({ endpoint, to }) => {
  function Child({ name }) {
    const { status, send } = useWebSocketContext();
    const sent = useRef(false);
    useEffect(() => {
      if (!sent.current) send(name);
      sent.current = true;
    }, [send, name]);
    return <p data-testid={name}>{status}</p>;
  }
  render(
    <WebSocketProvider url={() => to('/echo')}>
      <Child name="a" />
      <Child name="b" />
    </WebSocketProvider>,
  );
  await shows('a', 'open');
  await shows('b', 'open');
  await until(async () => (await received(endpoint)).length === 2);
  equal(await received(endpoint), ['a', 'b']);
  await settled(endpoint, 1, 1);
});

it('an event listener hears what comes of the component’s own first effect', async ({ to }) => {
  const messages = [];
  function Listener() {
    const { ws, send } = useWebSocketContext();
    useWebSocketEvent(ws, 'message', ({ data }) => messages.push(data));
    useEffect(() => send('first'), [send]);
    return null;
  }
  function Late() {
    const { status } = useWebSocketContext();
    return status === 'open' && <Listener />;
  }
  render(
    <WebSocketProvider url={to('/echo')}>
      <Late />
    </WebSocketProvider>,
  );
  await until(() => messages.length === 2);
  equal(messages, ['first', 'first']);
});

it('the error for a bad URL reaches the error boundary', async () => {
  render(<Boundary children={<Line url="ftp:// " />} />);
  matches(screen.getByTestId('error').textContent, /SyntaxError/);
});

it('the error for a bad option reaches the error boundary', async () => {
  render(<Boundary children={<Line url="ws://localhost" options={{ reconect: false }} />} />);
  matches(screen.getByTestId('error').textContent, /TypeError .*reconect/);
});

it('outside of a provider the context’s hook throws an error that says so', async () => {
  function Lost() {
    useWebSocketContext();
  }
  render(
    <Boundary>
      <Lost />
    </Boundary>,
  );
  matches(screen.getByTestId('error').textContent, /WebSocketProvider/);
});

it('content that Suspense hides again keeps its socket', async ({ endpoint, to }) => {
  let finish;
  const pending = new Promise((done) => {
    finish = done;
  });
  let finished = false;
  pending.then(() => {
    finished = true;
  });
  function Slow({ on }) {
    if (on && !finished) throw pending;
    return null;
  }
  const app = (on) => (
    <Suspense fallback={<p>…</p>}>
      <Line url={to('/echo')} />
      <Slow on={on} />
    </Suspense>
  );
  const { rerender } = render(app(false));
  await shows('line', 'open with');
  rerender(app(true));
  await screen.findByText('…');
  await settled(endpoint, 1, 1);
  finish();
  await waitFor(() => equal(screen.queryByText('…'), null));
  await settled(endpoint, 1, 1);
});

it('a server renders without a socket, and hydration finds what it expects', async ({ endpoint, to }) => {
  const app = (
    <StrictMode>
      <Line url={to('/echo')} />
      <Line id="none" url={null} />
    </StrictMode>
  );
  const html = renderToString(app);
  equal(html.replace(/ data-testid="\w+"/g, ''), '<p>connecting without</p><p>closed without</p>');
  await settled(endpoint, 0, 0);
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const errors = [];
  const root = hydrateRoot(container, app, { onRecoverableError: (error) => errors.push(String(error)) });
  await until(() => container.textContent === 'open withclosed without');
  equal(errors, []);
  await settled(endpoint, 1, 1);
  root.unmount();
  await settled(endpoint, 1, 0);
});

it('a render that is thrown away opens nothing', async ({ endpoint, to }) => {
  function Never() {
    throw new Promise(() => {});
  }
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  flushSync(() =>
    root.render(
      <Suspense fallback={null}>
        <Line url={to('/echo')} />
        <Never />
      </Suspense>,
    ),
  );
  await sleep(300);
  equal((await seen(endpoint)).accepted, 0);
  root.unmount();
});

function Unsaved({ outbox }) {
  const pending = useOutbox(outbox);
  return <p data-testid="unsaved">{pending.length > 0 ? `${pending.length} changes not yet saved` : 'all saved'}</p>;
}

const TabSocket = TabsWebSocket.with({ tabs: { key: 'components' } });

/** A component that has a socket of its own, as another tab does. */
function Tab({ url, id, onMessage }) {
  const { ws, status } = useWebSocket(url, { WebSocket: TabSocket, share: false, onMessage });
  return <p data-testid={id}>{`${status} ${ws?.role}`}</p>;
}

it('with the class of holdfast-ws/tabs two components have one connection, and one takes over from the other', async ({
  endpoint,
  to,
}) => {
  const messages = [];
  const url = to('/echo');
  const [first, second] = ['a', 'b'].map((id) => (
    <Tab key={id} id={id} url={url} onMessage={({ data }) => messages.push(id + data)} />
  ));
  const { rerender } = render([first, second]);
  await waitFor(() => matches(screen.getByTestId('a').textContent, /^open/));
  await waitFor(() => matches(screen.getByTestId('b').textContent, /^open/));
  await settled(endpoint, 1, 1);
  await order(endpoint, 'send?text=one');
  await until(() => messages.length === 2);
  equal(messages.sort(), ['aone', 'bone']);
  const leads = screen.getByTestId('a').textContent.endsWith('leader') ? first : second;
  const follows = leads === first ? second : first;
  rerender([follows]);
  await until(async () => (await seen(endpoint)).accepted === 2);
  await waitFor(() => equal(screen.getByTestId(follows.key).textContent, 'open leader'));
  await settled(endpoint, 2, 1);
});

it('useOutbox shows how many changes are not saved yet, and none without an outbox', async () => {
  const ws = new WebSocket('ws://127.0.0.1:9/');
  const outbox = new Outbox(ws, { box: 'react', store: 'memory' });
  const { rerender, unmount } = render(<Unsaved outbox={outbox} />);
  await shows('unsaved', 'all saved');
  const [first] = [1, 2, 3].map((item) => outbox.deliver({ item }));
  await shows('unsaved', '3 changes not yet saved');
  first.cancel();
  await shows('unsaved', '2 changes not yet saved');
  rerender(<Unsaved outbox={null} />);
  await shows('unsaved', 'all saved');
  rerender(<Unsaved outbox={outbox} />);
  await shows('unsaved', '2 changes not yet saved');
  equal(renderToString(<Unsaved outbox={outbox} />).includes('all saved'), true, 'a server knows of none:');
  await outbox.erase();
  await shows('unsaved', 'all saved');
  unmount();
  outbox.close();
  ws.close();
});

function Prices({ bus, name }) {
  const [prices, channel] = useChannel(bus, name, (all, { data }) => [...all, data], []);
  return <p data-testid="prices">{`${channel?.name ?? 'none'}: ${prices.join()}`}</p>;
}

it('useChannel makes a state of messages, begins anew with another name, and leaves at the end', async () => {
  const bus = new FakeBus();
  const { rerender, unmount } = render(<Prices bus={bus} name="eu" />);
  await shows('prices', 'eu: ');
  bus.tell('eu', 'message', { data: 1 });
  bus.tell('eu', 'message', { data: 2 });
  await shows('prices', 'eu: 1,2');
  bus.tell('eu', 'state', { state: [7] });
  bus.tell('eu', 'message', { data: 8 });
  await shows('prices', 'eu: 7,8');
  rerender(<Prices bus={bus} name="us" />);
  await shows('prices', 'us: ');
  bus.tell('us', 'message', { data: 3 });
  await shows('prices', 'us: 3');
  equal(bus.used.size, 1, 'channels in use:');
  equal(renderToString(<Prices bus={bus} name="eu" />).includes('none: '), true, 'a server uses none:');
  unmount();
  equal(bus.used.size, 0, 'channels in use:');
});

it('useChannel begins anew with another bus, shows nothing of the old one meanwhile, and nothing without a bus', async () => {
  const seen = [];
  function Room({ bus, name }) {
    const [texts, channel] = useChannel(bus, name, (all, { data }) => [...all, data], []);
    seen.push([bus && name, texts.join(), channel && channel.bus === bus]);
    return <p data-testid="room">{texts.join()}</p>;
  }
  const [one, two] = [new FakeBus(), new FakeBus()];
  const { rerender, unmount } = render(<Room bus={one} name="a" />);
  const [old] = one.used;
  one.tell('a', 'message', { data: 'of one' });
  await shows('room', 'of one');
  seen.length = 0;
  rerender(<Room bus={two} name="a" />);
  two.tell('a', 'message', { data: 'of two' });
  // The old subscription is left, and what it still dispatches counts for nothing.
  flushSync(() => old.tell('message', { data: 'late' }));
  await shows('room', 'of two');
  equal([one.used.size, two.used.size], [0, 1], 'channels in use:');
  rerender(<Room bus={null} name="a" />);
  await shows('room', '');
  equal(two.used.size, 0, 'channels in use:');
  rerender(<Room bus={two} name="a" />);
  await shows('room', '');
  two.tell('a', 'message', { data: 'anew' });
  await shows('room', 'anew');
  equal(
    seen.filter(([, texts, isOwn]) => /of one|late/.test(texts) || isOwn === false),
    [],
    'renders with the old one:',
  );
  unmount();
  equal(two.used.size, 0, 'channels in use:');
});

function Members({ bus, presence = { user: 'ada' } }) {
  const members = usePresence(bus, 'room', presence);
  return <p data-testid="members">{members.map(({ user }) => user).join()}</p>;
}

it('usePresence shows who is there', async () => {
  const bus = new FakeBus();
  const { unmount } = render(<Members bus={bus} />);
  bus.members = [{ user: 'ada' }, { user: 'bob' }];
  bus.tell('room', 'join', bus.members[1]);
  await shows('members', 'ada,bob');
  bus.members = [{ user: 'ada' }];
  bus.tell('room', 'leave', { user: 'bob' });
  await shows('members', 'ada');
  equal([...bus.used][0].options.presence.user, 'ada');
  unmount();
  equal(bus.used.size, 0, 'channels in use:');
});

it('usePresence begins anew with another bus and with another presence, not with an equal one', async () => {
  const [one, two] = [new FakeBus(), new FakeBus()];
  one.members = [{ user: 'ada' }];
  const { rerender, unmount } = render(<Members bus={one} />);
  await shows('members', 'ada');
  const [before] = one.used;
  rerender(<Members bus={one} presence={{ user: 'ada' }} />);
  equal([...one.used][0] === before, true, 'the same channel:');
  rerender(<Members bus={one} presence={{ user: 'ada', data: 1 }} />);
  equal(
    [...one.used].map(({ options }) => options.presence.data),
    [1],
  );
  rerender(<Members bus={two} />);
  await shows('members', '');
  equal([one.used.size, two.used.size], [0, 1], 'channels in use:');
  unmount();
  equal(two.used.size, 0, 'channels in use:');
});
