/**
 * The heartbeat's last 60 round trips as a small line plot.
 *
 * Drawn in CSS pixels at the width the page gives it, so that its words stay readable on a phone. A ping that was not
 * answered in time is a gap with a cross above it.
 */

import { millis } from './words.js';

const MOST_SAMPLES = 60;
const HEIGHT = 148;
const MARGIN = { top: 14, right: 14, bottom: 30, left: 58 };

const SVG = 'http://www.w3.org/2000/svg';

export class Plot {
  #box;
  /** @type {(number | null)[]} milliseconds; null: no answer */
  #samples = [];

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    new ResizeObserver(() => this.#draw()).observe(box);
  }

  /** @param {number | null} sample a round trip in milliseconds, or null for a ping without an answer */
  add(sample) {
    this.#samples = [...this.#samples, sample].slice(-MOST_SAMPLES);
    this.#draw();
  }

  #draw() {
    const width = Math.max(200, this.#box.clientWidth);
    const answered = this.#samples.filter((sample) => sample !== null);
    const top = ceiling(Math.max(0, ...answered));
    /** @param {number} index */
    const x = (index) => {
      const fromRight = (this.#samples.length - 1 - index) / (MOST_SAMPLES - 1);
      return width - MARGIN.right - fromRight * (width - MARGIN.left - MARGIN.right);
    };
    /** @param {number} ms */
    const y = (ms) => HEIGHT - MARGIN.bottom - (ms / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);

    const svg = element('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img' });
    svg.setAttribute('aria-label', summary(this.#samples, answered));
    svg.append(...axes(width, top, y), ...lines(this.#samples, x, y), ...marks(this.#samples, x, y));
    this.#box.replaceChildren(svg);
  }
}

/**
 * @param {number} width
 * @param {number} top
 * @param {(ms: number) => number} y
 */
function axes(width, top, y) {
  const right = width - MARGIN.right;
  const base = HEIGHT - MARGIN.bottom;
  const parts = [0, top / 2, top].flatMap((ms) => [
    element('line', { class: 'grid', x1: MARGIN.left, x2: right, y1: y(ms), y2: y(ms) }),
    text(ms === 0 ? '0' : `${ms} ms`, { x: MARGIN.left - 8, y: y(ms) + 4, 'text-anchor': 'end' }),
  ]);
  for (const back of [MOST_SAMPLES, 40, 20, 1]) {
    const x = right - ((back - 1) / (MOST_SAMPLES - 1)) * (right - MARGIN.left);
    const anchor = back === 1 ? 'end' : back === MOST_SAMPLES ? 'start' : 'middle';
    const words = back === 1 ? 'newest' : back === MOST_SAMPLES && width > 420 ? `${back} samples back` : String(back);
    parts.push(element('line', { class: 'grid', x1: x, x2: x, y1: base, y2: base + 4 }));
    parts.push(text(words, { x, y: base + 18, 'text-anchor': anchor }));
  }
  return parts;
}

/**
 * The line, broken where a ping had no answer.
 *
 * @param {(number | null)[]} samples
 * @param {(index: number) => number} x
 * @param {(ms: number) => number} y
 */
function lines(samples, x, y) {
  let path = '';
  let drawing = false;
  samples.forEach((sample, index) => {
    if (sample !== null) path += `${drawing ? 'L' : 'M'}${x(index).toFixed(1)} ${y(sample).toFixed(1)}`;
    drawing = sample !== null;
  });
  return path ? [element('path', { class: 'line', d: path })] : [];
}

/**
 * A dot for every answer, a cross for every ping without one, and the newest answer in figures.
 *
 * @param {(number | null)[]} samples
 * @param {(index: number) => number} x
 * @param {(ms: number) => number} y
 */
function marks(samples, x, y) {
  const parts = samples.map((sample, index) => {
    const at = x(index);
    if (sample === null) return element('path', { class: 'lost', d: `M${at - 3} ${MARGIN.top - 3}l6 6m0 -6l-6 6` });
    const newest = index === samples.length - 1;
    return element('circle', { class: newest ? 'newest' : 'dot', cx: at, cy: y(sample), r: newest ? 3.5 : 1.75 });
  });
  const last = samples.at(-1);
  if (typeof last === 'number') {
    const up = y(last) - 9 > MARGIN.top;
    const place = { x: x(samples.length - 1), y: y(last) + (up ? -9 : 18), 'text-anchor': 'end', class: 'value' };
    parts.push(text(millis(last), place));
  }
  if (samples.length === 0) {
    parts.push(text('no heartbeat answered yet', { x: MARGIN.left + 12, y: HEIGHT - MARGIN.bottom - 12 }));
  }
  return parts;
}

/** The next round number at or above the highest sample: 1, 2 or 5 times a power of ten, and at least 2. @param {number} ms */
function ceiling(ms) {
  if (ms <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(ms));
  return ([1, 2, 5].find((step) => step * power >= ms) ?? 10) * power;
}

/**
 * @param {(number | null)[]} samples
 * @param {number[]} answered
 */
function summary(samples, answered) {
  if (answered.length === 0) return 'Round trips: none yet';
  const lost = samples.length - answered.length;
  const highest = millis(Math.max(...answered));
  return `Round trips: ${answered.length} answered, the highest ${highest}, ${lost} without an answer`;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * @param {string} words
 * @param {Record<string, string | number>} attributes
 */
function text(words, attributes) {
  const made = element('text', attributes);
  made.textContent = words;
  return made;
}
