/** As `bundlers.test.mjs`: those that take long to install or to build. They run with `cargo xtask test --full`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { copy, env, run } from '../support/build.mjs';
import { showsEcho, withEndpoint } from '../support/world.mjs';

const PARCEL = ['parcel', 'build', 'index.html', '--dist-dir', 'dist', '--public-url', './', '--no-cache'];

withEndpoint('Parcel', async (world) => {
  await run(copy('plain', 'parcel'), ...PARCEL);
  await showsEcho(world, '/apps/parcel/dist/');
});

withEndpoint('Parcel, with React', async (world) => {
  await run(copy('react', 'parcel-react'), ...PARCEL);
  await showsEcho(world, '/apps/parcel-react/dist/');
});

withEndpoint(
  'Next.js renders on the server without a socket, hydrates, and opens one',
  async (world) => {
    const folder = copy('next');
    await run(folder, 'next', 'build');
    const child = spawn('next', ['start', '--hostname', '127.0.0.1', '--port', '0'], { cwd: folder, env, detached: true });
    const ended = once(child, 'exit');
    world.context.after(async () => {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    });
    const origin = await new Promise((found, failed) => {
      const limit = setTimeout(() => failed(Error('next start: no address in 180 s')), 180_000);
      createInterface({ input: child.stdout }).on('line', (text) => {
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
        if (address) {
          clearTimeout(limit);
          found(address[0]);
        }
      });
      ended.then(([code]) => failed(Error(`next start ended with ${code}`)));
    });
    const html = await (await fetch(`${origin}/?${new URLSearchParams({ url: world.echo })}`)).text();
    assert.match(html, /<p id="said" data-status="connecting"><\/p>/);
    assert.equal((await world.endpoint.seen()).accepted, 0);
    await showsEcho({ ...world, open: (path) => world.open(`${origin}${path}`) }, '/');
  },
  { timeout: 400_000 },
);
