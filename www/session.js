// @ts-check
// Between the store and the engine: what has to be loaded, asked and shown, and what to do when it fails.

import { debounce } from './lib/debounce.js';
import { compareRequests, liveRequest, missingCheckpoints, paperCheckpoints, paperMethods, defaultModel, resolve } from './request.js';
import { STUDY_FIELDS } from './state.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./state.js').Asked} Asked */
/** @typedef {import('./engine/client.js').Specs} Specs */
/** @typedef {import('./engine/contract.js').Progress} Progress */
/** @typedef {import('../pkg/full.js').Reply} Reply */
/** @typedef {import('../pkg/full.js').Request} Request */
/** @typedef {import('./engine/support.js').Problem} Problem */
/** Sentences explained at first, and how many each press on "more" adds. */
export const SENTENCES = 40;
/** While someone types, the comparison waits this long, so that the answer above it is never held up. */
const COMPARE_PAUSE = 100;
/** Fields that change what is drawn, but not what the engine has to answer. */
const DRAWING_ONLY = new Set(['palette', 'theme', 'pinned', 'marks', 'embed', 'model', ...STUDY_FIELDS]);
const COMPARE_ONLY = new Set(['compare', 'methods', 'checkpoints', 'compareScale']);
const LIVE_ONLY = new Set(['scale', 'method', 'checkpoint']);

/**
 * Which answers a new wish makes stale. Pure.
 * @param {Asked} now
 * @param {Asked} before
 */
export function affected(now, before) {
  if (now === before) return { live: false, compare: false };
  const keys = /** @type {(keyof Asked)[]} */ (Object.keys(now));
  const changed = keys.filter((key) => now[key] !== before[key] && !DRAWING_ONLY.has(key));
  const compared = changed.filter((key) => !LIVE_ONLY.has(key) && !(key === 'text' && now.compare === 'paper'));
  return {
    live: changed.some((key) => !COMPARE_ONLY.has(key)),
    compare: now.compare !== 'off' && compared.length > 0,
  };
}

/**
 * @param {ReturnType<typeof import('./store.js').createStore<Page>>} store
 * @param {Pick<ReturnType<typeof import('./engine/client.js').createClient>, 'start' | 'rest' | 'ensure' | 'explain' | 'explainNow'>} client
 * @param {(sequence: number) => void} shown called after the answer to a wish has been rendered
 */
