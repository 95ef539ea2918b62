/**
 * The use of a socket, the same for each contender. Every contender gets this text as a module of its own, since
 * functions of one text share what the JavaScript engine has learnt about them. `make` comes before it, and `asking` where
 * requests are made: see `contenders.mjs`.
 */

let ws;
let left = 0;
let done;
/** So that the data is really looked at. */
let bytes = 0;
let all = [];
let ask;

const until = (count) =>
  new Promise((resolve) => {
    left = count;
    done = resolve;
  });

const told = (ws, type) => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));

const count = ({ data }) => {
  bytes += data.length ?? data.byteLength;
  if (--left === 0) done();
};

/** Opens a connection, with so many listeners to its messages. */
export async function open(url, { listeners = 1, requests = 0 } = {}) {
  ws?.close();
  ws = make(url);
  ws.binaryType = 'arraybuffer';
  ws.addEventListener('message', count);
  for (let more = 1; more < listeners; more++)
    ws.addEventListener('message', ({ data }) => {
      bytes += data.length ?? data.byteLength;
    });
  await told(ws, 'open');
  for (; requests; requests--) ws.request({ hold: true }, { timeout: 1e9 }).catch(() => {});
}

export async function receive(messages, kind, size) {
  ws.send(`${messages} ${kind} ${size}`);
  await until(messages);
}

export async function send(messages, kind, size) {
  const data = kind === 'text' ? 'x'.repeat(size) : new ArrayBuffer(size);
  for (let sent = 0; sent < messages; sent++) ws.send(data);
  await until(1);
}

export async function nothing() {
  await undefined;
}

/** Opens many, each with a listener to its messages, and keeps them. */
export async function openMany(url, sockets) {
  for (let made = 0; made < sockets; made++) {
    const one = make(url);
    one.addEventListener('message', count);
    all.push(one);
    await told(one, 'open');
  }
}

/** So many messages on each of the many. */
export async function receiveMany(messages, kind, size) {
  for (const one of all) one.send(`${messages} ${kind} ${size}`);
  await until(messages * all.length);
}

/** Only constructs. */
export function construct(url, sockets) {
  for (let made = 0; made < sockets; made++) all.push(make(url));
}

/** Lets go of the many. */
export function drop() {
  for (const one of all) one.close();
  all = [];
}

/** From construction to the first message, and to the end. */
export async function cycle(url, times) {
  for (; times; times--) {
    const one = make(url);
    await told(one, 'message');
    const over = told(one, 'close');
    one.close();
    await over;
  }
}

/** Of a server that ends every connection: waits for so many to open. */
export async function reconnect(url, times) {
  const one = make(url);
  for (; times; times--) await told(one, 'open');
  one.close();
}

/** Sends so many on a connection that isn't open, each a text of its own. */
export function queue(url, messages) {
  ws ??= make(url);
  ws.binaryType = 'arraybuffer';
  for (let sent = 0; sent < messages; sent++) ws.send(`message ${sent}`.padEnd(32));
}

/** Has what is queued sent, and waits until the server has it all. */
export async function flush() {
  ws.addEventListener('message', count);
  const arrived = until(1);
  await fetch('/release', { method: 'POST' });
  await arrived;
}

export async function openToAsk(url) {
  ws = make(url);
  ask = asking(ws);
  await told(ws, 'open');
}

/** Requests that get no reply. */
export function pend(requests) {
  for (let made = 0; made < requests; made++) ask({ hold: true })?.catch(() => {});
}

/** Requests that do, all at once. */
export async function request(requests) {
  const replies = [];
  for (let made = 0; made < requests; made++) replies.push(ask({ method: 'add', params: [1, 2] }));
  await Promise.all(replies);
}

/** So many, each after the reply to the one before. */
export async function requestInTurn(requests) {
  for (; requests; requests--) await ask({ method: 'add', params: [1, 2] });
}

export function close() {
  ws?.close();
  ws = undefined;
  drop();
  return bytes;
}
