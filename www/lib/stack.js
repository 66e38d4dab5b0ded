// @ts-check
// Tables whose lines become blocks where the page is narrow: the first cell on a line of its own, under it the others,
// each with its column's head before it (styles/study.css).

import { setAttribute } from './dom.js';

/** As many columns stand side by side on the narrowest page. */
const COLUMNS = 3;
/** A longer text needs the width of the page. */
const PROSE = 24;

/** A text of more than a line or two: what stands beside it is read from the top. */
const LONG = 60;

/** Whether a table holds long texts. Pure. @param {readonly (readonly string[])[]} lines texts of all cells */
export const isProse = (lines) => lines.some((cells) => cells.some((text) => text.length > LONG));

/** Whether a table is read better line by line where the page is narrow. Pure. @param {readonly (readonly string[])[]} lines texts of all cells, heads included */
export const isWide = (lines) => lines.some((cells) => cells.length > COLUMNS || cells.some((text) => text.length > PROSE));

/**
 * Makes a table one that stacks, or no longer. What is not laid out as a table has to say that it is one; as long as it is
 * laid out as one, the browser says it.
 * @param {Element} table @param {boolean} [stacks]
 */
export function stack(table, stacks = true) {
  const role = (/** @type {Element} */ element, /** @type {string} */ name) => setAttribute(element, 'role', stacks ? name : null);
  setAttribute(table, 'data-stacks', stacks);
  role(table, 'table');
  for (const group of table.querySelectorAll('thead, tbody')) role(group, 'rowgroup');
  for (const row of table.querySelectorAll('tr')) role(row, 'row');
  const heads = [...table.querySelectorAll('thead th')];
  for (const head of heads) role(head, 'columnheader');
  for (const row of table.querySelectorAll('tbody tr')) {
    [...row.children].forEach((cell, k) => {
      role(cell, cell.localName === 'th' ? 'rowheader' : 'cell');
      // A button says itself what it does.
      const named = stacks && k > 0 && !cell.querySelector('button');
      setAttribute(cell, 'data-head', named ? heads[k]?.textContent : null);
    });
  }
}
