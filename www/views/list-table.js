// @ts-check
// The lines of a list of texts, of which only those in sight are drawn; sorted by a press on a head.

import { el, reconcile, setAttribute, setText } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').ListPage} ListPage */
/** @typedef {import('../../pkg/full.js').ListLine} ListLine */

/** Height of a line in letters of usual size; styles/export.css says what it is. */
export const LINE = 44;
/** Chromium draws nothing below some 33 million pixels; beyond this the scroll bar stands for more than its pixels. */
const TALLEST = 8_000_000;

/**
 * Which lines are in sight, and where the first of them stands. Pure.
 * @param {number} scrolled
 * @param {number} height of the window on the list
 * @param {number} total lines
 * @param {number} [line] height of one
 */
export function inSight(scrolled, height, total, line = LINE) {
  const tall = Math.min(total * line, TALLEST);
  const shown = Math.ceil(height / line) + 2;
  const span = Math.max(1, tall - height);
  const top = Math.max(0, Math.min(scrolled, tall - height));
  const first = Math.max(0, Math.min(total - shown, Math.floor((top / span) * Math.max(0, total - height / line))));
  // Where the list is drawn to scale, a line stands where it belongs; else it moves with the window.
  const offset = tall === total * line ? first * line : Math.min(top, tall - Math.min(shown, total) * line);
  return { tall, first, count: Math.min(shown, total), offset: Math.max(0, offset) };
}

/** What can be sorted by. @type {Record<string, string>} */
const HEADS = { number: 'No.', truth: 'True class', class: 'Class', confidence: 'Probability' };

/**
 * @param {object} actions
 * @param {(order: string, descending: boolean, from: number, count: number) => Promise<ListPage | null>} actions.page
 * @param {(text: string) => void} actions.open puts a text into the box
 * @param {(problem: unknown) => void} actions.fail
 * @param {string} name what is listed
 */
export function createListTable({ page, open, fail }, name) {
  const heads = Object.fromEntries(Object.entries(HEADS).map(([id, label]) => [id, el('button', { type: 'button', class: 'quiet sort' }, label)]));
  const head = el('div', { class: 'list-line list-head', role: 'row' },
    ...Object.entries(heads).map(([id, button]) => el('div', { role: 'columnheader', class: `list-${id}` }, button)),
    el('div', { role: 'columnheader', class: 'list-words' }, 'Words that decided'), el('div', { role: 'columnheader', class: 'list-text' }, 'Text'));
  const lines = el('div', { class: 'list-lines', role: 'presentation' });
  const tall = el('div', { class: 'list-tall', role: 'rowgroup' }, lines);
  const above = el('div', { class: 'list-heads', role: 'rowgroup' }, head);
  const table = el('div', { class: 'list', role: 'table', 'aria-label': `${name} and what the network says of them` }, above, tall);
  const element = el('div', { class: 'list-view', role: 'region', tabindex: '0', 'aria-label': `${name}, a list that scrolls` }, table);
  let order = 'number';
  let descending = false;
  let total = 0;
  let asked = 0;

  async function draw() {
    if (!element.isConnected || element.offsetParent === null) return;
    const mine = (asked += 1);
    const height = Number(getComputedStyle(table).getPropertyValue('--row')) * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const sight = () => inSight(element.scrollTop, element.clientHeight - above.offsetHeight, total, height);
    const place = sight();
    try {
      const shown = await page(order, descending, place.first, place.count);
      if (!shown || mine !== asked) return;
      total = shown.total;
      const now = sight();
      tall.style.height = `${now.tall}px`;
      lines.style.transform = `translateY(${now.offset}px)`;
      setAttribute(table, 'aria-rowcount', total + 1);
      reconcile(lines, shown.lines, newLine, (line, data, k) => drawLine(line, data, place.first + k + 2));
      // There are more or fewer lines than there were: others may be in sight.
      if (now.first !== place.first || now.count !== place.count) return draw();
    } catch (error) {
      fail(error);
    }
    for (const [id, button] of Object.entries(heads)) {
      setText(button, HEADS[id] + (id === order ? (descending ? ' ↓' : ' ↑') : ''));
      setAttribute(/** @type {Element} */ (button.parentElement), 'aria-sort', id === order ? (descending ? 'descending' : 'ascending') : 'none');
    }
  }

  function newLine() {
    const button = el('button', { type: 'button', class: 'list-open' });
    button.addEventListener('click', () => open(button.dataset['text'] ?? ''));
    return el('div', { class: 'list-line', role: 'row' }, el('div', { role: 'cell', class: 'list-number' }), el('div', { role: 'cell', class: 'list-truth' }),
      el('div', { role: 'cell', class: 'list-class' }), el('div', { role: 'cell', class: 'list-confidence' }), el('div', { role: 'cell', class: 'list-words' }),
      el('div', { role: 'cell', class: 'list-text' }, button));
  }

  for (const [id, button] of Object.entries(heads)) {
    button.addEventListener('click', () => {
      descending = id === order ? !descending : id === 'confidence';
      order = id;
      element.scrollTop = 0;
      draw();
    });
  }
  element.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(element);

  return {
    element,
    draw,
    /** From the top, in the order of the file. @param {boolean} labelled whether the true classes are known */
    begin(labelled) {
      order = 'number';
      descending = false;
      setAttribute(table, 'data-labelled', labelled);
      element.scrollTop = 0;
    },
  };
}

/** @param {HTMLElement} element @param {ListLine} line @param {number} index */
function drawLine(element, line, index) {
  setAttribute(element, 'aria-rowindex', index);
  const [number, truth, verdict, chance, words, text] = /** @type {HTMLElement[]} */ ([...element.children]);
  if (!number || !truth || !verdict || !chance || !words || !text) return;
  setText(number, line.number.toLocaleString('en'));
  setText(truth, line.truth);
  setText(verdict, line.problem ?? line.class_name);
  setAttribute(verdict, 'data-problem', line.problem !== null);
  setText(chance, line.percent);
  reconcile(words, line.words, () => el('span', { class: 'list-word' }), (span, word) => {
    setText(span, `${word.sign === '+' ? '+' : '−'} ${word.text}`);
    setAttribute(span, 'data-sign', word.sign);
  });
  const button = /** @type {HTMLElement} */ (text.firstElementChild);
  setText(button, line.text.slice(0, 300) || '(empty)');
  button.dataset['text'] = line.text;
}
