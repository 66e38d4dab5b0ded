// @ts-check
// What chips do, for all rows at once: arrow keys, tooltip, pinning, and the same word lit up in every row.

import { wordOf } from './chips.js';

/** Sentence and word of a chip, "0.9": in whichever row it stands, its place is the place in the text. @param {HTMLElement} chip */
export function placeOf(chip) {
  const row = [...(chip.parentElement?.querySelectorAll(':scope > .chip[data-kind="word"]') ?? [])];
  const sentence = chip.closest('.sentence');
  const number = sentence?.parentElement ? [...sentence.parentElement.children].indexOf(sentence) : 0;
  return `${Math.max(0, number)}.${row.indexOf(chip)}`;
}

/**
 * @param {HTMLElement} tooltip
 * @param {{pin: (word: string, chip: HTMLElement | null) => void}} actions the chip is null when a word is let go of
 */
export function installChipEvents(tooltip, { pin }) {
  /** @type {HTMLElement | null} */
  let shown = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let closing;
  let pinnedWord = '';

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  const chipOf = (target) => (target instanceof Element ? target.closest('.chip[aria-label]') : null);

  /** @param {HTMLElement} chip */
  function open(chip) {
    clearTimeout(closing);
    shown = chip;
    tooltip.textContent = chip.getAttribute('aria-label');
    tooltip.hidden = false;
    place(chip);
    light(wordOf(chip));
  }
  function close() {
    clearTimeout(closing);
    shown = null;
    tooltip.hidden = true;
    light('');
  }
  // A moment's grace, so that the pointer can travel into the tooltip (WCAG 1.4.13).
  const closeSoon = () => {
    clearTimeout(closing);
    closing = setTimeout(close, 120);
  };

  /** @param {HTMLElement} chip */
  function place(chip) {
    const at = chip.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tooltip;
    const room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left + at.width / 2 - width / 2, room - width - 8));
    const below = at.top < height + 16;
    tooltip.style.left = `${left + window.scrollX}px`;
    tooltip.style.top = `${(below ? at.bottom + 6 : at.top - height - 6) + window.scrollY}px`;
  }

  /** @param {string} word */
  function light(word) {
    for (const chip of document.querySelectorAll('.chip[data-linked]')) chip.removeAttribute('data-linked');
    if (!word) return;
    for (const chip of document.querySelectorAll('.chip[data-kind="word"]')) {
      if (wordOf(chip) === word) chip.setAttribute('data-linked', '');
    }
  }

  /** @param {HTMLElement} chip */
  function press(chip) {
    if (chip.dataset['kind'] === 'padding') {
      const open = chip.getAttribute('aria-expanded') !== 'true';
      chip.setAttribute('aria-expanded', String(open));
      chip.textContent = (open ? chip.dataset['unfolded'] : chip.dataset['folded']) ?? '';
      return;
    }
    const word = wordOf(chip);
    if (word === pinnedWord && chip.getAttribute('aria-pressed') === 'true') pin('', null);
    else pin(word, chip);
  }

  document.addEventListener('pointerover', (event) => {
    if (event.target === tooltip) return clearTimeout(closing);
    const chip = chipOf(event.target);
    if (chip) {
      if (chip !== shown) open(chip);
      else clearTimeout(closing);
    } else if (shown && shown !== document.activeElement) closeSoon();
  });
  document.documentElement.addEventListener('pointerleave', () => shown && closeSoon());
  document.addEventListener('focusin', (event) => {
    const chip = chipOf(event.target);
    if (!chip) return shown ? close() : undefined;
    for (const other of chip.parentElement?.querySelectorAll('.chip[tabindex="0"]') ?? []) other.setAttribute('tabindex', '-1');
    chip.setAttribute('tabindex', '0');
    open(chip);
  });
  document.addEventListener('focusout', (event) => {
    if (chipOf(event.target) && !chipOf(event.relatedTarget)) close();
  });

  document.addEventListener('click', (event) => {
    const chip = chipOf(event.target);
    const selecting = !getSelection()?.isCollapsed;
    if (!chip || selecting) return;
    press(chip);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (shown) return close();
      if (pinnedWord) pin('', null);
      return;
    }
    const chip = chipOf(event.target);
    if (!chip || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return press(chip);
    }
    const row = [...(chip.parentElement?.querySelectorAll(':scope > .chip') ?? [])];
    const index = row.indexOf(chip);
    const next = new Map([['ArrowRight', index + 1], ['ArrowLeft', index - 1], ['Home', 0], ['End', row.length - 1]]).get(event.key);
    const goal = next === undefined ? undefined : row[next];
    if (next !== undefined) event.preventDefault();
    if (goal instanceof HTMLElement) goal.focus();
  });

  return {
    /** After a render: the tooltip of a chip that is gone closes, one that stays is refreshed. @param {string} pinned */
    refresh(pinned) {
      pinnedWord = pinned;
      if (!shown) return;
      if (!shown.isConnected) close();
      else tooltip.textContent = shown.getAttribute('aria-label');
    },
  };
}
