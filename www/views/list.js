// @ts-check
// Many texts: a file that is chosen or dropped, read in the worker, and shown as a list.

import { el, setText, show } from '../lib/dom.js';
import { saveText } from '../lib/save.js';
import { createSelect } from './fields.js';
import { createListTable } from './list-table.js';

/** @typedef {import('../../pkg/full.js').ListCard} ListCard */
/** @typedef {import('../engine/contract.js').ListWish} ListWish */
/** @typedef {import('../../pkg/full.js').RowRequest} RowRequest */
/**
 * @typedef {object} ListActions
 * @property {(wish: ListWish, report?: (card: ListCard) => void) => Promise<any>} list
 * @property {() => RowRequest | null} row how a text is read and explained; null while nothing is loaded
 * @property {(text: string) => void} open puts a text into the box
 * @property {(message: string) => void} announce
 */
/**
 * What kind of file a list holds.
 * @typedef {object} ListKind
 * @property {string} name of what is listed
 * @property {string} place where it is on the page; each place has a list of its own
 * @property {boolean} trees whether only a file of the treebank will do
 * @property {string} accept
 * @property {string} choose
 * @property {string} hint
 * @property {string} again
 * @property {string} file name of the file with all results
 */

/** @type {ListKind} */
export const TEXTS = {
  name: 'Texts',
  place: 'texts',
  trees: false,
  accept: '.txt,.csv,.tsv,text/plain,text/csv',
  choose: 'Choose a file',
  hint: 'or drop it anywhere on this page: a text per line (.txt), or a table (.csv, .tsv). It stays on this machine.',
  again: 'Read again with the method and network above',
  file: 'wordlight-list.csv',
};

/**
 * @param {HTMLElement} root
 * @param {ListActions} actions
 * @param {ListKind} [kind]
 * @param {object} [around] what stands around the list
 * @param {() => string} [around.wanted] which of the texts are listed
 * @param {(card: ListCard | null) => void} [around.changed] something else is known of the list; null: it is gone
 */
export function createList(root, { list, row, open, announce }, kind = TEXTS, { wanted = () => 'all', changed = () => {} } = {}) {
  const { place, trees } = kind;
  const id = place === TEXTS.place ? 'list-file' : `list-file-${place}`;
  const input = el('input', { type: 'file', accept: kind.accept, id, class: 'hidden-text' });
  const drop = el('div', { class: 'drop' }, el('label', { class: 'choice', for: id }, kind.choose), input, el('p', { class: 'note' }, kind.hint));
  const problem = el('p', { class: 'notice', 'data-kind': 'problem', role: 'alert', hidden: true });
  const name = el('h3');
  const message = el('p', { class: 'note' });
  const bar = el('progress', { max: 1, 'aria-label': 'Texts read' });
  const stop = el('button', { type: 'button', class: 'quiet' }, 'Stop');
  const again = el('button', { type: 'button', class: 'quiet' }, kind.again);
  const save = el('button', { type: 'button', class: 'choice' }, 'All results (CSV)');
  const column = createSelect('Column with the text', (which) => read(Number(which)));
  const table = createListTable({
    page: async (order, descending, from, count) => card && list({ place, kind: 'page', order, descending, wanted: wanted(), from, count }),
    open,
    fail,
  }, kind.name);
  const panel = el('div', { class: 'card list-card', hidden: true },
    el('div', { class: 'list-top' }, name, stop, again, save), message, bar, column.element, table.element);
  root.append(drop, problem, panel);

  /** @type {ListCard | null} */
  let card = null;
  /** The row that the list is or was last read with. @type {RowRequest | null} */
  let readWith = null;
  let running = 0;

  /** @param {unknown} error */
  function fail(error) {
    setText(problem, /** @type {{message?: string}} */ (error)?.message ?? String(error));
    show(problem, true);
    show(bar, false);
    show(stop, false);
  }

  /** A file that cannot be read leaves the list that is there as it is. @param {File} file */
  async function openFile(file) {
    show(problem, false);
    try {
      card = /** @type {ListCard} */ (await list({ place, kind: 'open', trees, file }));
      setText(name, file.name);
      table.begin(card.labelled);
      column.render(card.columns, String(card.column));
      show(column.element, card.columns.length > 1);
      show(panel, true);
      await read(card.column);
    } catch (error) {
      fail(error);
    }
  }

  /** @param {number} which */
  async function read(which) {
    const asked = row();
    if (!asked) return fail({ message: 'The network is not loaded yet; choose the file again when it is.' });
    const mine = (running += 1);
    readWith = asked;
    // What is about to be hidden must not take the focus with it.
    const focused = document.activeElement;
    show(problem, false);
    show(bar, true);
    show(stop, true);
    if (focused === again || focused === save) stop.focus({ preventScroll: true });
    show(again, false);
    show(save, false);
    table.element.scrollTop = 0;
    try {
      const done = /** @type {ListCard} */ (await list({ place, kind: 'read', column: which, row: asked }, (progress) => {
        if (mine === running) told(progress);
      }));
      if (mine !== running) return;
      told(done);
      announce(done.message);
    } catch (error) {
      if (mine === running) fail(error);
    } finally {
      if (mine === running) {
        const stopped = document.activeElement === stop;
        show(again, true);
        show(save, (card?.done ?? 0) > 0);
        if (stopped) again.focus({ preventScroll: true });
        show(bar, false);
        show(stop, false);
      }
    }
  }

  /** @param {ListCard} next */
  function told(next) {
    card = next;
    setText(message, next.message);
    bar.value = next.total ? next.done / next.total : 0;
    column.render(next.columns, String(next.column));
    table.draw();
    changed(next);
  }

  // Events

  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = '';
    if (file) openFile(file);
  });
  stop.addEventListener('click', () => list({ place, kind: 'cancel' }).catch(fail));
  again.addEventListener('click', () => read(card?.column ?? 0));
  save.addEventListener('click', async () => {
    try {
      saveText(kind.file, await list({ place, kind: 'csv' }), 'text/csv');
    } catch (error) {
      fail(error);
    }
  });

  return {
    openFile,
    /** The lines that are wanted have changed. */
    draw: table.draw,
    /** Reads again if another network is to be asked now. */
    follow() {
      const asked = row();
      if (card && asked && asked.checkpoint !== readWith?.checkpoint) read(card.column);
    },
    /** The engine has stopped: its list is gone. @param {{message: string}} reason */
    forget(reason) {
      if (!card) return;
      running += 1;
      card = null;
      show(panel, false);
      changed(null);
      fail(reason);
    },
  };
}
