import wasm from 'holdfast-ws/holdfast-ws.wasm?url';
import { init, WebSocket } from 'holdfast-ws/slim';

await init(wasm);
const ws = new WebSocket(new URLSearchParams(location.search).get('url'));
ws.onmessage = ({ data }) => {
  document.getElementById('said').textContent = data;
};
ws.send('hello');
