// @ts-check
// Where the engine runs. The one-file page has another module in this place, with everything inside it.

/** A worker that loads the engine and its models by address, beside this module. */
export const spawnWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'wordlight' });

/** The engine's code, for the worker and for the page's own engine. @returns {Promise<WebAssembly.Module | undefined>} */
export async function compileEngine() {
  const response = await fetch(new URL('../../pkg/wordlight_bg.wasm', import.meta.url));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // Some servers do not know the type.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The list of models as bytes; undefined where only the worker has it. @returns {Promise<Uint8Array | undefined>} */
export async function fetchManifest() {
  const response = await fetch(new URL('../models/manifest.json', import.meta.url), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The engine in this thread. @param {Promise<WebAssembly.Module | undefined>} compiled @returns {Promise<import('./near.js').Opened>} */
export const openNear = async (compiled) => (await import('./files.js')).openEngine('wordlight', compiled);
