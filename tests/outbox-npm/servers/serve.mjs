/** The server's half of an outbox: `PORT=8080 node serve.mjs sqlite orders.db`. The second argument is the store's path or address. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [, , kind, address] = process.argv;
const store = await (await import(`./${kind}.mjs`)).openStore(address);
const http = createServer(async (request, response) => {
  // A page that is left posts the rest, line by line as on the connection. See the option `flush`.
  if (request.method === 'POST') await takeLines(await request.setEncoding('utf8').toArray());
  response.end(JSON.stringify(await store.orders()));
});

/** Returns the answer to one message. A real server also looks whether the box is this user's. */
async function answer({ hello, box, n, ...message }) {
  if (hello) return { hello: { box: hello.box, done: await store.greet(hello.box, hello.from) } };
  return { box, ...(await store.deliver(box, n, message)) };
}

async function takeLines(parts) {
  try {
    for (const line of parts.join('').trim().split('\n')) await answer(JSON.parse(line));
  } catch (error) {
    // Those behind it must not overtake it. The client sends the rest again.
    console.error(error);
  }
}

new WebSocketServer({ server: http }).on('connection', (connection) => {
  // One after the other, in the order in which they came.
  let before = Promise.resolve();
  connection.on('message', (data) => {
    before = before.then(async () => {
      if (connection.readyState !== connection.OPEN) return;
      try {
        connection.send(JSON.stringify(await answer(JSON.parse(data))));
      } catch (error) {
        // It is not applied, and nothing may overtake it: the client comes back, and sends it again.
        console.error(error);
        connection.close(1013);
      }
    });
  });
});

http.listen(Number(process.env.PORT), '127.0.0.1');
