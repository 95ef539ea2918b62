/** The entry for `import` and `require`. The types are written by hand, in `index.d.ts`. */
export { ConnectionLostError, RpcError } from './platform/errors';
export { WebSocket, WebSocket as default } from './socket/websocket';
