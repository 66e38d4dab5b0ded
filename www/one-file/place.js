// @ts-check
// In the place of engine/place.js when the whole page is one file: the worker and all it needs are in the page, as text
// in elements that no browser runs. Nothing is fetched, so the page works from a disk, where no browser lets it fetch.

/** @param {string} name */
const inside = (name) => document.querySelector(`script[data-inside="${name}"]`)?.textContent?.trim() ?? '';

/** The engine and its models are inside the worker's text alone. */
export const openNear = null;
export const compileEngine = async () => undefined;
export const fetchBeginning = async () => undefined;

export function spawnWorker() {
  /** @type {Record<string, string>} */
  const files = {};
  for (const element of document.querySelectorAll('script[data-file]')) files[/** @type {HTMLElement} */ (element).dataset['file'] ?? ''] = element.textContent?.trim() ?? '';
  const code = `self.wordlightFiles = ${JSON.stringify(files)};\n${inside('worker').replaceAll('<\\/script', '</script')}`;
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'wordlight' });
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}
