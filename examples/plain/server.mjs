// Serves this folder, and a WebSocket that echoes what it gets.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const FILES = {
  '/': ['index.html', 'text/html'],
  '/holdfast-ws.global.js': ['node_modules/holdfast-ws/dist/holdfast-ws.global.js', 'text/javascript'],
};

const http = createServer(async ({ url }, response) => {
  const [file, type] = FILES[url.split('?')[0]] ?? [];
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(await readFile(new URL(file, import.meta.url)));
});
const server = new WebSocketServer({ server: http, path: '/live' });
server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
http.listen(5173, () => console.log('open http://localhost:5173; end the server and start it again to see the page reconnect'));