export function createSession(store, client, shown) {
  let sequence = 0;
  const askCompareSoon = debounce(() => store.get().asked.compare !== 'off' && askCompare(), COMPARE_PAUSE);
  let starts = 0;

  async function start() {
    const mine = (starts += 1);
    store.set({ phase: 'loading', progress: null, problem: null, failedExplain: null, failedCheckpoints: null, fetching: null, rest: null, waiting: null });
    try {
      const specs = await client.start((progress) => mine === starts && store.set({ progress }));
      if (mine !== starts) return;
      store.set({ phase: 'ready', specs, loaded: specs.loaded, progress: null, rest: specs.waits ? { progress: null, problem: null } : null });
      refresh();
      if (specs.waits) void loadRest();
    } catch (error) {
      if (mine === starts) failed(/** @type {Problem} */ (error));
    }
  }

  /** The vectors of the words that the engine did not begin with. Texts without such words are answered meanwhile. */
  async function loadRest() {
    const mine = starts;
    store.set({ rest: { progress: null, problem: null } });
    try {
      await client.rest((progress) => mine === starts && store.set({ rest: { progress, problem: null } }));
      if (mine !== starts) return;
      store.set({ rest: null, waiting: null });
      refresh();
    } catch (error) {
      const problem = /** @type {Problem} */ (error);
      if (mine === starts && problem.code !== 'crashed') store.set({ rest: { progress: null, problem } });
    }
  }

  /** @param {Problem} problem */
  function failed(problem) {
    store.set({ phase: 'failed', problem, progress: null, fetching: null });
  }

  /** Asks again for everything that is on the page. */
  function refresh() {
    askLive();
    if (store.get().asked.compare !== 'off') askCompare();
  }

  /** @param {Partial<Page>} [change] what the answer is asked for: it is shown with the answer if that comes at once */
  async function askLive(change = {}) {
    const mine = (sequence += 1);
    const { specs, asked, sentences, phase, loaded } = { ...store.get(), ...change };
    const ready = phase === 'ready' && specs;
    const request = ready ? liveRequest(resolve(asked, specs), specs, sentences) : null;
    const immediate = request && !missingCheckpoints([request], loaded).length ? client.explainNow([request])?.[0] : undefined;
    if (immediate) {
      store.set({ ...change, live: { reply: immediate, answers: asked, sequence: mine }, failedExplain: null, waiting: null });
      return shown(mine);
    }
    store.set(change);
    if (!request || !available([request])) return;
    try {
      const replies = await client.explain('live', [request]);
      const reply = replies?.[0];
      const latest = store.get().live;
      if (!reply || (latest && latest.sequence > mine)) return;
      store.set({ live: { reply, answers: asked, sequence: mine }, failedExplain: null, waiting: null });
      shown(mine);
    } catch (error) {
      explainFailed(/** @type {Problem} */ (error));
    }
  }

  async function askCompare() {
    const { specs, asked, phase } = store.get();
    if (phase !== 'ready' || !specs) return;
    const items = compareRequests(resolve(asked, specs), specs);
    const requests = items.map(({ request }) => request);
    if (!available(requests)) return;
    try {
      const replies = await client.explain('compare', requests);
      if (!replies || store.get().asked.compare !== asked.compare) return;
      store.set({ compared: { items: items.map((item, k) => ({ ...item, reply: /** @type {Reply} */ (replies[k]) })), answers: asked }, failedExplain: null });
    } catch (error) {
      explainFailed(/** @type {Problem} */ (error));
    }
  }

  /** @param {Problem} problem */
  function explainFailed(problem) {
    if (problem.code === 'restarted' || problem.code === 'stopped') return;
    if (problem.code === 'vectors-pending') return void (store.get().rest && store.set({ waiting: problem }));
    if (problem.code !== 'crashed') store.set({ failedExplain: problem }); // a crash is reported once, by the client
  }

  /** Are all checkpoints there? If not, they are fetched, and the page asks again. @param {Request[]} requests */
  function available(requests) {
    const missing = missingCheckpoints(requests, store.get().loaded);
    if (missing.length) fetchCheckpoints(missing);
    return missing.length === 0;
  }

  /** @param {string[]} ids */
  async function fetchCheckpoints(ids) {
    const { fetching, failedCheckpoints } = store.get();
    if (failedCheckpoints?.ids.some((id) => ids.includes(id))) return; // waits for Retry
    const wanted = ids.filter((id) => !fetching?.ids.includes(id));
    if (!wanted.length) return;
    const mine = starts;
    store.set({ fetching: { progress: null, ids: [...(fetching?.ids ?? []), ...wanted] } });
    try {
      const loaded = await client.ensure(wanted, (progress) => {
        const now = store.get().fetching;
        if (now && mine === starts) store.set({ fetching: { ...now, progress } });
      });
      if (mine !== starts) return;
      store.set({ loaded, fetching: without(wanted) });
      refresh();
    } catch (error) {
      if (mine !== starts || /** @type {Problem} */ (error).code === 'crashed') return;
      store.set({ fetching: without(wanted), failedCheckpoints: { ids: wanted, problem: /** @type {Problem} */ (error) } });
    }
  }

  /** @param {string[]} ids */
  function without(ids) {
    const now = store.get().fetching;
    const rest = (now?.ids ?? []).filter((id) => !ids.includes(id));
    return rest.length && now ? { ...now, ids: rest } : null;
  }

  /** @param {Partial<Asked>} patch @returns {number} the number of the wish that the live answer will carry */
  function ask(patch) {
    const before = store.get().asked;
    const asked = { ...before, ...patch };
    // Another network than the link's was chosen: what the link was made with matters no longer.
    if (patch.checkpoint !== undefined && patch.model === undefined) asked.model = '';
    const { live, compare } = affected(asked, before);
    const freshText = asked.text !== before.text ? { sentences: SENTENCES } : {};
    const change = { asked, ...freshText, ...(asked.compare !== before.compare ? { compared: null } : {}) };
    if (live) void askLive(change);
    else store.set(change);
    if (compare && asked.text !== before.text) askCompareSoon();
    else if (compare) askCompare();
    return sequence;
  }

  /** A network of the visitor's own is there: it is the one that is shown. @param {Pick<Specs, 'manifest' | 'loaded'>} now @param {string} checkpoint */
  function adopted({ manifest, loaded }, checkpoint) {
    const { specs, asked } = store.get();
    if (!specs) return;
    store.set({ specs: { ...specs, manifest, loaded }, loaded, failedExplain: null });
    if (asked.checkpoint === checkpoint) return refresh(); // a link had asked for it
    ask({ checkpoint });
    if (store.get().asked.checkpoints.includes(checkpoint)) refresh();
  }

  return {
    start,
    failed,
    retryRest: loadRest,
    ask,
    adopted,
    more() {
      void askLive({ sentences: store.get().sentences + SENTENCES });
    },
    retryCheckpoints() {
      store.set({ failedCheckpoints: null });
      refresh();
    },
    /** The paper's figures 4 to 6. */
    paper() {
      const { specs } = store.get();
      if (!specs) return;
      ask({ compare: 'paper', palette: 'paper', methods: paperMethods(specs), checkpoints: paperCheckpoints(defaultModel(specs)), target: 'logit', class: null });
    },
  };
}
