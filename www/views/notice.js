// @ts-check
// Loading with bytes, and everything that can go wrong, with what to do about it.

import { el, setAttribute, setText, show } from '../lib/dom.js';

/** @typedef {import('../engine/contract.js').Progress} Progress */
/** @typedef {import('../engine/support.js').Problem} Problem */
/**
 * @typedef {{kind: 'none'}
 *   | {kind: 'loading', title: string, progress: Progress | null}
 *   | {kind: 'problem', title: string, problem: Problem, retry: (() => void) | null}
 *   | {kind: 'info', title: string}} Notice
 */

/** @param {HTMLElement} element */
export function createNotice(element) {
  const title = el('p', { class: 'notice-title' });
  const detail = el('p', { class: 'notice-detail' });
  const bar = el('progress', { max: 1, 'aria-label': 'Download' });
  const button = el('button', { type: 'button', class: 'primary' }, 'Retry');
  element.append(el('div', { class: 'notice-text' }, title, detail), bar, button);
  /** @type {(() => void) | null} */
  let retry = null;
  button.addEventListener('click', () => retry?.());

  /** @param {Notice} notice */
  function render(notice) {
    show(element, notice.kind !== 'none');
    if (notice.kind === 'none') return;
    setAttribute(element, 'data-kind', notice.kind);
    // A problem is announced at once; loading is not, its steps would only chatter.
    setAttribute(element, 'role', notice.kind === 'problem' ? 'alert' : null);
    setText(title, notice.title);
    retry = notice.kind === 'problem' ? notice.retry : null;
    show(button, retry !== null);
    show(bar, notice.kind === 'loading');
    if (notice.kind === 'loading') {
      const { progress } = notice;
      setText(detail, progress?.message ?? '');
      if (progress && progress.total > 0) bar.value = Math.min(1, progress.loaded / progress.total);
      else bar.removeAttribute('value');
    } else {
      setText(detail, notice.kind === 'problem' ? notice.problem.message : '');
    }
    show(detail, detail.textContent !== '');
  }
  return { render };
}
