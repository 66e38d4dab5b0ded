// How quick the page is, in Chromium: `cargo xtask bench-page`.
//   - from the address to the first explanation, at 10 Mbit/s
//   - from a keystroke to its painted answer, on a processor four times slower, and tasks of more than 50 ms meanwhile
//   - beside TensorFlow.js (WebAssembly backend) on the same network: prediction, gradient, Integrated Gradients
// WORDLIGHT_URL is the page; WORDLIGHT_TFJS, if it is set, a folder with the bundle of tests/tfjs.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './chromium.mjs';

const url = process.env.WORDLIGHT_URL;
const TEXT = 'The plot is thin, but the actors are wonderful, the music is not bad at all and I was never bored. ';
const KEYSTROKES = 200;
const THROTTLING = 4;
const MEGABITS = 10;

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)];
const browser = await launch();

async function firstExplanation() {
  const page = await (await browser.newContext()).newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  let bytes = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 20, downloadThroughput: (MEGABITS * 1e6) / 8, uploadThroughput: 1e6 / 8 });
  const began = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('#live .chip');
  const took = performance.now() - began;
  const still = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  await page.context().close();
  return { took, still, bytes };
}

async function keystrokes() {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  await page.goto(url);
  await page.waitForSelector('#live .chip');
  await page.fill('#text', '');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    // From the event's own time to the task after the frame in which its answer stands: the text of the chips is the text of the box.
    window.waits = [];
    const box = document.getElementById('text');
    box.addEventListener('input', ({ timeStamp }) => {
      const wanted = box.value.replace(/\s/g, '');
      const look = () => {
        if (box.value.replace(/\s/g, '') !== wanted) return; // overtaken by the next one
        const shown = [...document.querySelectorAll('#live .chip[data-kind="word"]')].map((chip) => chip.textContent).join('').replace(/\s/g, '');
        if (shown === wanted && !document.querySelector('.result[data-stale]')) setTimeout(() => window.waits.push(performance.now() - timeStamp));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  });
  await page.focus('#text');
  for (let k = 0; k < KEYSTROKES; k += 1) {
    await page.keyboard.type(TEXT[k % TEXT.length]);
    await page.waitForTimeout(40);
    if (k % 80 === 79) await page.fill('#text', '');
  }
  await page.waitForTimeout(300);
  const { waits, tasks } = await page.evaluate(() => ({ waits: window.waits, tasks: window.tasks }));
  await page.context().close();
  return { waits, tasks };
}

/** Runs in a page of its own. Medians, because a busy machine only ever makes things slower. */
async function beside({ base, weights }) {
  const { tfjs } = window;
  await tfjs.begin();
  const { default: init, Network } = await import(new URL('pkg/laboratory.js', base).href);
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

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const { took, still, bytes } = await firstExplanation();
console.log(`first explanation at ${MEGABITS} Mbit/s   ${ms(took)} (${(bytes / 1e6).toFixed(2)} MB); the explained example in the page itself is there after ${ms(still ?? NaN)}`);
const { waits, tasks } = await keystrokes();
console.log(`keystroke to paint, processor ${THROTTLING} times slower   median ${ms(quantile(waits, 0.5))}, 95th percentile ${ms(quantile(waits, 0.95))} (${waits.length} answers of ${KEYSTROKES} keystrokes)`);
console.log(`tasks of more than 50 ms meanwhile   ${tasks.length}${tasks.length ? `: ${tasks.map(ms).join(', ')}` : ''}`);
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
