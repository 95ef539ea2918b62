await import('react');
await import('vue');
const before = Reflect.ownKeys(globalThis);
const react = await import('holdfast-ws/react');
const vue = await import('holdfast-ws/vue');
const globals = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key));
console.log(
  JSON.stringify([globals.map(String), react.useWebSocket.name && 'useWebSocket', vue.useWebSocket.name && 'useWebSocket']),
);
