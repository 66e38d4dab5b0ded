// @ts-check
// Many texts: a file dropped on the page, read in the worker, shown as a list of which only what is in sight is drawn.

import { el, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { saveText } from '../lib/save.js';
import { createSelect } from './fields.js';

/** @typedef {import('../engine/contract.js').ListCard} ListCard */
/** @typedef {import('../engine/contract.js').ListPage} ListPage */
/** @typedef {import('../engine/contract.js').ListLine} ListLine */
/** @typedef {import('../engine/contract.js').ListWish} ListWish */
/** @typedef {import('../engine/contract.js').RowRequest} RowRequest */

/** Height of a line, as in styles/take.css. */
export const LINE = 44;
/** Chromium draws nothing below some 33 million pixels; beyond this the scroll bar stands for more than its pixels. */
const TALLEST = 8_000_000;

/**
 * Which lines are in sight, and where the first of them stands. Pure.
 * @param {number} scrolled
 * @param {number} height of the window on the list
 * @param {number} total lines
 */
export function inSight(scrolled, height, total) {
  const tall = Math.min(total * LINE, TALLEST);
  const shown = Math.ceil(height / LINE) + 2;
  const span = Math.max(1, tall - height);
  const top = Math.max(0, Math.min(scrolled, tall - height));
  const first = Math.max(0, Math.min(total - shown, Math.floor((top / span) * Math.max(0, total - height / LINE))));
  // Where the list is drawn to scale, a line stands where it belongs; else it moves with the window.
  const offset = tall === total * LINE ? first * LINE : Math.min(top, tall - Math.min(shown, total) * LINE);
  return { tall, first, count: Math.min(shown, total), offset: Math.max(0, offset) };
}

/**
 * @param {HTMLElement} root
 * @param {object} actions
 * @param {(wish: ListWish, report?: (card: ListCard) => void) => Promise<any>} actions.list
 * @param {() => RowRequest | null} actions.row how a text is read and explained; null while nothing is loaded
 * @param {(text: string) => void} actions.open puts a text into the box
 * @param {(files: File[]) => boolean} actions.elsewhere takes files that are no texts
 * @param {(message: string) => void} actions.announce
 */
export function createList(root, { list, row, open, elsewhere, announce }) {
  const input = el('input', { type: 'file', accept: '.txt,.csv,.tsv,text/plain,text/csv', id: 'list-file', class: 'hidden-text' });
  const drop = el('div', { class: 'drop' },
    el('label', { class: 'choice', for: 'list-file' }, 'Choose a file'), input,
    el('p', { class: 'note' }, 'or drop it anywhere on this page: a text per line (.txt), or a table (.csv, .tsv). It stays on this machine.'));
  const problem = el('p', { class: 'notice', 'data-kind': 'problem', role: 'alert', hidden: true });
  const name = el('h3');
  const message = el('p', { class: 'note' });
  const bar = el('progress', { max: 1, 'aria-label': 'Texts read' });
  const stop = el('button', { type: 'button', class: 'quiet' }, 'Stop');
  const again = el('button', { type: 'button', class: 'quiet' }, 'Read again with the method and network above');
  const save = el('button', { type: 'button', class: 'choice' }, 'All results (CSV)');
  const column = createSelect('Column with the text', (id) => read(Number(id)));
  /** @type {Record<string, string>} */
  const HEADS = { number: 'No.', class: 'Class', confidence: 'Probability' };
  const heads = Object.fromEntries(Object.entries(HEADS).map(([id, label]) => [id, el('button', { type: 'button', class: 'quiet sort' }, label)]));
  const head = el('div', { class: 'list-line list-head', role: 'row' },
    ...Object.entries(heads).map(([id, button]) => el('div', { role: 'columnheader', class: `list-${id}` }, button)),
    el('div', { role: 'columnheader', class: 'list-words' }, 'Words that decided'), el('div', { role: 'columnheader', class: 'list-text' }, 'Text'));
  const lines = el('div', { class: 'list-lines', role: 'presentation' });
  const tall = el('div', { class: 'list-tall', role: 'rowgroup' }, lines);
  const table = el('div', { class: 'list', role: 'table', 'aria-label': 'Texts and what the network says of them' }, el('div', { class: 'list-heads', role: 'rowgroup' }, head), tall);
  const view = el('div', { class: 'list-view', role: 'region', tabindex: '0', 'aria-label': 'List of texts, scrollable' }, table);
  const panel = el('div', { class: 'card list-card', hidden: true },
    el('div', { class: 'list-top' }, name, stop, again, save), message, bar, column.element, view);
  root.append(drop, problem, panel);

  /** @type {ListCard | null} */
  let card = null;
  let order = 'number';
  let descending = false;
  let running = 0;
  let asked = 0;

  /** @param {unknown} error */
  function fail(error) {
    setText(problem, /** @type {{message?: string}} */ (error)?.message ?? String(error));
    show(problem, true);
    show(bar, false);
    show(stop, false);
  }

  /** @param {File} file */
  async function openFile(file) {
    show(problem, false);
    try {
      card = /** @type {ListCard} */ (await list({ kind: 'open', file }));
      setText(name, file.name);
      order = 'number';
      descending = false;
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
    const wanted = row();
    if (!wanted) return fail({ message: 'The network is not loaded yet; choose the file again when it is.' });
    const mine = (running += 1);
    show(problem, false);
    show(bar, true);
    show(stop, true);
    show(again, false);
    show(save, false);
    view.scrollTop = 0;
    try {
      const done = /** @type {ListCard} */ (await list({ kind: 'read', column: which, row: wanted }, (progress) => {
        if (mine === running) told(progress);
      }));
      if (mine !== running) return;
      told(done);
      announce(done.message);
    } catch (error) {
      if (mine === running) fail(error);
    } finally {
      if (mine === running) {
        show(bar, false);
        show(stop, false);
        show(again, true);
        show(save, (card?.done ?? 0) > 0);
      }
    }
  }

  /** @param {ListCard} next */
  function told(next) {
    card = next;
    setText(message, next.message);
    bar.value = next.total ? next.done / next.total : 0;
    column.render(next.columns, String(next.column));
    draw();
  }

  async function draw() {
    if (!card || panel.hidden) return;
    const mine = (asked += 1);
    const place = inSight(view.scrollTop, view.clientHeight - LINE, card.done);
    try {
      const page = /** @type {ListPage} */ (await list({ kind: 'page', order, descending, from: place.first, count: place.count }));
      if (mine !== asked) return;
      tall.style.height = `${place.tall}px`;
      lines.style.transform = `translateY(${place.offset}px)`;
      setAttribute(table, 'aria-rowcount', page.total + 1);
      reconcile(lines, page.lines, newLine, (element, line, k) => drawLine(element, line, place.first + k + 2));
    } catch (error) {
      fail(error);
    }
    for (const [id, button] of Object.entries(heads)) {
      setText(button, HEADS[id] + (id === order ? (descending ? ' ↓' : ' ↑') : ''));
      setAttribute(/** @type {Element} */ (button.parentElement), 'aria-sort', id === order ? (descending ? 'descending' : 'ascending') : 'none');
    }
  }

  function newLine() {
    const button = el('button', { type: 'button', class: 'list-open' });
    button.addEventListener('click', () => open(button.dataset['text'] ?? ''));
    return el('div', { class: 'list-line', role: 'row' }, el('div', { role: 'cell', class: 'list-number' }), el('div', { role: 'cell', class: 'list-class' }),
      el('div', { role: 'cell', class: 'list-confidence' }), el('div', { role: 'cell', class: 'list-words' }), el('div', { role: 'cell', class: 'list-text' }, button));
  }

  /** @param {HTMLElement} element @param {ListLine} line @param {number} index */
  function drawLine(element, line, index) {
    setAttribute(element, 'aria-rowindex', index);
    const [number, verdict, chance, words, text] = /** @type {HTMLElement[]} */ ([...element.children]);
    if (!number || !verdict || !chance || !words || !text) return;
    setText(number, line.number.toLocaleString('en'));
    setText(verdict, line.problem ?? line.class_name);
    setAttribute(verdict, 'data-problem', line.problem !== null);
    setText(chance, line.percent);
    reconcile(words, line.words, () => el('span', { class: 'list-word' }), (span, word) => {
      setText(span, `${word.sign === '+' ? '+' : '−'} ${word.text}`);
      setAttribute(span, 'data-sign', word.sign);
    });
    const button = /** @type {HTMLElement} */ (text.firstElementChild);
    setText(button, line.text.slice(0, 300) || '(empty)');
    button.dataset['text'] = line.text;
  }

  // Events

  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = '';
    if (file) openFile(file);
  });
  stop.addEventListener('click', () => list({ kind: 'cancel' }).catch(fail));
  again.addEventListener('click', () => read(card?.column ?? 0));
  save.addEventListener('click', async () => {
    try {
      saveText('wordlight-list.csv', await list({ kind: 'csv' }), 'text/csv');
    } catch (error) {
      fail(error);
    }
  });
  for (const [id, button] of Object.entries(heads)) {
    button.addEventListener('click', () => {
      descending = id === order ? !descending : id === 'confidence';
      order = id;
      view.scrollTop = 0;
      draw();
    });
  }
  view.addEventListener('scroll', draw, { passive: true });
  addEventListener('resize', draw);

  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setAttribute(document.documentElement, 'data-dropping', true);
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) setAttribute(document.documentElement, 'data-dropping', null);
  });
  addEventListener('drop', (event) => {
    setAttribute(document.documentElement, 'data-dropping', null);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files[0]) return;
    event.preventDefault();
    if (elsewhere(files)) return;
    openFile(files[0]);
    root.scrollIntoView({ block: 'start' });
  });

  return {
    /** The engine was started anew: its list is gone. */
    forget() {
      if (!card) return;
      running += 1;
      card = null;
      show(panel, false);
    },
  };
}
