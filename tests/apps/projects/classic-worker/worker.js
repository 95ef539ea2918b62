importScripts('../node_modules/holdfast-ws/dist/holdfast-ws.global.js');

self.onmessage = ({ data: url }) => {
  const ws = new Holdfast.WebSocket(url);
  ws.onmessage = ({ data }) => postMessage(data);
  ws.send('hello');
};
