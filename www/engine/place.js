// @ts-check
// Where the engine runs. The one-file page has another module in this place, with everything inside it.

import { fetchPinned, LIST } from './pins.js';

/**
 * What a worker does first: it imports its script, and hands it what it was sent meanwhile. Firefox asks no service worker for what
 * stands in an import statement here. It runs in the worker, as text.
 * @param {string} script
 */
function begin(script) {
  /** @type {unknown[]} */
  const early = [];
  const keep = (/** @type {MessageEvent} */ event) => {
    event.stopImmediatePropagation();
    early.push(event.data);
  };
  self.addEventListener('message', keep);
  import(script).then(() => {
    self.removeEventListener('message', keep);
    for (const data of early) self.dispatchEvent(new MessageEvent('message', { data }));
  }).catch((problem) => setTimeout(() => { throw problem; })); // where the page hears of it
}

/**
 * A worker that loads the engine and its models by address, beside this module. Its first lines stand at an address of the
 * page's own: only such a worker has the page's policy on every host. A script that is fetched has what its host sends with it.
 */
export function spawnWorker() {
  const script = new URL('./worker.js', import.meta.url).href;
  const address = URL.createObjectURL(new Blob([`(${begin})(${JSON.stringify(script)});`], { type: 'text/javascript' }));
  const worker = new Worker(address, { type: 'module', name: 'wordlight' });
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}

/** The engine's code, for the worker and for the page's own engine. @returns {Promise<WebAssembly.Module | undefined>} */
export async function compileEngine() {
  const response = await fetchPinned('pkg/wordlight_bg.wasm');
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // Some servers do not know the type.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** @param {Response} response */
async function bytesOf(response) {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * What the engine reads at its start, by name: the list of models, and unchecked the first words and the network that is
 * shown first. Without a file that does not load; nothing where only the worker has them.
 * @returns {Promise<Map<string, Uint8Array>>}
 */
export async function fetchBeginning() {
  const list = await bytesOf(await fetchPinned(LIST, { cache: 'no-cache' }));
  /** @type {import('../../pkg/full.js').Manifest} */
  const { models, default_model } = JSON.parse(new TextDecoder().decode(list));
  const model = models.find(({ id }) => id === default_model);
  const names = [model?.vectors.first?.file, model?.checkpoints.find(({ id }) => id === model.default_checkpoint)?.file];
  const files = new Map([['manifest.json', list]]);
  // The page's head has asked for them already.
  await Promise.allSettled(names.map(async (name) => name && files.set(name, await bytesOf(await fetch(new URL(`../models/${name}`, import.meta.url))))));
  return files;
}

/** The engine in this thread. @param {Promise<WebAssembly.Module | undefined>} compiled @returns {Promise<import('./main-thread.js').Opened>} */
export const openOnMainThread = async (compiled) => (await import('./files.js')).openEngine('wordlight', compiled);
