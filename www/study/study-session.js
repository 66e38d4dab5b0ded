// @ts-check
// The study's side of the page: asks the questions of what is open, in an engine of its own, so that long work
// never holds up typing. That engine is started when the first section is opened.

import { debounce } from '../lib/debounce.js';
import { missingCheckpoints } from '../request.js';
import { STUDY_FIELDS } from '../state.js';
import { asked as wanted } from './sections.js';

/** @typedef {import('../page.js').Page} Page */
/** @typedef {import('../../pkg/full.js').Panel} Panel */
/** @typedef {import('../engine/contract.js').FullQuestion} Question */
/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../engine/support.js').Problem} Problem */
/** @typedef {import('../page.js').StudyEntry} Entry */

/** While someone types, the study waits this long. */
const PAUSE = 120;

/** @param {Entry | undefined} entry */
export const stale = (entry) => entry !== undefined && entry.wanted !== entry.key;

/**
 * @param {ReturnType<typeof import('../store.js').createStore<Page>>} store
 * @param {Pick<ReturnType<typeof import('../engine/client.js').createClient>, 'start' | 'ensure' | 'explain' | 'study' | 'stop'>} client
 */
export function createStudy(store, client) {
  /** @type {Promise<string[]> | null} */
  let started = null;
  const refreshSoon = debounce(refresh, PAUSE);

  /** @param {string} name @param {Partial<Entry>} patch */
  function put(name, patch) {
    const { study } = store.get();
    const entry = study[name] ?? { wanted: '', key: '', answer: null, problem: null, progress: null };
    store.set({ study: { ...study, [name]: { ...entry, ...patch } } });
  }

  /** @returns {Promise<string[]>} the checkpoints that the study's engine has */
  function ready() {
    started ??= client.start(() => {}).then(({ loaded }) => loaded);
    return started;
  }

  /** Asks what is open and has no answer yet. */
  function refresh() {
    for (const { name, about } of wanted(store.get())) {
      const key = JSON.stringify(about);
      if (store.get().study[name]?.wanted === key) continue;
      put(name, { wanted: key, problem: null, progress: null });
      void ask(name, about, key);
    }
  }

  /** @param {string} name @param {Question | Request} about @param {string} key */
  async function ask(name, about, key) {
    const current = () => store.get().study[name]?.wanted === key;
    try {
      const missing = missingCheckpoints([about], await ready());
      if (missing.length) started = client.ensure(missing, () => {});
      await started;
      if (!current()) return;
      const answer = 'about' in about
        ? await client.study(name, about, (done) => current() && put(name, { progress: done }))
        : (await client.explain(name, [/** @type {Request} */ (about)]))?.[0];
      if (answer && current()) put(name, { key, answer, progress: null });
    } catch (error) {
      const problem = /** @type {Problem} */ (error);
      if (problem.code === 'crashed' || problem.code === 'stopped' || missingFile(problem)) started = null;
      if (current() && problem.code !== 'restarted') put(name, { problem, progress: null });
    }
  }

  /** A download that failed is tried again when it is next asked for. @param {Problem} problem */
  function missingFile({ code }) {
    return !['unknown', 'parameter', 'unsupported', 'class', 'baseline', 'network', 'too-long', 'cancelled'].includes(code);
  }

  /** Asks again what ended with a problem. */
  function retry() {
    const { study } = store.get();
    for (const [name, { problem }] of Object.entries(study)) if (problem) put(name, { wanted: '', problem: null });
    refresh();
  }

  store.subscribe((page, before) => {
    const fields = STUDY_FIELDS.some((field) => page.asked[field] !== before.asked[field]);
    if (fields || (page.live && !before.live)) refresh();
    else if (page.live !== before.live && page.asked.open.length) refreshSoon();
  });

  return {
    retry,
    /** Ends the work at hand: the engine is let go of, and the next question starts a new one. */
    cancel: () => client.stop(),
  };
}
