// @ts-check
// In the place of engine/files.js when the whole page is one file: what the engine fetches is answered from memory.
// The study's build can do all that the page's can, so it is the only one inside.

import * as module from '../../pkg/full.js';
import * as reader from '../../pkg/import.js';

/** Name to the base64 of the gzipped bytes: written before the worker's script by place.js, in the page the text of elements that no browser runs. @type {Record<string, string>} */
export const files = /** @type {any} */ (self).wordlightFiles
  ?? Object.fromEntries([...document.querySelectorAll('script[data-file]')].map((element) => [/** @type {HTMLElement} */ (element).dataset['file'], element.textContent?.trim()]));

/** @param {string} name */
export async function bytes(name) {
  const text = atob(Object.hasOwn(files, name) ? (files[name] ?? '') : '');
  const packed = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k += 1) packed[k] = text.charCodeAt(k);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {string} address */
async function answer(address) {
  const name = String(address).split('/').pop() ?? '';
  return Object.hasOwn(files, name) ? new Response(await bytes(name)) : new Response(null, { status: 404 });
}

/** @param {'wordlight' | 'full'} _ which build: there is one @param {Promise<WebAssembly.Module | undefined>} [compiled] its code, if somebody has compiled it already */
export async function openEngine(_, compiled) {
  self.fetch = /** @type {typeof fetch} */ (/** @type {unknown} */ (answer));
  await module.default({ module_or_path: (await compiled) ?? await bytes('full_bg.wasm') });
  return { module: /** @type {any} */ (module), models: 'inside' };
}

export async function openReader() {
  await reader.default({ module_or_path: await bytes('import_bg.wasm') });
  return reader;
}

/** It is inside. */
export const fetchList = async () => undefined;
