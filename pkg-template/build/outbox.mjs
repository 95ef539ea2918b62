/** The modules that only `holdfast-ws/outbox` imports: the wasm of the boxes, with its glue. The class is the application's own, so it is not in there. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { wasmText } from './wasm-text.mjs';

/** Stands for the text of the wasm, as `PLACEHOLDER` in `build.mjs` does for that of the class. */
export const OUTBOX = '@outbox@';

/** Returns the text of the wasm, and the plugin. */
export function outboxModules(generated) {
  const { literal, decoder } = wasmText(readFileSync(resolve(generated, 'outbox.wasm')), 3);
  const contents = `${readFileSync(resolve(generated, 'outbox.js'), 'utf8')}
${decoder}
export const inlinedOutbox = () => decode(${JSON.stringify(OUTBOX)});`;
  const plugin = {
    name: 'holdfast:outbox',
    setup(build) {
      build.onResolve({ filter: /^holdfast:outbox$/ }, ({ path }) => ({ path, namespace: 'outbox' }));
      build.onLoad({ filter: /./, namespace: 'outbox' }, () => ({ contents, loader: 'js', resolveDir: generated }));
    },
  };
  return { literal, plugin };
}
