// @ts-check
// Every class's scores of all words in one table: words down, classes across, one scale for all.

import { chipColours } from '../lib/colours.js';
import { el, onChange, reconcile, setAttribute, setText } from '../lib/dom.js';
import { reachScrolling } from '../lib/scroll.js';
import { stack } from '../lib/stack.js';

/** @typedef {import('../../pkg/full.js').Reply} Reply */

export function createClasses() {
  const head = el('tr');
  const body = el('tbody');
  const note = el('p', { class: 'note' });
  const table = el('table', { class: 'numbers study-table classes' }, el('caption', {}, 'Each word’s score for every class'), el('thead', {}, head), body);
  const scroll = el('div', { class: 'scroll' }, table);
  const element = el('div', { class: 'study-table-box' }, scroll, note);

  const render = onChange((/** @type {Reply} */ reply, /** @type {number} */ sentence, /** @type {string} */ palette, /** @type {import('../lib/colours.js').Theme} */ theme) => {
    const shown = reply.sentences[sentence];
    if (!shown) return;
    const rows = shown.rows.filter(({ error }) => !error);
    const predicted = shown.verdicts[0]?.predicted;
    reconcile(head, ['Word', ...rows.map((row) => row.class_name)], () => el('th', { scope: 'col' }), (cell, name, k) => {
      setText(cell, name);
      setAttribute(cell, 'class', k ? 'number' : null);
      setAttribute(cell, 'data-predicted', k > 0 && rows[k - 1]?.class === predicted);
    });
    reconcile(body, shown.tokens.slice(0, 300), () => el('tr', {}, el('th', { scope: 'row' })), (line, token, k) => {
      setText(/** @type {Element} */ (line.firstElementChild), token.text);
      while (line.childElementCount > rows.length + 1) line.lastElementChild?.remove();
      rows.forEach((row, column) => {
        let cell = line.children[column + 1];
        if (!cell) line.append((cell = el('td', { class: 'number' }, el('span', { class: 'score' }))));
        const score = /** @type {HTMLElement} */ (cell.firstElementChild);
        const word = row.words[k];
        setText(score, word?.text ?? '');
        const colours = chipColours(palette, word?.intensity ?? 0, theme);
        score.style.backgroundColor = colours.background;
        score.style.color = colours.text;
      });
    });
    stack(table);
    reachScrolling(scroll, 'Scores of all words for every class');
    const first = rows[0];
    setText(note, first ? `${first.method_name}; ${first.scale_text}, ${first.scale_note}. + supports the class of its column, − speaks against it.` : '');
  });
  return { element, render };
}
