/** The fault server (`xtask/src/server`) in a world: the same paths, and the same orders. */
import { Endpoint } from './endpoint.mjs';
import { PATHS } from './paths.mjs';

const ORIGIN = 'ws://127.0.0.1:1000';

export function makeFaultServer(world) {
  const endpoints = new Map();
  const control = world.server(`${ORIGIN}/control`);
  const after = (ms, run) => control.after(Math.max(0, Number(ms) || 0), run);
  const endpoint = (name, page) => {
    if (!endpoints.has(name)) endpoints.set(name, new Endpoint({ name, origin: ORIGIN, page, now: () => world.now, after }));
    return endpoints.get(name);
  };
  const endpointOf = (url) => endpoint(new URL(url).searchParams.get('endpoint'));
  for (const [path, role] of Object.entries(PATHS))
    world.server(`${ORIGIN}${path}`, (connection) => endpointOf(connection.url).accept(connection, role), {
      handshake: (request) => endpointOf(request.url).answerHandshake(request),
    });
  return {
    after,
    endpoint,
    /** Takes the orders that a page gives by `fetch`. */
    async fetch(path) {
      const { pathname, searchParams } = new URL(path, 'http://world');
      const [, , name, action] = pathname.split('/').map(decodeURIComponent);
      await endpoint(name).order(action, Object.fromEntries(searchParams));
      return { ok: true };
    },
  };
}
