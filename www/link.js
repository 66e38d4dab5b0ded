// @ts-check
// The page's state in its address: read, kept up to date, and handed out as a link.

import { debounce } from './lib/debounce.js';
import { setText } from './lib/dom.js';
import { MESSAGES } from './lib/messages.js';
import { fingerprint, missingImported, resolve } from './request.js';
import { MAX_LINKED_TEXT, printHash } from './state.js';

/** @typedef {import('./state.js').Asked} Asked */
/** @typedef {ReturnType<typeof import('./store.js').createStore<import('./page.js').Page>>} Store */

/** The address follows the state after this long, in milliseconds: browsers allow few changes. */
const SAVE_PAUSE = 300;

/** @param {Store} store @param {Asked} defaults what is not written */
export function createLink(store, defaults) {
  /** @param {Asked} wish the state in the address, with the network it was made with once there is anything in it */
  function hashOf(wish) {
    const { specs } = store.get();
    const plain = printHash({ ...wish, model: '' }, defaults);
    // Its id says which network it was; the one that answers in its place is not what the link is about.
    if (specs && missingImported(wish, specs)) return plain;
    return plain && specs ? printHash({ ...wish, model: fingerprint(resolve(wish, specs).checkpoint, specs) }, defaults) : plain;
  }
  return {
    /** The address of this page as it is. @param {Partial<Asked>} [patch] */
    to: (patch = {}) => location.href.replace(/#.*$/, '') + hashOf({ ...store.get().asked, ...patch }),
    save: debounce((/** @type {Asked} */ wish) => {
      const hash = hashOf(wish);
      if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
    }, SAVE_PAUSE),
  };
}

/** @param {string} value @returns {Promise<boolean>} whether the browser allowed it */
export async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * The button that copies the link, and says how that went.
 * @param {HTMLElement} button
 * @param {object} page
 * @param {() => Asked} page.asked
 * @param {() => string} page.link
 * @param {(message: string) => void} page.announce
 */
export function installCopyLink(button, { asked, link, announce }) {
  button.addEventListener('click', async () => {
    const address = link();
    const tooLong = asked().text.length > MAX_LINKED_TEXT;
    let done = tooLong ? MESSAGES.copiedWithoutText : MESSAGES.copied;
    if (!(await copy(address))) {
      history.replaceState(null, '', address);
      done = MESSAGES.inAddressBar;
    }
    setText(button, done);
    announce(done);
    setTimeout(() => setText(button, MESSAGES.copyLink), 2000);
  });
}
