/**
 * Copies the documents into the package, with links that lead somewhere from there. The repository's address is one setting, in the
 * workspace's `Cargo.toml`. Where it is empty, a link to a file that isn't in the package becomes plain text.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

const FILES = [
  'README.md',
  'README.zh-CN.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'LICENSE-MIT',
  'LICENSE-APACHE',
];

/** A fence of code, inline code, or a link: its text and its target. */
const CODE_OR_LINK = /^```[\s\S]*?^```|`[^`\n]+`|(?<image>!?)\[(?<text>(?:[^[\]]|\[[^\]]*\])+)\]\((?<target>[^()\s]+)\)/gm;
/** The parts that only a reader of the repository needs. */
const NOT_IN_PACKAGE = /^<!-- not in the package -->\n[\s\S]*?^<!-- as far as here -->\n+/gm;

/** Returns the manifest's fields that name the repository's address. */
export function addresses(repository) {
  if (!repository) return {};
  return {
    homepage: `${repository}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git` },
  };
}

/**
 * A document as it stands in the package. `path` is its place in the repository; `exists(path)` says what is in the package. With an address,
 * links of a README are absolute, since registries show it without the rest.
 */
export function rewrite(text, { path, exists, repository, version }) {
  const alone = /^README/.test(path);
  return text.replaceAll(CODE_OR_LINK, (whole, ...rest) => {
    const { image, text, target } = rest.at(-1);
    if (!target || /^(\w+:|#)/.test(target)) return whole;
    const [file, anchor = ''] = target.split(/(?=#)/);
    const place = relative('/', resolve('/', dirname(path), file));
    if (repository && (alone || !exists(place)))
      return `${image}[${text}](${repository}/${image ? 'raw' : 'blob'}/v${version}/${place}${anchor})`;
    return exists(place) ? whole : text;
  });
}

/** The line for pages without a bundler: which file it is, to the byte. */
export const fillScript = (text, version, script) =>
  text
    .replaceAll('holdfast-ws@VERSION', `holdfast-ws@${version}`)
    .replaceAll('sha384-HASH', `sha384-${createHash('sha384').update(script).digest('base64')}`);

/** `root` is the repository, `out` the package, whose scripts are built already. */
export function writeDocuments(root, out, { repository, version }) {
  for (const file of FILES) {
    // A package without its licence must not be published; a build on the way there may lack it.
    if (existsSync(resolve(root, file))) cpSync(resolve(root, file), resolve(out, file));
    else console.warn(`no ${file} in the repository: not publishable`);
  }
  cpSync(resolve(root, 'docs'), resolve(out, 'docs'), { recursive: true });

  const script = readFileSync(resolve(out, 'dist/holdfast-ws.global.js'));
  const exists = (path) => existsSync(resolve(out, path));
  const inDocs = readdirSync(resolve(out, 'docs')).map((name) => `docs/${name}`);
  for (const path of [...FILES.filter(exists), ...inDocs].filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(resolve(out, path), 'utf8').replaceAll(NOT_IN_PACKAGE, '');
    const filled = fillScript(rewrite(text, { path, exists, repository, version }), version, script);
    writeFileSync(resolve(out, path), filled);
  }
}
