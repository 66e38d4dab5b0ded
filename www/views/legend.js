// @ts-check
// What the colours mean, with numbers and the class's own name in it.

import { chipColours } from '../lib/colours.js';
import { capital, el, onChange, reconcile, setText, show } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').Row} Row */

const LEVELS = Array.from({ length: 21 }, (_, i) => (i - 10) / 10);

export function createLegend() {
  const against = el('span', { class: 'legend-against' });
  const swatches = el('span', { class: 'swatches', 'aria-hidden': 'true' });
  const support = el('span', { class: 'legend-for' });
  const note = el('p', { class: 'note' });
  const unknown = el('span', { class: 'legend-unknown' }, el('span', { class: 'unknown-sample' }, 'word'), ' not in vocabulary');
  const element = el('div', { class: 'legend' }, el('p', { class: 'legend-line' }, against, swatches, support, unknown), note);

  const colour = onChange((/** @type {string} */ palette, /** @type {import('../lib/colours.js').Theme} */ theme) => {
    reconcile(swatches, LEVELS, () => el('span'), (swatch, level) => {
      swatch.style.backgroundColor = chipColours(palette, level, theme).background;
    });
  });

  /**
   * @param {{rows: readonly Row[], palette: string, theme: import('../lib/colours.js').Theme, hasUnknown: boolean, note?: string}} view
   *   `rows` has at least one; what they do not share is said in words that hold for each;
   *   `note` says how colours are scaled when not all rows say the same
   */
  function render({ rows, palette, theme, hasUnknown, note: said }) {
    setText(against, `− ${common(rows, (row) => row.legend_against) ?? 'speaks against the explained class'}`);
    setText(support, `+ ${common(rows, (row) => row.legend_for) ?? 'supports the explained class'}`);
    colour(palette, theme);
    const target = common(rows, (row) => row.target_name);
    const notes = [target && `Explains the ${target}`, common(rows, (row) => row.scale_text), said ?? common(rows, (row) => row.scale_note)];
    setText(note, capital(notes.filter(Boolean).join('; ')));
    show(unknown, hasUnknown);
  }
  return { element, render };
}

/**
 * What most rows say, or "".
 * @param {readonly Row[]} rows
 * @param {(row: Row) => string} read
 */
export function usual(rows, read) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const row of rows) counts.set(read(row), (counts.get(read(row)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/**
 * What all rows say, or null when they differ.
 * @template T
 * @param {readonly Row[]} rows
 * @param {(row: Row) => T} read
 * @returns {T | null}
 */
export function common(rows, read) {
  const said = new Set(rows.map(read));
  return said.size === 1 ? /** @type {T} */ ([...said][0]) : null;
}
