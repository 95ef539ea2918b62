/** What `import` and `require` get. The types are written by hand, in `index.d.ts`. */
export { ConnectionLostError, RpcError } from './platform/errors';
export { WebSocket, WebSocket as default } from './socket/websocket';
