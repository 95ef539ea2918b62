// Node 22 or later. Another server: node client.mjs wss://example.com/live
import { WebSocket } from 'holdfast-ws';

const ws = new WebSocket(process.argv[2] ?? 'ws://localhost:8787', [], { reconnect: { maxAttempts: 5 } });
ws.onmessage = ({ data }) => {
  console.log(data);
  ws.close(); // lets the process end
};
ws.onclose = ({ code, willReconnect }) => {
  if (willReconnect) console.error(`closed with ${code}, reconnecting`);
};
ws.send('hello'); // waits until the connection is open
