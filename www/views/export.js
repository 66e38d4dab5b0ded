// @ts-check
// Export: what is on the page as a picture, as data, and as a frame for another page.

import { createSelect } from './fields.js';
import { el, setAttribute, setText, show } from '../lib/dom.js';
import { FONT, layOut, paint, toSvg } from '../lib/picture.js';
import { saveFile, saveText } from '../lib/save.js';

/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../lib/picture.js').Look} Look */
/** @typedef {{title: string, request: Request, reply: Reply}} Item */
/**
 * @typedef {object} ExportView
 * @property {readonly Item[]} live what the answer shows
 * @property {readonly Item[]} compared what the comparison shows; empty if it is closed
 * @property {boolean} ready nothing shown is out of date
 * @property {string} palette
 * @property {import('../lib/colours.js').Theme} theme
 * @property {string} mark which network made it
 */

const SCOPES = [{ id: 'answer', name: 'the answer', meaning: 'The sentence at the top of the page.' }, { id: 'comparison', name: 'the comparison', meaning: 'Every row of the comparison.' }];
const LOOKS = [{ id: 'page', name: 'as on this page', meaning: 'In the colours chosen above.' }, { id: 'paper', name: 'as in the paper', meaning: 'Black on Matplotlib’s bwr, twenty words a line.' }];
/** Browsers refuse larger canvases, or return an empty picture. */
const MAX_PIXELS = 16_000;

/**
 * @param {HTMLElement} root
 * @param {object} actions
 * @param {(kind: 'document' | 'table', requests: Request[]) => Promise<string>} actions.save
 * @param {() => string} actions.link the address of what is shown
 * @param {(text: string) => Promise<boolean>} actions.copy
 * @param {(message: string) => void} actions.announce
 */
export function createExport(root, { save, link, copy, announce }) {
  let scopeId = 'answer';
  let style = /** @type {Look['style']} */ ('page');
  /** @type {ExportView | null} */
  let view = null;
  const scope = createSelect('What', (id) => {
    scopeId = id;
    draw();
  });
  const look = createSelect('Look of the picture', (id) => {
    style = id === 'paper' ? 'paper' : 'page';
    draw();
  });
  const said = el('p', { class: 'note', role: 'status' });
  /** @param {string} name @param {string} title @param {() => Promise<void> | void} act */
  const button = (name, title, act) => {
    const made = el('button', { type: 'button', class: 'choice', title }, name);
    made.addEventListener('click', async () => {
      if (!view) return;
      try {
        await act();
      } catch (error) {
        tell(/** @type {{message: string}} */ (error).message);
      }
    });
    return made;
  };
  const buttons = [
    button('Picture (PNG)', 'A picture for slides', png),
    button('Drawing (SVG)', 'A picture that scales, for papers', svgFile),
    button('Data (JSON)', 'Every number and every parameter; the command line makes it again from itself', json),
    button('Table (CSV)', 'A line per word, for spreadsheets', csv),
    button('Frame (HTML)', 'Copies what another page has to contain to show this answer', frame),
  ];
  root.append(el('div', { class: 'fields' }, scope.element, look.element), el('div', { class: 'export-buttons', role: 'group', 'aria-label': 'Save' }, ...buttons), said);

  /** @param {string} message */
  function tell(message) {
    setText(said, message);
    announce(message);
  }

  /** @returns {readonly Item[]} */
  const items = () => (view && scopeId === 'comparison' && view.compared.length ? view.compared : (view?.live ?? []));

  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  /** @param {string} text @param {number} size @param {number} weight */
  const measure = (text, size, weight) => {
    const font = `${weight} ${size}px ${FONT}`;
    if (context.font !== font) context.font = font;
    return context.measureText(text).width;
  };
  const picture = () => {
    const { palette, theme, mark } = /** @type {ExportView} */ (view);
    return layOut(items().map(({ title, request, reply }) => ({ title, truth: request.truth ?? null, reply })), { style, palette, theme, mark }, measure);
  };

  async function png() {
    const made = picture();
    const scale = Math.max(0.25, Math.min(2, MAX_PIXELS / made.height));
    canvas.width = Math.round(made.width * scale);
    canvas.height = Math.round(made.height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paint(context, made);
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => { canvas.toBlob(resolve, 'image/png'); });
    if (!blob) throw { message: 'The browser could not make a picture of this size; the SVG has no limit.' };
    saveFile('wordlight.png', blob);
    tell('wordlight.png is saved.');
  }
  function svgFile() {
    saveText('wordlight.svg', toSvg(picture()), 'image/svg+xml');
    tell('wordlight.svg is saved.');
  }
  async function json() {
    saveText('wordlight.json', await save('document', items().map(({ request }) => request)), 'application/json');
    tell('wordlight.json is saved. “wordlight explain --from wordlight.json” makes it again, bit for bit.');
  }
  async function csv() {
    saveText('wordlight.csv', await save('table', items().map(({ request }) => request)), 'text/csv');
    tell('wordlight.csv is saved.');
  }
  async function frame() {
    const address = link().replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    const html = `<iframe src="${address}" title="wordlight: which words decided" width="100%" height="520" loading="lazy"></iframe>`;
    tell((await copy(html)) ? 'The frame’s HTML is copied.' : html);
  }

  function draw() {
    if (!view) return;
    show(scope.element, view.compared.length > 0);
    scope.render(SCOPES, scopeId);
    look.render(LOOKS, style);
    const can = view.ready && items().length > 0;
    for (const one of buttons) setAttribute(one, 'disabled', !can);
  }

  return {
    /** @param {ExportView} next */
    render(next) {
      view = next;
      draw();
    },
  };
}
