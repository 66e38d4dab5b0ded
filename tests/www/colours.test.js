import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { background, bwr, chipColours, contrast, hex, INK, levelStyles, PALETTES, SURFACE, textOn } from '../../www/lib/colours.js';

const styles = (name) => readFileSync(new URL(`../../www/styles/${name}`, import.meta.url), 'utf8');
/** @type {import('../../www/lib/colours.js').Theme[]} */
const THEMES = ['light', 'dark'];

test('contrast of black on white is 21, of a colour with itself 1', () => {
  assert.ok(Math.abs(contrast([0, 0, 0], [255, 255, 255]) - 21) < 1e-9);
  assert.equal(contrast([12, 34, 56], [12, 34, 56]), 1);
});

test('measured contrasts of known colours are reproduced', () => {
  // Black and white text on the ends of bwr and of the light RdBu.
  /** @type {[import('../../www/lib/colours.js').Rgb, number, number][]} */
  const cases = [[[255, 0, 0], 5.25, 4.0], [[0, 0, 255], 2.44, 8.59], [[0xd6, 0x60, 0x4d], 5.64, 3.72], [[0x43, 0x93, 0xc3], 6.2, 3.39]];
  for (const [colour, black, white] of cases) {
    assert.ok(Math.abs(contrast([0, 0, 0], colour) - black) < 0.01, hex(colour));
    assert.ok(Math.abs(contrast([255, 255, 255], colour) - white) < 0.01, hex(colour));
  }
});

test('a palette that a link invents is drawn as the first, whatever an object would answer to its name', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'green', '']) {
    for (const intensity of [-1, 0, 0.5]) {
      assert.deepEqual(chipColours(name, intensity, 'light'), chipColours('red-blue', intensity, 'light'), name);
    }
  }
});

test('every chip of every palette in both themes has text of at least 4.5 to 1', () => {
  for (const { id } of PALETTES) {
    for (const theme of THEMES) {
      for (let k = -500; k <= 500; k += 1) {
        const ground = background(id, k / 500, theme);
        const ratio = contrast(ground, textOn(ground, theme));
        assert.ok(ratio >= 4.5, `${id} ${theme} ${k / 500}: ${ratio}`);
      }
    }
  }
});

test('bwr has the entries of Matplotlib at its ends, quarters and middle', () => {
  // matplotlib.colormaps["bwr"](0.5 * s + 0.5, bytes=True)
  assert.deepEqual(bwr(1), [255, 0, 0]);
  assert.deepEqual(bwr(-1), [0, 0, 255]);
  assert.deepEqual(bwr(0), [255, 254, 254]);
  assert.deepEqual(bwr(0.5), [255, 126, 126]);
  assert.deepEqual(bwr(-0.5), [128, 128, 255]);
});

test('zero is the surface itself, except in the paper’s palette', () => {
  for (const { id } of PALETTES.filter((palette) => palette.id !== 'paper')) {
    for (const theme of THEMES) assert.deepEqual(background(id, 0, theme), SURFACE[theme]);
  }
});

test('larger magnitude is never closer to the surface', () => {
  for (const { id } of PALETTES) {
    for (const sign of [-1, 1]) {
      let last = -1;
      for (let k = 0; k <= 20; k += 1) {
        const away = Math.hypot(...background(id, (sign * k) / 20, 'light').map((byte, at) => byte - SURFACE.light[at]));
        assert.ok(away >= last, `${id} ${sign * k}`);
        last = away;
      }
    }
  }
});

test('intensities out of range and not-a-number are drawn as the nearest sensible colour', () => {
  assert.deepEqual(background('red-blue', 7, 'light'), background('red-blue', 1, 'light'));
  assert.deepEqual(background('red-blue', -7, 'light'), background('red-blue', -1, 'light'));
  assert.deepEqual(background('red-blue', NaN, 'light'), SURFACE.light);
  assert.deepEqual(background('no-such-palette', 0.5, 'dark'), background('red-blue', 0.5, 'dark'));
});

test('signs can be told apart in every coloured palette', () => {
  for (const id of ['red-blue', 'orange-purple', 'paper']) {
    assert.notEqual(chipColours(id, 1, 'light').background, chipColours(id, -1, 'light').background);
  }
});

test('levels.css is what levelStyles makes', () => {
  assert.equal(styles('levels.css'), levelStyles());
  assert.doesNotMatch(levelStyles().replace(/^.*\n/, ''), /\.chip/, 'no rule is tried on the chips of the live answer');
});

test('surface and ink agree with base.css in both themes', () => {
  const base = styles('base.css');
  const blocks = { light: base.slice(0, base.indexOf('@media')), dark: base.slice(base.indexOf(':root[data-theme="dark"]')) };
  for (const theme of THEMES) {
    assert.match(blocks[theme], new RegExp(`--surface: ${hex(SURFACE[theme])};`));
    assert.match(blocks[theme], new RegExp(`--ink: ${hex(INK[theme])};`));
  }
});
