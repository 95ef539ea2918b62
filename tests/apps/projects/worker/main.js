const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  document.getElementById('said').textContent = data;
};
worker.postMessage(new URLSearchParams(location.search).get('url'));
