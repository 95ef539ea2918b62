/**
 * Makes `docs/api.md` from the type declarations: `npm run reference`. With `--check` it fails if the page is not up to date.
 * It reads only what is declared here, without what the browser's types add, of which there is far more.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from '@babel/parser';

const here = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const PAGE = resolve(here, '../docs/api.md');

/** The entries of the package, each with the files that declare what it exports, in the order of the page. */
const ENTRIES = [
  ['holdfast-ws', ['index', 'options', 'events', 'requests', 'messages']],
  ['holdfast-ws/slim', ['slim']],
  ['holdfast-ws/react', ['react']],
  ['holdfast-ws/vue', ['vue']],
  ['holdfast-ws/tabs', ['tabs']],
  ['holdfast-ws/tabs/worker', ['tabs-worker']],
  ['holdfast-ws/outbox', ['outbox']],
  ['holdfast-ws/channels', ['channels']],
  ['holdfast-ws/channels/nchan', ['channels-nchan']],
  ['holdfast-ws/channels/nats', ['channels-nats']],
  ['holdfast-ws/channels/react', ['channels-react']],
  ['holdfast-ws/channels/vue', ['channels-vue']],
  ['holdfast-ws/testing', ['testing']],
];

/** A declaration file: its text, and its syntax. */
function load(name) {
  const text = readFileSync(resolve(here, `${name}.d.ts`), 'utf8');
  const { program } = parse(text, { sourceType: 'module', plugins: [['typescript', { dts: true }]] });
  return { text, body: program.body };
}

