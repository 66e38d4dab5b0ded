// @ts-check
// A table of the study: numbers with their colour and sign, small curves, lines that can be tried out, cells that
// choose, and lines that stand under others as in an outline.

import { chipColours } from '../lib/colours.js';
import { el, onChange, reconcile, setAttribute, setText, show, svg } from '../lib/dom.js';
import { createRoving } from '../lib/roving.js';
import { reachScrolling } from '../lib/scroll.js';
import { isProse, isWide, stack } from '../lib/stack.js';

/** @typedef {import('../../pkg/full.js').Table} Table */
/** @typedef {import('../../pkg/full.js').Cell} Cell */
/** @typedef {import('../../pkg/full.js').Line} Line */

let tables = 0;

/**
 * @param {object} options
 * @param {(line: Line) => void} options.apply
 * @param {(choice: string) => void} options.choose
 * @param {boolean} [options.folded] whether the lines are shown only when they are asked for
 */
export function createTable({ apply, choose, folded = false }) {
  // Not a <caption>: that would be as wide as the table and scroll away with it.
  const id = `study-table-${(tables += 1)}`;
  const caption = el('p', { class: 'study-table-title', id });
  const head = el('tr');
  const body = el('tbody');
  const note = el('p', { class: 'note' });
  const grid = el('table', { class: 'numbers study-table', 'aria-labelledby': id }, el('thead', {}, head), body);
  const scroll = el('div', { class: 'scroll' }, grid);
  const element = folded
    ? el('details', { class: 'study-table-box fold' }, el('summary', {}, caption), scroll, note)
    : el('div', { class: 'study-table-box' }, caption, scroll, note);
  const roving = createRoving(body, '.cell-choice, .line-find');
  /** @type {WeakMap<Element, Line>} */
  const lines = new WeakMap();
  body.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const line = button && lines.get(/** @type {Element} */ (button.closest('tr')));
    if (button?.dataset['choice']) choose(button.dataset['choice']);
    else if (line) apply(line);
  });

  const draw = onChange((/** @type {Table} */ table, /** @type {string} */ palette, /** @type {import('../lib/colours.js').Theme} */ theme, /** @type {string} */ choice) => {
    setText(caption, table.caption);
    setText(note, table.note);
    show(note, table.note !== '');
    const tries = table.lines.some(({ apply: text }) => text !== null);
    const columns = tries ? [...table.columns, 'Try it'] : table.columns;
    const outline = table.lines.some(({ depth }) => depth > 0);
    setAttribute(grid, 'data-outline', outline);
    const matrix = table.lines.some(({ cells }) => cells.some((cell) => cell.choice !== null));
    setAttribute(grid, 'data-choices', matrix);
    reconcile(head, columns, () => el('th', { scope: 'col' }), (cell, name, k) => {
      setText(cell, name);
      setAttribute(cell, 'class', k > 0 && numeric(table, k - 1) ? 'number' : null);
    });
    reconcile(body, table.lines, () => el('tr', {}, el('th', { scope: 'row' })), (/** @type {HTMLElement} */ row, line) => {
      lines.set(row, line);
      setAttribute(row, 'data-kind', line.kind || null);
      if (outline) row.style.setProperty('--depth', String(line.depth));
      const name = /** @type {Element} */ (row.firstElementChild);
      drawName(name, line);
      while (row.childElementCount > columns.length) row.lastElementChild?.remove();
      line.cells.forEach((cell, k) => {
        const box = at(row, k + 1);
        drawCell(box, cell, numeric(table, k), { palette, theme, choice });
      });
      if (tries) drawTry(at(row, columns.length - 1), line);
    });
    // A matrix is read along both of its sides.
    const texts = [columns, ...table.lines.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)])];
    stack(grid, outline || (!matrix && isWide(texts)));
    setAttribute(grid, 'data-prose', !outline && isProse(texts));
    roving.refresh();
    reachScrolling(scroll, table.caption);
  });
  return { element, render: draw };
}

/** @param {Element} row @param {number} k @returns {HTMLElement} */
function at(row, k) {
  while (row.childElementCount <= k) row.append(el('td'));
  return /** @type {HTMLElement} */ (row.children[k]);
}

