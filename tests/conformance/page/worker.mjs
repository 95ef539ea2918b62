/** The same in a dedicated, shared or service worker. Imports are static: a service worker may do no others. */
import { WebSocket } from '/pkg/dist/index.mjs';
import { everywhere } from '../cases/index.mjs';
import { classes, runCases } from './realm.mjs';

const answer = async (port, { names, native, where }) => {
  const cases = Object.fromEntries(names.map((name) => [name, everywhere[name]]));
  port.postMessage(await runCases(cases, classes(native ? undefined : WebSocket), where));
};

// A shared worker's port comes with `connect`, a service worker's with the message.
globalThis.addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => answer(port, data);
});
globalThis.addEventListener('message', (event) => {
  const answered = answer(event.ports[0] ?? globalThis, event.data);
  // A service worker that nobody waits for is stopped after half a minute.
  event.waitUntil?.(answered);
});
