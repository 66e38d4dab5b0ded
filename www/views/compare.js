// @ts-check
// Rows are methods, columns are checkpoints; one such grid per text.

import { MARKS, PALETTES } from '../lib/colours.js';
import { el, onChange, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { networks } from '../request.js';
import { createChips } from './chips.js';
import { createPills, createSelect } from './fields.js';
import { common, createLegend, usual } from './legend.js';
import { createNotice } from './notice.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../../pkg/full.js').Row} Row */
/** @typedef {import('../../pkg/full.js').Verdict} Verdict */
/** @typedef {import('../../pkg/full.js').SentenceReply} SentenceReply */
/** @typedef {import('../lib/colours.js').Theme} Theme */
/** How chips look, and the note on scale that most rows share: only others are repeated beside a row. @typedef {{palette: string, pinned: string, theme: Theme, note: string, marks: 'heat' | 'bars'}} Look */
/** @typedef {import('../page.js').Compared} Compared */
/**
 * @typedef {object} CompareView
 * @property {Asked} asked with every id resolved
 * @property {import('../engine/client.js').Specs} specs
 * @property {readonly Compared[] | null} compared
 * @property {boolean} stale
 * @property {Theme} theme
 * @property {import('./notice.js').Notice} notice
 */

/** @param {HTMLElement} root @param {{ask: (patch: Partial<Asked>) => void, paper: () => void}} actions */
export function createCompare(root, { ask, paper }) {
  const paperButton = el('button', { type: 'button', class: 'choice', id: 'as-in-the-paper' }, 'As in the paper');
  const textButton = el('button', { type: 'button', class: 'choice', id: 'compare-text' }, 'Your text');
  const closeButton = el('button', { type: 'button', class: 'quiet' }, 'Close');
  const help = el('p', { class: 'help' }, 'The paper’s figures 4 to 6: reviews of the treebank’s test split with their true classes, and how each method lights their words after 5, 10 and 20 epochs. ');
  const sources = el('span');
  help.append(sources);
  const methods = createPills('Methods, one row each', (ids) => ask({ methods: ids }));
  const checkpoints = createPills('Networks, one column each', (ids) => ask({ checkpoints: ids }));
  const scale = createSelect('Colour scale', (id) => ask({ compareScale: id }));
  const palette = createSelect('Colours', (id) => ask({ palette: id }));
  const marks = createSelect('Scores as', (id) => ask({ marks: id === 'bars' ? 'bars' : 'heat' }));
  const settings = el('div', { class: 'card compare-settings' }, methods.element, checkpoints.element,
    el('div', { class: 'fields' }, scale.element, palette.element, marks.element));
  const legend = createLegend();
  settings.append(legend.element);
  const noticeElement = el('div', { class: 'notice', hidden: true });
  const notice = createNotice(noticeElement);
  const list = el('div', { class: 'compared' });
  root.append(el('div', { class: 'compare-start', role: 'group', 'aria-label': 'What to compare' }, paperButton, textButton, closeButton), help, settings, noticeElement, list);
  paperButton.addEventListener('click', paper);
  textButton.addEventListener('click', () => ask({ compare: 'text' }));
  closeButton.addEventListener('click', () => {
    ask({ compare: 'off' });
    textButton.focus();
  });
  /** @type {WeakMap<Element, ReturnType<typeof createText>>} */
  const views = new WeakMap();

  /** @param {CompareView} view */
  function render({ asked, specs, compared, stale, theme, notice: shownNotice }) {
    const on = asked.compare !== 'off';
    setAttribute(paperButton, 'aria-pressed', asked.compare === 'paper' ? 'true' : 'false');
    setAttribute(textButton, 'aria-pressed', asked.compare === 'text' ? 'true' : 'false');
    show(paperButton, specs.examples.some(({ group }) => group === 'paper'));
    show(help, asked.compare !== 'text');
    show(closeButton, on);
    show(settings, on);
    show(list, on && compared !== null);
    setText(sources, [...new Set((compared ?? []).map(({ source }) => source).filter(Boolean))].join('; '));
    notice.render(on ? shownNotice : { kind: 'none' });
    if (!on) return list.replaceChildren();
    methods.render(specs.methods, asked.methods);
    checkpoints.render(networks(specs), asked.checkpoints);
    scale.render(specs.scales, asked.compareScale);
    palette.render(PALETTES, asked.palette);
    marks.render(MARKS, asked.marks);
    const rows = (compared ?? []).flatMap(({ reply }) => reply.sentences.flatMap((sentence) => sentence.rows)).filter(({ error }) => !error);
    const hasUnknown = (compared ?? []).some(({ reply }) => reply.sentences.some(({ tokens }) => tokens.some(({ known }) => !known)));
    show(legend.element, rows.length > 0);
    const note = usual(rows, (row) => row.scale_note);
    if (rows.length) legend.render({ rows, palette: asked.palette, theme, hasUnknown, note });
    setAttribute(list, 'data-stale', stale);
    setAttribute(list, 'aria-busy', stale ? 'true' : null);
    reconcile(list, compared ?? [], () => {
      const made = createText();
      views.set(made.element, made);
      return made.element;
    }, (element, item) => views.get(element)?.render(item, asked.palette, asked.pinned, theme, note, asked.marks));
  }
  return { render };
}

