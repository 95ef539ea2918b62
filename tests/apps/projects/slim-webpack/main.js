import { init, WebSocket } from 'holdfast-ws/slim';

await init(new URL('holdfast-ws/holdfast-ws.wasm', import.meta.url));
const ws = new WebSocket(new URLSearchParams(location.search).get('url'));
ws.onmessage = ({ data }) => {
  document.getElementById('said').textContent = data;
};
ws.send('hello');
