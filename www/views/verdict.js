// @ts-check
// The five classes with their probabilities; choosing one explains that class instead.

import { el, reconcile, setAttribute, setText, setWidth, show } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').Verdict} Verdict */

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
  /** @type {WeakMap<Element, ReturnType<typeof createBar>>} */
  const parts = new WeakMap();
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
    reconcile(bars, names, (_, index) => {
      const bar = createBar(index);
      parts.set(bar.element, bar);
      return bar.element;
    }, (element, name, index) => {
      const bar = /** @type {ReturnType<typeof createBar>} */ (parts.get(element));
      if (bar.input.checked !== (chosen === index)) bar.input.checked = chosen === index;
      setText(bar.name, name);
      setText(bar.percent, verdict.percent[index] ?? '');
      setWidth(bar.fill, `${(100 * (verdict.probabilities[index] ?? 0)).toFixed(2)}%`);
      setAttribute(element, 'data-predicted', verdict.predicted === index);
    });
  }
  return { element, render };
}

/** @param {number} index of the class */
function createBar(index) {
  const input = el('input', { type: 'radio', name: 'class', value: index });
  const name = el('span', { class: 'bar-name' });
  const fill = el('span', { class: 'bar-fill' });
  const percent = el('span', { class: 'bar-percent' });
  const track = el('span', { class: 'bar-track', 'aria-hidden': 'true' }, fill);
  return { element: el('label', { class: 'bar' }, input, name, track, percent), input, name, fill, percent };
}
