/**
 * The kinds of realm a socket can live in, and how the cases get to run there. The `run` functions are sent to the page.
 * Those other than the page run the cases where a realm could matter, not all of them.
 */
const MOST =
  /^(idl|constructing|subclasses|handlers|listeners|dispatching|errors|microtasks|events|binaryType|closing:|sending: a (text|Blob|File|Uint8Array|ArrayBuffer),)/;
const SOME = /^(constructing|microtasks|events|errors|closing:)/;

async function inPage({ names, native, where }) {
  const { everywhere, inPages } = await import('/conformance/cases/index.mjs');
  const { classes, runCases } = await import('/conformance/page/realm.mjs');
  const ours = native ? undefined : (await import('/pkg/dist/index.mjs')).WebSocket;
  const all = { ...everywhere, ...inPages };
  return runCases(Object.fromEntries(names.map((name) => [name, all[name]])), classes(ours), where);
}

async function inIframe(order) {
  const frame = document.createElement('iframe');
  frame.src = '/blank';
  document.body.append(frame);
  await new Promise((resolve) => {
    frame.onload = resolve;
  });
  // Made by the frame's own `eval`, so that its `import()` loads everything anew, in the frame's realm.
  const run = frame.contentWindow.eval(`(${order.source})`);
  return run(order);
}

const inWorker = (order) =>
  new Promise((resolve, reject) => {
    const worker = new Worker('/conformance/page/worker.mjs', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(Error(`the worker did not start: ${message}`));
    worker.postMessage(order);
  });

const inSharedWorker = (order) =>
  new Promise((resolve, reject) => {
    const worker = new SharedWorker('/conformance/page/worker.mjs', { type: 'module' });
    worker.onerror = ({ message }) => reject(Error(`the worker did not start: ${message}`));
    worker.port.onmessage = ({ data }) => resolve(data);
    worker.port.postMessage(order);
  });

async function inServiceWorker(order) {
  const registration = await navigator.serviceWorker.register('/conformance/page/worker.mjs', { type: 'module' });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  const ask = (names) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      worker.postMessage({ ...order, names }, [port2]);
    });
  // One message for each case: a browser stops a service worker that takes minutes for one.
  const recorded = {};
  for (const name of order.names) Object.assign(recorded, await ask([name]));
  return recorded;
}

export const REALMS = {
  page: { run: inPage, names: /./ },
  iframe: { run: inIframe, names: MOST, source: String(inPage) },
  worker: { run: inWorker, names: MOST },
  sharedworker: { run: inSharedWorker, names: SOME },
  serviceworker: { run: inServiceWorker, names: SOME },
};
