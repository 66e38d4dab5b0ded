// @ts-check
// A list of texts in the worker: read in slices, so that keystrokes are answered in between.

import { contents } from './own.js';

/** @typedef {import('./contract.js').Explainer} Explainer */
/** @typedef {import('./contract.js').ListCard} ListCard */

/** A slice may take about so long; a keystroke waits for no more. */
const SLICE_MS = 12;
/** How often the page hears of progress. */
const REPORT_MS = 100;

let reading = 0;

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
 * @param {(card: ListCard) => void} report
 * @param {() => number} [now]
 */
export async function followList(engine, wish, report, now = () => performance.now()) {
  switch (wish.kind) {
    case 'open': {
      reading += 1;
      return engine.open_list(wish.file.name, await contents(wish.file));
    }
    case 'read': {
      const mine = (reading += 1);
      let card = engine.restart_list(wish.column);
      let told = now();
      let count = 1;
      while (card.done < card.total && mine === reading) {
        const began = now();
        card = engine.advance_list(wish.row, count);
        const took = now() - began;
        // As many as fit: twice as many while there is time, and never fewer than one.
        count = Math.max(1, Math.min(count * 2, Math.floor((count * SLICE_MS) / Math.max(took, 0.01))));
        if (now() - told > REPORT_MS) {
          told = now();
          report(card);
        }
        await breathe();
      }
      return card;
    }
    case 'cancel':
      reading += 1;
      return null;
    case 'page':
      return engine.list_page(wish.order, wish.descending, wish.from, wish.count);
    default:
      return engine.list_csv();
  }
}
