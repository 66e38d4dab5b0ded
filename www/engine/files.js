// @ts-check
// How the worker finds the engine. The one-file page has another module in this place, with everything inside it.

import { fetchPinned, LIST } from './pins.js';

/** @typedef {import('./contract.js').Engine} Engine */

/**
 * The engine's module, ready to be used, and the address of its models.
 * @param {'wordlight' | 'full'} core which build of the engine
 * @param {Promise<WebAssembly.Module | undefined>} [compiled] its code, if somebody has fetched it already
 * @returns {Promise<{module: Engine, models: string}>}
 */
export async function openEngine(core, compiled) {
  /** @type {[Engine, WebAssembly.Module | undefined]} */
  const [module, code] = await Promise.all([import(new URL(`../../pkg/${core}.js`, import.meta.url).href), compiled]);
  await module.default({ module_or_path: code ?? fetchPinned(`pkg/${core}_bg.wasm`) });
  return { module, models: new URL('../models', import.meta.url).href };
}

/** The core that reads a visitor's own network. @returns {Promise<import('./contract.js').Reader>} */
export async function openReader() {
  const module = await import(new URL('../../pkg/import.js', import.meta.url).href);
  await module.default({ module_or_path: fetchPinned('pkg/import_bg.wasm') });
  return module;
}

/** The list of models as the host answers with it; undefined where the engine finds it without a host. @returns {Promise<Response | undefined>} */
export const fetchList = () => fetchPinned(LIST, { cache: 'no-cache' });
