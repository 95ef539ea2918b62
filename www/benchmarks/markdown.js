/**
 * The little of Markdown that the reports are written in: headings, paragraphs, tables, pictures, links, `code`, **bold** and
 * *stressed*. Everything becomes nodes and texts, never HTML from a string.
 */

/** @param {string} name @param {(Node | string)[]} content */
function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** @param {string} text */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\))/).map((part) => {
    if (part.startsWith('`') && part.length > 1) return element('code', part.slice(1, -1));
    if (part.startsWith('**') && part.length > 4) return element('b', part.slice(2, -2));
    if (part.startsWith('*') && part.length > 2) return element('em', part.slice(1, -1));
    const link = /^\[(.+)\]\((.+)\)$/.exec(part);
    return link ? Object.assign(element('a', link[1]), { href: link[2] }) : part;
  });
}

/** @param {string} line */
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** @param {string[]} lines */
function table([head, , ...body]) {
  const row = (line, cell) => element('tr', ...cells(line).map((text) => element(cell, ...inline(text))));
  const made = element('table', element('thead', row(head, 'th')), element('tbody', ...body.map((line) => row(line, 'td'))));
  const frame = element('div', made);
  frame.className = 'table';
  return frame;
}

/**
 * @param {string} block
 * @param {URL} base what the addresses of pictures are relative to
 */
function node(block, base) {
  const heading = /^(#{1,3}) (.*)$/.exec(block);
  if (heading) return element(`h${heading[1].length}`, ...inline(heading[2]));
  const picture = /^!\[(.*)\]\((.*)\)$/.exec(block);
  if (picture) return Object.assign(element('img'), { alt: picture[1], src: new URL(picture[2], base).href });
  if (block.startsWith('|')) return table(block.split('\n'));
  return element('p', ...inline(block.replaceAll('\n', ' ')));
}

/** @param {string} text @param {URL} base */
export const render = (text, base) =>
  text
    .trim()
    .split(/\n\n+/)
    .map((block) => node(block, base));
