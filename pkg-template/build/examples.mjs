/** Bundles the examples in `www/react` and `www/vue` with the package that was just built, as an application's bundler would. */
import { resolve } from 'node:path';
import { build } from 'esbuild';

const EXAMPLES = ['react/main.jsx', 'vue/main.js'];

export async function buildExamples(www, pkg, modules) {
  for (const example of EXAMPLES) {
    await build({
      entryPoints: [resolve(www, example)],
      outfile: resolve(www, example, '../built.js'),
      bundle: true,
      minify: true,
      format: 'esm',
      jsx: 'automatic',
      legalComments: 'none',
      logLevel: 'warning',
      alias: { 'holdfast-ws': pkg },
      nodePaths: [modules],
      define: {
        'process.env.NODE_ENV': '"production"',
        __VUE_OPTIONS_API__: 'false',
        __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      },
    });
  }
}
