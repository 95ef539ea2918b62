/** The classic script. */
import { ConnectionLostError, RpcError } from './errors';
import { WebSocket } from './websocket';

(globalThis as unknown as { Holdfast: object }).Holdfast = { WebSocket, RpcError, ConnectionLostError };
