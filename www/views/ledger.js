// @ts-check
// Where the explained value went: a stacked bar, the sum in one line, and the table behind it.

import { el, reconcile, setAttribute, setLeft, setText, setWidth, show } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').LedgerReply} Ledger */

/**
 * Segments on a line from the most negative to the most positive total, as shares of its width: amounts
 * against stack from zero to the left, amounts for to the right. Pure.
 * @param {readonly {id: string, amount: number}[]} entries
 */
export function segments(entries) {
  const finite = entries.filter(({ amount }) => Number.isFinite(amount) && amount !== 0);
  const sum = (/** @type {number} */ sign) => finite.reduce((all, { amount }) => all + Math.max(0, sign * amount), 0);
  const negative = sum(-1);
  const total = negative + sum(1);
  if (!total) return { zero: 0, parts: [] };
  const zero = negative / total;
  let left = zero;
  let right = zero;
  const parts = finite.map(({ id, amount }) => {
    const width = Math.abs(amount) / total;
    const x = amount < 0 ? (left -= width) : right;
    if (amount > 0) right += width;
    return { id, x, width };
  });
  return { zero, parts };
}

export function createLedger() {
  const shapes = el('span');
  const zero = el('span', { class: 'ledger-zero' });
  const bar = el('div', { class: 'ledger-bar', 'aria-hidden': 'true' }, shapes, zero);
  const badge = el('span', { class: 'badge' });
  const text = el('p', { class: 'ledger-text' });
  const body = el('tbody');
  const table = el('table', { class: 'numbers' },
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Part'), el('th', { scope: 'col', class: 'number' }, 'Amount'))), body);
  const fold = el('details', { class: 'fold' }, el('summary', {}, 'The sum as a table'), el('div', { class: 'scroll' }, table));
  const element = el('section', { class: 'ledger', 'aria-label': 'Where the explained value went' },
    el('p', { class: 'ledger-head' }, el('span', { class: 'eyebrow' }, 'The sum'), badge), bar, text, fold);

  /** @type {Ledger | null} */
  let shown = null;
  fold.addEventListener('toggle', drawTable);

  /** Only where it is unfolded. */
  function drawTable() {
    if (!shown || !fold.open) return;
    reconcile(body, linesOf(shown), () => el('tr', {}, el('th', { scope: 'row' }, el('span', { class: 'key', 'aria-hidden': 'true' }), el('span')), el('td', { class: 'number' })),
      (line, { id, name, amount, kind }) => {
        setAttribute(line, 'data-kind', kind);
        const head = /** @type {Element} */ (line.firstElementChild);
        setAttribute(/** @type {Element} */ (head.firstElementChild), 'data-part', id || null);
        setText(/** @type {Element} */ (head.lastElementChild), name);
        setText(/** @type {Element} */ (line.lastElementChild), amount);
      });
  }

  /** @param {Ledger} ledger */
  function render(ledger) {
    shown = ledger;
    const drawn = segments(ledger.entries);
    const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(3)}%`;
    reconcile(shapes, drawn.parts, () => el('span', { class: 'ledger-part' }), (shape, part) => {
      setLeft(shape, percent(part.x));
      setWidth(shape, percent(part.width));
      setAttribute(shape, 'data-part', part.id);
    });
    setLeft(zero, percent(drawn.zero));
    show(bar, drawn.parts.length > 0);
    setText(badge, !ledger.proves ? 'no sum to prove' : ledger.ok ? 'adds up' : 'does not add up');
    setAttribute(badge, 'data-kind', !ledger.proves ? 'neutral' : ledger.ok ? 'good' : 'bad');
    setText(text, ledger.text);
    show(fold, ledger.entries.length > 0 || ledger.proves);
    drawTable();
  }
  return { element, render };
}

/** @param {Ledger} ledger */
function linesOf(ledger) {
  const entries = ledger.entries.map(({ id, name, text: amount }) => ({ id, name, amount, kind: 'entry' }));
  if (!ledger.proves) return entries;
  return [
    ...entries,
    { id: '', name: ledger.explained_name, amount: ledger.explained_text, kind: 'total' },
    { id: '', name: 'residual', amount: ledger.residual_text, kind: 'residual' },
  ];
}
