// @ts-check
// The sections of the study: frames that unfold, a choice of the word, and in each panel its answer, or why there
// is none yet.

import { nameOf } from '../state.js';
import { contextOf, isOpen, SECTIONS } from '../study/sections.js';
import { stale } from '../study/study-session.js';
import { el, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { createClasses } from './classes.js';
import { createPanel } from './panel.js';
import { checkpointAt, createPlayer } from './player.js';
import { createMethodCard, createReseed, createSeedChoice, createTextField } from './study-fields.js';
import { createTreebank, goToTreebank } from './treebank.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../page.js').Page} Page */
/** @typedef {import('../study/sections.js').SectionSpec} SectionSpec */
/** @typedef {import('../study/sections.js').PanelSpec} PanelSpec */
/** @typedef {import('../study/sections.js').Context} Context */
/** @typedef {import('../../pkg/full.js').Panel} Panel */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../engine/support.js').Problem} Problem */
/** @typedef {import('../../pkg/full.js').Line} Line */
/**
 * @typedef {object} Actions
 * @property {(patch: Partial<Asked>) => void} ask
 * @property {(text: string) => void} write puts a text into the box
 * @property {() => void} retry
 * @property {() => void} cancel
 * @property {import('./list.js').ListActions} texts what a list of texts needs
 */

/** @param {HTMLElement} root @param {Actions} actions */
export function createStudyView(root, actions) {
  const sections = SECTIONS.map((spec) => createSection(spec, actions));
  root.append(...sections.map(({ element }) => element));
  /** @param {Page} page */
  const render = (page) => keepInSight(root, () => sections.forEach((section) => section.render(page)));
  /** The engine that held the lists has stopped. @param {Problem} problem */
  const forget = (problem) => sections.forEach((section) => section.forget(problem));
  return { render, forget };
}

/**
 * Draws; what has the focus inside `root` stays in sight where an answer that arrives above would push it out.
 * @param {HTMLElement} root @param {() => void} draw
 */
function keepInSight(root, draw) {
  const at = document.activeElement;
  const seen = at && root.contains(at) && inSight(at);
  draw();
  if (seen && !inSight(at)) at.scrollIntoView({ block: 'nearest' });
}

/** @param {Element} element */
function inSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** @param {SectionSpec} spec @param {Actions} actions */
function createSection(spec, actions) {
  const heading = el('h2', { id: `${spec.id}-title` }, spec.title);
  const element = el('details', { class: 'study-section', id: spec.id }, el('summary', {}, heading, el('p', { class: 'study-lead' }, spec.lead)));
  const opening = openWith(element, spec.id, actions);
  /** Made when it is first opened. @type {{word: ReturnType<typeof createWordChoice> | null, panels: ReturnType<typeof createFrame>[]} | null} */
  let inside = null;

  function make() {
    const word = spec.word ? createWordChoice(actions) : null;
    const panels = spec.panels.map((panel) => createFrame(panel, actions));
    element.append(el('div', { class: 'study-body' }, word?.element, ...panels.map((panel) => panel.element)));
    return { word, panels };
  }

  /** @param {Page} page */
  function render(page) {
    opening(page.asked);
    if (!page.asked.open.includes(spec.id)) return;
    inside ??= make();
    const context = contextOf(page);
    inside.word?.render(page, context);
    spec.panels.forEach((panel, k) => inside?.panels[k]?.render(page, context, isOpen(spec, panel, page.asked)));
  }
  return { element, render, forget: (/** @type {Problem} */ problem) => inside?.panels.forEach((panel) => panel.forget(problem)) };
}

/**
 * Keeps a <details> and the list of what is open the same.
 * @param {HTMLDetailsElement} element @param {string} id @param {Actions} actions
 */
function openWith(element, id, { ask }) {
  /** @type {readonly string[]} */
  let open = [];
  element.addEventListener('toggle', () => {
    if (element.open === open.includes(id)) return;
    ask({ open: element.open ? [...open, id] : open.filter((other) => other !== id) });
  });
  return (/** @type {Asked} */ asked) => {
    open = asked.open;
    if (element.open !== open.includes(id)) element.open = open.includes(id);
  };
}

/** Which word is looked at: any of the sentence, or the one that adds most. @param {Actions} actions */
function createWordChoice({ ask }) {
  const id = `word-${Math.random().toString(36).slice(2, 8)}`;
  const select = el('select', { id });
  const element = el('div', { class: 'field word-choice' }, el('label', { for: id }, 'Word'), select);
  select.addEventListener('change', () => ask({ at: select.value, pinned: select.selectedOptions[0]?.dataset['normal'] ?? '' }));

  /** @param {Page} page @param {Context | null} context */
  function render({ live, asked }, context) {
    if (!live || !context) return;
    const several = live.reply.sentences.length > 1;
    const words = live.reply.sentences.flatMap(({ tokens }, s) => tokens.slice(0, 300).map(({ text, normal }, k) =>
      ({ value: `${s}.${k}`, normal, text: several ? `${s + 1}: ${text}` : text })));
    reconcile(select, [{ value: '', normal: '', text: 'the word that adds most' }, ...words.slice(0, 2000)], () => el('option'), (option, choice) => {
      setAttribute(option, 'value', choice.value);
      setAttribute(option, 'data-normal', choice.normal || null);
      setText(option, choice.text);
    });
    const value = context.word === null ? '' : asked.at;
    if (select.value !== value) select.value = value;
  }
  return { element, render };
}

