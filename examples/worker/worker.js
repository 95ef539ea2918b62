// The socket lives here, so a busy page does not delay it.
import { WebSocket } from 'holdfast-ws';

let ws;
self.onmessage = ({ data: { url, send } }) => {
  if (url) {
    ws = new WebSocket(url);
    ws.onstatuschange = ({ status }) => self.postMessage({ status });
    ws.onmessage = ({ data }) => self.postMessage({ said: data });
  }
  if (send) ws.send(send);
};
