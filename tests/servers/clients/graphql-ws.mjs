import { createClient } from 'graphql-ws';
import { WebSocket } from 'holdfast-ws';

export const connect = (url, freshToken, more) =>
  createClient({
    url,
    webSocketImpl: WebSocket.with({
      reconnect: false,
      // The protocol's own ping and pong. A dead connection is closed after fifteen seconds of silence, and graphql-ws reconnects.
      heartbeat: { interval: 10_000, timeout: 5_000, ping: '{"type":"ping"}', pong: '{"type":"pong"}' },
    }),
    connectionParams: async () => ({ token: await freshToken() }), // called for each connection
    shouldRetry: () => true, // by default a refused connection is final
    retryAttempts: Number.POSITIVE_INFINITY,
    ...more,
  });
