/**
 * The modules that only `holdfast-ws/tabs` imports: the wasm of the tabs with its glue, and a module in the place of those that sockets are dialled
 * with, so that the class of this entry is the ordinary one to the letter.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withoutNames } from './wasm-names.mjs';
import { wasmText } from './wasm-text.mjs';

/** Stands for the text of the tabs' wasm, as `PLACEHOLDER` in `build.mjs` does for the other. */
export const TABS = '@tabs@';

/** The glue, with the names in quotes that the build would shorten: they are also in the wasm. */
function quoted(glue, names) {
  const all = Object.keys(names).join('|');
  return glue
    .replaceAll(new RegExp(`\\.(${all})\\b`, 'g'), (_, name) => `["${name}"]`)
    .replaceAll(new RegExp(`^(\\s*)(${all}):`, 'gm'), (_, space, name) => `${space}"${name}":`);
}

/** Returns the text of the tabs' wasm, and the plugin. `names` are those that the build shortens. */
export function tabsModules(generated, src, names) {
  const { literal, decoder } = wasmText(withoutNames(readFileSync(resolve(generated, 'tabs.wasm'))));
  const glue = quoted(readFileSync(resolve(generated, 'tabs.js'), 'utf8'), names);
  const contents = `${glue}
${decoder}
export const inlinedTabs = () => decode(${JSON.stringify(TABS)});`;
  const plugin = {
    name: 'holdfast:tabs',
    setup(build) {
      build.onResolve({ filter: /^holdfast:tabs$/ }, ({ path }) => ({ path, namespace: 'tabs' }));
      build.onLoad({ filter: /./, namespace: 'tabs' }, () => ({ contents, loader: 'js', resolveDir: generated }));
      build.onResolve({ filter: /^\.\.\/platform\/(native-class|page)$/ }, ({ importer }) =>
        importer === resolve(src, 'connection/connect.ts') ? { path: resolve(src, 'tabs/dial.ts') } : undefined,
      );
    },
  };
  return { literal, plugin };
}
