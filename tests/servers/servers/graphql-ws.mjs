import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const { PORT } = process.env;

const schema = buildSchema(`
  type Query { hello(name: String!): String! }
  type Subscription { count(from: Int!, every: Int!): Int! }
`);

const roots = {
  query: { hello: ({ name }) => `Hello, ${name}!` },
  subscription: {
    async *count({ from, every }) {
      for (let count = from; ; count += 1) {
        yield { count };
        await sleep(every);
      }
    },
  },
};

const server = new WebSocketServer({ host: '127.0.0.1', port: PORT, path: '/graphql' });
const { dispose } = useServer(
  {
    schema,
    roots,
    onConnect({ connectionParams, extra: { socket } }) {
      const [name, expires] = String(connectionParams?.token).split(' until ');
      if (name !== 'ada') return false; // closes with 4403
      // The connection ends with its token. The page reconnects with a fresh one.
      setTimeout(() => socket.close(4403, 'token expired'), expires - Date.now());
      return true;
    },
  },
  server,
);

process.once('SIGTERM', async () => {
  await dispose(); // closes with 1001
  process.exit();
});
