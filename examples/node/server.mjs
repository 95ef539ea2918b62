// A WebSocket server that echoes what it gets.
import { WebSocketServer } from 'ws';

export const server = new WebSocketServer({ port: 8787 });
server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
