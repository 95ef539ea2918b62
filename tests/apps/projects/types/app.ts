/** Code as applications write it, against the installed package; must compile under every version that is supported. */
import Default, { type Options, WebSocket } from 'holdfast-ws';
import { useWebSocket, WebSocketProvider } from 'holdfast-ws/react';
import { init, WebSocket as Slim } from 'holdfast-ws/slim';
import { useWebSocket as useInVue } from 'holdfast-ws/vue';

declare const url: string;

const w: globalThis.WebSocket = new WebSocket(url);
const preset: typeof globalThis.WebSocket = WebSocket.with({ reconnect: false });
const slim: globalThis.WebSocket = new Slim(url);
const same: typeof WebSocket = Default;
const options: Options = { heartbeat: { interval: 1_000 } };

export function Component() {
  const { ws, status, send } = useWebSocket(url, { ...options, onMessage: ({ data }) => console.log(data) });
  send('hello');
  return ws && `${status} ${ws.readyState}`;
}

const inVue = useInVue(() => url, options);
export const shown: [string, unknown] = [inVue.status.value, inVue.data.value];
export const all = [w, preset, slim, same, init, WebSocketProvider];
