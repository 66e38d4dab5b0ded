// @ts-check
// Form fields drawn from the engine's specs. They know nothing of models or methods.

import { capital, el, setAttribute, setText } from '../lib/dom.js';
import { positionOf, STEPS, valueAt } from '../lib/slider.js';

/** @typedef {import('../../pkg/full.js').ParamCard} ParamSpec */
/** Options of one `group` stand together, under its name unless that is empty. @typedef {{id: string, name: string, meaning?: string, group?: string}} Option */

let count = 0;
/** @param {readonly Option[]} options @returns {[string, Option[]][]} */
function grouped(options) {
  /** @type {Map<string, Option[]>} */
  const groups = new Map();
  for (const option of options) groups.set(option.group ?? '', [...(groups.get(option.group ?? '') ?? []), option]);
  return [...groups];
}

const newId = () => `field-${(count += 1)}`;

/**
 * A labelled select with the chosen option's meaning under it.
 * @param {string} label
 * @param {(id: string) => void} choose
 */
export function createSelect(label, choose) {
  const id = newId();
  const select = el('select', { id, 'aria-describedby': `${id}-help` });
  const help = el('p', { class: 'help', id: `${id}-help` });
  const element = el('div', { class: 'field' }, el('label', { for: id }, label), select, help);
  select.addEventListener('change', () => choose(select.value));
  /** @type {readonly Option[] | null} */
  let known = null;
  return {
    element,
    select,
    help,
    /** @param {readonly Option[]} options @param {string} value @param {string} [text] help instead of the meaning */
    render(options, value, text) {
      if (known !== options) {
        known = options;
        select.replaceChildren(...grouped(options).flatMap(([group, some]) => {
          const made = some.map((option) => el('option', { value: option.id }, capital(option.name)));
          return group ? [el('optgroup', { label: capital(group) }, ...made)] : made;
        }));
      }
      if (select.value !== value) select.value = value;
      setText(help, text ?? options.find((option) => option.id === value)?.meaning ?? '');
    },
  };
}

/**
 * A parameter of a method: a select, or a slider with a number box.
 * @param {ParamSpec} spec
 * @param {(value: number | string) => void} choose
 */
export function createParam(spec, choose) {
  if (spec.kind === 'choice') {
    const field = createSelect(capital(spec.name), choose);
    return {
      element: field.element,
      /** @param {number | string | undefined} value */
      render: (value) => field.render(spec.options, String(value ?? spec.default), spec.meaning),
    };
  }
  const integer = spec.kind === 'integer';
  const range = integer
    ? { min: spec.min, max: spec.max, step: 1, log: spec.min > 0 && spec.max / spec.min >= 100 }
    : { min: spec.min, max: spec.max, step: spec.step, log: spec.log };
  const id = newId();
  const slider = el('input', { type: 'range', min: 0, max: STEPS, step: 1, 'aria-label': `${spec.name}, slider` });
  const box = el('input', {
    type: 'number', id, min: spec.min, max: spec.max, step: integer ? 1 : 'any', 'aria-describedby': `${id}-help`,
  });
  const help = el('p', { class: 'help', id: `${id}-help` }, spec.meaning);
  const element = el('div', { class: 'field' }, el('label', { for: id }, capital(spec.name)), el('div', { class: 'slider' }, slider, box), help);
  /** @param {number} value */
  const fit = (value) => Math.min(spec.max, Math.max(spec.min, integer ? Math.round(value) : value));
  slider.addEventListener('input', () => choose(fit(valueAt(range, Number(slider.value)))));
  box.addEventListener('change', () => {
    const value = box.value.trim() === '' ? NaN : Number(box.value);
    choose(Number.isFinite(value) ? fit(value) : spec.default);
    box.value = String(Number.isFinite(value) ? fit(value) : spec.default);
  });
  return {
    element,
    /** @param {number | string | undefined} value */
    render(value) {
      const number = typeof value === 'number' ? value : spec.default;
      const position = String(positionOf(range, number));
      if (slider.value !== position && slider !== document.activeElement) slider.value = position;
      setAttribute(slider, 'aria-valuetext', String(number));
      if (box !== document.activeElement) box.value = String(number);
    },
  };
}

/**
 * A group of check boxes drawn as pills; the last one that is on stays on.
 * @param {string} label
 * @param {(ids: string[]) => void} choose
 */
export function createPills(label, choose) {
  const group = el('div', { class: 'pills' });
  const element = el('fieldset', { class: 'field pill-field' }, el('legend', {}, label), group);
  /** @type {readonly Option[] | null} */
  let known = null;
  group.addEventListener('change', (event) => {
    const boxes = /** @type {HTMLInputElement[]} */ ([...group.querySelectorAll('input')]);
    if (boxes.every((box) => !box.checked) && event.target instanceof HTMLInputElement) event.target.checked = true;
    choose(boxes.filter((box) => box.checked).map((box) => box.value));
  });
  return {
    element,
    /** @param {readonly Option[]} options @param {readonly string[]} on */
    render(options, on) {
      if (known !== options) {
        known = options;
        // The first group is in sight; the others are folded away.
        group.replaceChildren(...grouped(options).flatMap(([name, some], k) => {
          /** @type {HTMLElement[]} */
          const pills = some.map((option) => el('label', { class: 'pill', title: option.meaning },
            el('input', { type: 'checkbox', value: option.id }), el('span', {}, option.name)));
          return k === 0 ? pills : [el('details', { class: 'fold pill-group' }, el('summary', {}, capital(name)), el('div', { class: 'pills' }, ...pills))];
        }));
      }
      for (const box of group.querySelectorAll('input')) {
        const checked = on.includes(box.value);
        if (box.checked !== checked) box.checked = checked;
      }
    },
  };
}