/** Whether a column holds numbers, which stand to the right; one of scores may lack some. @param {Table} table @param {number} k */
function numeric(table, k) {
  const cells = table.lines.map((line) => line.cells[k]).filter((cell) => cell && cell.text !== '');
  return cells.some((cell) => cell && cell.intensity !== null) || (cells.length > 0 && cells.every((cell) => cell && /^[<+−]?\s?[\d.,]+(e[−+]?\d+)?(\s%|\sof\s\d+)?$/.test(cell.text)));
}

/** @param {HTMLElement} box @param {Cell} cell @param {boolean} number @param {{palette: string, theme: import('../lib/colours.js').Theme, choice: string}} view */
function drawCell(box, cell, number, { palette, theme, choice }) {
  setAttribute(box, 'class', number ? 'number' : null);
  if (cell.choice) return drawChoice(box, cell.choice, cell, choice);
  if (cell.curve.length > 0) return box.replaceChildren(sparkline(cell.curve));
  if (cell.intensity === null) {
    if (box.childElementCount > 0) box.replaceChildren();
    return setText(box, cell.text);
  }
  let score = /** @type {HTMLElement | null} */ (box.querySelector(':scope > .score'));
  if (!score) box.replaceChildren(score = el('span', { class: 'score' }));
  setText(score, cell.text);
  const colours = chipColours(palette, cell.intensity, theme);
  score.style.backgroundColor = colours.background;
  score.style.color = colours.text;
}

/** A cell that chooses: a share is a tint, because red and blue speak of words alone. @param {HTMLElement} box @param {{id: string, hint: string}} choice @param {Cell} cell @param {string} chosen */
function drawChoice(box, { id, hint }, cell, chosen) {
  let button = /** @type {HTMLElement | null} */ (box.querySelector(':scope > .cell-choice'));
  if (!button) box.replaceChildren(button = el('button', { type: 'button', class: 'cell-choice', tabindex: '-1' }));
  setText(button, cell.text);
  button.style.setProperty('--share', String(Math.round(100 * (cell.intensity ?? 0))));
  setAttribute(button, 'data-choice', id);
  setAttribute(button, 'data-sum', cell.intensity === null);
  setAttribute(button, 'aria-pressed', String(id === chosen));
  setAttribute(button, 'aria-label', `${cell.text}: ${hint}`);
}

/** A name that leads to sentences. @param {Element} box @param {Line} line */
function drawName(box, { name, find }) {
  let button = box.querySelector('button');
  if (!find) return setText(box, name);
  if (!button) box.replaceChildren(button = el('button', { type: 'button', class: 'line-find', tabindex: '-1' }));
  setText(button, name);
  setAttribute(button, 'aria-label', `${name}: sentences with it`);
}

/** @param {HTMLElement} box @param {Line} line */
function drawTry(box, { name, apply }) {
  const button = box.querySelector('button');
  if (apply === null) return box.replaceChildren();
  if (!button) box.replaceChildren(el('button', { type: 'button', class: 'quiet try-line' }, 'Use'));
  setAttribute(/** @type {Element} */ (box.querySelector('button')), 'aria-label', `Use: ${name}`);
  setAttribute(/** @type {Element} */ (box.querySelector('button')), 'title', apply);
}

/** A curve between -1 and 1 around a line at zero. @param {readonly number[]} curve */
function sparkline(curve) {
  const place = (/** @type {number} */ value, /** @type {number} */ k) =>
    `${(curve.length > 1 ? (k / (curve.length - 1)) * 116 + 2 : 60).toFixed(1)} ${(14 - value * 12).toFixed(1)}`;
  const end = place(curve[curve.length - 1] ?? 0, curve.length - 1).split(' ');
  return svg('svg', { class: 'sparkline', width: 120, height: 28, 'aria-hidden': 'true' },
    svg('path', { class: 'chart-grid', d: 'M2 14L118 14' }),
    svg('path', { class: 'chart-curve', d: `M${curve.map(place).join('L')}` }),
    svg('circle', { class: 'sparkline-end', cx: end[0], cy: end[1], r: 2.5 }));
}
