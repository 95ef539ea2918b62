/** The packed package where there is no bundler: scripts, modules, workers, and Node. */
import assert from 'node:assert/strict';
import { copy, run } from './support/build.mjs';
import { showsEcho, withEndpoint } from './support/world.mjs';

for (const [project, name] of [
  ['classic', 'a classic script'],
  ['module', 'a module script'],
  ['classic-worker', 'a classic dedicated worker'],
]) {
  withEndpoint(name, async (world) => {
    copy(project);
    await showsEcho(world, `/apps/${project}/`);
  });
}

for (const [file, name] of [
  ['import.mjs', 'import'],
  ['require.cjs', 'require()'],
  ['slim.mjs', 'import of the slim entry'],
  ['slim.cjs', 'require() of the slim entry'],
]) {
  withEndpoint(`Node, by ${name}`, async ({ endpoint, echo }) => {
    const folder = copy('node');
    // Node 20 has the class behind a flag; later ones take the flag and have it anyway.
    const said = await run(folder, 'node', '--no-warnings', '--experimental-websocket', file, echo);
    assert.equal(said, 'hello\n');
    assert.equal((await endpoint.seen()).accepted, 1);
  });
}

for (const file of ['frameworks.mjs', 'frameworks.cjs']) {
  withEndpoint(`Node takes the entries of React and Vue, and touches no global: ${file}`, async () => {
    const [globals, ...names] = JSON.parse(await run(copy('node'), 'node', file));
    assert.deepEqual(globals, []);
    assert.deepEqual(names, ['useWebSocket', 'useWebSocket']);
  });
}

withEndpoint('a server renders React’s and Vue’s components without a socket, and ends', async ({ endpoint, echo }) => {
  const said = await run(copy('node'), 'node', '--no-warnings', '--experimental-websocket', 'ssr.mjs', echo);
  const none = '<b>0</b>\n'.repeat(4);
  assert.equal(said, `<p>connecting null</p>\n<p>connecting null</p>\n<p>connecting null</p>\nnull\n${none}`);
  assert.equal((await endpoint.seen()).accepted, 0);
});
