/** The helpers of tests of requests in their pages. */
import { inPage, inWorld } from './suite.mjs';

/** The number before that of the first request, in a page whose numbers are fixed. */
export const BASE = 628_880_339;

/** Has the numbers of requests begin after `BASE` in this page, which knows it, too: they are drawn at random. */
export const fixNumbers = (page) =>
  page.evaluate((base) => {
    globalThis.BASE = base;
    Math.random = () => 0;
    const never = () => new Promise(() => {});
    const ids = [];
    const protocol = { encode: (id) => `${ids.push(id)}`, decode: () => {} };
    const ws = new Holdfast.WebSocket(never, [], { request: { protocol } });
    ws.request().catch(() => {});
    ws.close();
    if (ids[0] !== base + 1) throw Error(`the first request has the number ${ids[0]}: BASE is to be ${ids[0] - 1}`);
  }, BASE);

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
    globalThis.say = (endpoint, message) =>
      probe.order(endpoint, `send?text=${encodeURIComponent(typeof message === 'string' ? message : JSON.stringify(message))}`);
  });

const inReady = (inPlace) => (name, run, options) =>
  inPlace(
    name,
    async (world) => {
      await prepare(world.page);
      await fixNumbers(world.page);
      await run(world);
    },
    options,
  );

/** A test in a page that is prepared for requests. */
export const inReadyPage = inReady(inPage);
export const inReadyWorld = inReady(inWorld);
