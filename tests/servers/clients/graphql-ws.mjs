import { createClient } from 'graphql-ws';
import { WebSocket } from 'holdfast-ws';

export const connect = (url, freshToken, more) =>
  createClient({
    url,
    webSocketImpl: WebSocket.with({
      reconnect: false,
      // In the protocol's own words. Found in fifteen seconds of silence, a dead line is a closed one, and graphql-ws goes on.
      heartbeat: { interval: 10_000, timeout: 5_000, ping: '{"type":"ping"}', pong: '{"type":"pong"}' },
    }),
    connectionParams: async () => ({ token: await freshToken() }), // asked for each connection
    shouldRetry: () => true, // by default a connection that is refused is the end
    retryAttempts: Number.POSITIVE_INFINITY,
    ...more,
  });
