const { readFile } = require('node:fs/promises');
const { init, WebSocket } = require('holdfast-ws/slim');
const { converse } = require('./converse.cjs');

init(readFile(require.resolve('holdfast-ws/holdfast-ws.wasm'))).then(() => converse(WebSocket));
