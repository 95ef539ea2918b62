const url = new URLSearchParams(location.search).get('url') ?? 'ws://localhost:8787';
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  for (const [id, text] of Object.entries(data)) document.getElementById(id).textContent = text;
};
worker.postMessage({ url, send: 'hello' });
