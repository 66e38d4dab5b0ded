// @ts-check
// An explanation as a picture: laid out once, drawn as SVG or on a canvas. Pure but for the measuring of text, which
// comes in as a function. Two looks: the page's own, and that of the paper's figures (20 words a line, black on bwr).

import { chipColours } from './colours.js';

/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('../../pkg/full.js').Row} Row */
/** @typedef {import('../../pkg/full.js').SentenceReply} SentenceReply */
/** @typedef {{text: string, x: number, y: number, size: number, weight: number, fill: string, anchor: 'start' | 'middle'}} Text */
/** @typedef {{x: number, y: number, width: number, height: number, radius: number, fill: string, stroke: string}} Box */
/** @typedef {{width: number, height: number, ground: string, title: string, boxes: Box[], texts: Text[]}} Picture */
/** @typedef {(text: string, size: number, weight: number) => number} Measure */
/**
 * @typedef {object} Look
 * @property {'page' | 'paper'} style
 * @property {string} palette
 * @property {import('./colours.js').Theme} theme
 * @property {string} mark which network and version made it, for the last line
 */

export const FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';
const WIDTH = 960;
const MARGIN = 32;
const WORD = 17;
const SMALL = 13;
/** Words a line in the paper's figures. */
const PAPER_WORDS = 20;

/**
 * @param {readonly {title: string, truth: string | null, reply: Reply}[]} items
 * @param {Look} look
 * @param {Measure} measure
 * @returns {Picture}
 */
export function layOut(items, look, measure) {
  const paper = look.style === 'paper';
  const dark = !paper && look.theme === 'dark';
  const ink = paper ? '#000000' : dark ? '#e8ebf0' : '#16191e';
  const muted = paper ? '#333333' : dark ? '#a5afbd' : '#545d6a';
  const edge = paper ? '#000000' : dark ? '#2e353f' : '#dbdfe5';
  /** @type {Picture} */
  const picture = { width: WIDTH, height: 0, ground: dark ? '#181c23' : '#ffffff', title: items.map(({ title }) => title).join(', '), boxes: [], texts: [] };
  let y = MARGIN;

  /** Text that wraps. @param {string} text @param {number} size @param {number} weight @param {string} fill */
  const say = (text, size, weight, fill) => {
    for (const line of wrap(text, WIDTH - 2 * MARGIN, (part) => measure(part, size, weight))) {
      y += size * 1.35;
      picture.texts.push({ text: line, x: MARGIN, y, size, weight, fill, anchor: 'start' });
    }
  };

  /** @param {SentenceReply} sentence @param {Row} row */
  const words = (sentence, row) => {
    const pad = paper ? 4 : 7;
    const height = WORD * 1.6;
    let x = MARGIN;
    let inLine = 0;
    y += 8;
    sentence.tokens.forEach((token, k) => {
      const score = row.words[k];
      if (!score) return;
      const label = paper ? token.text : token.text + (score.sign === '+' ? ' +' : score.sign === '-' ? ' −' : '');
      // A word wider than the picture is cut, never drawn over its edge.
      const room = WIDTH - 2 * MARGIN;
      const shown = fitted(label, room - 2 * pad, (part) => measure(part, WORD, 400));
      const width = measure(shown, WORD, 400) + 2 * pad;
      if (inLine > 0 && (x + width > WIDTH - MARGIN || (paper && inLine >= PAPER_WORDS))) {
        x = MARGIN;
        y += height + 6;
        inLine = 0;
      }
      const colours = chipColours(paper ? 'paper' : look.palette, score.intensity, paper ? 'light' : look.theme);
      picture.boxes.push({ x, y, width, height, radius: paper ? 4 : 6, fill: colours.background, stroke: edge });
      picture.texts.push({ text: shown, x: x + width / 2, y: y + height / 2 + WORD * 0.35, size: WORD, weight: 400, fill: paper ? '#000000' : colours.text, anchor: 'middle' });
      x += width + 4;
      inLine += 1;
    });
    y += height;
  };

  items.forEach(({ title, truth, reply }, index) => {
    if (index > 0) y += 20;
    say([title, truth ? `true class: ${truth}` : ''].filter(Boolean).join(' · '), 19, 700, ink);
    for (const sentence of reply.sentences) {
      for (const row of sentence.rows) {
        const verdict = sentence.verdicts.find(({ checkpoint }) => checkpoint === row.checkpoint);
        y += 10;
        const mark = verdict?.correct === true ? ' ✓' : verdict?.correct === false ? ' ✗' : '';
        say([row.method_name, verdict?.checkpoint_name, verdict && verdict.text + mark].filter(Boolean).join(' · '), SMALL + 1, 600, ink);
        if (row.error) say(row.error.message, SMALL, 400, muted);
        else {
          words(sentence, row);
          y += 4;
          say(`${row.target_name}; colours ${row.scale_text}, ${row.scale_note}; + ${row.legend_for}, − ${row.legend_against}`, SMALL, 400, muted);
        }
      }
    }
  });
  y += 14;
  say(look.mark, SMALL, 400, muted);
  picture.height = Math.ceil(y + MARGIN);
  return picture;
}

/**
 * Breaks a text at spaces, and a word that is too long anywhere.
 * @param {string} text
 * @param {number} room
 * @param {(part: string) => number} measure
 */
export function wrap(text, room, measure) {
  /** @type {string[]} */
  const lines = [];
  let line = '';
  for (let word of text.split(/\s+/).filter(Boolean)) {
    if (line && measure(`${line} ${word}`) <= room) {
      line += ` ${word}`;
      continue;
    }
    if (line) lines.push(line);
    while (measure(word) > room && word.length > 1) {
      const head = fitted(word, room, measure, '');
      lines.push(head);
      word = word.slice(head.length);
    }
    line = word;
  }
  if (line) lines.push(line);
  return lines;
}

/** The longest beginning that fits. @param {string} text @param {number} room @param {(part: string) => number} measure @param {string} [end] */
function fitted(text, room, measure, end = '…') {
  if (measure(text) <= room) return text;
  const characters = [...text];
  let low = 1;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(characters.slice(0, middle).join('') + end) <= room) low = middle;
    else high = middle - 1;
  }
  return characters.slice(0, low).join('') + end;
}

/** @param {Picture} picture */
export function toSvg({ width, height, ground, title, boxes, texts }) {
  const n = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family='${FONT}'>`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    ...boxes.map((box) => `<rect x="${n(box.x)}" y="${n(box.y)}" width="${n(box.width)}" height="${n(box.height)}" rx="${box.radius}" fill="${box.fill}" stroke="${box.stroke}"/>`),
    ...texts.map((text) => `<text x="${n(text.x)}" y="${n(text.y)}" font-size="${text.size}" font-weight="${text.weight}" fill="${text.fill}" text-anchor="${text.anchor}" xml:space="preserve">${escape(text.text)}</text>`),
    '</svg>',
    '',
  ].join('\n');
}

/** XML has no place for control characters, and none for half of a surrogate pair. @param {string} text */
function escape(text) {
  const clean = text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** @param {CanvasRenderingContext2D} context @param {Picture} picture */
export function paint(context, { width, height, ground, boxes, texts }) {
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (const box of boxes) {
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, box.radius);
    context.fillStyle = box.fill;
    context.fill();
    context.strokeStyle = box.stroke;
    context.stroke();
  }
  for (const text of texts) {
    context.font = `${text.weight} ${text.size}px ${FONT}`;
    context.fillStyle = text.fill;
    context.textAlign = text.anchor === 'middle' ? 'center' : 'start';
    context.fillText(text.text, text.x, text.y);
  }
}
