// @ts-check
// A slider over the epochs with buttons for a step either way and for playing, and the words as the chosen epoch sees
// them.

import { el, setAttribute, setText, show } from '../lib/dom.js';
import { timeline } from '../study/sections.js';
import { createChips } from './chips.js';
import { createLegend } from './legend.js';

/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../../pkg/full.js').ModelEntry} ModelEntry */

/** Milliseconds per epoch while it plays. */
const BEAT = 700;

/** @param {ModelEntry} model @param {Asked} asked */
function placeOf(model, { epoch }) {
  const last = timeline(model).length - 1;
  return epoch < 0 ? last : Math.min(last, epoch);
}

/** The checkpoint that the player stands at. @param {ModelEntry} model @param {Asked} asked */
export const checkpointAt = (model, asked) => model.checkpoints.find(({ id }) => id === timeline(model)[placeOf(model, asked)]);

/** @param {{ask: (patch: Partial<Asked>) => void}} actions */
export function createPlayer({ ask }) {
  const slider = el('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Epoch' });
  const back = el('button', { type: 'button', class: 'choice step', 'aria-label': 'One epoch less' }, '−');
  const forth = el('button', { type: 'button', class: 'choice step', 'aria-label': 'One epoch more' }, '+');
  const play = el('button', { type: 'button', class: 'choice' }, 'Play');
  const name = el('p', { class: 'player-name' });
  const verdict = el('p', { class: 'player-verdict' });
  const chips = createChips();
  const legend = createLegend();
  const use = el('button', { type: 'button', class: 'quiet' }, 'Use this network above');
  const element = el('div', { class: 'player' },
    el('div', { class: 'player-controls' }, play, back, slider, forth, name),
    verdict, chips.element, legend.element, el('p', {}, use));
  let last = 0;
  let at = 0;
  /** @type {readonly string[]} */
  let ids = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  /** @param {number} place */
  const go = (place) => ask({ epoch: Math.min(last, Math.max(0, place)) });
  function stop() {
    clearInterval(timer);
    timer = undefined;
    setText(play, 'Play');
  }
  slider.addEventListener('input', () => { stop(); go(Number(slider.value)); });
  back.addEventListener('click', () => { stop(); go(at - 1); });
  forth.addEventListener('click', () => { stop(); go(at + 1); });
  play.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    setText(play, 'Pause');
    go(at >= last ? 0 : at + 1);
    timer = setInterval(() => {
      if (!element.isConnected || element.offsetParent === null) return stop();
      if (at + 1 >= last) stop();
      go(at + 1);
    }, BEAT);
  });
  use.addEventListener('click', () => ask({ checkpoint: ids[at] ?? '' }));

  /** @param {{reply: Reply | null, sentence: number, model: ModelEntry, asked: Asked, theme: import('../lib/colours.js').Theme}} view */
  function render({ reply, sentence, model, asked, theme }) {
    ids = timeline(model);
    last = ids.length - 1;
    at = placeOf(model, asked);
    const checkpoint = checkpointAt(model, asked);
    setAttribute(slider, 'max', last);
    if (Number(slider.value) !== at) slider.value = String(at);
    setAttribute(slider, 'aria-valuetext', checkpoint?.summary ?? '');
    setAttribute(back, 'disabled', at === 0);
    setAttribute(forth, 'disabled', at === last);
    setText(name, checkpoint?.summary ?? '');
    const shown = reply?.sentences[sentence];
    const row = shown?.rows[at];
    show(chips.element, row !== undefined && !row.error);
    show(legend.element, row !== undefined && !row.error);
    setText(verdict, shown?.verdicts[at]?.text ?? '');
    if (shown && row && !row.error) {
      chips.render({ tokens: shown.tokens, row, label: `Words, ${checkpoint?.name ?? ''}`, palette: asked.palette, theme, pinned: asked.pinned, marks: asked.marks });
      legend.render({ rows: [row], palette: asked.palette, theme, hasUnknown: shown.tokens.some(({ known }) => !known) });
    }
  }
  return { element, render };
}
