import { WebSocket } from 'holdfast-ws';

const ws = new WebSocket(new URLSearchParams(location.search).get('url'));
ws.onmessage = ({ data }) => {
  document.getElementById('said').textContent = data;
};
ws.send('hello');
