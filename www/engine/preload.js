// @ts-check
// Runs on its own, before the page's modules are all there: the engine is fetched and compiled meanwhile, once for the
// worker and for the page's own thread, and what it reads first is fetched.

import { compileEngine, fetchBeginning, spawnWorker } from './place.js';
import { missingSupport } from './support.js';

/** @type {Worker | null} */
let prepared = null;
/** The compiled engine; undefined if that failed, and whoever needs it has to try for himself. @type {Promise<WebAssembly.Module | undefined>} */
export let compiled = Promise.resolve(undefined);

if (missingSupport() === null) {
  const worker = spawnWorker();
  prepared = worker;
  // A worker that could not begin says so once, and nobody might be listening yet.
  worker.addEventListener('error', () => {
    if (prepared === worker) prepared = null;
  });
  compiled = compileEngine().catch(() => undefined);
  worker.postMessage({ op: 'prepare', core: 'wordlight', share: true });
  void Promise.all([compiled, fetchBeginning().catch(() => undefined)]).then(([engine, files]) => {
    worker.postMessage({ op: 'given', engine, files }, { transfer: [...files?.values() ?? []].map(({ buffer }) => buffer) });
  });
}

/** The worker that has begun already; from the second time on, a new one. */
export function preparedWorker() {
  const worker = prepared ?? spawnWorker();
  prepared = null;
  return worker;
}
