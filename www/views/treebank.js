// @ts-check
// The matrix of confusions, and the treebank's sentences behind it: as shipped without sentences, or counted here over the
// visitor's own copy of the treebank's file. A cell of the matrix says which sentences are listed, and so does a word of the
// tables above it.

import { el, setText, show } from '../lib/dom.js';
import { wantedOf } from '../study/sections.js';
import { createList } from './list.js';
import { createPanel } from './panel.js';

/** @typedef {import('../../pkg/full.js').Panel} Panel */
/** @typedef {import('../page.js').Page} Page */
/** @typedef {import('../state.js').Asked} Asked */

/** @type {import('./list.js').ListKind} */
const TREEBANK = {
  name: 'The treebank’s sentences',
  place: 'treebank',
  trees: true,
  accept: '.txt,text/plain',
  choose: 'Choose the treebank’s file',
  hint: 'or drop it here: test.txt from trainDevTestTrees_PTB.zip (Stanford NLP group), a tree per line. The treebank’s sentences are not part of this page; yours stay on this machine.',
  again: 'Read again with the network above',
  file: 'wordlight-treebank.csv',
};

/**
 * @param {import('./list.js').ListActions} actions
 * @param {(patch: Partial<Asked>) => void} ask
 */
export function createTreebank(actions, ask) {
  const panel = createPanel({ apply: () => {}, choose: (id) => ask({ cell: id === asked.cell ? 'all' : id }) });
  const any = el('button', { type: 'button', class: 'quiet treebank-any' });
  const below = el('div', { class: 'treebank' });
  const element = el('div', { class: 'panel-body' }, el('p', {}, any), panel.element, below);
  any.addEventListener('click', () => {
    ask({ find: '' });
    goToTreebank(element.closest('.study-section')); // the button is gone with the words
  });
  /** @type {Asked} */
  let asked;
  /** The newest view, and the matrix that was counted here. @type {{page: Page, answer: Panel | null} | null} */
  let view = null;
  /** @type {Panel | null} */
  let counted = null;
  let counting = 0;

  /** Words decide by gradient × input, whatever is chosen above: it is quick, and the sentence is explained anew when it is opened. */
  function row() {
    const shown = actions.row();
    return shown && { ...shown, method: 'gradient-x-input', params: {}, target: { kind: 'logit', class: null }, baseline: 'zero' };
  }

  const list = createList(below, { ...actions, row }, TREEBANK, {
    wanted: () => wantedOf(asked),
    changed: (card) => (card ? count() : forget()),
  });

  async function count() {
    const mine = (counting += 1);
    const matrix = await actions.list({ place: TREEBANK.place, kind: 'confusion', wanted: wantedOf(asked) }).catch(() => null);
    if (mine !== counting) return;
    counted = matrix;
    draw();
  }

  function forget() {
    counting += 1;
    counted = null;
    draw();
  }

  function draw() {
    const shown = counted ?? view?.answer;
    if (view && shown) panel.render({ panel: shown, palette: view.page.asked.palette, theme: view.page.theme });
  }

  // A file that is dropped here is meant for here.
  below.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    list.openFile(file);
  });

  return {
    element,
    forget: list.forget,
    /** @param {Page} page @param {Panel | null} answer the shipped matrix */
    render(page, answer) {
      const other = asked !== undefined && wantedOf(asked) !== wantedOf(page.asked);
      asked = page.asked;
      show(/** @type {HTMLElement} */ (any.parentElement), asked.find !== '');
      setText(any, `Not only sentences with “${asked.find}”`);
      view = { page, answer };
      list.follow();
      if (counted && other) {
        list.draw();
        count();
      } else draw();
    },
  };
}

/** Goes to the sentences, or to where their file is chosen. @param {Element | null} section */
export function goToTreebank(section) {
  const panel = section?.querySelector('[data-panel="confusion"]');
  const list = /** @type {HTMLElement | null | undefined} */ (panel?.querySelector('.list-card:not([hidden]) .list-view') ?? panel?.querySelector('.drop input'));
  list?.focus({ preventScroll: true });
  panel?.scrollIntoView({ block: 'start' });
}