/** One compared text: its verdicts, and a grid for each of its sentences. */
function createText() {
  const title = el('h3');
  const truth = el('p', { class: 'truth' });
  const message = el('p', { class: 'empty' });
  const grids = el('div', { class: 'grids' });
  const element = el('article', { class: 'card compared-text' }, el('div', { class: 'compared-head' }, title, truth), message, grids);
  /** @type {WeakMap<Element, ReturnType<typeof createGrid>>} */
  const views = new WeakMap();

  /** @param {Compared} item @param {string} palette @param {string} pinned @param {Theme} theme @param {string} note @param {Look['marks']} marks */
  function render({ title: name, request, reply }, palette, pinned, theme, note, marks) {
    const look = { palette, pinned, theme, note, marks };
    setText(title, name);
    const whole = reply.sentence_count > 1 ? `whole text: ${reply.whole.map((verdict) => `${verdict.text} after ${verdict.checkpoint_name}`).join(', ')}` : '';
    setText(truth, [request.truth ? `true class: ${request.truth}` : '', whole].filter(Boolean).join(' · '));
    show(truth, truth.textContent !== '');
    const left = reply.sentence_count - reply.sentences.length;
    const limit = left > 0 ? `The first ${reply.sentences.length} of ${reply.sentence_count.toLocaleString('en')} sentences are compared.` : null;
    setText(message, reply.message ?? limit ?? '');
    show(message, message.textContent !== '');
    reconcile(grids, reply.empty ? [] : reply.sentences, () => {
      const made = createGrid();
      views.set(made.element, made);
      return made.element;
    }, (grid, sentence, index) => views.get(grid)?.render(sentence, `${name}${reply.sentences.length > 1 ? `, sentence ${index + 1}` : ''}`, look));
  }
  return { element, render: onChange(render) };
}

