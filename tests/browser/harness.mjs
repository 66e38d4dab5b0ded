// What the end-to-end tests share: the address under test, a watched page, axe, and the native command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch } from './chromium.mjs';
import { serve } from './server.mjs';

/** WORDLIGHT_FAKE=1 tests the page with invented numbers; WORDLIGHT_URL tests a page that is already served. */
export const FAKE = process.env.WORDLIGHT_FAKE === '1';
export const BINARY = process.env.WORDLIGHT_BIN;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = promisify(execFile);

/** The page under test in a browser, and a folder for what the tests save. */
export async function open() {
  const server = process.env.WORDLIGHT_URL ? null : await serve({ fake: FAKE });
  const url = process.env.WORDLIGHT_URL ?? server.url;
  const browser = await launch();
  const folder = await mkdtemp(join(tmpdir(), 'wordlight-'));
  return {
    url,
    browser,
    folder,
    close: async () => {
      await browser.close();
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A page in a context of its own. `check()` fails on console errors, page errors and requests to other origins;
 * `expected` are console messages that the test provokes itself (a blocked download is reported by Chromium). `requests` are
 * those of the page and its workers.
 * @param {any} site what `open` gave
 * @param {any} [options] those named here, and those of a browser's context
 */
export async function visit({ browser, url }, { hash = '', ready = true, before, expected = [], ...context } = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, ...context })).newPage();
  const faults = [];
  const requests = [];
  const kept = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  // A service worker fetches what it keeps in its own time.
  page.context().on('request', (request) => (request.serviceWorker() ? kept : requests).push(request.url()));
  await before?.(page);
  await page.goto(url + hash);
  if (ready) await page.waitForSelector('#live .chip');
  return {
    page,
    requests,
    async check() {
      const { origin } = new URL(url);
      assert.deepEqual([...requests, ...kept].filter((address) => ![`${origin}/`, `blob:${origin}/`, 'data:'].some((own) => address.startsWith(own))), [], 'requests to other origins');
      assert.deepEqual(faults.filter((fault) => !expected.some((pattern) => pattern.test(fault))), [], 'console errors');
      await page.context().close();
    },
  };
}

/** Violations of WCAG 2.2 A and AA and of best practice that axe finds on the page as it is now. */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary?.replace(/\s+/g, ' ')})`).join(' | ')}`);
}

/** The scores of the first (or k-th) row as the page carries them. */
export const scores = (page, row = '#live .chips') => page.locator(row).first().locator('.chip[data-kind="word"]').evaluateAll(
  (chips) => chips.map((chip) => ({ text: chip.textContent, score: Number(chip.dataset.score) })),
);

/** Types into the box and waits until the answer to exactly this text is shown. */
export async function type(page, text) {
  await page.fill('#text', text);
  await page.waitForFunction(() => !document.querySelector('.result[data-stale]'));
}

/** Drops files on the middle of the page, as a file manager does. @param {{name: string, bytes: Iterable<number>}[]} files */
export async function drop(page, ...files) {
  const data = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of given) transfer.items.add(new File([Uint8Array.from(bytes)], name));
    return transfer;
  }, files.map(({ name, bytes }) => ({ name, bytes: [...bytes] })));
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

/** Presses a button that saves a file; where the file is. @param {string} folder */
export async function saved(page, folder, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** The native command line's reply: the same object as the engine's. */
export async function explain(text, method, checkpoint) {
  const models = fileURLToPath(new URL('../../www/models', import.meta.url));
  const options = ['--format', 'json', '--models', models, '--method', method, '--checkpoint', checkpoint, '--', text];
  const { stdout } = await run(BINARY, ['explain', ...options], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

export function close(got, want, tolerance, what) {
  const difference = Math.abs(got - want);
  assert.ok(difference <= tolerance * Math.max(1, Math.abs(want)), `${what}: page ${got}, command line ${want}, difference ${difference}, tolerance ${tolerance}`);
}
