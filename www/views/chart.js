// @ts-check
// Curves on two axes. What a curve is called stands in the key below; the chart in words stands under it.

import { along } from '../lib/axis.js';
import { el, onChange, reconcile, setAttribute, setText, show, svg } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').Chart} Chart */
/** @typedef {import('../../pkg/full.js').Curve} Curve */

const WIDTH = 640;
const HEIGHT = 290;
const LEFT = 76;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 56;

export function createChart() {
  const title = el('figcaption', { class: 'chart-title' });
  const plot = svg('svg', { class: 'chart-plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  const key = el('ul', { class: 'chart-key' });
  const text = el('p', { class: 'note' });
  const element = el('figure', { class: 'chart' }, title, plot, key, text);

  const draw = onChange((/** @type {Chart} */ chart, /** @type {number | null} */ mark) => {
    setText(title, chart.title);
    setAttribute(plot, 'aria-label', `${chart.title}. ${chart.text}`);
    setText(text, chart.text);
    const { x, y, log } = chart;
    const px = (/** @type {number} */ value) => LEFT + along(x, log, value) * (WIDTH - LEFT - RIGHT);
    const py = (/** @type {number} */ value) => HEIGHT - BOTTOM - along(y, log, value) * (HEIGHT - TOP - BOTTOM);
    const point = (/** @type {number} */ a, /** @type {number} */ b) => `${px(a).toFixed(1)} ${py(b).toFixed(1)}`;
    const parts = [
      ...y.ticks.flatMap(([tick, text]) => [
        svg('line', { class: 'chart-grid', x1: LEFT, x2: WIDTH - RIGHT, y1: py(tick), y2: py(tick) }),
        svg('text', { class: 'chart-tick', x: LEFT - 10, y: py(tick) + 5, 'text-anchor': 'end' }, text),
      ]),
      ...x.ticks.map(([tick, text]) =>
        svg('text', { class: 'chart-tick', x: px(tick), y: HEIGHT - BOTTOM + 24, 'text-anchor': 'middle' }, text)),
      svg('text', { class: 'chart-axis', x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8, 'text-anchor': 'middle' }, chart.x_name),
      ...chart.curves.map((curve, index) => {
        if (curve.kind === 'band') {
          const up = curve.x.map((at, k) => point(at, curve.top[k] ?? 0));
          const down = curve.x.map((at, k) => point(at, curve.y[k] ?? 0)).reverse();
          return svg('path', { class: 'chart-band', d: `M${[...up, ...down].join('L')}Z` });
        }
        const line = curve.x.map((at, k) => point(at, curve.y[k] ?? 0)).join('L');
        return svg('path', { class: 'chart-curve', 'data-kind': curve.kind, 'data-dash': dashOf(chart.curves, index), d: `M${line}` });
      }),
    ];
    if (mark !== null) parts.push(svg('line', { class: 'chart-mark', x1: px(mark), x2: px(mark), y1: TOP, y2: HEIGHT - BOTTOM }));
    plot.replaceChildren(...parts);
    reconcile(key, chart.curves, () => el('li', {}, svg('svg', { 'aria-hidden': 'true', width: 28, height: 10 }), el('span')), (item, curve, index) => {
      const sample = /** @type {Element} */ (item.firstElementChild);
      sample.replaceChildren(curve.kind === 'band'
        ? svg('rect', { class: 'chart-band', width: 28, height: 10 })
        : svg('path', { class: 'chart-curve', 'data-kind': curve.kind, 'data-dash': dashOf(chart.curves, index), d: 'M0 5L28 5' }));
      setText(/** @type {Element} */ (item.lastElementChild), curve.name);
    });
  });
  /**
   * @param {Chart} chart
   * @param {number | null} [mark] a place on the horizontal axis
   * @param {boolean} [told] whether the chart in words is to be read under it; it may stand elsewhere
   */
  function render(chart, mark = null, told = true) {
    draw(chart, mark);
    show(text, told && chart.text !== '');
  }
  return { element, render };
}

/** Curves of one kind are told apart by their dashes. @param {readonly Curve[]} curves @param {number} index */
function dashOf(curves, index) {
  return curves.slice(0, index).filter(({ kind }) => kind === curves[index]?.kind).length % 5;
}
