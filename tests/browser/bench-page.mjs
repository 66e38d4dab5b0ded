// How quick the page is, in Chromium: `cargo xtask bench-page`.
//   - from the address to the first explanation on the screen, at 10 Mbit/s
//   - from a keystroke to its painted answer, on this processor and on one four times slower, beside what an empty page takes to
//     paint it, and tasks of more than 50 ms meanwhile
//   - beside TensorFlow.js (WebAssembly backend) on the same network: prediction, gradient, Integrated Gradients
// WORDLIGHT_URL is the page; WORDLIGHT_TFJS, if it is set, a folder with the bundle of tests/tfjs;
// WORDLIGHT_FILES=1 lists what a visit fetched.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { keystrokes, quantile } from './keystrokes.mjs';
import { slowLink } from './link.mjs';

const url = process.env.WORDLIGHT_URL;
const KEYSTROKES = 240;
const THROTTLING = 4;
const MEGABITS = 10;
/** Visits, of which the middle one counts. */
const VISITS = 5;

const browser = await launch();

/** One visit with nothing kept from an earlier one. */
async function visit() {
  const link = await slowLink(url, MEGABITS);
  // A service worker would fetch all files at once and be taken for the page.
  const page = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
  // In the page itself: asking it from outside takes a tenth of a second while it is busy.
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('#live .chip')) return;
      watch.disconnect();
      // The next thing after the frame, before whatever else waits.
      requestAnimationFrame(() => scheduler.postTask(() => { window.explained = performance.now(); }, { priority: 'user-blocking' }));
    });
    document.addEventListener('readystatechange', () => watch.observe(document.body, { childList: true, subtree: true }), { once: true });
  });
  const began = performance.now();
  const { passed } = link;
  await page.goto(link.url, { waitUntil: 'commit' });
  const took = await (await page.waitForFunction(() => window.explained)).jsonValue();
  const bytes = passed.bytes;
  const still = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  // Until the network has been quiet for a while.
  let last = -1;
  let whole = 0;
  while (passed.bytes !== last) {
    last = passed.bytes;
    whole = performance.now() - began;
    await new Promise((resolve) => { setTimeout(resolve, 500); });
  }
  await page.context().close();
  await link.close();
  return { took, still, bytes, whole, all: passed.bytes, files: passed.files };
}

/** Runs in a page of its own. Medians, because a busy machine only ever makes things slower. */
async function beside({ base, weights }) {
  const { tfjs } = window;
  await tfjs.begin();
  const { default: init, Network } = await import(new URL('pkg/full.js', base).href);
  await init();
  const bytes = new Uint8Array(await (await fetch(new URL(weights, base))).arrayBuffer());
  const network = new Network(bytes);
  const theirs = tfjs.network(bytes);
  const words = 40;
  let state = 1;
  const random = () => ((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1;
  const x = Float32Array.from({ length: words * theirs.dim }, random);
  const ours = {
    prediction: () => network.predict(x),
    gradient: ((query) => () => query.attribute(x))(network.query('gradient-x-input', undefined, 'logit')),
    'Integrated Gradients, 50 steps': ((query) => () => query.attribute(x))(network.query('integrated-gradients', { quadrature: 'midpoint', steps: 50 }, 'logit')),
  };
  const lines = [];
  for (const [name, run] of Object.entries(ours)) {
    const other = theirs.runs[name];
    const difference = Math.max(...(await other(x)).map((value, k) => Math.abs(value - run()[k])));
    const time = async (work) => {
      const times = [];
      for (let k = 0; k < 40; k += 1) {
        const began = performance.now();
        for (let n = 0; n < 5; n += 1) await work();
        times.push((performance.now() - began) / 5);
      }
      return times.sort((a, b) => a - b)[20];
    };
    const [mine, their] = [await time(() => run()), await time(() => other(x))];
    lines.push({ name, mine, their, ratio: their / mine, difference });
  }
  return lines;
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const visits = [];
for (let k = 0; k < VISITS; k += 1) visits.push(await visit());
const middle = (name) => quantile(visits.map((one) => one[name]), 0.5);
console.log(`first explanation at ${MEGABITS} Mbit/s   ${ms(middle('took'))}, ${mb(middle('bytes'))} by then (the middle one of ${VISITS} visits; ${ms(Math.min(...visits.map(({ took }) => took)))} to ${ms(Math.max(...visits.map(({ took }) => took)))}); the explained example in the page itself is there after ${ms(middle('still') ?? NaN)}`);
console.log(`every word at ${MEGABITS} Mbit/s   ${ms(middle('whole'))}, ${mb(middle('all'))}`);
if (process.env.WORDLIGHT_FILES) for (const [file, size] of visits[0].files) console.log(`  ${String(size).padStart(8)} ${file}`);
const said = ({ waits }) => `median ${ms(quantile(waits, 0.5))}, 95th percentile ${ms(quantile(waits, 0.95))}`;
for (const rate of [1, THROTTLING]) {
  const [typed, empty] = await keystrokes([url], { rate, count: KEYSTROKES });
  console.log(`keystroke to paint, processor ${rate === 1 ? 'as it is' : `${rate} times slower`}   ${said(typed)} (${typed.waits.length} answers)`);
  console.log(`the same on an empty page, in turns with it   ${said(empty)}`);
  console.log(`tasks of more than 50 ms meanwhile   ${typed.tasks.length}${typed.tasks.length ? `: ${typed.tasks.map(ms).join(', ')}` : ''}; on the empty page ${empty.tasks.length}`);
  if (rate === 1) console.log(`processor time of the page's thread for a keystroke   ${ms(typed.work)}; on the empty page ${ms(empty.work)}`);
}
if (process.env.WORDLIGHT_TFJS) {
  const page = await (await browser.newContext()).newPage();
  const folder = process.env.WORDLIGHT_TFJS;
  await page.route('**/tfjs/*', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').pop();
    const type = name === '' ? 'text/html' : name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    await route.fulfill({ contentType: type, body: name === '' ? '<!doctype html><meta charset="utf-8"><script src="tfjs.js"></script>' : await readFile(join(folder, name)) });
  });
  await page.goto(new URL('tfjs/', url).href);
  const manifest = await (await fetch(new URL('www/models/manifest.json', url))).json();
  const model = manifest.models.find(({ id }) => id === manifest.default_model);
  const checkpoint = model.checkpoints.find(({ id }) => id === model.default_checkpoint);
  for (const line of await page.evaluate(beside, { base: url, weights: `www/models/${checkpoint.file}` })) {
    console.log(`${line.name}   ${ms(line.mine)}, TensorFlow.js ${ms(line.their)}: ${line.ratio.toFixed(1)} times; largest difference ${line.difference.toExponential(1)}`);
  }
}
await browser.close();
