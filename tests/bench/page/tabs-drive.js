/** A tab with a socket of `holdfast-ws/tabs`, or one of the default entry. */
let ws;
let left = 0;
let done = () => {};
/** So that the data is really looked at. */
let bytes = 0;

const count = ({ data }) => {
  bytes += data.length ?? data.byteLength;
  if (--left === 0) done();
};

/** Opens it with the class of this entry. */
export async function open(entry, url, options) {
  const { WebSocket } = await import(entry);
  ws = new WebSocket(url, [], options);
  ws.binaryType = 'arraybuffer';
  ws.addEventListener('message', count);
  if (ws.readyState !== 1) await new Promise((resolve) => ws.addEventListener('open', resolve, { once: true }));
}

/** Posts each message once more, in a frame like those of tabs, for a page that has nothing but a channel. */
export function relay() {
  const channel = new BroadcastChannel('bench:bare');
  let count = 0;
  ws.addEventListener('message', ({ data }) => channel.postMessage([[1, 1e15, 1e12, 1e15, 1, ++count, 0, count, data]]));
}

/** Listens to a channel, and to nothing else. */
export function listen() {
  new BroadcastChannel('bench:bare').onmessage = ({ data }) => count({ data: data[0][8] });
}

export const role = () => ws.role;

/** Counts from now on; `counted` waits for so many. */
export const begin = (messages) => {
  left = messages;
};

export const counted = () => left <= 0 || new Promise((resolve) => (done = resolve));

export const send = (text) => ws.send(text);

export const close = () => {
  ws.close();
  return bytes;
};
