// @ts-check
// Boxes that scroll when their content does not fit, by keyboard too.

import { setAttribute } from './dom.js';

/** Makes a box a tab stop with a name as long as there is something to scroll. @param {Element} box @param {string} name */
export function reachScrolling(box, name) {
  requestAnimationFrame(() => {
    const over = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    setAttribute(box, 'tabindex', over ? '0' : null);
    setAttribute(box, 'role', over ? 'region' : null);
    setAttribute(box, 'aria-label', over ? name : null);
  });
}
