// The server and the client in one process, to try it. The server ends with its last client.
import { server } from './server.mjs';

server.on('connection', (socket) => socket.on('close', () => server.close()));
await import('./client.mjs');
