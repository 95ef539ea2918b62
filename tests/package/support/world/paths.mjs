/** The paths of the fault server, as `xtask/src/server/paths.rs` has them. Each makes the answer to messages of one connection. */
import { answerRpc } from './rpc.mjs';

const every = ({ query, after, isLive }, run, ms = Number(query.every ?? 1_000)) => {
  const next = () =>
    after(Math.max(1, ms), () => {
      if (!isLive() || run() === false) return;
      next();
    });
  next();
};

const echo = ({ reply }) => reply;

export const PATHS = {
  '/echo': echo,
  '/push'(session) {
    let number = 0;
    const { count = Number.POSITIVE_INFINITY } = session.query;
    every(session, () => {
      number += 1;
      session.reply(`${number}`);
      return number < Number(count);
    });
    return session.reply;
  },
  '/sink': () => undefined,
  '/close'({ query: { code, reason = '', after: wait = 0 }, after, close }) {
    after(wait, () => close(code === undefined ? undefined : Number(code), reason));
  },
  '/greet'({ reply }) {
    reply('hello');
    return reply;
  },
  '/sizes':
    ({ reply }) =>
    (data) =>
      reply(
        typeof data === 'string'
          ? JSON.stringify({ type: 'text', bytes: Buffer.byteLength(data) })
          : JSON.stringify({ type: 'binary', bytes: data.length }),
      ),
  '/types'({ reply }) {
    for (const data of ['text', new Uint8Array([1, 2, 3]), '', new Uint8Array()]) reply(data);
    return reply;
  },
  '/pong'(session) {
    const { query, reply } = session;
    if (query.pings !== undefined) every(session, () => reply('ping'), Number(query.pings));
    return (data) => {
      if (data === 'ping') reply(query.reply ?? 'pong');
      else if (typeof data !== 'string' && data.length === 1 && data[0] === 9) reply(new Uint8Array([10]));
    };
  },
  '/rpc': answerRpc,
  '/busy'(session) {
    let number = 0;
    every(session, () => {
      number += 1;
      session.reply(`push ${number}`);
    });
    const answer = answerRpc(session);
    return (data) => {
      if (data === 'ping') session.reply('pong');
      else if (typeof data === 'string' && data.startsWith('{')) answer(data);
    };
  },
};
