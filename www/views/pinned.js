// @ts-check
// The pinned word and what each row on the page gave it.

import { el, reconcile, setText, show } from '../lib/dom.js';
import { reachScrolling } from '../lib/scroll.js';
import { stack } from '../lib/stack.js';

/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {{where: string, text: string, share: string, rank: string}} Finding */

/**
 * What a reply says of every occurrence of a word. Pure.
 * @param {Reply} reply
 * @param {string} word as the network reads it
 * @param {string} place what to call the text when there are several
 * @param {(checkpoint: string) => string} nameOf
 * @returns {Finding[]}
 */
export function findings(reply, word, place, nameOf) {
  return reply.sentences.flatMap((sentence, index) => sentence.rows.flatMap((row) => sentence.tokens.flatMap((token, k) => {
    const score = row.words[k];
    if (token.normal !== word || !score) return [];
    const where = [place, reply.sentences.length > 1 ? `sentence ${index + 1}` : '', row.method_name, nameOf(row.checkpoint)];
    return [{ where: where.filter(Boolean).join(' · '), text: score.text, share: score.share, rank: String(score.rank) }];
  })));
}

/** @param {{close: () => void, follow: () => void}} actions `follow` goes to where the word is taken apart */
export function createPinned({ close, follow }) {
  const title = el('p', { class: 'pinned-title' });
  const shut = el('button', { type: 'button', class: 'quiet' }, 'Unpin');
  const why = el('button', { type: 'button', class: 'quiet' }, 'Why this word?');
  const body = el('tbody');
  const table = el('table', { class: 'numbers' },
    el('thead', {}, el('tr', {}, ...['Where', 'Score', 'Share', 'Rank'].map((name, k) => el('th', { scope: 'col', class: k ? 'number' : null }, name)))), body);
  const scroll = el('div', { class: 'scroll' }, table);
  const element = el('section', { class: 'pinned', 'aria-label': 'Pinned word', hidden: true },
    el('div', { class: 'pinned-head' }, title, el('div', { class: 'pinned-actions' }, why, shut)), scroll);
  why.addEventListener('click', follow);
  shut.addEventListener('click', close);

  /** @param {{word: string, found: readonly Finding[]}} view */
  function render({ word, found }) {
    show(element, word !== '');
    if (!word) return;
    setText(title, found.length ? `“${word}” in every row on this page` : `“${word}” is pinned, but not in this text.`);
    show(scroll, found.length > 0);
    show(why, found.length > 0);
    reconcile(body, found.slice(0, 200), () => el('tr', {}, el('th', { scope: 'row' }), el('td', { class: 'number' }), el('td', { class: 'number' }), el('td', { class: 'number' })),
      (line, { where, text, share, rank }) => [where, text, share, rank].forEach((cell, k) => setText(/** @type {Element} */ (line.children[k]), cell)));
    stack(table);
    reachScrolling(scroll, 'What each row gave the pinned word');
  }
  return { element, render };
}
