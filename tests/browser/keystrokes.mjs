// From a keystroke to its painted answer, beside what an empty page takes for the same keystroke.
import { launch } from './chromium.mjs';

const TEXT = 'The plot is thin, but the actors are wonderful, the music is not bad at all and I was never bored. ';
/** The text grows to so many keystrokes, then the box is emptied. */
const LONGEST = 80;
/** Page and empty page take turns of so many keystrokes, so that a busy machine slows down both. */
const TURN = 40;
const PAUSE = 40;

/** Nothing but a box, and a line that says what is in it. */
const EMPTY = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Empty</title><textarea id="text" rows="2" cols="80"></textarea><p id="live"></p>';

export const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)];

/**
 * Runs in the page. Each input counts from the event's own time to the task after the frame in which the text that is shown
 * is the text of the box; one that was overtaken by the next counts until the answer to that.
 */
function watch(empty) {
  window.waits = [];
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  const box = document.getElementById('text');
  const line = document.getElementById('live');
  const letters = (text) => text.replace(/\s/g, '');
  const shown = () => {
    if (empty) return true;
    if (document.querySelector('.result[data-stale]')) return false;
    return letters([...document.querySelectorAll('#live .chip[data-kind="word"]')].map((chip) => chip.textContent).join('')) === letters(box.value);
  };
  let open = [];
  let looking = false;
  const look = () => {
    looking = false;
    if (!shown()) return again();
    const done = open;
    open = [];
    // Before whatever else waits.
    scheduler.postTask(() => window.waits.push(...done.map((at) => performance.now() - at)), { priority: 'user-blocking' });
  };
  const again = () => {
    if (!looking) requestAnimationFrame(look);
    looking = true;
  };
  box.addEventListener('input', ({ timeStamp }) => {
    if (empty) line.textContent = box.value;
    open.push(timeStamp);
    again();
  });
}

/** A page that is ready to be typed into, in a browser of its own: pages of one browser hold each other up. */
async function prepare(url, rate) {
  const browser = await launch();
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, serviceWorkers: 'block' })).newPage();
  if (url) {
    await page.goto(url);
    await page.waitForSelector('#live .chip');
    await page.waitForTimeout(1000);
  } else await page.setContent(EMPTY);
  await page.fill('#text', '');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(watch, !url);
  return { browser, page, devtools, typed: 0 };
}

async function turn(one) {
  await one.page.focus('#text');
  for (let k = 0; k < TURN; k += 1) {
    if (one.typed % LONGEST === 0) await one.page.fill('#text', '');
    await one.page.keyboard.type(TEXT[one.typed % LONGEST]);
    one.typed += 1;
    await one.page.waitForTimeout(PAUSE);
  }
  await one.page.waitForTimeout(300);
}

/**
 * The time of the processor that the page's thread took for a keystroke, in milliseconds, not slowed down. Unlike the waits
 * it does not depend much on what else the machine does.
 */
async function work(one) {
  const taken = async () => (await one.devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  await one.devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await turn(one);
  const before = await taken();
  await turn(one);
  return ((await taken()) - before) * 1e3 / TURN;
}

/**
 * Types into each page and into an empty one in turns, with a processor `rate` times slower.
 * @returns for each address, and for the empty page at the end, the waits, the tasks of more than 50 ms, and the processor's
 * time for a keystroke, in milliseconds
 */
export async function keystrokes(urls, { rate, count }) {
  const pages = [];
  for (const url of [...urls, null]) pages.push(await prepare(url, rate));
  for (let k = 0; k < count; k += TURN) for (const one of pages) await turn(one);
  const found = [];
  for (const one of pages) {
    const { waits, tasks } = await one.page.evaluate(() => ({ waits: window.waits, tasks: window.tasks }));
    found.push({ waits, tasks, work: await work(one) });
    await one.browser.close();
  }
  return found;
}
