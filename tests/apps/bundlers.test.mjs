/** The packed package in small projects, built by each bundler as it comes, and run: no configuration for us in any of them. */
import { createServer } from 'vite';
import { freePort } from '../package/support/port.mjs';
import { copy, run, work, writePage } from './support/build.mjs';
import { showsEcho, withEndpoint } from './support/world.mjs';

const MODULE = '<script type="module" src="main.js"></script>';

/** A tool's command in a copy of the project. Makes the page, where the tool doesn't. */
async function build(project, name, command, page = MODULE) {
  const folder = copy(project, name);
  await run(folder, ...command);
  if (page) writePage(`${folder}/dist`, page);
}

withEndpoint('esbuild', async (world) => {
  const command = ['esbuild', 'main.js', '--bundle', '--minify', '--outfile=dist/main.js'];
  await build('plain', 'esbuild', command);
  await showsEcho(world, '/apps/esbuild/dist/');
});

withEndpoint('Rollup', async (world) => {
  const command = ['rollup', 'main.js', '--plugin', 'node-resolve', '--format', 'es', '--file', 'dist/main.js'];
  await build('plain', 'rollup', command);
  await showsEcho(world, '/apps/rollup/dist/');
});

const WEBPACK = ['webpack', 'build', '--mode', 'production', '--output-path', 'dist', '--entry'];

withEndpoint('webpack', async (world) => {
  await build('plain', 'webpack', [...WEBPACK, './main.js']);
  await showsEcho(world, '/apps/webpack/dist/');
});

withEndpoint('webpack, of a project that uses require()', async (world) => {
  await build('required', 'webpack-require', [...WEBPACK, './main.cjs']);
  await showsEcho(world, '/apps/webpack-require/dist/');
});

withEndpoint('webpack, of the slim entry', async (world) => {
  await build('slim-webpack', 'webpack-slim', [...WEBPACK, './main.js', '--output-public-path', './']);
  await showsEcho(world, '/apps/webpack-slim/dist/', { wasm: 1 });
});

const VITE = ['vite', 'build', '--base', './'];

withEndpoint('Vite with React', async (world) => {
  await build('react', 'vite-react', VITE, null);
  await showsEcho(world, '/apps/vite-react/dist/');
});

withEndpoint('Vite with Vue', async (world) => {
  await build('vue', 'vite-vue', VITE, null);
  await showsEcho(world, '/apps/vite-vue/dist/');
});

withEndpoint('Vite with a dedicated worker', async (world) => {
  await build('worker', 'vite-worker', VITE, null);
  await showsEcho(world, '/apps/vite-worker/dist/');
});

withEndpoint('Vite with a SharedWorker that holds the connection', async (world) => {
  await build('shared-worker', 'vite-shared-worker', VITE, null);
  await showsEcho(world, '/apps/vite-shared-worker/dist/');
});

withEndpoint('webpack with a SharedWorker that holds the connection', async (world) => {
  await build('shared-worker', 'webpack-shared-worker', [...WEBPACK, './main.js']);
  await showsEcho(world, '/apps/webpack-shared-worker/dist/');
});

withEndpoint('Vite, of the slim entry', async (world) => {
  await build('slim', 'vite-slim', VITE, null);
  await showsEcho(world, '/apps/vite-slim/dist/', { wasm: 1 });
});

// The development server rewrites dependencies in its own way, and is where StrictMode mounts everything twice.
for (const [project, name] of [
  ['react', 'React, in StrictMode'],
  ['vue', 'Vue'],
  ['slim', 'the slim entry'],
  ['shared-worker', 'a SharedWorker that holds the connection'],
]) {
  withEndpoint(`Vite's development server, with ${name}: one socket`, async (world) => {
    const folder = copy(project, `vite-dev-${project}`);
    // Vite's pages call it back on the port it was told, so that can't be 0.
    const options = { port: await freePort(), host: '127.0.0.1' };
    const cacheDir = `${work}/.vite-${project}`;
    const server = await createServer({ root: folder, cacheDir, logLevel: 'error', server: options });
    world.context.after(() => server.close());
    await server.listen();
    const open = (path) => world.open(`http://127.0.0.1:${server.httpServer.address().port}${path}`);
    await showsEcho({ ...world, open }, '/', { wasm: project === 'slim' ? 1 : 0 });
  });
}
