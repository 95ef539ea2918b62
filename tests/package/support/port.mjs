/** Ports for programs that must be told theirs. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems choose ports themselves (from 32768 on Linux, from 49152 elsewhere). So no other program's
 * connection or server takes it before its owner starts, or while its owner restarts.
 */
const [FIRST, COUNT] = [15_000, 17_000];

/** A port that was free a moment ago. */
export async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
  throw Error(`none of 100 ports from ${FIRST} on is free`);
}
