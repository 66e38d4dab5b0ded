// @ts-check
// The answer to the text in the box: controls, the sentence in words, the five classes, the words, the sum.

import { capital, el, reconcile, setAttribute, setText, show } from '../lib/dom.js';
import { createDelayed } from '../lib/delayed.js';
import { createControls } from './controls.js';
import { createLegend } from './legend.js';
import { createPinned } from './pinned.js';
import { createSentence } from './sentence.js';
import { createVerdict } from './verdict.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/**
 * @typedef {object} AnswerView
 * @property {Asked} asked with every id resolved
 * @property {import('../engine/client.js').Specs} specs
 * @property {Reply} reply
 * @property {boolean} stale the reply belongs to an earlier wish
 * @property {import('../lib/colours.js').Theme} theme
 * @property {readonly import('./pinned.js').Finding[]} found
 */

/** @param {HTMLElement} root @param {{ask: (patch: Partial<Asked>) => void, more: () => void, follow: () => void}} actions */
export function createAnswer(root, { ask, more, follow }) {
  const controls = createControls({ ask });
  const message = el('p', { class: 'empty' });
  const summary = el('p', { class: 'summary', id: 'summary' });
  const whole = el('p', { class: 'whole' });
  const verdict = createVerdict({ explain: (index) => ask({ class: index }) });
  const list = el('ol', { class: 'sentences' });
  const moreButton = el('button', { type: 'button', class: 'quiet' });
  const count = el('p', { class: 'note' });
  const more_ = el('div', { class: 'more', hidden: true }, count, moreButton);
  const legend = createLegend();
  const pinned = createPinned({ close: () => ask({ pinned: '', at: '' }), follow });
  const words = el('div', { class: 'words' }, list, more_, legend.element, pinned.element);
  const body = el('div', { class: 'answer-body' }, verdict.element, words);
  const updating = el('p', { class: 'updating', 'aria-hidden': 'true' }, 'updating');
  const result = el('div', { class: 'result' }, updating, summary, whole, body);
  root.append(message, result, controls.element);
  const delayed = createDelayed((is) => setAttribute(result, 'data-delayed', is));
  moreButton.addEventListener('click', more);
  /** @type {WeakMap<Element, ReturnType<typeof createSentence>>} */
  const views = new WeakMap();

  /** @param {AnswerView} view */
  function render({ asked, specs, reply, stale, theme, found }) {
    controls.render({ asked, specs });
    setAttribute(result, 'data-stale', stale);
    delayed(stale);
    setAttribute(result, 'aria-busy', stale ? 'true' : null);
    setText(message, reply.message ?? '');
    show(message, reply.message !== null);
    show(result, !reply.empty);
    if (reply.empty) return;

    const first = reply.whole[0];
    const several = reply.sentences.length > 1 || reply.sentence_count > 1;
    const row = reply.sentences[0]?.rows[0];
    setText(summary, capital(several ? (first?.text ?? '') : (row?.summary ?? '')));
    setText(whole, several
      ? `The whole text, read at once (${reply.sentence_count.toLocaleString('en')} sentences). Below, each sentence is read on its own.`
      : '');
    show(whole, several);
    if (first) verdict.render({ verdict: first, names: reply.class_names, chosen: asked.class });
    setAttribute(list, 'data-several', several);
    reconcile(list, reply.sentences, () => {
      const made = createSentence();
      views.set(made.element, made);
      return made.element;
    }, (element, sentence, index) => views.get(element)?.render({ sentence, index, several, palette: asked.palette, theme, pinned: asked.pinned, marks: asked.marks }));

    const hidden = reply.sentence_count - reply.sentences.length;
    show(more_, hidden > 0);
    if (hidden > 0) {
      setText(count, `${reply.sentences.length} of ${reply.sentence_count.toLocaleString('en')} sentences are explained.`);
      setText(moreButton, `Explain ${Math.min(hidden, 40)} more`);
    }
    const hasUnknown = reply.sentences.some(({ tokens }) => tokens.some(({ known }) => !known));
    const rows = reply.sentences.flatMap((sentence) => sentence.rows.slice(0, 1)).filter(({ error }) => !error);
    show(legend.element, rows.length > 0);
    if (rows.length) legend.render({ rows, palette: asked.palette, theme, hasUnknown });
    pinned.render({ word: asked.pinned, found });
  }
  return { render };
}
