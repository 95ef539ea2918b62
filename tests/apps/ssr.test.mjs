/** Vite's server rendering: built for the server and for the page, rendered there, hydrated here. */
import assert from 'node:assert/strict';
import { copy, run } from './support/build.mjs';
import { showsEcho, withEndpoint } from './support/world.mjs';

withEndpoint('Vite renders React on the server without a socket, hydrates, and opens one', async (world) => {
  const folder = copy('ssr');
  await run(folder, 'vite', 'build', '--base', './', '--outDir', 'dist/client');
  await run(folder, 'vite', 'build', '--ssr', 'entry-server.jsx', '--outDir', 'dist/server');
  const said = await run(folder, 'node', '--no-warnings', '--experimental-websocket', 'render.mjs', world.echo);
  assert.equal(said, '<p id="said" data-status="connecting"></p>\n');
  assert.equal((await world.endpoint.seen()).accepted, 0);
  await showsEcho(world, '/apps/ssr/dist/client/');
});
