// @ts-check
// Files that are dropped on the page.

import { setAttribute } from '../lib/dom.js';

/**
 * Files that are dropped anywhere on the page go to `open`, unless something nearer handles them.
 * @param {(files: File[]) => void} open
 */
export function installDrops(open) {
  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setAttribute(document.documentElement, 'data-dropping', true);
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) setAttribute(document.documentElement, 'data-dropping', null);
  });
  addEventListener('drop', (event) => {
    setAttribute(document.documentElement, 'data-dropping', null);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files[0] || event.defaultPrevented) return;
    event.preventDefault();
    open(files);
  });
}
