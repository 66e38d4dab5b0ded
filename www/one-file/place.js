// @ts-check
// In the place of engine/place.js when the whole page is one file: the worker and all it needs are in the page, as text
// in elements that no browser runs. Nothing is fetched, so the page works from a disk, where no browser lets it fetch.

import { bytes, files, openEngine } from './files.js';

/** @param {string} name */
const inside = (name) => document.querySelector(`script[data-inside="${name}"]`)?.textContent?.trim() ?? '';

/** The page's own engine, of the same code as the worker's. */
export const openOnMainThread = (/** @type {Promise<WebAssembly.Module | undefined>} */ compiled) => openEngine('wordlight', compiled);
export const compileEngine = async () => WebAssembly.compile(await bytes('full_bg.wasm'));
/** The worker has it. */
export const fetchBeginning = async () => undefined;

export function spawnWorker() {
  const code = `self.wordlightFiles = ${JSON.stringify(files)};\n${inside('worker').replaceAll('<\\/script', '</script')}`;
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'wordlight' });
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}
