import { readFile } from 'node:fs/promises';
import { init, WebSocket } from 'holdfast-ws/slim';
import { converse } from './converse.cjs';

await init(readFile(new URL(import.meta.resolve('holdfast-ws/holdfast-ws.wasm'))));
converse(WebSocket);
