/** Renders on a server that has the class and could connect, as React and Vue do it. */

import * as react from 'holdfast-ws/react';
import * as vue from 'holdfast-ws/vue';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';

const url = process.argv[2];

function Line() {
  const { ws, status, send } = react.useWebSocket(url);
  send('on the server');
  return createElement('p', null, `${status} ${ws}`);
}
const App = () => createElement(react.WebSocketProvider, { url }, createElement(Line));
console.log(renderToString(createElement(App)));

const setup = () => {
  const { ws, status, send } = vue.useWebSocket(() => url);
  send('on the server');
  return () => h('p', `${status.value} ${ws.value}`);
};
console.log(await renderVue(createSSRApp({ setup })));
// As on edge runtimes, which have no page either.
globalThis.WorkerGlobalScope = class {};
console.log(await renderVue(createSSRApp({ setup })));
console.log(vue.useWebSocket(url).ws.value);

// Where an outbox is made on the server, too, and where there is none.
const pending = [{}, {}];
for (const outbox of [undefined, Object.assign(new EventTarget(), { pending })]) {
  const Unsaved = () => createElement('b', null, react.useOutbox(outbox).length);
  console.log(renderToString(createElement(Unsaved)));
  const unsaved = vue.useOutbox(outbox);
  console.log(await renderVue(createSSRApp({ setup: () => () => h('b', unsaved.value.length) })));
}
// Something that is left open keeps the process alive.
