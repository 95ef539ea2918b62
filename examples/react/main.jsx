import { useWebSocket } from 'holdfast-ws/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const url = new URLSearchParams(location.search).get('url') ?? 'ws://localhost:8787';

function App() {
  const [said, setSaid] = useState('');
  const [text, setText] = useState('hello');
  const { status, send } = useWebSocket(url, { onMessage: ({ data }) => setSaid(data) });
  useEffect(() => send('hello'), [send]); // waits until the connection is open
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send(text);
      }}
    >
      <p>
        The connection is {status}. The last echo: <output id="said">{said}</output>
      </p>
      <input value={text} onChange={(event) => setText(event.target.value)} /> <button type="submit">Send</button>
    </form>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
