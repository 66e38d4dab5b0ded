// @ts-check
// How the worker finds the engine. The one-file page has another module in this place, with everything inside it.

/** @typedef {typeof import('./contract.js')} Engine */
/** Builds of the engine: the one every visitor loads, and the one with the laboratory. @typedef {'wordlight' | 'laboratory'} Core */

/** The engine's module, ready to be used, and the address of its models. @param {Core} core @returns {Promise<{module: Engine, models: string}>} */
export async function openEngine(core) {
  /** @type {Engine} */
  const module = await import(new URL(`../../pkg/${core}.js`, import.meta.url).href);
  await module.default();
  return { module, models: new URL('../models', import.meta.url).href };
}
