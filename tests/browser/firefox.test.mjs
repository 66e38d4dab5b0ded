// The core of the page in Firefox: it loads, answers keystrokes as Chromium does, opens the study and reads a file.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchFirefox, noFirefox } from './firefox.mjs';
import { FAKE, open, scores, type, visit } from './harness.mjs';
import { serve } from './server.mjs';

const options = { skip: noFirefox || (FAKE && 'the invented engine has no study') };
const TEXT = 'No plot, but a wonderful cast.';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
/** @type {Awaited<ReturnType<typeof launchFirefox>>} */
let firefox;
let folder = '';
before(async () => {
  if (options.skip) return;
  site = await open();
  firefox = await launchFirefox();
  folder = await mkdtemp(join(tmpdir(), 'wordlight-'));
});
after(async () => {
  await firefox?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A page whose console and requests are watched. @param {string} [hash] */
async function opened(hash = '') {
  const page = await firefox.newPage();
  const faults = [];
  page.on('console', (message) => { if (['error', 'warn'].includes(message.type())) faults.push(message.text()); });
  page.on('pageerror', (/** @type {any} */ error) => faults.push(String(error.message)));
  page.on('request', (request) => { if (!request.url().startsWith(new URL(site.url).origin) && !/^(data|blob):/.test(request.url())) faults.push(request.url()); });
  await page.goto(site.url + hash);
  await page.waitForSelector('#live .chip');
  return { page, faults };
}

test('Firefox shows the numbers that Chromium shows, and answers keystrokes', options, async () => {
  const visited = await visit(site);
  await type(visited.page, TEXT);
  const expected = await scores(visited.page);
  await visited.check();
  const { page, faults } = await opened(`#text=${encodeURIComponent(TEXT)}`);
  const shown = () => page.$$eval('#live .chips .chip[data-kind="word"]', (chips) => chips.map((chip) => ({ text: chip.textContent, score: Number(/** @type {HTMLElement} */ (chip).dataset.score) })));
  assert.deepEqual(await shown(), expected);
  await page.focus('#text');
  await page.keyboard.press('End');
  await page.keyboard.type(' Never boring');
  await page.waitForFunction(() => [...document.querySelectorAll('#live .chip')].some((chip) => chip.textContent === 'boring') && !document.querySelector('.result[data-stale]'));
  assert.ok((await shown()).every(({ score }) => Number.isFinite(score)));
  assert.deepEqual(faults, []);
  await page.close();
});

test('in Firefox a link opens the study, and a file of texts is read', options, async () => {
  const { page, faults } = await opened('#open=why&palette=constructor');
  await page.waitForSelector('#why .panel-body table', { timeout: 60_000 });
  const file = join(folder, 'two.txt');
  await writeFile(file, 'A wonderful film.\nDull.\n');
  const input = /** @type {any} */ (await page.waitForSelector('#list-file'));
  await input.uploadFile(file);
  await page.waitForFunction(() => document.querySelectorAll('#list .list-lines .list-line').length === 2, { timeout: 60_000 });
  assert.deepEqual(faults, []);
  await page.close();
});

test('in Firefox the published page works without a network after one visit', { skip: noFirefox || (!process.env.WORDLIGHT_SITE && 'needs WORDLIGHT_SITE') }, async () => {
  const server = await serve({ root: process.env.WORDLIGHT_SITE });
  const page = await firefox.newPage();
  await page.goto(server.url);
  await page.waitForSelector('#live .chip');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, { timeout: 60_000 });
  await server.close();
  await page.goto(server.url);
  await page.waitForSelector('#live .chip');
  await page.focus('#text');
  await page.keyboard.press('End');
  await page.keyboard.type(' No network ');
  await page.waitForFunction(() => [...document.querySelectorAll('#live .chip')].some((chip) => chip.textContent === 'network'));
  await page.close();
});
