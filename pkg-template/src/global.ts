/** The classic script. */
import { ConnectionLostError, RpcError } from './platform/errors';
import { WebSocket } from './socket/websocket';

(globalThis as unknown as { Holdfast: object }).Holdfast = { WebSocket, RpcError, ConnectionLostError };
