import { useWebSocket } from 'holdfast-ws/react';
import { useEffect, useState } from 'react';

export function App({ url }) {
  const [said, setSaid] = useState('');
  const { status, send } = useWebSocket(url, { onMessage: ({ data }) => setSaid(data) });
  useEffect(() => send('hello'), [send]);
  return (
    <p id="said" data-status={status}>
      {said}
    </p>
  );
}
