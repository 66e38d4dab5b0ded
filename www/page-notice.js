// @ts-check
// The one notice above the answer: of all there is to tell, what matters most. Pure.

import { boxIsFull, failureTitle, isFinal, linkToImported, linkToOtherVersion, MESSAGES } from './lib/messages.js';
import { fingerprint, missingImported, modelOf, resolve } from './request.js';
import { MAX_TEXT } from './state.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./views/notice.js').Notice} Notice */
/** @typedef {{start: () => void, retryCheckpoints: () => void, retryRest: () => void}} Retries */

/** @param {Page} page @param {Retries} retries @param {boolean} online @returns {Notice} */
export function noticeOf(page, retries, online) {
  return loadingNotice(page, retries, online) ?? linkNotice(page) ?? { kind: 'none' };
}

/** What is loading, or could not be loaded. @param {Page} page @param {Retries} retries @param {boolean} online @returns {Notice | null} */
function loadingNotice({ phase, problem, progress, failedExplain, failedCheckpoints, fetching, rest, waiting }, retries, online) {
  if (phase === 'failed' && problem) {
    return { kind: 'problem', title: failureTitle(problem.code, online), problem, retry: isFinal(problem.code) ? null : retries.start };
  }
  if (phase === 'loading') return { kind: 'loading', title: MESSAGES.loading, progress };
  if (failedCheckpoints) return { kind: 'problem', title: MESSAGES.anotherNotLoaded, problem: failedCheckpoints.problem, retry: retries.retryCheckpoints };
  if (rest?.problem) return { kind: 'problem', title: MESSAGES.rareWordsNotLoaded, problem: rest.problem, retry: retries.retryRest };
  if (failedExplain) return { kind: 'problem', title: MESSAGES.notExplained, problem: failedExplain, retry: null };
  if (waiting) return { kind: 'loading', title: `${waiting.message}.`, progress: rest?.progress ?? null };
  if (fetching) return { kind: 'loading', title: MESSAGES.loadingAnother, progress: fetching.progress };
  return null;
}

/** What is not as the link or the box says. @param {Page} page @returns {Notice | null} */
function linkNotice({ asked, specs }) {
  if (specs) {
    const missing = missingImported(asked, specs);
    if (missing) return { kind: 'info', title: linkToImported(missing, modelOf('', specs).name) };
    const here = fingerprint(resolve(asked, specs).checkpoint, specs);
    if (asked.model && asked.model !== here) return { kind: 'info', title: linkToOtherVersion(asked.model, here) };
  }
  return asked.text.length >= MAX_TEXT ? { kind: 'info', title: boxIsFull(MAX_TEXT) } : null;
}
