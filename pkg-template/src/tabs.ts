/** `holdfast-ws/tabs`: one connection for all tabs. The types are written by hand, in `tabs.d.ts`. */
export { ConnectionLostError, RpcError } from './platform/errors';
export { TabsWebSocket as WebSocket, TabsWebSocket as default } from './tabs/websocket';
