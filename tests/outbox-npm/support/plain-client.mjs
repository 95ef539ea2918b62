/** A client of the wire without any rules: a test says each frame, and reads each answer. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { patience } from '../../package/support/patience.mjs';
import { until } from '../../package/support/server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 120_000;

export async function connect(url) {
  const socket = new WebSocket(url);
  const answers = [];
  socket.on('message', (data) => answers.push(JSON.parse(data)));
  socket.on('error', () => {});
  await once(socket, 'open');
  return {
    socket,
    answers,
    /** Sends frames at once, and returns the answers to them. */
    async ask(...frames) {
      const before = answers.length;
      for (const frame of frames) socket.send(JSON.stringify(frame));
      await until(
        () => answers.length >= before + frames.length || socket.readyState > WebSocket.OPEN,
        60_000,
        () => `${frames.length} answers; there are ${JSON.stringify(answers.slice(before))}`,
      );
      return answers.slice(before);
    },
    close: () => socket.close(),
  };
}

/**
 * Delivers `count` orders in a box through connections that end: the rules of an outbox in their simplest form. Begins anew after
 * the number that the server has, until it has all.
 */
export async function deliverAll(url, box, count) {
  const hasTime = patience(LIMIT_MS);
  for (let done = 0; done < count; ) {
    if (!hasTime()) throw Error(`${done} of ${count} were done in ${LIMIT_MS} ms`);
    try {
      const client = await connect(url);
      try {
        const [answer] = await client.ask({ hello: { box, from: done + 1 } });
        done = Math.max(done, answer?.hello.done ?? 0);
        for (let n = done + 1; n <= count; n += 1) client.socket.send(JSON.stringify({ box, n, item: n }));
        await until(() => {
          done = Math.max(done, ...client.answers.map((each) => each.n ?? each.done ?? 0));
          return done === count || client.socket.readyState > WebSocket.OPEN;
        }, 60_000);
      } finally {
        client.socket.terminate();
      }
    } catch {
      // The server is away.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
