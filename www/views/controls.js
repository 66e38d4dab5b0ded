// @ts-check
// Method, checkpoint and everything else that decides what is explained; all drawn from the engine's specs.

import { MARKS, PALETTES } from '../lib/colours.js';
import { el, show } from '../lib/dom.js';
import { networks } from '../request.js';
import { createParam, createSelect } from './fields.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../engine/client.js').Specs} Specs */
/** @typedef {import('../../pkg/full.js').MethodCard} MethodSpec */

/** @typedef {{asked: Asked, specs: Specs}} ControlsView `asked` with every id resolved */

/** What is chosen here. @type {readonly (keyof Asked)[]} */
const CHOICES = ['method', 'checkpoint', 'target', 'baseline', 'scale', 'palette', 'marks', 'params'];

/** @param {{ask: (patch: Partial<Asked>) => void}} actions */
export function createControls({ ask }) {
  const method = createSelect('Method', (id) => ask({ method: id }));
  const checkpoint = createSelect('Network', (id) => ask({ checkpoint: id }));
  const target = createSelect('What is explained', (id) => ask({ target: id }));
  const baseline = createSelect('Compared with', (id) => ask({ baseline: id }));
  const scale = createSelect('Colour scale', (id) => ask({ scale: id }));
  const palette = createSelect('Colours', (id) => ask({ palette: id }));
  const marks = createSelect('Scores as', (id) => ask({ marks: id === 'bars' ? 'bars' : 'heat' }));
  const params = el('div', { class: 'fields params' });
  const fold = el('details', { class: 'fold settings' }, el('summary', {}, 'Settings'));
  const element = el('div', { class: 'controls', role: 'group', 'aria-label': 'What is explained, and how' },
    el('div', { class: 'fields main-fields' }, method.element, checkpoint.element), fold);
  // Put there when it is unfolded: a browser lays out fields that nobody sees, to know whether it could fill them in.
  fold.addEventListener('toggle', () => {
    if (!fold.open) return;
    if (!params.isConnected) fold.append(el('div', { class: 'fields' }, target.element, baseline.element, scale.element, palette.element, marks.element), params);
    if (shown) renderSettings(shown);
  });

  /** @type {{spec: MethodSpec, fields: {id: string, render: (value: number | string | undefined) => void}[]} | null} */
  let drawn = null;
  /** @type {ControlsView | null} */
  let shown = null;

  /** @param {MethodSpec} spec */
  function drawParams(spec) {
    if (drawn?.spec === spec) return;
    const fields = spec.params.map((param) => {
      const field = createParam(param, (value) => ask({ params: { ...shown?.asked.params, [`${spec.id}.${param.id}`]: value } }));
      return { id: param.id, ...field };
    });
    params.replaceChildren(...fields.map((field) => field.element));
    drawn = { spec, fields };
  }

  /** @param {ControlsView} view */
  function renderSettings({ asked, specs }) {
    const spec = specs.methods.find(({ id }) => id === asked.method);
    target.render(specs.targets, asked.target);
    baseline.render(specs.baselines, asked.baseline);
    show(baseline.element, spec?.uses_baseline ?? false);
    scale.render(specs.scales, asked.scale);
    palette.render(PALETTES, asked.palette);
    marks.render(MARKS, asked.marks);
    if (spec) drawParams(spec);
    for (const field of drawn?.fields ?? []) field.render(asked.params[`${asked.method}.${field.id}`]);
    show(params, (drawn?.fields.length ?? 0) > 0);
  }

  /** @param {ControlsView} view */
  function render(view) {
    const before = shown?.asked;
    const { asked, specs } = view;
    shown = view;
    // A keystroke changes nothing here.
    if (before && before.text !== asked.text && CHOICES.every((choice) => before[choice] === asked[choice])) return;
    const spec = specs.methods.find(({ id }) => id === asked.method);
    method.render(specs.methods, asked.method, spec ? `${spec.summary} ${spec.citation}` : '');
    checkpoint.render(networks(specs), asked.checkpoint);
    if (fold.open) renderSettings(view);
  }
  return { element, render };
}
