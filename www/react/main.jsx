/** `holdfast-ws/react`, in a page: two components and one socket. Another server: `?url=wss://example.com/live`. */
import { useWebSocket, useWebSocketMessages } from 'holdfast-ws/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

const endpoint = `react ${Math.random().toString(36).slice(2, 8)}`;
const own = `${location.origin.replace('http', 'ws')}/echo?${new URLSearchParams({ endpoint })}`;
const url = new URLSearchParams(location.search).get('url') ?? own;
const options = { heartbeat: { interval: 5_000, timeout: 3_000 } };

/** Renders when the status changes, and never because of a message. */
function Status() {
  const { ws, status } = useWebSocket(url, options);
  return (
    <p>
      <output id="status">{status}</output>
      {status === 'waiting' && <span> until {new Date(ws.retryAt).toLocaleTimeString()}</span>}{' '}
      <button type="button" onClick={() => ws.reconnect()}>
        reconnect
      </button>{' '}
      <button type="button" onClick={() => fetch(`/endpoints/${encodeURIComponent(endpoint)}/drop`, { method: 'POST' })}>
        drop the connection
      </button>
    </p>
  );
}

/** The same URL and options: the same socket. Renders for every message, because it asks for that. */
function Talk() {
  const { ws, send } = useWebSocket(url, options);
  const received = useWebSocketMessages(ws, (list, { data }) => [data, ...list].slice(0, 20), []);
  const [text, setText] = useState('hello');
  const submit = (event) => {
    event.preventDefault();
    send(text);
  };
  return (
    <>
      <form onSubmit={submit}>
        <input aria-label="text to send" value={text} onChange={(event) => setText(event.target.value)} />{' '}
        <button type="submit">Send</button>
      </form>
      <ol id="received">
        {received.map((data, i) => (
          <li key={received.length - i}>{data}</li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Status />
    <Talk />
  </StrictMode>,
);
