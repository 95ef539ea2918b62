/** What tests of requests have in their pages. */
import { inPage } from './suite.mjs';

/** In the page: a promise's fate, as text or as its value; and a socket that is open. */
const prepare = (page) =>
  page.evaluate(() => {
    globalThis.fate = (promise) =>
      promise.then(
        (value) => value,
        (error) => `${error?.constructor?.name === 'DOMException' ? 'DOMException ' : ''}${error?.name ?? error}`,
      );
    globalThis.opened = async (url, options) => {
      const ws = new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 40 }, ...options });
      await new Promise((done) => ws.addEventListener('open', done, { once: true }));
      return ws;
    };
    globalThis.say = (line, message) =>
      probe.order(line, `send?text=${encodeURIComponent(typeof message === 'string' ? message : JSON.stringify(message))}`);
  });

/** A test in a page that is prepared for requests. */
export const inReadyPage = (name, run, options) =>
  inPage(
    name,
    async (world) => {
      await prepare(world.page);
      await run(world);
    },
    options,
  );
