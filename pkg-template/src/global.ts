/** The classic script. */
import { WebSocket } from './websocket';

(globalThis as unknown as { Holdfast: object }).Holdfast = { WebSocket };