/** The frame of one panel. @param {PanelSpec} spec @param {Actions} actions */
function createFrame(spec, actions) {
  const problem = el('div', { class: 'notice', 'data-kind': 'problem', hidden: true });
  const problemText = el('p', { class: 'notice-text' });
  const retry = el('button', { type: 'button', class: 'quiet' }, 'Try again');
  problem.append(problemText, retry);
  const bar = el('progress', { max: 1, 'aria-label': spec.title });
  const cancel = el('button', { type: 'button', class: 'quiet' }, 'Stop');
  const working = el('div', { class: 'working', hidden: true }, bar, cancel);
  const content = createContent(spec, actions);
  const title = el('h3', {}, spec.title);
  const inside = el('div', { class: 'panel-inside' }, content.before, problem, working, content.element);
  const element = spec.folded
    ? el('details', { class: 'study-panel fold', 'data-panel': spec.id }, el('summary', {}, title), inside)
    : el('section', { class: 'study-panel', 'data-panel': spec.id }, title, inside);
  const opening = spec.folded ? openWith(/** @type {HTMLDetailsElement} */ (element), spec.id, actions) : null;
  retry.addEventListener('click', actions.retry);
  cancel.addEventListener('click', actions.cancel);

  /** @param {Page} page @param {Context | null} context @param {boolean} open */
  function render(page, context, open) {
    opening?.(page.asked);
    // A model without several seeds, say, has nothing to be asked for them.
    show(element, spec.drawn === true || context === null || spec.about(context) !== null);
    if (!open) return;
    const entry = page.study[spec.id];
    show(problem, Boolean(entry?.problem));
    setText(problemText, entry?.problem?.message ?? '');
    show(retry, entry?.problem?.code !== 'unsupported'); // the same network will give the same answer
    show(working, entry !== undefined && entry.progress !== null && entry.progress < 1);
    bar.value = entry?.progress ?? 0;
    const old = !spec.drawn && (stale(entry) || context === null);
    setAttribute(content.element, 'data-stale', old && !entry?.problem);
    setAttribute(content.element, 'aria-busy', old && !entry?.problem ? 'true' : null);
    setAttribute(content.element, 'data-empty', !entry?.answer && !spec.drawn);
    show(content.element, Boolean(entry?.answer) || content.always);
    if (context) content.render(page, context, entry?.answer ?? null);
  }
  return { element, render, forget: (/** @type {Problem} */ problem) => content.forget?.(problem) };
}

/**
 * What stands in a panel.
 * @typedef {object} Content
 * @property {Node | null} before controls that do not wait for an answer
 * @property {HTMLElement} element
 * @property {boolean} always whether it has something to show without an answer
 * @property {(page: Page, context: Context, answer: Panel | Reply | null) => void} render
 * @property {(problem: Problem) => void} [forget] what the engine held for it is gone, and why
 */

/** What stands above the answer: a box or a button for a field of the question. @param {PanelSpec} panel @param {Actions['ask']} ask */
function createFieldOf({ spec }, ask) {
  for (const field of spec?.fields ?? []) {
    const name = nameOf(field);
    const put = (/** @type {string | number} */ value) => ask({ [name]: value });
    if (field.part === 'rows') return createSeedChoice(put);
    if (field.part === 'seed') return createReseed(put);
    if (field.kind.kind === 'text' && field.kind.label) {
      const { label, placeholder, most } = field.kind;
      return createTextField(label, placeholder, most, put, (asked) => String(asked[name]));
    }
  }
  return null;
}

/** @param {PanelSpec} spec @param {Actions} actions @returns {Content} */
function createContent(spec, { ask, write, texts }) {
  if (spec.id === 'method') {
    const card = createMethodCard();
    return { before: null, element: card.element, always: true, render: (_, { asked, specs }) => card.render(asked, specs) };
  }
  if (spec.id === 'classes') {
    const classes = createClasses();
    return { before: null, element: classes.element, always: false, render: ({ asked, theme }, { sentence }, answer) => answer && classes.render(/** @type {Reply} */ (answer), sentence, asked.palette, theme) };
  }
  if (spec.id === 'epoch-rows') {
    const player = createPlayer({ ask });
    return {
      before: null,
      element: player.element,
      always: true,
      render: ({ asked, theme }, { sentence, model }, answer) => player.render({ reply: /** @type {Reply | null} */ (answer), sentence, model, asked, theme }),
    };
  }
  if (spec.id === 'confusion') {
    const treebank = createTreebank(texts, ask);
    return { before: null, element: treebank.element, always: true, render: (page, _, answer) => treebank.render(page, /** @type {Panel | null} */ (answer)), forget: treebank.forget };
  }
  const apply = (/** @type {Line} */ line) => {
    if (line.other !== null) ask({ second: line.other });
    if (line.apply !== null) write(line.apply);
    if (line.find) {
      ask({ find: line.find, cell: 'all' });
      goToTreebank(panel.element.closest('.study-section'));
    }
  };
  const panel = createPanel({ apply, choose: (id) => spec.choose && ask(spec.choose(id)) });
  const field = createFieldOf(spec, ask);
  return {
    before: field?.element ?? null,
    element: panel.element,
    always: false,
    render(page, context, answer) {
      field?.render(page.asked, context);
      const mark = spec.id === 'training' ? (checkpointAt(context.model, page.asked)?.epoch ?? null) : null;
      if (answer) panel.render({ panel: /** @type {Panel} */ (answer), palette: page.asked.palette, theme: page.theme, mark });
    },
  };
}
