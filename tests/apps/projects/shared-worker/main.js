import { WebSocket } from 'holdfast-ws/tabs';

// A worker's name finds it again, so it must differ for each server.
const name = new URLSearchParams(location.search).get('url') ?? '';
const ws = new WebSocket('shared:', [], {
  tabs: {
    key: name,
    worker: (suffix) =>
      new SharedWorker(new URL('./connection.worker.js', import.meta.url), { type: 'module', name: `connection${suffix}` }),
  },
});
ws.onmessage = ({ data }) => {
  document.getElementById('said').textContent = ws.role === 'client' ? data : `not shared: ${ws.role}`;
};
ws.send('hello');