function createGrid() {
  const head = el('tr', { role: 'row' });
  const body = el('tbody', { role: 'rowgroup' });
  const caption = el('caption', { class: 'hidden-text' });
  const element = el('table', { class: 'grid', role: 'table' }, caption, el('thead', { role: 'rowgroup' }, head), body);
  /** @type {WeakMap<Element, ReturnType<typeof createCell>>} */
  const cells = new WeakMap();

  /** @param {SentenceReply} sentence @param {string} name @param {Look} look */
  function render(sentence, name, look) {
    setText(caption, `${name}: methods by networks`);
    /** @type {(Verdict | null)[]} */
    const columns = [null, ...sentence.verdicts];
    setAttribute(element, 'data-columns', sentence.verdicts.length);
    reconcile(head, columns, () => el('th', { role: 'columnheader', scope: 'col' }), (cell, verdict) =>
      drawColumnHead(cell, verdict, common(sentence.rows.filter(({ checkpoint }) => checkpoint === verdict?.checkpoint), (row) => row.target_name)));
    /** @type {Row[][]} */
    const byMethod = [];
    for (const row of sentence.rows) {
      const line = byMethod[byMethod.length - 1];
      if (line && line[0]?.method === row.method) line.push(row);
      else byMethod.push([row]);
    }
    reconcile(body, byMethod, () => el('tr', { role: 'row' }, el('th', { role: 'rowheader', scope: 'row' }, el('span', { class: 'method-name' }), el('span', { class: 'note' }))), (line, rows) => {
      const scaleOf = (/** @type {Row} */ row) => scaleText(row, look.note);
      const scale = common(rows, scaleOf);
      const rowHead = /** @type {Element} */ (line.firstElementChild);
      setText(/** @type {Element} */ (rowHead.firstElementChild), rows[0]?.method_name ?? '');
      setText(/** @type {Element} */ (rowHead.lastElementChild), scale ?? '');
      while (line.childElementCount > rows.length + 1) line.lastElementChild?.remove();
      rows.forEach((row, k) => {
        let cell = line.children[k + 1];
        if (!cell) {
          const made = createCell();
          cells.set(made.element, made);
          line.append(made.element);
          cell = made.element;
        }
        const verdict = sentence.verdicts.find(({ checkpoint }) => checkpoint === row.checkpoint);
        cells.get(cell)?.render({ sentence, row, verdict, name, look, scale: scale === null ? scaleOf(row) : '' });
      });
    });
  }
  return { element, render };
}

/** What the row's colours are scaled to. @param {Row} row @param {string} known a note that is said elsewhere */
const scaleText = (row, known) => (row.error ? '' : [row.scale_text, row.scale_note === known ? '' : row.scale_note].filter(Boolean).join(', '));

/** @param {HTMLElement} cell @param {Verdict | null} verdict @param {string | null} target */
function drawColumnHead(cell, verdict, target) {
  if (!verdict) return setText(cell, 'Method');
  const key = `${verdict.checkpoint}|${verdict.text}|${verdict.correct}|${target}`;
  if (cell.dataset['key'] === key) return;
  cell.dataset['key'] = key;
  cell.replaceChildren(el('span', { class: 'column-name' }, verdict.checkpoint_name), ...verdictLine(verdict), el('span', { class: 'note' }, target && `explains the ${target}`));
}

/** @param {Verdict} verdict */
function verdictLine({ text, correct }) {
  return [
    el('span', { class: 'column-verdict' }, text,
      correct === null ? null : el('span', { class: 'mark', 'data-correct': correct ? 'yes' : 'no' },
        el('span', { 'aria-hidden': 'true' }, correct ? ' ✓' : ' ✗'),
        el('span', { class: 'hidden-text' }, correct ? ' right' : ' wrong'))),
  ];
}

function createCell() {
  // Where the columns stack, each cell says itself which network it belongs to.
  const where = el('p', { class: 'cell-where' });
  const chips = createChips();
  const problem = el('p', { class: 'cell-problem', hidden: true });
  const note = el('p', { class: 'note' });
  const element = el('td', { role: 'cell' }, where, chips.element, problem, note);
  /** @param {{sentence: SentenceReply, row: Row, verdict: Verdict | undefined, name: string, look: Look, scale: string}} view */
  function render({ sentence, row, verdict, name, look, scale }) {
    const network = verdict?.checkpoint_name ?? row.checkpoint;
    const key = `${network}|${verdict?.text}|${verdict?.correct}`;
    if (where.dataset['key'] !== key) {
      where.dataset['key'] = key;
      where.replaceChildren(el('span', { class: 'column-name' }, network), ' ', ...(verdict ? verdictLine(verdict) : []));
    }
    show(chips.element, !row.error);
    show(problem, row.error !== null);
    setText(problem, row.error?.message ?? '');
    if (!row.error) {
      const label = `Words of ${name}, ${row.method_name}, ${network}`;
      chips.render({ tokens: sentence.tokens, row, label, palette: look.palette, theme: look.theme, pinned: look.pinned, marks: look.marks });
    }
    setText(note, scale);
  }
  return { element, render };
}
