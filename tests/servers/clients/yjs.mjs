import { WebSocket } from 'holdfast-ws';
import { WebsocketProvider } from 'y-websocket';

// Each page sends its state every 15 s, and the server forwards it to all.
const Plain = WebSocket.with({ reconnect: false, idleTimeout: 25_000 });

export const share = (url, room, doc) => new WebsocketProvider(url, room, doc, { WebSocketPolyfill: Plain });
