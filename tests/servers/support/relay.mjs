/** Between a page and a server: a relay that is the connection, and a client that never answers a ping. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Passes connections on to a port, counts the bytes each way, and can be a bad line. */
export async function relayTo(port) {
  const counted = { up: 0, down: 0 };
  const ends = new Set();
  const frozen = new WeakSet();
  let refusing = false;
  const relay = createServer((page) => {
    if (refusing) return page.destroy();
    const server = connect(port, LOOPBACK);
    for (const [end, way, other] of [
      [page, 'up', server],
      [server, 'down', page],
    ]) {
      ends.add(end);
      end
        .on('error', () => {})
        .on('close', () => {
          ends.delete(end);
          // A server that pings drops a frozen connection. Its page must not learn of that.
          if (!frozen.has(end)) other.destroy();
        });
      end.on('data', (bytes) => {
        counted[way] += bytes.length;
        other.write(bytes);
      });
      // It comes to a paused socket, too, if no data waits.
      end.on('end', () => frozen.has(end) || other.end());
    }
  }).listen(0, LOOPBACK);
  await once(relay, 'listening');
  const drop = () => {
    for (const end of ends) end.destroy();
  };
  return {
    port: relay.address().port,
    url: `ws://${LOOPBACK}:${relay.address().port}/live`,
    counted,
    /** Ends what is connected now. */
    drop,
    /** From now on, what is connected now gets nothing through, without a word. New connections do. */
    freeze() {
      for (const end of ends) frozen.add(end.pause());
    },
    refuse() {
      refusing = true;
    },
    accept() {
      refusing = false;
    },
    stop() {
      drop();
      relay.close();
    },
  };
}

/** A client that opens a WebSocket and then never says a word, not even a pong. `dropped()` says whether the server has ended the connection. */
export async function mute(port) {
  const socket = connect(port, LOOPBACK);
  const heads = [
    'GET /live HTTP/1.1',
    `Host: ${LOOPBACK}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  socket.write(`${heads.join('\r\n')}\r\n\r\n`);
  const [first] = await once(socket, 'data');
  if (!/^HTTP\/1\.1 101/.test(first.toString('latin1'))) throw Error(`not a WebSocket: ${first}`);
  socket.on('error', () => {}).resume();
  let dropped = false;
  socket.once('close', () => {
    dropped = true;
  });
  return { dropped: () => dropped, end: () => socket.destroy() };
}
