/** The modules that only `holdfast-ws/channels/…` import: the wasm of the rules with one adapter, and its glue. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { wasmText } from './wasm-text.mjs';

/** Stands for the text of the wasm, as `PLACEHOLDER` in `build.mjs` does for that of the class. */
export const CHANNELS = '@channels@';

/** Returns the text of an adapter's wasm, and the plugin. */
export function channelsModules(generated, adapter) {
  const { literal, decoder } = wasmText(readFileSync(resolve(generated, `channels-${adapter}.wasm`)));
  const contents = `${readFileSync(resolve(generated, `channels-${adapter}.js`), 'utf8')}
${decoder}
export const inlinedChannels = () => decode(${JSON.stringify(CHANNELS)});`;
  const name = `holdfast:channels-${adapter}`;
  const plugin = {
    name,
    setup(build) {
      build.onResolve({ filter: RegExp(`^${name}$`) }, ({ path }) => ({ path, namespace: 'channels' }));
      build.onLoad({ filter: /./, namespace: 'channels' }, () => ({ contents, loader: 'js', resolveDir: generated }));
    },
  };
  return { literal, plugin };
}
