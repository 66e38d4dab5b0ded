// @ts-check
// A second engine, on the page's own thread. A short answer comes back within the event that asked for it and is painted
// in the same frame; on its way to the worker and back it would miss that frame. Long work stays in the worker.

/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../../pkg/full.js').Explainer} Explainer */
/** @typedef {import('./contract.js').ImportedNetwork} ImportedNetwork */
/** @typedef {{module: import('./contract.js').Engine, models: string}} Opened */
/** How long an answer took, and how long its text was. @typedef {{took: number, length: number}} Sample */

/** Answers that are expected to take longer, in milliseconds, are left to the worker. */
const MAX_MS = 8;
/** So many of the newest times count, and the shortest is believed: what else runs on the machine only makes them longer. */
const REMEMBERED = 5;
/** Added to a text's length: what an answer costs however short its text is. */
const FIXED = 40;
/** Questions whose times are remembered. */
const QUESTIONS = 50;

/** What decides how long an answer takes, beside its text. @param {readonly Request[]} requests */
const question = (requests) => JSON.stringify(requests.map(({ rows, max_sentences }) => [rows, max_sentences]));
/** @param {readonly Request[]} requests */
const lengthOf = (requests) => requests.reduce((sum, { text }) => sum + text.length, FIXED);

/** How long answers take, learned from those that were given. */
export function createCosts() {
  /** @type {Map<string, Sample[]>} */
  const known = new Map();
  return {
    /** @param {readonly Request[]} requests @param {number} took milliseconds */
    learn(requests, took) {
      const key = question(requests);
      const samples = [...(known.get(key) ?? []), { took, length: lengthOf(requests) }].slice(-REMEMBERED);
      known.delete(key);
      known.set(key, samples);
      const oldest = known.keys().next();
      if (known.size > QUESTIONS && !oldest.done) known.delete(oldest.value);
    },
    /**
     * Milliseconds that an answer will take; Infinity if its like has not been seen. Work is taken to grow with the square
     * of the text, which is more than most methods need, and never to shrink.
     * @param {readonly Request[]} requests
     */
    expected(requests) {
      const length = lengthOf(requests);
      const times = (known.get(question(requests)) ?? []).map((sample) => sample.took * Math.max(1, length / sample.length) ** 2);
      return Math.min(...times); // of none: Infinity
    },
  };
}

/** Resolves when the page has nothing else to do. @returns {Promise<void>} */
const idle = () => new Promise((done) => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(() => done(), { timeout: 2000 });
  else setTimeout(done, 200);
});

/**
 * @param {object} options
 * @param {() => Promise<Opened>} options.open
 * @param {() => number} [options.now]
 * @param {() => Promise<void>} [options.rest] waits for a moment in which nobody is kept waiting
 */
export function createMainThreadEngine({ open, now = () => performance.now(), rest = idle }) {
  /** @type {Explainer | null} */
  let engine = null;
  /** It cannot be had in this browser, or has stopped: the worker does it all. */
  let lost = false;
  /** @type {Set<string>} */
  let ready = new Set();
  /** Files that the worker has fetched and checked, by name. @type {Map<string, Uint8Array>} */
  const files = new Map();
  /** The visitor's own networks, which no file of the page has. @type {Map<string, ImportedNetwork>} */
  const imported = new Map();
  const costs = createCosts();
  let work = Promise.resolve();

  /** @param {readonly string[]} checkpoints */
  async function load(checkpoints) {
    if (lost) return;
    const opening = engine ? null : open();
    opening?.catch(() => {}); // told of below
    await rest();
    const held = [...files.keys()]; // others may come while these are read
    if (opening) {
      const { module, models } = await opening;
      engine = await module.Explainer.load(models, () => {}, files, false);
    }
    const explainer = /** @type {Explainer} */ (engine);
    const there = new Set(explainer.loaded());
    for (const { entry, vectors, network } of imported.values()) if (!there.has(entry.id)) explainer.add_model(entry, vectors, network);
    for (const id of checkpoints) if (!imported.has(id)) await explainer.load_checkpoint(id, () => {});
    for (const name of held) files.delete(name);
    ready = new Set(explainer.loaded());
  }

  function lose() {
    lost = true;
    engine = null;
    ready = new Set();
    files.clear();
  }

  return {
    /** Files that need not be fetched again. @param {ReadonlyMap<string, Uint8Array>} some */
    addFiles(some) {
      if (!lost) for (const [name, bytes] of some) files.set(name, bytes);
    },

    /** The worker has this network; so will this engine. @param {ImportedNetwork} network */
    adopt(network) {
      if (lost) return;
      imported.set(network.entry.id, network);
      if (engine) this.follow([]);
    },

    /** The worker has all of these; so will this engine, in a quiet moment. @param {readonly string[]} checkpoints */
    follow(checkpoints) {
      work = work.then(() => load(checkpoints)).catch(lose);
      return work;
    },

    /** It has stopped in the middle of its work, and no promise of it will ever settle: the worker does it all. */
    lose,

    /** How long the worker took for this. @param {readonly Request[]} requests @param {number} took milliseconds */
    learn: (requests, took) => costs.learn(requests, took),

    /**
     * The answer at once, or null if the worker has to be asked: it would take too long, or something is wrong with it, which
     * the worker will say.
     * @param {readonly Request[]} requests
     * @returns {Reply[] | null}
     */
    explain(requests) {
      const explainer = engine;
      if (!explainer || !requests.every(({ rows }) => rows.every(({ checkpoint }) => ready.has(checkpoint)))) return null;
      if (costs.expected(requests) > MAX_MS) return null;
      const began = now();
      try {
        const replies = requests.map((request) => explainer.explain(request));
        costs.learn(requests, now() - began);
        return replies;
      } catch (error) {
        // An error without a code is a trap, after which the engine's memory cannot be trusted.
        if (!(error && typeof error === 'object' && 'code' in error)) lose();
        return null;
      }
    },
  };
}
