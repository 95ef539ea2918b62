require('react');
require('vue');
const before = Reflect.ownKeys(globalThis);
const react = require('holdfast-ws/react');
const vue = require('holdfast-ws/vue');
const globals = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key));
console.log(
  JSON.stringify([globals.map(String), react.useWebSocket.name && 'useWebSocket', vue.useWebSocket.name && 'useWebSocket']),
);
