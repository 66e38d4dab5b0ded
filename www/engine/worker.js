// @ts-check
// Runs in a module worker: loads the WebAssembly engine and answers the client's messages.
// Protocol: {id, op, ...} in; {id, progress} any number of times, then {id, value} or {id, error} out.

import { fetchList, openEngine, openReader } from './files.js';

/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('../../pkg/full.js').Explainer} Explainer */
/** @typedef {import('./contract.js').Progress} Progress */

/** @type {Explainer | null} */
let engine = null;
/** The address of the models. */
let models = '';
/** The list of models, in that folder. */
const MANIFEST = 'manifest.json';

/** Files that have been fetched since the last message, for the page's own engine; undefined if it has none. @type {Map<string, Uint8Array> | undefined} */
let files;

/** Files that only some questions need, each fetched once. @type {Map<string, Promise<void>>} */
const extras = new Map();

/** @param {string} about @param {() => Promise<void>} load */
function once(about, load) {
  let loading = extras.get(about);
  if (!loading) extras.set(about, (loading = load()));
  // What failed is tried again with the next question.
  return loading.catch((error) => {
    extras.delete(about);
    throw error;
  });
}

/** @returns {Explainer} */
function running() {
  if (!engine) throw { code: 'not-started', message: 'The network is not loaded yet.' };
  return engine;
}

/** @typedef {{core?: 'wordlight' | 'full', share?: boolean}} Start which build of the engine, and whether the page wants its files */

/**
 * Loads the engine and its models. The page's build begins with the first words' vectors, the study's with all.
 * @param {Start} message @param {(p: Progress) => void} report
 * @param {Promise<Given>} [given] what the page fetches meanwhile
 */
async function open({ core = 'wordlight', share = false }, report, given) {
  /** @type {Awaited<ReturnType<typeof openEngine>>} */
  let place;
  try {
    place = await openEngine(core, given?.then(({ engine: code }) => code));
  } catch (error) {
    throw {
      code: 'engine',
      message: `The engine (pkg/${core}.js and its .wasm file) could not be loaded: ${describe(error)}`,
    };
  }
  models = place.models;
  files = share ? new Map() : undefined;
  // The core checks these, as it does what it fetches, and leaves their bytes in their place.
  /** @type {Map<string, Uint8Array | Response>} */
  const blobs = files ?? new Map();
  for (const [name, bytes] of (await given)?.files ?? []) blobs.set(name, new Response(/** @type {Uint8Array<ArrayBuffer>} */ (bytes)));
  // But for the list, against which it checks them.
  const list = blobs.has(MANIFEST) ? undefined : await fetchList().catch((error) => {
    throw { code: 'manifest', message: `The list of models could not be loaded: ${describe(error)}` };
  });
  if (list) blobs.set(MANIFEST, list);
  if (!files) blobs.set = () => blobs; // nobody asks for the bytes again
  return place.module.Explainer.load(models, report, blobs, core === 'wordlight');
}

/** A start that was prepared before it was asked for. @type {ReturnType<typeof begin> | null} */
let begun = null;

/** @typedef {{engine?: WebAssembly.Module, files?: Map<string, Uint8Array>}} Given */
/** Takes what the page has fetched for the prepared start. @type {(given: Given) => void} */
let give = () => {};

/** @param {Start} message @param {Promise<Given>} [given] */
function begin(message, given) {
  /** @type {(p: Progress) => void} */
  let listener = () => {};
  const opened = open(message, (progress) => listener(progress), given);
  opened.catch(() => {}); // told of when it is asked for
  return { opened, hear: (/** @type {typeof listener} */ report) => { listener = report; } };
}

