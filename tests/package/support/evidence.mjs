/** The evidence in the message of a failed test, beside the expected and the seen: the last events of the page and of the server. */
import { setTimeout as sleep } from 'node:timers/promises';

/** The page or the server may be what hangs. */
const LIMIT_MS = 5_000;
const MOST = 20;

/** Runs something that may fail or never end; then it says so in its place. */
const orWhy = (ask) =>
  Promise.race([
    (async () => ask())().catch((error) => [`unknown: ${String(error?.message ?? error).split('\n', 1)}`]),
    sleep(LIMIT_MS, [`unknown: no answer in ${LIMIT_MS} ms`], { ref: false }),
  ]);

const brief = (value) => {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

async function serverSide(endpoint) {
  const [{ connections, ...counts }, received] = await Promise.all([endpoint.seen(), endpoint.received()]);
  return [
    brief(counts),
    ...connections.slice(-MOST).map((connection) => `connection ${brief(connection)}`),
    ...received.slice(-MOST).map((message) => `received ${brief(message)}`),
    ...endpoint.orders.map((order) => `ordered ${order}`),
  ];
}

/**
 * Adds to an error's message what is known of a test's page and of its endpoint of the server. Returns the error, always: whatever
 * else goes wrong here is told in its place.
 */
export async function withEvidence(error, { page, endpoint }) {
  const told = {
    'uncaught in the page': page?.uncaught ?? [],
    'complaints of the page': page?.complaints ?? [],
    'last events of the page': page ? await orWhy(() => page.evaluate(() => globalThis.probe?.story() ?? [])) : [],
    'its connections': page?.connections ?? [],
    [`the server’s ${endpoint?.name}`]: endpoint ? await orWhy(() => serverSide(endpoint)) : [],
  };
  const paragraphs = Object.entries(told)
    .filter(([, entries]) => entries.length)
    .map(([title, entries]) => `\n${title}:${entries.map((entry) => `\n  ${entry}`).join('')}`);
  if (!(error instanceof Error) || !paragraphs.length) return error;
  const text = `\n${paragraphs.join('')}\n`;
  // A stack is a text that was made with the error.
  const { stack, message } = error;
  error.message = message + text;
  error.stack = stack?.includes(message) ? stack.replace(message, () => message + text) : stack;
  return error;
}
