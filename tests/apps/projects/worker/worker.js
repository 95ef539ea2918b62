import { WebSocket } from 'holdfast-ws';

self.onmessage = ({ data: url }) => {
  const ws = new WebSocket(url);
  ws.onmessage = ({ data }) => postMessage(data);
  ws.send('hello');
};
