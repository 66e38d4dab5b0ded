// @ts-check
// Colours of word chips. Pure: intensity in -1..1 (already scaled by the engine) to background and text colour.

/** @typedef {readonly [number, number, number]} Rgb each 0..255 */
/** @typedef {'light' | 'dark'} Theme */
/** @typedef {{id: string, name: string, meaning: string}} Palette */
/** @typedef {{background: string, text: string}} ChipColours */

/** Chip background at zero, and the page's text colour: the same as --surface and --ink in styles/base.css. */
export const SURFACE = /** @type {Record<Theme, Rgb>} */ ({ light: [255, 255, 255], dark: [24, 28, 35] });
export const INK = /** @type {Record<Theme, Rgb>} */ ({ light: [22, 25, 30], dark: [232, 235, 240] });

const BLACK = /** @type {Rgb} */ ([0, 0, 0]);
const WHITE = /** @type {Rgb} */ ([255, 255, 255]);

/** @type {readonly Palette[]} */
export const PALETTES = [
  { id: 'red-blue', name: 'Red and blue', meaning: 'Red supports, blue speaks against (light RdBu). Safe for red-green colour blindness.' },
  { id: 'orange-purple', name: 'Orange and purple', meaning: 'Orange supports, purple speaks against (light PuOr). Safe for colour blindness.' },
  { id: 'paper', name: 'As in the paper', meaning: 'Matplotlib’s bwr, exactly, on white: red supports, blue speaks against.' },
  { id: 'grey', name: 'Greyscale with signs', meaning: 'Darker is larger; + and − give the sign. For print.' },
];

/** How a score is drawn on its word. @type {readonly Palette[]} */
export const MARKS = [
  { id: 'heat', name: 'Coloured words', meaning: 'The stronger the colour, the larger the score.' },
  { id: 'bars', name: 'Bars', meaning: 'A bar over a word supports, one under it speaks against; its height is the score.' },
];

/** @typedef {{positive: Record<Theme, Rgb>, negative: Record<Theme, Rgb>}} Ends */
/** @type {Ends} */
const RED_BLUE = { positive: both([0xd6, 0x60, 0x4d]), negative: both([0x43, 0x93, 0xc3]) };
/** A map, because the names come from links: an object answers to names that nobody gave it. @type {ReadonlyMap<string, Ends>} */
const ENDS = new Map([
  ['red-blue', RED_BLUE],
  ['orange-purple', { positive: both([0xe0, 0x82, 0x14]), negative: both([0x80, 0x73, 0xac]) }],
  ['grey', {
    positive: { light: [0x8c, 0x8c, 0x8c], dark: [0xc4, 0xc4, 0xc4] },
    negative: { light: [0x8c, 0x8c, 0x8c], dark: [0xc4, 0xc4, 0xc4] },
  }],
]);

/** @param {Rgb} rgb @returns {Record<Theme, Rgb>} */
function both(rgb) {
  return { light: rgb, dark: rgb };
}

/**
 * Matplotlib's `bwr` with its 256 entries, at 0.5·s + 0.5 as the paper draws it.
 * @param {number} intensity
 * @returns {Rgb}
 */
export function bwr(intensity) {
  const index = Math.min(255, Math.max(0, Math.floor((0.5 * intensity + 0.5) * 256)));
  if (index < 128) return [2 * index, 2 * index, 255];
  return [255, 2 * (255 - index), 2 * (255 - index)];
}

/**
 * @param {string} palette an id of PALETTES; an unknown one is drawn as the first
 * @param {number} intensity
 * @param {Theme} theme
 * @returns {Rgb}
 */
export function background(palette, intensity, theme) {
  const s = Number.isFinite(intensity) ? Math.min(1, Math.max(-1, intensity)) : 0;
  if (palette === 'paper') return bwr(s);
  const ends = ENDS.get(palette) ?? RED_BLUE;
  const end = (s < 0 ? ends.negative : ends.positive)[theme];
  return mix(SURFACE[theme], end, Math.abs(s));
}

/**
 * The page's own text colour where it reads well, otherwise black or white, whichever contrasts more:
 * the better of the two always reaches √21 : 1, which is more than the 4.5 : 1 of WCAG 1.4.3.
 * @param {Rgb} ground
 * @param {Theme} theme
 * @returns {Rgb}
 */
export function textOn(ground, theme) {
  if (contrast(INK[theme], ground) >= 5.5) return INK[theme];
  return contrast(BLACK, ground) >= contrast(WHITE, ground) ? BLACK : WHITE;
}

/**
 * @param {string} palette
 * @param {number} intensity
 * @param {Theme} theme
 * @returns {ChipColours}
 */
export function chipColours(palette, intensity, theme) {
  const ground = background(palette, intensity, theme);
  return { background: hex(ground), text: hex(textOn(ground, theme)) };
}

/** @param {Rgb} from @param {Rgb} to @param {number} share 0..1 @returns {Rgb} */
export function mix(from, to, share) {
  /** @param {0 | 1 | 2} k */
  const at = (k) => Math.round(from[k] + (to[k] - from[k]) * share);
  return [at(0), at(1), at(2)];
}

/** WCAG 2 contrast ratio, 1..21. @param {Rgb} a @param {Rgb} b */
export function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** WCAG 2 relative luminance. @param {Rgb} rgb */
export function luminance(rgb) {
  const [r, g, b] = rgb.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** @param {Rgb} rgb */
export function hex(rgb) {
  return `#${rgb.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * The style sheet of chips that stand in the HTML itself, where no script runs and no inline style may:
 * `data-level` is the intensity in tenths. styles/levels.css is this text. No rule names the class: the browser would
 * try each of them on every chip of the live answer, at every keystroke.
 */
export function levelStyles() {
  /** @param {Theme} theme @param {string} root */
  const rules = (theme, root) => Array.from({ length: 21 }, (_, i) => i - 10).map((level) => {
    const { background: ground, text } = chipColours('red-blue', level / 10, theme);
    return `${root}[data-level="${level}"] { background: ${ground}; color: ${text}; }`;
  }).join('\n');
  return [
    '/* Made by levelStyles() in lib/colours.js; a test compares the two. */',
    rules('light', ''),
    '@media (prefers-color-scheme: dark) {',
    rules('dark', ':root:not([data-theme="light"]) '),
    '}',
    rules('dark', ':root[data-theme="dark"] '),
    '',
  ].join('\n');
}
