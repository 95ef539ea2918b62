// Serves this folder, and does the server's half of an outbox. Its database is a file of lines: an order and its number are written at once.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const FILES = {
  '/': [new URL('index.html', import.meta.url), 'text/html'],
  '/holdfast-ws.mjs': [new URL(import.meta.resolve('holdfast-ws')), 'text/javascript'],
  '/outbox.mjs': [new URL(import.meta.resolve('holdfast-ws/outbox')), 'text/javascript'],
};
const DATABASE = new URL('orders.jsonl', import.meta.url);

const lines = existsSync(DATABASE) ? readFileSync(DATABASE, 'utf8').trim().split('\n').map(JSON.parse) : [];
/** The last number of each box that is done. */
const last = new Map(lines.map(({ box, n }) => [box, n]));

/** Returns the answer to one message. A real server also looks whether the box is this user's. */
function answer({ hello, box, n, item }) {
  if (hello) {
    const done = last.get(hello.box) ?? 0;
    // Those between have expired, or were cancelled: they never come.
    last.set(hello.box, Math.max(done, hello.from - 1));
    return { hello: { box: hello.box, done } };
  }
  const done = last.get(box) ?? 0;
  // It comes again, or one before it is missing.
  if (n !== done + 1) return { box, done };
  appendFileSync(DATABASE, `${JSON.stringify({ box, n, item })}\n`);
  lines.push({ box, n, item });
  last.set(box, n);
  return { box, n, ok: { order: lines.length } };
}

const http = createServer(async ({ url }, response) => {
  const [file, type] = FILES[url.split('?')[0]] ?? [];
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(await readFile(file));
});
const server = new WebSocketServer({ server: http, path: '/live' });
const orders = () => JSON.stringify({ orders: lines.map(({ item }) => item) });
server.on('connection', (socket) => {
  socket.send(orders());
  socket.on('message', (data) => {
    socket.send(JSON.stringify(answer(JSON.parse(data))));
    for (const each of server.clients) each.send(orders());
  });
});
http.listen(Number(process.env.PORT ?? 5173), () => {
  console.log(
    `open http://localhost:${http.address().port}; end the server, order something, close the page, start the server, open the page`,
  );
});