/** The doc comment of a node: its text, and its tags in order. */
function documentation({ leadingComments = [] }) {
  const comment = leadingComments.findLast(({ type, value }) => type === 'CommentBlock' && value.startsWith('*'));
  if (!comment) return { text: '', tags: [] };
  const lines = comment.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  // A tag may also end a line of text.
  const [text, ...tags] = lines.join('\n').split(/(?:^|(?<=[.:`)] ))@(?=\w)/m);
  return { text: linked(text.trim()), tags: tags.map((tag) => linked(tag.trim())) };
}

const linked = (text) =>
  text
    .replaceAll(/\{@link (https?:[^\s|}]+)(?:\s*\|\s*([^}]+))?\}/g, (_, url, words) => `[${words?.trim() ?? url}](${url})`)
    .replaceAll(/\{@link ([\w.]+)\}/g, (_, name) => `[\`${name}\`](#${name.split('.').at(-1).toLowerCase()})`);

const TAGS = { throws: 'Throws', returns: 'Returns', see: 'See', example: 'Example' };

/** A tag as an item of a list. */
function item(tag) {
  const [, name, rest] = /^(\w+)\s*([\s\S]*)$/.exec(tag);
  if (name === 'example') return `- Example: \`${rest.replaceAll(/\s+/g, ' ')}\``;
  if (name !== 'param') return `- ${TAGS[name]}: ${indent(rest)}`;
  const [, parameter, words] = /^(\w+)\s+([\s\S]*)$/.exec(rest);
  return `- \`${parameter}\`: ${indent(words)}`;
}

const indent = (text) => text.replaceAll('\n', '\n  ');

function prose(node) {
  const { text, tags } = documentation(node);
  return [text, tags.map(item).join('\n')].filter(Boolean).join('\n\n');
}

/** In a cell of a table: one line, and items after breaks. */
const cell = (text) =>
  text
    .replaceAll(/\n+(?=- )/g, '<br>')
    .replaceAll(/\n\n/g, '<br>')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<!\\)\|/g, '\\|')
    .trim();

const fence = (code) => `\`\`\`ts\n${code}\n\`\`\``;

class File {
  constructor(name) {
    Object.assign(this, load(name));
  }

  source({ start, end }) {
    // As it stands, without what the formatter indented it by.
    const before = this.text.slice(this.text.lastIndexOf('\n', start) + 1, start);
    const indented = /^\s*/.exec(before)[0];
    return this.text.slice(start, end).replaceAll(`\n${indented}`, '\n');
  }

  type(annotation) {
    if (!annotation) return '';
    const text = this.source(annotation.typeAnnotation)
      .replaceAll(/\/\*\*.*?\*\/\s*/gs, '')
      .replaceAll(/\s+/g, ' ');
    return text.replace(/^\((.*)\) \| undefined$/, '$1').replace(/ \| undefined$/, '');
  }

  /** The declarations and exports, by name; and the names that other files' are exported under. */
  exports() {
    const declared = [];
    const names = new Set();
    for (const statement of this.body) {
      if (statement.type !== 'ExportNamedDeclaration') continue;
      for (const { exported } of statement.specifiers ?? []) names.add(exported.name);
      const { declaration } = statement;
      if (!declaration) continue;
      declaration.leadingComments ??= statement.leadingComments;
      const name = declaration.id?.name ?? declaration.declarations[0].id.name;
      declared.push({ name, declaration, file: this });
    }
    return { declared, names };
  }

  /** A member's name as it is written by a user. */
  #name({ key, computed, optional }) {
    const name = this.source(key);
    return `${computed ? `[${name}]` : name.replaceAll("'", '')}${optional ? '?' : ''}`;
  }

  members(body) {
    const properties = [];
    const methods = new Map();
    for (const member of body) {
      const { type } = member;
      if (/PropertySignature$|ClassProperty$/.test(type) || (type === 'TSMethodSignature' && member.kind === 'set')) {
        const annotation =
          member.typeAnnotation ?? member.parameters?.[0]?.typeAnnotation ?? member.params?.[0]?.typeAnnotation;
        properties.push({ name: this.#name(member), type: this.type(annotation), prose: prose(member) });
      } else if (type !== 'TSMethodSignature' || member.kind === 'method') {
        const named = /Construct/.test(type) || member.kind === 'constructor' ? 'new' : this.#name(member);
        const { signatures = [], words = '' } = methods.get(named) ?? {};
        const parts = [words, prose(member)].filter(Boolean).join('\n\n');
        methods.set(named, { signatures: [...signatures, this.source(member)], words: parts });
      }
    }
    return { properties, methods };
  }

  renderMembers(body) {
    const { properties, methods } = this.members(body);
    const parts = [];
    if (properties.length) {
      const rows = properties.map(({ name, type, prose }) => `| \`${name}\` | \`${cell(type)}\` | ${cell(prose)} |`);
      parts.push(['| property | type | |', '|---|---|---|', ...rows].join('\n'));
    }
    for (const [name, { signatures, words }] of methods)
      parts.push(`#### ${name === 'new' ? 'new' : `${name.replace('?', '')}()`}`, fence(signatures.join('\n')), words);
    return parts;
  }

  /** Declarations of one name: overloads, or one. */
  render(name, declarations) {
    const [{ type, body, extends: parents, superClass }] = declarations;
    const parts = [`### ${name}`];
    const above = (parents ?? []).map((parent) => `\`${this.source(parent)}\``);
    if (superClass) above.push(`\`${this.source(superClass)}\``);
    if (above.length) parts.push(`Extends ${above.join(', ')}.`);
    parts.push(...declarations.map(prose));
    if (type === 'TSInterfaceDeclaration' || type === 'ClassDeclaration') parts.push(...this.renderMembers(body.body));
    else parts.push(fence(declarations.map((one) => this.source(one).replace(/^(export )?declare /, '')).join('\n')));
    return parts.filter(Boolean);
  }
}

function renderEntry([entry, names]) {
  const files = names.map((name) => new File(name));
  const [main] = files;
  const { names: again } = main.exports();
  const parts = [`## ${entry}`];
  const about = documentation(main.body[0]).text;
  if (about) parts.push(about.replace(/^`[^`]+`: (.)/, (_, first) => first.toUpperCase()));
  for (const file of files) {
    const groups = new Map();
    for (const { name, declaration } of file.exports().declared) {
      // The class is an interface here; the constant says no more.
      if (declaration.type === 'VariableDeclaration' && groups.has(name)) continue;
      if (file === main || again.has(name)) groups.set(name, [...(groups.get(name) ?? []), declaration]);
    }
    for (const [name, declarations] of groups) parts.push(...file.render(name, declarations));
  }
  return parts;
}

/** Puts links to the names of an entry under its heading. Anchors are made as GitHub makes them, numbered where they come again. */
function withContents(parts) {
  const seen = new Map();
  const contents = new Map();
  let entry;
  for (const part of parts) {
    const [, level, title] = /^(#{2,4}) (.+)$/.exec(part) ?? [];
    if (!title) continue;
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    if (level === '##') entry = part;
    else if (level === '###')
      contents.set(entry, [...(contents.get(entry) ?? []), `[\`${title}\`](#${times ? `${slug}-${times}` : slug})`]);
  }
  return parts.flatMap((part) => (contents.has(part) ? [part, contents.get(part).join(' · ')] : [part]));
}

export function reference() {
  const parts = [
    '# API reference',
    'Made from the type declarations by `npm run reference` in `pkg-template/`; not edited by hand. For how to use it, see the [other documents](README.md).',
    ...ENTRIES.flatMap(renderEntry),
  ];
  return `${withContents(parts).join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const page = reference();
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, 'utf8') !== page) {
    console.error('docs/api.md is not up to date with the type declarations. Run `npm run reference` in pkg-template/.');
    process.exitCode = 1;
  }
}
