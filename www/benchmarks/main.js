/** Shows the reports as they are written, so that there is one text of each. */
import { render } from './markdown.js';

const REPORTS = ['docs/benchmarks.md', 'docs/storm.md'];

const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

async function load(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw Error(`${path}: ${answer.status}`);
  return render(await answer.text(), new URL(path, location.href));
}

/** @param {Element} heading */
function link(heading) {
  // As GitHub does, since links in the reports are made for that.
  const id = (heading.textContent ?? '')
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
  heading.id = id;
  const anchor = Object.assign(document.createElement('a'), { href: `#${id}`, textContent: heading.textContent });
  find('contents').append(anchor);
}

try {
  for (const report of await Promise.all(REPORTS.map(load))) find('reports').append(...report);
  document.querySelectorAll('.reports :is(h1, h2)').forEach(link);
  // The heading was not there yet when the browser looked for it.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch (why) {
  find('notice').textContent = `The reports could not be shown: ${why}`;
  find('notice').hidden = false;
  throw why;
}
