// Pictures of every section at three widths, light and dark:  node screenshots.mjs <url> <folder>
// Without an address it serves the repository itself; WORDLIGHT_FAKE=1 with the invented engine.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch } from './chromium.mjs';
import { serve } from './server.mjs';

const [address, folder = 'screenshots'] = process.argv.length > 3 ? process.argv.slice(2) : [undefined, process.argv[2]];
const WIDTHS = [320, 768, 1440];
const REVIEW = 'The first hour is wonderful. Then it gets slow, and the jokes are not funny.\nI was bored, but never angry! See it for the music.';

/** Our own sentences as the treebank would write them. */
const TREES = `(0 (2 The) (0 (1 (0 dull) (2 plot)) (1 (2 is) (1 (1 poor) (2 .)))))
(4 (2 A) (4 (4 (3 warm) (2 and) (4 wonderful)) (2 film)))
(2 (2 It) (2 (2 has) (2 (2 two) (2 hours))))
(1 (2 Not) (1 (3 good) (2 enough)))
(3 (2 Quite) (3 (3 charming) (2 .)))
`;

/** Each section: how to get there from a freshly loaded page, and what to photograph (nothing: the window). */
const SECTIONS = {
  first: {},
  settings: { async act(page) { await page.locator('.settings > summary').click(); }, target: '#answer' },
  pinned: { async act(page) { await page.locator('#live .chip').nth(8).click(); }, target: '#answer' },
  review: { async act(page) { await page.fill('#text', REVIEW); await page.waitForTimeout(300); }, full: true },
  compare: {
    async act(page) { await page.click('#compare-text'); await page.waitForSelector('.compared .chip'); await page.waitForTimeout(300); },
    target: '#compare',
  },
  paper: {
    async act(page) { await page.click('#as-in-the-paper'); await page.waitForSelector('.compared .chip'); await page.waitForTimeout(500); },
    full: true,
  },
  bars: { hash: '#marks=bars&compare=text', async act(page) { await page.waitForSelector('.compared .chip'); await page.waitForTimeout(300); }, full: true },
  list: {
    async act(page) {
      const lines = REVIEW.split(/(?<=[.!])\s/);
      await page.setInputFiles('#list-file', { name: 'reviews.txt', mimeType: 'text/plain', buffer: Buffer.from([...lines, ...lines, ...lines].join('\n')) });
      await page.waitForSelector('.list-lines .list-line');
      await page.waitForTimeout(300);
    },
    target: '#list',
  },
  own: {
    async act(page) {
      await page.setInputFiles('#imported-file', fileURLToPath(new URL('../golden/own-cnn.safetensors', import.meta.url)));
      await page.waitForSelector('.imported-list li');
      await page.setInputFiles('#imported-file', { name: 'network.pt', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004') });
      await page.waitForSelector('#imported [role="alert"]:not([hidden])');
      await page.waitForTimeout(300);
    },
    target: '#imported',
  },
  'own-answer': {
    hash: '#text=Fresh+bread%2C+but+a+zebra+called+late.&compare=text',
    async act(page) {
      await page.setInputFiles('#imported-file', fileURLToPath(new URL('../golden/own-cnn.safetensors', import.meta.url)));
      await page.waitForSelector('.imported-list li');
      await page.waitForTimeout(500);
    },
    target: '#answer',
  },
  take: { target: '#export' },
  embed: { hash: '#embed&text=A+wonderful+cast%2C+but+a+dull+story.' },
  why: { async act(page) { await page.click('#why > summary'); await unfolded(page, 'detectors', 'identity', 'steps'); }, target: '#why' },
  'what-if': {
    async act(page) {
      await page.click('#what-if > summary');
      await unfolded(page, 'flips', 'pair');
      await page.fill('#field-second-sentence', 'The plot is thin, but the actors are dreadful and I was never bored.');
      await page.waitForTimeout(700);
    },
    target: '#what-if',
  },
  epochs: { async act(page) { await page.click('#epochs > summary'); await unfolded(page, 'seeds'); }, target: '#epochs' },
  trust: { async act(page) { await page.click('#trust > summary'); await unfolded(page, 'reference', 'people', 'phrases', 'randomise', 'replication'); }, target: '#trust' },
  corpus: {
    hash: '#cell=0.1',
    async act(page) {
      await page.click('#corpus > summary');
      await unfolded(page);
      await page.setInputFiles('#list-file-treebank', { name: 'test.txt', mimeType: 'text/plain', buffer: Buffer.from(TREES.repeat(20)) });
      await page.waitForSelector('#corpus .list-lines .list-line');
      await page.waitForTimeout(300);
    },
    target: '#corpus',
  },
  'corpus-first': { async act(page) { await page.click('#corpus > summary'); await unfolded(page); }, target: '#corpus' },
  phrases: {
    hash: "#text=it+%27s+predictable+%2C+but+it+jumps+through+the+expected+hoops+with+style+and+even+some+depth+.",
    async act(page) { await page.click('#trust > summary'); await unfolded(page, 'phrases'); },
    target: '[data-panel="phrases"]',
  },
  bilstm: {
    hash: '#checkpoint=bilstm-5&method=gradient-x-input',
    async act(page) { await page.click('#why > summary'); await unfolded(page); },
    target: '#why',
  },
  numbers: {
    async act(page) {
      await page.locator('#live .chip').nth(8).click();
      await page.evaluate(() => document.querySelectorAll('#live .behind .fold').forEach((fold) => { fold.open = true; }));
      await page.waitForTimeout(200);
    },
    target: '#answer',
  },
  'what-if-any': {
    hash: '#flips=sentence',
    async act(page) { await page.click('#what-if > summary'); await unfolded(page, 'flips'); },
    target: '[data-panel="flips"]',
  },
  // With WORDLIGHT_ONE_FILE alone: the whole page in one file.
  'one-file': {
    file: process.env.WORDLIGHT_ONE_FILE ? pathToFileURL(process.env.WORDLIGHT_ONE_FILE).href : '',
    async act(page) { await page.fill('#text', REVIEW); await page.waitForTimeout(500); },
    full: true,
  },
  empty: { async act(page) { await page.fill('#text', ''); await page.waitForTimeout(200); } },
  error: { broken: true },
};

/** Opens panels of the study and waits for their answers. */
async function unfolded(page, ...panels) {
  for (const panel of panels) await page.click(`[data-panel="${panel}"] > summary`);
  await page.waitForFunction(() => document.querySelector('.study-section[open] .panel-body') && !document.querySelector('.study-section[open] :is([data-stale], [data-empty])'));
  await page.waitForTimeout(300);
}

const server = address ? null : await serve({ fake: process.env.WORDLIGHT_FAKE === '1' });
const url = address ?? server.url;
await mkdir(folder, { recursive: true });
const browser = await launch();
const only = process.env.ONLY?.split(',');
const widths = process.env.WIDTHS ? process.env.WIDTHS.split(',').map(Number) : WIDTHS;
for (const width of widths) {
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (only && !only.includes(name)) continue;
    if (section.file === '') continue;
    const context = await browser.newContext({ viewport: { width, height: width === 320 ? 640 : 900 }, colorScheme: 'light', deviceScaleFactor: 1 });
    const page = await context.newPage();
    if (section.broken) await page.route('**/www/models/**', (route) => (route.request().url().endsWith('manifest.json') ? route.continue() : route.fulfill({ status: 200, body: 'cut off' })));
    await page.goto((section.file ?? url) + (section.hash ?? ''));
    if (section.broken) await page.waitForSelector('.notice[data-kind="problem"]');
    else await page.waitForSelector('#live .chip');
    await page.waitForTimeout(150);
    await section.act?.(page);
    await page.mouse.move(0, 0);
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(50);
      // Sentences far away are laid out only when they come near.
      if (section.full) await page.evaluate(() => document.querySelectorAll('.sentence').forEach((sentence) => { /** @type {HTMLElement} */ (sentence).style.contentVisibility = 'visible'; }));
      await page.evaluate(() => window.scrollTo(0, 0));
      const path = join(folder, `${name}-${width}-${colorScheme}.png`);
      if (section.target) await page.locator(section.target).screenshot({ path });
      else await page.screenshot({ path, fullPage: section.full ?? width < 1000 });
    }
    await context.close();
  }
}
await browser.close();
await server?.close();
console.log(`pictures in ${folder}`);
