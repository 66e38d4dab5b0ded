// @ts-check
// A list of texts in the worker: read in slices, so that keystrokes are answered in between.

import { contents } from './imported.js';

/** @typedef {import('../../pkg/full.js').Explainer} Explainer */

/** A slice may take about so long; a keystroke waits for no more. */
const SLICE_MS = 12;
/** How often the page hears of progress. */
const REPORT_MS = 100;

/** Which reading of each place's list is the newest. @type {Map<string, number>} */
const readings = new Map();
/** @param {string} place */
const begin = (place) => {
  const mine = (readings.get(place) ?? 0) + 1;
  readings.set(place, mine);
  return mine;
};

/** Lets the messages that have arrived be answered first; a timer would wait at least four milliseconds. */
const breathe = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve(undefined);
  };
  port2.postMessage(null);
});

/**
 * @param {Explainer} engine
 * @param {import('./contract.js').ListWish} wish
 * @param {import('./contract.js').ListReport} report
 * @param {() => number} [now]
 */
export async function followList(engine, wish, report, now = () => performance.now()) {
  const { place } = wish;
  switch (wish.kind) {
    case 'open': {
      const card = engine.open_list(place, wish.trees, wish.file.name, await contents(wish.file));
      begin(place); // not before: a file that is refused leaves the list that is there, and the reading of it
      return card;
    }
    case 'read': {
      const mine = begin(place);
      let card = engine.restart_list(place, wish.column);
      let told = now();
      let count = 1;
      while (card.done < card.total && mine === readings.get(place)) {
        const began = now();
        card = engine.advance_list(place, wish.row, count);
        const took = now() - began;
        // As many as fit: twice as many while there is time, and never fewer than one. Until the first is read, which is
        // after all have been found, nothing tells how long one takes.
        if (card.done) count = Math.max(1, Math.min(count * 2, Math.floor((count * SLICE_MS) / Math.max(took, 0.01))));
        if (now() - told > REPORT_MS) {
          told = now();
          report(card);
        }
        await breathe();
      }
      return card;
    }
    case 'cancel':
      begin(place);
      return null;
    case 'page':
      return engine.list_page(place, wish.order, wish.descending, wish.wanted, wish.from, wish.count);
    case 'confusion':
      return engine.list_confusion(place, wish.wanted);
    default:
      return engine.list_csv(place);
  }
}
