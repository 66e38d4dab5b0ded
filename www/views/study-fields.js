// @ts-check
// What stands above the answers of some panels: a word to put in, a second sentence, which seeds, other random weights; and the
// card of the method, which needs no answer.

import { seedGroups } from '../study/sections.js';
import { el, reconcile, setAttribute, setText, show } from '../lib/dom.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../study/sections.js').Context} Context */

/**
 * @param {string} label @param {string} placeholder @param {number} most @param {(value: string) => void} typed
 * @param {(asked: Asked) => string} read
 */
export function createTextField(label, placeholder, most, typed, read) {
  const id = `field-${label.toLowerCase().replace(/\W+/g, '-')}`;
  const input = el('input', { type: 'text', id, placeholder, maxlength: most, autocomplete: 'off', spellcheck: 'false' });
  input.addEventListener('input', () => typed(input.value));
  return {
    element: el('div', { class: 'field text-field' }, el('label', { for: id }, label), input),
    /** @param {Asked} asked */
    render(asked) {
      if (document.activeElement !== input && input.value !== read(asked)) input.value = read(asked);
    },
  };
}

/** After how many epochs seeds are compared. @param {(id: string) => void} choose */
export function createSeedChoice(choose) {
  const pills = el('div', { class: 'pills' });
  const element = el('fieldset', { class: 'options' }, el('legend', {}, 'After how many epochs'), pills);
  element.addEventListener('change', (event) => event.target instanceof HTMLInputElement && choose(event.target.value));
  return {
    element,
    /** @param {Asked} asked @param {Context} context */
    render(asked, { model }) {
      const groups = seedGroups(model);
      const chosen = groups.find(({ id }) => id === asked.seedsAt) ?? groups[groups.length - 1];
      show(element, groups.length > 0);
      reconcile(pills, groups, () => el('label', { class: 'pill' }, el('input', { type: 'radio', name: 'seeds-at' }), el('span')), (pill, { id }) => {
        const input = /** @type {HTMLInputElement} */ (pill.firstElementChild);
        setAttribute(input, 'value', id);
        if (input.checked !== (id === chosen?.id)) input.checked = id === chosen?.id;
        setText(/** @type {Element} */ (pill.lastElementChild), id);
      });
    },
  };
}

/** The shown method: what it says, its formula, where it was published. */
export function createMethodCard() {
  const name = el('p', { class: 'method-card-name' });
  const summary = el('p', { class: 'panel-text' });
  const formula = el('p', { class: 'formula' });
  const note = el('p', { class: 'note' });
  const element = el('div', { class: 'panel-body method-card' }, name, summary, formula, note);
  return {
    element,
    /** @param {Asked} asked resolved @param {import('../engine/client.js').Specs} specs */
    render(asked, specs) {
      const method = specs.methods.find(({ id }) => id === asked.method);
      if (!method) return;
      setText(name, method.name);
      setText(summary, method.summary);
      setText(formula, method.formula);
      setText(note, `${method.reference} Unit: ${method.unit}.`);
    },
  };
}

/** Other random weights. @param {(seed: number) => void} draw */
export function createReseed(draw) {
  const button = el('button', { type: 'button', class: 'choice' }, 'Draw again');
  const element = el('div', {}, button);
  let seed = 1;
  button.addEventListener('click', () => draw((seed % 9999) + 1));
  return {
    element,
    /** @param {Asked} asked */
    render(asked) {
      seed = asked.seed;
    },
  };
}
