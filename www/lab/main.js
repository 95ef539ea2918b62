/** Puts the page together: one session, and the panels that show it. */

import { findAddress } from './address.js';
import { Burst } from './burst.js';
import { Counts } from './counts.js';
import { describe } from './describe.js';
import { button, byId, input, setText } from './dom.js';
import { Faults } from './faults.js';
import { Heartbeat } from './heartbeat.js';
import { Log } from './log.js';
import { onApply, readOptions } from './options.js';
import { Plot } from './plot.js';
import { wireRequests } from './requests.js';
import { wireSending } from './send.js';
import { Session } from './session.js';
import { StatusLine } from './status.js';
import { Tabs } from './tabs.js';
import { millis } from './words.js';

/** @import { Options } from 'holdfast-ws/tabs' */
/** @import { Entry } from './describe.js' */

const TICK_MS = 100;

const address = findAddress(location);
const log = new Log();
const statusLine = new StatusLine();
const counts = new Counts();
const plot = new Plot(byId('plot'));
const heartbeat = new Heartbeat((sample) => plot.add(sample));
const burst = new Burst(byId('burst-result'));
const faults = new Faults(address.control, log);
const tabs = new Tabs(address.endpoint, log);
const session = new Session(address.url, onEvent);

/** When the connection was lost; undefined while it is open, and before the first `open`. @type {number | undefined} */
let lostAt;

/**
 * @param {Event} event
 * @param {boolean} current
 */
function onEvent(event, current) {
  const entry = describe(event);
  const prefix = current ? '' : 'the replaced socket: ';
  log.add({ ...entry, detail: `${prefix}${entry.detail}${current ? backAfter(entry) : ''}` });
  if (event.type === 'message') return burst.receive(/** @type {MessageEvent} */ (event).data);
  if (event.type === 'close') burst.unsent(/** @type {Event & { unsent?: unknown[] }} */ (event).unsent ?? []);
  if (!current) return;
  if (event.type === 'reconnecting') {
    const { cause } = /** @type {Event & { cause: string }} */ (event);
    statusLine.showCause(cause);
    heartbeat.lost(cause);
  }
  faults.update();
  tick();
}

/**
 * Returns how long the connection was lost, for the `open` that ends the outage: the figure the whole library is about.
 *
 * @param {Entry} entry
 */
function backAfter({ type, data }) {
  if (type === 'close') lostAt = data?.willReconnect === 'true' ? (lostAt ?? performance.now()) : undefined;
  if (type !== 'open' || lostAt === undefined) return '';
  const away = performance.now() - lostAt;
  lostAt = undefined;
  return `back after ${millis(away)}`;
}

function tick() {
  const socket = session.socket;
  if (!socket) return;
  statusLine.show(socket);
  counts.show(socket);
  heartbeat.update(socket);
  tabs.show(socket);
}

/** @param {Options} options */
function open(options) {
  const call = `new WebSocket(url, [], ${JSON.stringify(options)})`;
  const amend = log.add({ type: 'lab', detail: call });
  try {
    session.open(options);
  } catch (why) {
    amend(`${call} threw ${why}`);
    throw why;
  }
  lostAt = undefined;
  statusLine.showCause('–');
  // For the console: the socket is the page's subject, and its public face is worth trying out by hand.
  Object.assign(globalThis, { ws: session.socket });
  tick();
}

setText(byId('endpoint'), address.endpoint);
setText(byId('url'), address.url);
// Somebody else's server may not answer pings, and a connection without answers counts as dead.
if (!address.control) input('heartbeat-on').checked = false;
if (new URLSearchParams(location.search).has('tabs')) input('tabs-on').checked = true;

wireSending(() => session.socket, log, burst);
wireRequests(() => session.socket, log);
onApply(open);
button('now').addEventListener('click', () => session.socket?.reconnect());
button('reconnect').addEventListener('click', () => session.socket?.reconnect());
button('close').addEventListener('click', () => session.socket?.close());
setInterval(tick, TICK_MS);

try {
  open(readOptions());
} catch (why) {
  const notice = byId('notice');
  setText(notice, `No socket: ${why}`);
  notice.hidden = false;
}
