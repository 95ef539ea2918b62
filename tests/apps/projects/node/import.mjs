import { WebSocket } from 'holdfast-ws';
import { converse } from './converse.cjs';

converse(WebSocket);
