const { WebSocket } = require('holdfast-ws');
const { converse } = require('./converse.cjs');

converse(WebSocket);
