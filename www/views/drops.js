// @ts-check
// Files that are dropped on the page.

import { setAttribute } from '../lib/dom.js';

/**
 * Files that are dropped anywhere on the page go to `openFile`, unless something nearer or `elsewhere` takes them.
 * @param {HTMLElement} root
 * @param {(files: File[]) => boolean} elsewhere takes files that are no texts
 * @param {(file: File) => void} openFile
 */
export function takeDrops(root, elsewhere, openFile) {
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
    if (elsewhere(files)) return;
    openFile(files[0]);
    root.scrollIntoView({ block: 'start' });
  });
}
