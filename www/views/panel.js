// @ts-check
// One answer of the study: what was found in words, what else can be asked, tables and charts.

import { el, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { createChart } from './chart.js';
import { createTable } from './table.js';

/** @typedef {import('../../pkg/full.js').Panel} Panel */
/** @typedef {import('../../pkg/full.js').Line} Line */

let groups = 0;

/** @param {{apply: (line: Line) => void, choose: (id: string) => void}} actions */
export function createPanel({ apply, choose }) {
  const name = `panel-${(groups += 1)}`;
  const options = el('fieldset', { class: 'options' }, el('legend', { class: 'hidden-text' }, 'Setting'));
  const pills = el('div', { class: 'pills' });
  options.append(pills);
  const text = el('p', { class: 'panel-text' });
  const charts = el('div', { class: 'charts' });
  const tables = el('div', { class: 'panel-tables' });
  const note = el('p', { class: 'note' });
  const element = el('div', { class: 'panel-body' }, options, text, charts, tables, note);
  options.addEventListener('change', (event) => event.target instanceof HTMLInputElement && choose(event.target.value));
  /** @type {WeakMap<Element, ReturnType<typeof createTable>>} */
  const tableViews = new WeakMap();
  /** @type {WeakMap<Element, ReturnType<typeof createChart>>} */
  const chartViews = new WeakMap();

  /** @param {{panel: Panel, palette: string, theme: import('../lib/colours.js').Theme, mark?: number | null}} view mark: a place on the charts */
  function render({ panel, palette, theme, mark = null }) {
    show(options, panel.options.length > 0);
    reconcile(pills, panel.options, () => el('label', { class: 'pill' }, el('input', { type: 'radio', name }), el('span')), (pill, [id, title]) => {
      const input = /** @type {HTMLInputElement} */ (pill.firstElementChild);
      setAttribute(input, 'value', id);
      if (input.checked !== (panel.choice === id)) input.checked = panel.choice === id;
      setText(/** @type {Element} */ (pill.lastElementChild), title);
    });
    setText(text, panel.text);
    show(text, panel.text !== '');
    show(tables, panel.tables.length > 0);
    show(charts, panel.charts.length > 0);
    reconcile(charts, panel.charts, () => {
      const made = createChart();
      chartViews.set(made.element, made);
      return made.element;
    }, (chart, data) => chartViews.get(chart)?.render(data, mark, data.text !== panel.text));
    reconcile(tables, panel.tables, ({ folded }) => {
      const made = createTable({ apply, choose, folded });
      tableViews.set(made.element, made);
      return made.element;
    }, (table, data) => tableViews.get(table)?.render(data, palette, theme, panel.choice));
    setText(note, panel.note);
    show(note, panel.note !== '' && panel.note !== panel.text);
  }
  return { element, render };
}
