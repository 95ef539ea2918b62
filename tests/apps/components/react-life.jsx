/** `holdfast-ws/react`: who comes, who goes, who shares, and what they can do meanwhile. */
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import { useWebSocket, useWebSocketContext, useWebSocketState, WebSocketProvider } from 'holdfast-ws/react';
import * as React from 'react';
import { StrictMode, useEffect, useLayoutEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { Boundary } from './boundary.jsx';
import { equal, it, matches, order, received, seen, settled, sleep, until } from './suite.js';

configure({ reactStrictMode: true, asyncUtilTimeout: 60_000 });
globalThis.cleanup = cleanup;

const shows = (id, text) => waitFor(() => equal(screen.getByTestId(id).textContent, text, id));

const broken = () => screen.queryByTestId('error')?.textContent ?? null;

/** Says that it came and that it goes, while the socket is open. */
function useRoom({ status, send }, name) {
  useEffect(() => {
    if (status !== 'open') return;
    send(`join ${name}`);
    return () => send(`leave ${name}`);
  }, [status, send, name]);
}

function Room({ url, name = 'a', options }) {
  const socket = useWebSocket(url, options);
  useRoom(socket, name);
  return <p data-testid={name}>{socket.status}</p>;
}

const last = async (endpoint) => (await received(endpoint)).at(-1);

it('what an effect’s cleanup sends goes out when the last component is unmounted', async ({ endpoint, to }) => {
  const { rerender } = render(<Boundary children={<Room url={to('/echo')} />} />);
  await shows('a', 'open');
  rerender(<Boundary children={null} />);
  await until(async () => (await last(endpoint)) === 'leave a');
  equal(broken(), null);
  await settled(endpoint, 1, 0);
});

it('so it does while another component keeps the socket', async ({ endpoint, to }) => {
  const url = to('/echo');
  const both = (a) => (
    <Boundary>
      {a && <Room url={url} />}
      <Room url={url} name="b" />
    </Boundary>
  );
  const { rerender } = render(both(true));
  await shows('a', 'open');
  await shows('b', 'open');
  rerender(both(false));
  await until(async () => (await last(endpoint)) === 'leave a');
  equal(broken(), null);
  await settled(endpoint, 1, 1);
});

it('so it does when a provider and its child go together', async ({ endpoint, to }) => {
  function Child() {
    const socket = useWebSocketContext();
    useRoom(socket, 'child');
    return <p data-testid="child">{socket.status}</p>;
  }
  const app = (on) => <Boundary>{on && <WebSocketProvider url={to('/echo')} children={<Child />} />}</Boundary>;
  const { rerender } = render(app(true));
  await shows('child', 'open');
  rerender(app(false));
  await until(async () => (await last(endpoint)) === 'leave child');
  equal(broken(), null);
});

it('after a change of the URL the cleanup speaks with the room that is left', async ({ endpoint, to }) => {
  const urls = { a: to('/echo'), b: to('/echo', { endpoint: `${endpoint} b` }) };
  const { rerender } = render(<Room url={urls.a} name="a" />);
  await shows('a', 'open');
  rerender(<Room url={urls.b} name="b" />);
  await shows('b', 'open');
  await until(async () => (await received(`${endpoint} b`)).length > 0);
  await until(async () => (await last(endpoint)) === 'leave a');
  const inB = await received(`${endpoint} b`);
  equal(
    inB.filter((text) => !/ b$/.test(text)),
    [],
  );
});

it('a component that is gone is told so when it sends later, and a cleanup without a socket is not', async ({ to }) => {
  let late;
  function Once({ url }) {
    const { send } = useWebSocket(url);
    late = send;
    useEffect(() => () => send('bye'), [send]);
    return null;
  }
  const app = (url) => <Boundary>{url !== undefined && <Once url={url} />}</Boundary>;
  const { rerender } = render(app(null));
  rerender(app(undefined));
  equal(broken(), null);
  rerender(app(to('/echo')));
  rerender(app(undefined));
  await sleep(0);
  let error;
  try {
    late('too late');
  } catch (thrown) {
    error = thrown;
  }
  equal(error?.name, 'InvalidStateError');
  matches(error.message, /not mounted/);
});

it('a component without a URL keeps its tree when it sends in an effect, and a request rejects', async () => {
  const said = [];
  let asked;
  console.error = (...all) => said.push(String(all[0]));
  function Eager() {
    const { send, request } = useWebSocket('');
    useEffect(() => send('hello'), [send]);
    asked ??= request;
    return <p data-testid="line">here</p>;
  }
  render(<Boundary children={<Eager />} />);
  equal(broken(), null);
  matches(said.join(), /InvalidStateError: There is no socket: no URL is given/);
  equal(await asked({ get: 1 }).catch(({ name }) => name), 'InvalidStateError');
});

it('a text without anything in it is no URL', async ({ endpoint }) => {
  render(<Room url="" />);
  await shows('a', 'closed');
  equal((await seen(endpoint)).accepted, 0);
});

it('layout effects of children send: on the first mount, and after a change of the URL to the new room', async ({
  endpoint,
  to,
}) => {
  function Child({ name }) {
    const { send } = useWebSocketContext();
    useLayoutEffect(() => send(name), [send, name]);
    return <p>{name}</p>;
  }
  const app = (name) => (
    <Boundary>
      <WebSocketProvider url={to('/echo', { endpoint: `${endpoint} ${name}` })}>
        <Child name={name} />
      </WebSocketProvider>
    </Boundary>
  );
  const { rerender } = render(app('a'));
  await until(async () => (await received(`${endpoint} a`)).length > 0);
  rerender(app('b'));
  await until(async () => (await received(`${endpoint} b`)).length > 0);
  equal(broken(), null);
  equal([...new Set(await received(`${endpoint} a`))], ['a']);
  equal([...new Set(await received(`${endpoint} b`))], ['b']);
});

it('a first effect can ask, and gets the reply', async ({ to }) => {
  function Sum() {
    const { request, call } = useWebSocket(to('/rpc'), { request: { protocol: 'json-rpc' } });
    const [sums, setSums] = useState([]);
    useEffect(() => {
      const add = async () => [await request({ method: 'add', params: [1, 2] }), await call('add', [3, 4])];
      add().then(setSums);
    }, [request, call]);
    return <p data-testid="sums">{sums.join()}</p>;
  }
  render(<Sum />);
  await shows('sums', '3,7');
});

it('a component that is gone is asked nothing more: those that still hold the socket are', async ({ endpoint, to }) => {
  const asked = [];
  function User({ token }) {
    const { status } = useWebSocket(to('/echo'), {
      authenticate: () => void asked.push(`login ${token}`),
      reconnect: { minDelay: 20, shouldReconnect: () => asked.push(`retry ${token}`) },
      resume: () => void asked.push(`resume ${token}`),
      onMessage: () => {},
      request: { protocol: { encode: () => `by ${token}`, decode: () => asked.push(`decode ${token}`) && { id: 0 } } },
    });
    return <p data-testid={token}>{status}</p>;
  }
  const app = (tokens) => tokens.map(([key, token]) => <User key={key} token={token} />);
  const { rerender } = render(app([['a', 1]]));
  await shows('1', 'open');
  rerender(app([['a', 1], ['b', 2]])); // biome-ignore format: a pair for each
  await shows('2', 'open');
  rerender(app([['b', 3]]));
  await shows('3', 'open');
  asked.length = 0;
  await order(endpoint, 'drop');
  await until(() => asked.includes('login 3'));
  await order(endpoint, 'send?text=hello');
  await until(() => asked.includes('resume 3'));
  equal(
    asked.filter((text) => !text.endsWith('3')),
    [],
  );
  matches(asked.join(), /retry 3/);
  await settled(endpoint, 2, 1);
});

it('what has waited too long is told to the component, by the options that it gives', async () => {
  const expired = [];
  const never = () => new Promise(() => {});
  function Waits() {
    const { ws, send } = useWebSocket(never, {
      queue: { maxAge: 50 },
      hidden: { dial: false },
      guardUnload: true,
      onExpired: ({ unsent }) => expired.push(...unsent),
    });
    useEffect(() => send('old'), [send]);
    return <p data-testid="waits">{ws ? 'there' : 'none'}</p>;
  }
  const { unmount } = render(<Waits />);
  await shows('waits', 'there');
  await until(() => expired.includes('old'));
  unmount();
});

it('a socket that has ended is not handed to one who comes later', async ({ endpoint, to }) => {
  const options = { onClose: () => {} };
  const app = (keys) => keys.map((key) => <Room key={key} name={key} url={to('/echo')} options={options} />);
  const { rerender } = render(app(['a']));
  await shows('a', 'open');
  await order(endpoint, 'close?code=4401');
  await shows('a', 'closed');
  rerender(app(['a', 'b']));
  await shows('b', 'open');
  await shows('a', 'open');
  await settled(endpoint, 2, 1);
});

it('nor to a page that takes its place in the same commit, whose first effect sends', async ({ endpoint, to }) => {
  const shown = [];
  function Page({ name }) {
    const { status, send } = useWebSocket(to('/echo'));
    useEffect(() => send(`of ${name}`), [send, name]);
    useEffect(() => {
      shown.push(`${name} ${status}`);
    }, [name, status]);
    return <p data-testid={name}>{status}</p>;
  }
  const { rerender } = render(<Page key="out" name="out" />);
  await shows('out', 'open');
  await order(endpoint, 'close?code=1000');
  await shows('out', 'closed');
  rerender(<Page key="in" name="in" />);
  await shows('in', 'open');
  await until(async () => (await received(endpoint)).includes('of in'));
  equal(shown.includes('in closed'), false, 'the new page was shown the old end');
  await settled(endpoint, 2, 1);
});

it('one who comes when the connection is open already is told so, once, and each further time', async ({ endpoint, to }) => {
  const opened = [];
  function Late({ name }) {
    const { status } = useWebSocket(to('/echo'), {
      reconnect: { minDelay: 20 },
      onOpen: ({ type, target }, ws) => opened.push(`${name} ${type} ${target === ws}`),
    });
    return <p data-testid={name}>{status}</p>;
  }
  const { rerender } = render(<Late key="a" name="a" />);
  await shows('a', 'open');
  rerender([<Late key="a" name="a" />, <Late key="b" name="b" />]);
  await shows('b', 'open');
  await until(() => opened.length === 2);
  await sleep(50);
  equal(opened, ['a open true', 'b open true']);
  await order(endpoint, 'drop');
  await until(() => opened.length === 4);
  equal(opened.slice(2).sort(), ['a open true', 'b open true']);
});

it('in StrictMode, too, it is told so once, and again when it comes back', async ({ to }) => {
  // As in an application, where commits and effects are tasks of their own.
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
  const { Activity } = React;
  const opened = [];
  let show;
  let hidden = false;
  function Late({ name }) {
    const { status } = useWebSocket(to('/echo'), { onOpen: () => opened.push(name) });
    useEffect(
      () => () => {
        hidden = true;
      },
      [],
    );
    return <p data-testid={name}>{status}</p>;
  }
  function App() {
    const [names, setNames] = useState(['a']);
    const [mode, setMode] = useState('visible');
    show = (names, mode) => {
      setNames(names);
      setMode(mode);
    };
    const last = names[1] && <Late name="b" />;
    return [<Late key="a" name="a" />, Activity ? <Activity key="b" mode={mode} children={last} /> : last];
  }
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  root.render(<StrictMode children={<App />} />);
  await until(() => screen.queryByTestId('a')?.textContent === 'open');
  show(['a', 'b'], 'visible');
  await until(() => screen.queryByTestId('b')?.textContent === 'open');
  await until(() => opened.length > 1);
  await sleep(50);
  equal(opened, ['a', 'b']);
  if (Activity) {
    hidden = false;
    show(['a', 'b'], 'hidden');
    await until(() => hidden);
    show(['a', 'b'], 'visible');
    await until(() => opened.length === 3);
  }
  root.unmount();
});

it('one who comes while it is being closed gets a live socket', async ({ endpoint, to }) => {
  let socket;
  function Closer({ name }) {
    const { ws, status } = useWebSocket(to('/echo'));
    socket = ws;
    return <p data-testid={name}>{status}</p>;
  }
  const { rerender } = render(<Closer key="a" name="a" />);
  await shows('a', 'open');
  socket.close();
  rerender([<Closer key="a" name="a" />, <Closer key="b" name="b" />]);
  await shows('b', 'open');
  await settled(endpoint, 2, 1);
});

it('with `share: false` a component has a socket of its own', async ({ endpoint, to }) => {
  const own = { share: false };
  const { rerender } = render([
    <Room key="a" name="a" url={to('/echo')} options={own} />,
    <Room key="b" name="b" url={to('/echo')} options={own} />,
    <Room key="c" name="c" url={to('/echo')} />,
  ]);
  for (const name of ['a', 'b', 'c']) await shows(name, 'open');
  await settled(endpoint, 3, 3);
  rerender([]);
  await settled(endpoint, 3, 0);
});

it('protocols in the second place are an error that says where they go', async ({ to }) => {
  for (const given of [[['chat']], ['chat'], [undefined, {}]]) {
    cleanup();
    function Wrong() {
      useWebSocket(to('/echo'), ...given);
    }
    render(<Boundary children={<Wrong />} />);
    matches(broken(), /TypeError holdfast-ws: .*protocols are an option/);
  }
});

it('a countdown follows when the next attempt is moved', async ({ endpoint, to }) => {
  await order(endpoint, 'refuse');
  function Countdown() {
    const { ws, status } = useWebSocket(to('/echo'), { reconnect: { minDelay: 100_000, maxDelay: 100_000 } });
    const selected = useWebSocketState(ws, (ws) => ws?.retryAt ?? 0);
    const [rendered, chosen] = [ws?.retryAt ?? 0, selected].map((at) => (at - Date.now() > 20_000 ? 'later' : 'soon'));
    return <p data-testid="when">{status === 'waiting' ? `${rendered} ${chosen}` : status}</p>;
  }
  const texts = [];
  render(<Countdown />);
  await shows('when', 'later later');
  new MutationObserver(() => texts.push(document.body.textContent)).observe(document.body, {
    characterData: true,
    childList: true,
    subtree: true,
  });
  dispatchEvent(new Event('online'));
  await until(() => texts.includes('soon soon'));
});

it('what is hidden by Activity has no socket, and has one again when it is shown', async ({ endpoint, to }) => {
  const { Activity } = React;
  if (!Activity) return;
  const app = (mode) => <Activity mode={mode} children={<Room url={to('/echo')} />} />;
  const { rerender } = render(app('hidden'));
  await sleep(200);
  equal((await seen(endpoint)).accepted, 0);
  rerender(app('visible'));
  await shows('a', 'open');
  rerender(app('hidden'));
  await settled(endpoint, 1, 0);
  rerender(app('visible'));
  await shows('a', 'open');
  await settled(endpoint, 2, 1);
});

it('sending and asking while a server renders does nothing', async ({ endpoint, to }) => {
  const outcomes = [];
  function Server() {
    const { send, request } = useWebSocket(to('/echo'));
    send('on the server');
    request({ get: 1 }).catch((error) => outcomes.push(error.name));
    return 'rendered';
  }
  equal(renderToString(<Server />), 'rendered');
  await until(() => outcomes.length === 1);
  equal(outcomes, ['InvalidStateError']);
  await settled(endpoint, 0, 0);
});

it('handle() ends with its component, and leaves the others theirs', async ({ endpoint, to }) => {
  function Answering({ url, name, method = 'who', ...given }) {
    const { status, handle } = useWebSocket(url, { request: { protocol: 'json-rpc' }, ...given });
    useEffect(() => handle(method, () => name), [handle, method, name]);
    return <p data-testid={name}>{status}</p>;
  }
  const url = to('/sink');
  const app = (...names) => names.map((name) => <Answering key={name} url={url} name={name} />);
  const who = async () => {
    const count = (await received(endpoint)).length;
    await order(endpoint, `send?text=${encodeURIComponent('{"jsonrpc":"2.0","id":1,"method":"who"}')}`);
    await until(async () => (await received(endpoint)).length > count);
    return JSON.parse(await last(endpoint));
  };
  const { rerender } = render(app('a', 'b'));
  await shows('b', 'open');
  equal((await who()).result, 'b');
  rerender(app('a'));
  equal((await who()).result, 'a');
  rerender(app('a', 'c'));
  await shows('c', 'open');
  equal((await who()).result, 'c');
  rerender([...app('a'), <Answering key="c" url={url} name="c" method="other" />]);
  equal((await who()).result, 'a');
  rerender(<Answering key="c" url={url} name="c" method="other" />);
  equal((await who()).error.code, -32601);
  await settled(endpoint, 1, 1);
});