const operations = {
  /** @param {Start} message @param {(p: Progress) => void} report */
  async start(message, report) {
    begun ??= begin(message);
    const { opened, hear } = begun;
    begun = null;
    hear(report);
    engine = await opened;
    return {
      manifest: engine.manifest(),
      methods: engine.methods(),
      targets: engine.targets(),
      baselines: engine.baselines(),
      scales: engine.scales(),
      examples: engine.examples(),
      loaded: engine.loaded(),
      waits: engine.waits(),
    };
  },

  /** The vectors of all other words. @param {object} _ @param {(p: Progress) => void} report */
  async rest(_, report) {
    const explainer = running();
    await explainer.load_rest(report);
    return explainer.loaded();
  },

  /** @param {{checkpoints: string[]}} message @param {(p: Progress) => void} report */
  async ensure({ checkpoints }, report) {
    const explainer = running();
    for (const id of checkpoints) await explainer.load_checkpoint(id, report);
    return explainer.loaded();
  },

  /** Needs no engine that has started. @param {{files: readonly import('./contract.js').Chosen[]}} message */
  async read({ files }) {
    const { readNetwork } = await import('./imported.js');
    const reader = await openReader().catch((error) => {
      throw { code: 'engine', message: `What reads networks (pkg/import.js and its .wasm file) could not be loaded: ${describe(error)}` };
    });
    return readNetwork(reader, files);
  },

  /** @param {{network: import('./contract.js').ImportedNetwork}} message */
  async adopt({ network }) {
    if (!engine) return null; // one that has not started yet gets it when it has
    return (await import('./imported.js')).adopt(engine, network);
  },

  /** @param {{requests: Request[]}} message */
  async explain({ requests }) {
    const explainer = running();
    return requests.map((request) => explainer.explain(request));
  },

  /** @param {{question: import('./contract.js').FullQuestion}} message @param {(done: any) => void} report */
  async study({ question }, report) {
    const explainer = running();
    if (question.about === 'replication') return (await import('../study/replication.js')).fetchFindings(models);
    if (question.about === 'training') return explainer.training(question.rows[0]?.checkpoint ?? '');
    const file = explainer.questions().find(({ id }) => id === question.about)?.file;
    if (file) await once(file, () => explainer.load_data_file(file, () => {}));
    return explainer.study(question, report);
  },

  /** @param {{kind: 'document' | 'table', requests: Request[]}} message */
  async save({ kind, requests }) {
    return kind === 'document' ? running().document(requests) : running().table(requests);
  },

  /** @param {{wish: import('./contract.js').ListWish}} message @param {(card: any) => void} report */
  async list({ wish }, report) {
    const { followList } = await import('./list.js');
    return followList(running(), wish, report);
  },
};

self.addEventListener('message', async ({ data }) => {
  const { id, op } = data;
  if (op === 'prepare') return void (begun = begin(data, new Promise((resolve) => { give = resolve; })));
  if (op === 'given') return give(data);
  try {
    if (!Object.hasOwn(operations, op)) throw { code: 'unknown', message: `There is no operation ${op}.` };
    /** @type {(message: any, report: (p: Progress) => void) => Promise<unknown>} */
    const run = operations[/** @type {keyof typeof operations} */ (op)];
    const began = performance.now();
    const value = await run(data, (progress) => self.postMessage({ id, progress }));
    const took = performance.now() - began;
    if (!files?.size) return self.postMessage({ id, value, took });
    const fetched = files;
    self.postMessage({ id, value, took, files: fetched }, { transfer: [...fetched.values()].map(({ buffer }) => buffer) });
    fetched.clear();
  } catch (error) {
    self.postMessage({ id, error: toProblem(error) });
  }
});

/** @param {unknown} error */
function toProblem(error) {
  if (error && typeof error === 'object' && 'code' in error && 'message' in error) {
    return { code: String(error.code), message: String(error.message) };
  }
  // A WebAssembly trap leaves the engine's memory in an unknown state: only a new worker is safe.
  return { code: 'crashed', message: `The engine stopped: ${describe(error)}` };
}

/** @param {unknown} error */
function describe(error) {
  if (error && typeof error === 'object' && 'message' in error) return String(error.message);
  return String(error);
}
