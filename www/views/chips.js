// @ts-check
// The words of one sentence as chips. Real text: it can be selected, copied and found, and it wraps.
// Chips are updated in place, so focus and selection outlive a keystroke.

import { chipColours } from '../lib/colours.js';
import { el, setAttribute, setText } from '../lib/dom.js';

/** @typedef {import('../../pkg/full.js').Row} Row */
/** @typedef {import('../../pkg/full.js').TokenReply} Token */
/** @typedef {import('../../pkg/full.js').WordScore} WordScore */
/**
 * @typedef {object} ChipsView
 * @property {readonly Token[]} tokens
 * @property {Row} row
 * @property {string} label what the row is, for screen readers
 * @property {string} palette
 * @property {import('../lib/colours.js').Theme} theme
 * @property {string} pinned
 * @property {'heat' | 'bars'} marks
 */

/** Chips drawn at first; a longer sentence gets a button for the rest. */
export const FIRST_CHIPS = 300;

/** Which word a chip stands for, for linking it with the same word elsewhere. @type {WeakMap<Element, string>} */
const words = new WeakMap();
/** What a word's chip says now: nothing is read from the page, and only what differs is written. @typedef {Record<string, string | null>} Said */
/** @type {WeakMap<Element, Said>} */
const saids = new WeakMap();
/** What a chip looks like now. @type {WeakMap<Element, string>} */
const looks = new WeakMap();

/** @param {Element} chip */
export const wordOf = (chip) => words.get(chip) ?? '';

export function createChips() {
  const element = el('div', { class: 'chips', role: 'toolbar' });
  const more = el('button', { type: 'button', class: 'quiet more-words' });
  /** The chips, each with the text node before it: what stood between two words, never part of a chip. @type {{gap: Text, chip: HTMLElement}[]} */
  const places = [];
  let limit = FIRST_CHIPS;
  /** @type {ChipsView | null} */
  let view = null;
  more.addEventListener('click', () => {
    limit += 2000;
    if (view) render(view);
  });

  /** @param {ChipsView} next */
  function render(next) {
    if (view && next.tokens.length < FIRST_CHIPS) limit = FIRST_CHIPS;
    view = next;
    const { tokens, row } = next;
    setAttribute(element, 'aria-label', next.label);
    setAttribute(element, 'data-marks', next.marks === 'bars' ? 'bars' : null);
    const drawn = tokens.slice(0, limit);
    const pad = row.padding_count > 0 || row.padding !== null;

    drawn.forEach((token, index) => drawChip(place(index, index === 0 ? '' : token.gap), token, row.words[index], next));
    if (pad) drawPadding(place(drawn.length, ' '), row, next);
    for (const { gap, chip } of places.splice(drawn.length + (pad ? 1 : 0))) {
      gap.remove();
      chip.remove();
    }
    const rest = tokens.length - drawn.length;
    if (rest > 0) {
      setText(more, rest > 2000 ? `Show 2,000 more of ${rest.toLocaleString('en')} words` : `Show the other ${rest.toLocaleString('en')} words`);
      element.append(more);
    } else more.remove();
    keepOneTabStop(element);
  }

  /** @param {number} index @param {string} gap what stands before the chip */
  function place(index, gap) {
    let found = places[index];
    if (!found) {
      found = { gap: document.createTextNode(gap), chip: el('span', { class: 'chip', role: 'button', tabindex: '-1', 'aria-pressed': 'false' }) };
      const last = places[index - 1];
      if (last) last.chip.after(found.gap, found.chip);
      else element.prepend(found.gap, found.chip);
      places.push(found);
    }
    if (found.gap.data !== gap) found.gap.data = gap;
    return found.chip;
  }
  return { element, render };
}

/** @param {HTMLElement} chip @param {Token} token @param {WordScore | undefined} score @param {ChipsView} view */
function drawChip(chip, token, score, { palette, theme, pinned, marks }) {
  if (!saids.has(chip)) {
    saids.set(chip, {});
    setAttribute(chip, 'data-kind', 'word');
    setAttribute(chip, 'aria-expanded', null);
  }
  const said = /** @type {Said} */ (saids.get(chip));
  if (said['text'] !== token.text) setText(chip, (said['text'] = token.text));
  words.set(chip, token.normal);
  let label = score?.describe ?? token.text;
  if (!token.known) label += '; not in vocabulary';
  else if (token.normal !== token.text.toLowerCase()) label += `; read as ${token.normal}`;
  say(chip, said, 'data-unknown', token.known ? null : '');
  say(chip, said, 'aria-pressed', pinned !== '' && token.normal === pinned ? 'true' : 'false');
  say(chip, said, 'aria-label', label);
  say(chip, said, 'data-score', score ? String(score.score) : null);
  say(chip, said, 'data-sign', score?.sign ?? '0');
  paint(chip, score, palette, theme, marks);
}

/** @param {HTMLElement} chip @param {Said} said @param {string} name @param {string | null} value */
function say(chip, said, name, value) {
  if (said[name] === value) return;
  said[name] = value;
  setAttribute(chip, name, value);
}

/** @param {HTMLElement} chip @param {Row} row @param {ChipsView} view */
function drawPadding(chip, row, { palette, theme, marks }) {
  const open = chip.getAttribute('aria-expanded') === 'true';
  saids.delete(chip);
  setAttribute(chip, 'data-kind', 'padding');
  setAttribute(chip, 'aria-pressed', null);
  setAttribute(chip, 'aria-expanded', open ? 'true' : 'false');
  setAttribute(chip, 'data-unknown', null);
  words.delete(chip);
  const name = `+${row.padding_count} padding`;
  const sum = row.padding ? row.padding.text : '0';
  setText(chip, open ? `${name}: ${sum}` : name);
  setAttribute(chip, 'data-folded', name);
  setAttribute(chip, 'data-unfolded', `${name}: ${sum}`);
  setAttribute(chip, 'aria-label', row.padding ? `${name}; ${row.padding.describe}` : `${name}, no share`);
  setAttribute(chip, 'data-score', row.padding?.score);
  setAttribute(chip, 'data-sign', row.padding?.sign ?? '0');
  paint(chip, row.padding ?? undefined, palette, theme, marks);
}

/**
 * @param {HTMLElement} chip @param {WordScore | undefined} score @param {string} palette
 * @param {import('../lib/colours.js').Theme} theme @param {ChipsView['marks']} marks
 */
function paint(chip, score, palette, theme, marks) {
  const colours = chipColours(palette, score?.intensity ?? 0, theme);
  let look = `background-color:${colours.background};color:${colours.text}`;
  // For bars: how high, and in the full colour of the sign.
  if (marks === 'bars') look += `;--size:${Math.abs(score?.intensity ?? 0)};--tone:${chipColours(palette, score?.sign === '-' ? -1 : 1, theme).background}`;
  if (looks.get(chip) === look) return;
  looks.set(chip, look);
  chip.style.cssText = look;
}

/** One tab stop in the row: the chip that was last used, else the first. @param {Element} row */
function keepOneTabStop(row) {
  const stops = row.querySelectorAll('.chip[tabindex="0"]');
  if (stops.length === 1) return;
  for (const chip of stops) chip.setAttribute('tabindex', '-1');
  row.querySelector('.chip')?.setAttribute('tabindex', '0');
}
