/** Checks the imports of `src/` against the table of layers in its README: a file may import from its own layer and from those above it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

const layers = [...readFileSync(resolve(src, 'README.md'), 'utf8').matchAll(/^\| `(\w+)\/` \|/gm)].map(([, name]) => name);

const faults = [];
const folders = readdirSync(src, { withFileTypes: true }).filter((each) => each.isDirectory());
for (const { name } of folders) if (!layers.includes(name)) faults.push(`src/README.md has no row for ${name}/`);

let imports = 0;
for (const [place, layer] of layers.entries()) {
  for (const file of readdirSync(resolve(src, layer))) {
    const text = readFileSync(resolve(src, layer, file), 'utf8');
    for (const [, path] of text.matchAll(/(?:from |import |import\()'(\.[^']*)'/g)) {
      imports++;
      const [target] = posix.join(layer, path).split('/');
      // The entries, which no layer may import, are in none.
      const at = layers.indexOf(target);
      if (at < 0 || at > place)
        faults.push(`src/${layer}/${file} imports ${path}, which is no layer, or one further down in src/README.md`);
      if (layer === 'frameworks' && target !== layer)
        faults.push(`src/${layer}/${file} imports ${path} instead of holdfast-ws`);
    }
  }
}
if (!imports) faults.push('no import was found: this check is out of date');

if (faults.length) throw Error(faults.join('\n'));
