// @ts-check
// The five classes with their probabilities; choosing one explains that class instead.

import { el, reconcile, setAttribute, setText, show, svg } from '../lib/dom.js';

/** @typedef {import('../engine/contract.js').Verdict} Verdict */

/** @param {{explain: (index: number | null) => void}} actions */
export function createVerdict({ explain }) {
  const mark = el('p', { class: 'mark', hidden: true });
  const automatic = el('input', { type: 'radio', name: 'class', value: '', id: 'class-predicted' });
  const bars = el('div', { class: 'bars' });
  const group = el('fieldset', { class: 'verdict-classes' },
    el('legend', {}, 'Class to explain'),
    el('label', { class: 'bar bar-automatic', for: 'class-predicted' }, automatic, el('span', { class: 'bar-name' }, 'the predicted class')),
    bars);
  const element = el('div', { class: 'verdict' }, group, mark);
  group.addEventListener('change', (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    explain(event.target.value === '' ? null : Number(event.target.value));
  });

  /** @param {{verdict: Verdict, names: readonly string[], chosen: number | null}} view */
  function render({ verdict, names, chosen }) {
    const { truth, correct } = verdict;
    show(mark, truth !== null);
    if (truth !== null) {
      setText(mark, `${correct ? '✓ right' : '✗ wrong'}: the true class is ${names[truth] ?? ''}`);
      setAttribute(mark, 'data-correct', correct ? 'yes' : 'no');
    }
    if (automatic.checked !== (chosen === null)) automatic.checked = chosen === null;
    reconcile(bars, names, (name, index) => el('label', { class: 'bar' },
      el('input', { type: 'radio', name: 'class', value: index }),
      el('span', { class: 'bar-name' }, name),
      svg('svg', { class: 'bar-track', 'aria-hidden': 'true', width: '100%', height: '10' }, svg('rect', { class: 'bar-fill', height: '10', rx: '2' })),
      el('span', { class: 'bar-percent' })),
    (bar, name, index) => {
      const input = /** @type {HTMLInputElement} */ (bar.firstElementChild);
      if (input.checked !== (chosen === index)) input.checked = chosen === index;
      setText(/** @type {Element} */ (bar.querySelector('.bar-name')), name);
      setText(/** @type {Element} */ (bar.querySelector('.bar-percent')), verdict.percent[index] ?? '');
      const share = verdict.probabilities[index] ?? 0;
      setAttribute(/** @type {Element} */ (bar.querySelector('.bar-fill')), 'width', `${(100 * share).toFixed(2)}%`);
      setAttribute(bar, 'data-predicted', verdict.predicted === index);
    });
  }
  return { element, render };
}
