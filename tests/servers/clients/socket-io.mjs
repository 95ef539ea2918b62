import { WebSocket } from 'holdfast-ws';
import { io, WebSocket as Transport } from 'socket.io-client';

// Its server pings every 25 s. Longer silence means a dead connection.
const Plain = WebSocket.with({ reconnect: false, idleTimeout: 30_000 });

class OnOurs extends Transport {
  createSocket(url, protocols) {
    return new Plain(url, protocols ?? []);
  }
}

export const connect = (url) => io(url, { transports: [OnOurs] });
