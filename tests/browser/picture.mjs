// The README's moving picture: a sentence is typed into the page, letter by letter, and its words light up.
//   node picture.mjs <file.gif>
// Without WORDLIGHT_URL it serves the repository itself.
import { writeFile } from 'node:fs/promises';
import gifenc from 'gifenc';
import { launch } from './chromium.mjs';
import { serve } from './server.mjs';

const { GIFEncoder, applyPalette, quantize } = gifenc;

const SENTENCE = 'A thin plot, but wonderful actors.';
const [WIDTH, HEIGHT] = [900, 566];
/** The picture begins so far above the box. */
const ABOVE = 46;
/** Milliseconds that a frame stays: after a letter, after a word, and with the whole sentence. */
const [LETTER, WORD, END] = [70, 150, 4000];
/** How often it is played; then it rests on the whole sentence. */
const TIMES = 3;
/** Colours, one of which is transparent. */
const COLOURS = 32;
/** A README should not wait for its picture. */
const MOST = 400_000;

/** The pixels of a PNG file, by a browser's page. @returns {Promise<Uint8Array>} red, green, blue and alpha, row by row */
async function pixels(page, png) {
  const base64 = await page.evaluate(async (given) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${given}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const reader = new FileReader();
    reader.readAsDataURL(new Blob([data]));
    await new Promise((done) => { reader.onload = done; });
    return String(reader.result).split(',')[1];
  }, png.toString('base64'));
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Types the sentence; what the page looks like after each letter. */
async function film() {
  const server = process.env.WORDLIGHT_URL ? null : await serve();
  const browser = await launch();
  const page = await (await browser.newContext({ viewport: { width: WIDTH, height: 1000 }, colorScheme: 'light', reducedMotion: 'reduce' })).newPage();
  await page.goto(process.env.WORDLIGHT_URL ?? server.url);
  await page.waitForSelector('#live .chip');
  await page.waitForLoadState('networkidle'); // every word's vector is there
  await page.fill('#text', '');
  const box = await page.locator('#text').boundingBox();
  const clip = { x: 0, y: Math.round(box.y) - ABOVE, width: WIDTH, height: HEIGHT };
  const decoder = await (await browser.newContext()).newPage();
  const frames = [];
  for (const letter of ['', ...SENTENCE]) {
    if (letter) {
      await page.locator('#text').press(letter === ' ' ? 'Space' : letter);
      await page.waitForFunction(() => {
        const letters = (text) => text.replace(/\s/g, '');
        const shown = [...document.querySelectorAll('#live .chip[data-kind="word"]')].map((chip) => chip.textContent).join('');
        return letters(shown) === letters(document.getElementById('text').value) && !document.querySelector('.result[data-stale]');
      });
    } else await page.waitForSelector('#live .empty:not([hidden])');
    const png = await page.screenshot({ clip, animations: 'disabled' });
    frames.push({ rgba: await pixels(decoder, png), delay: /[a-z]/i.test(letter) ? LETTER : WORD });
  }
  frames.at(-1).delay = END;
  await browser.close();
  await server?.close();
  return frames;
}

/** One palette for all frames; what is as in the frame before is transparent, which takes few bytes. */
function encode(frames) {
  const sample = frames.filter((_, k) => k % 8 === 0 || k === frames.length - 1).flatMap(({ rgba }) => [rgba]);
  const palette = [[0, 0, 0], ...quantize(Buffer.concat(sample), COLOURS - 1)];
  const gif = GIFEncoder();
  let before = null;
  for (const { rgba, delay } of frames) {
    const now = applyPalette(rgba, palette.slice(1)).map((colour) => colour + 1);
    const changed = before ? now.map((colour, i) => (colour === before[i] ? 0 : colour)) : now;
    const first = before === null;
    gif.writeFrame(changed, WIDTH, HEIGHT, { palette: first ? palette : undefined, delay, repeat: TIMES - 1, transparent: !first, transparentIndex: 0, dispose: 1 });
    before = now;
  }
  gif.finish();
  return gif.bytes();
}

const [path] = process.argv.slice(2);
if (!path) throw new Error('usage: node picture.mjs <file.gif>');
const frames = await film();
const bytes = encode(frames);
if (bytes.length > MOST) throw new Error(`the picture has ${bytes.length} bytes, more than ${MOST}`);
await writeFile(path, bytes);
const seconds = frames.reduce((sum, { delay }) => sum + delay, 0) / 1000;
console.log(`${path}: ${frames.length} frames, ${seconds.toFixed(1)} s, ${bytes.length} bytes`);
