// @ts-check
// One sentence of the answer: its class badge (when there are several), its words, and the numbers behind them.

import { capital, el, onChange, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { createChips } from './chips.js';
import { createLedger } from './ledger.js';
import { stack } from '../lib/stack.js';

/** @typedef {import('../../pkg/full.js').SentenceReply} SentenceReply */
/** @typedef {{sentence: SentenceReply, index: number, several: boolean, palette: string, theme: import('../lib/colours.js').Theme, pinned: string, marks: 'heat' | 'bars'}} SentenceView */

export function createSentence() {
  const badge = el('p', { class: 'sentence-badge' });
  const chips = createChips();
  const summary = el('p', { class: 'summary sentence-summary' });
  const problem = el('p', { class: 'notice', 'data-kind': 'problem', hidden: true });
  const ledger = createLedger();
  const table = createWordTable();
  const folded = el('details', { class: 'fold' }, el('summary', {}, 'Sum and numbers'));
  const open = el('div', { class: 'behind' });
  const head = el('div', { class: 'sentence-head' }, badge, summary);
  const element = el('li', { class: 'sentence' }, head, chips.element, problem, open, folded);
  /** @type {SentenceView | null} */
  let view = null;
  folded.addEventListener('toggle', () => view && renderBehind(view));

  /** The ledger and the table are drawn where they can be seen, and only then. @param {SentenceView} next */
  function renderBehind({ sentence, several }) {
    const row = sentence.rows[0];
    if (!row || row.error || (several && !folded.open)) return;
    const place = several ? folded : open;
    if (ledger.element.parentElement !== place) place.append(ledger.element, table.element);
    ledger.render(row.ledger);
    table.render(sentence);
  }

  /** @param {SentenceView} next */
  function render(next) {
    view = next;
    const { sentence, index, several, palette, theme, pinned, marks } = next;
    const row = sentence.rows[0];
    const verdict = sentence.verdicts[0];
    if (!row || !verdict) return;
    setAttribute(element, 'data-several', several);
    show(head, several);
    setText(badge, verdict.text);
    show(summary, several && !row.error);
    setText(summary, capital(row.summary));
    show(problem, row.error !== null);
    setText(problem, row.error?.message ?? '');
    show(chips.element, !row.error);
    const label = several ? `Words of sentence ${index + 1}, ${row.method_name}` : `Words, ${row.method_name}`;
    if (!row.error) chips.render({ tokens: sentence.tokens, row, label, palette, theme, pinned, marks });
    show(folded, several && !row.error);
    show(open, !several && !row.error);
    renderBehind(next);
  }
  const changed = onChange((/** @type {SentenceView['sentence']} */ sentence, /** @type {number} */ index, /** @type {boolean} */ several,
    /** @type {string} */ palette, /** @type {SentenceView['theme']} */ theme, /** @type {string} */ pinned, /** @type {SentenceView['marks']} */ marks) => render({ sentence, index, several, palette, theme, pinned, marks }));
  return {
    element,
    /** @param {SentenceView} next */
    render: (next) => changed(next.sentence, next.index, next.several, next.palette, next.theme, next.pinned, next.marks),
  };
}

/** Every word's numbers in a table, drawn when it is unfolded. */
function createWordTable() {
  const body = el('tbody');
  const table = el('table', { class: 'numbers' },
    el('thead', {}, el('tr', {}, ...['Word', 'Score', 'Rank', 'Share'].map((name, k) => el('th', { scope: 'col', class: k ? 'number' : null }, name)))),
    body);
  const element = el('details', { class: 'fold' },
    el('summary', {}, 'Every word as a table'),
    el('div', { class: 'scroll' }, table));
  /** @type {SentenceReply | null} */
  let shown = null;
  const draw = () => {
    const row = shown?.rows[0];
    if (!element.open || !shown || !row) return;
    const { tokens } = shown;
    const lines = row.words.slice(0, 2000).map((score, k) => [tokens[k]?.text ?? '', score.text, String(score.rank), score.share]);
    if (row.padding) lines.push([`${row.padding_count} padding`, row.padding.text, String(row.padding.rank), row.padding.share]);
    reconcile(body, lines, () => el('tr', {}, el('th', { scope: 'row' }), el('td', { class: 'number' }), el('td', { class: 'number' }), el('td', { class: 'number' })),
      (line, cells) => cells.forEach((cell, k) => setText(/** @type {Element} */ (line.children[k]), cell)));
    stack(table);
  };
  element.addEventListener('toggle', draw);
  return {
    element,
    /** @param {SentenceReply} sentence */
    render(sentence) {
      shown = sentence;
      draw();
    },
  };
}
