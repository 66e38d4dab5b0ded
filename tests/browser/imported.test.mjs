// A visitor's own network in a real Chromium: dropped, chosen by keyboard, refused, linked, explained everywhere, and the same
// as on the command line (WORDLIGHT_BIN).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { axe, BINARY, close, drop, FAKE, open, saved, scores, type, visit } from './harness.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const run = promisify(execFile);
const golden = (name) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
const REAL = { skip: FAKE && 'the invented engine reads no networks' };
const BOTH = { skip: FAKE || !BINARY ? 'needs the real engine and WORDLIGHT_BIN' : false };
const TEXT = 'The bread is fresh, but a zebra called.';

const settled = (page) => page.waitForFunction(() => !document.querySelector('[data-stale]'));
const network = (page) => page.getByLabel('Network', { exact: true });
const shown = (page, name) => page.waitForFunction((wanted) => {
  const select = [...document.querySelectorAll('#live select')].find((one) => one.selectedOptions[0]?.textContent === wanted);
  return select !== undefined && !document.querySelector('.result[data-stale]');
}, name);

const file = async (name) => ({ name, bytes: await readFile(golden(name)) });

for (const name of ['cnn', 'lstm', 'binary']) {
  test(`a dropped network (${name}) says what the command line says, and its document makes itself again`, BOTH, async () => {
    const visited = await visit(site);
    const { page } = visited;
    await drop(page, await file(`own-${name}.safetensors`));
    await shown(page, `Kitchen ${name}`);
    await type(page, TEXT);
    const options = ['explain', '--models', 'nowhere', '--network', golden(`own-${name}.safetensors`)];
    const { stdout } = await run(BINARY, [...options, '--format', 'json', TEXT]);
    const reply = JSON.parse(stdout);
    assert.deepEqual(await page.locator('#live .bars .bar-name').allTextContents(), reply.class_names);
    const words = await scores(page);
    const row = reply.sentences[0].rows[0];
    assert.equal(words.length, row.words.length);
    words.forEach(({ score }, k) => close(score, row.words[k].score, 1e-6, row.words[k].describe));
    await page.click('#compare-text');
    await page.waitForSelector('.compared .chip');
    await settled(page);
    await page.waitForFunction(() => [...document.querySelectorAll('.export-buttons button')].every((button) => !button.disabled));
    const path = await saved(page, site.folder, 'Data (JSON)');
    const again = await run(BINARY, [...options, '--from', path], { maxBuffer: 1 << 26 });
    const kept = await readFile(path, 'utf8');
    assert.equal(again.stdout, kept, 'bit for bit');
    assert.equal(visited.requests.filter((url) => url.endsWith('import_bg.wasm')).length, 1);
    await visited.check();
  });
}

test('by keyboard: files are chosen, read, explained, and another network can be chosen again', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const before = await network(page).inputValue();
  // Asked for first: the browser is told not to open a dialogue of its own, and that takes a moment.
  const chosen = page.waitForEvent('filechooser');
  await page.locator('#imported-file').focus();
  await page.keyboard.press('Enter');
  const chooser = await chosen;
  assert.ok(chooser.isMultiple());
  await chooser.setFiles(golden('own-cnn.safetensors'));
  await shown(page, 'Kitchen cnn');
  await page.waitForFunction(() => /kitchen cnn is read/.test(document.querySelector('#imported [role="status"]').textContent));
  const card = page.locator('.imported-list li').first();
  assert.match(await card.textContent(), /6 filters each over 2, 3 words, relu.*good, bad, late.*The logits of 3 examples in the file come out here.*own-[0-9a-f]{12}/s);
  await network(page).selectOption(before);
  await settled(page);
  await page.getByRole('button', { name: 'Explain with kitchen cnn' }).press('Enter');
  await shown(page, 'Kitchen cnn');
  assert.deepEqual(await axe(page), []);
  await visited.check();
});

test('files that are no network are refused in words, and the page goes on with the network that it had', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const { bytes } = await file('own-cnn.safetensors');
  await drop(page, { name: 'cut.safetensors', bytes: bytes.subarray(0, bytes.length - 7) });
  const problem = page.locator('#imported [role="alert"]');
  await problem.waitFor();
  assert.match(await problem.textContent(), /cut\.safetensors: not a whole safetensors file/);
  assert.deepEqual(await axe(page), []);
  await drop(page, { name: 'net.pt', bytes: Buffer.from('PK\u0003\u0004 anything') });
  await page.waitForFunction(() => /torch\.save/.test(document.querySelector('#imported [role="alert"]').textContent));
  await page.setInputFiles('#imported-file', [{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('good\nbad') }]);
  await page.waitForFunction(() => /there is no network in/.test(document.querySelector('#imported [role="alert"]').textContent));
  await type(page, 'Still here, and wonderful.');
  assert.equal((await scores(page)).length, 6);
  assert.equal(await network(page).locator('option[value^="own-"]').count(), 0);
  assert.equal(await page.locator('.imported-list li').count(), 0);
  await drop(page, await file('own-cnn.safetensors'));
  await shown(page, 'Kitchen cnn');
  assert.equal(await problem.isVisible(), false, 'what was wrong before is forgotten');
  await visited.check();
});

test('a link names the network and asks for its files; nothing of the link is lost meanwhile', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await drop(page, await file('own-lstm.safetensors'));
  await shown(page, 'Kitchen lstm');
  await type(page, TEXT);
  await page.locator('#live .bars input').nth(2).check();
  await settled(page);
  await page.waitForFunction(() => /checkpoint=own-/.test(location.hash) && /class=2/.test(location.hash));
  const { hash } = new URL(page.url());
  const first = await scores(page);
  await visited.check();

  const again = await visit(site, { hash });
  const told = again.page.locator('#notice[data-kind="info"]');
  await told.waitFor();
  assert.match(await told.textContent(), /network of somebody’s own \(own-[0-9a-f]{12}\), which is not in this tab: choose its files/);
  assert.equal(await again.page.inputValue('#text'), TEXT);
  await again.page.getByRole('button', { name: /^Use (dark|light) colours$/ }).click();
  await again.page.waitForFunction(() => /theme=/.test(location.hash) && /checkpoint=own-/.test(location.hash));
  assert.deepEqual(await axe(again.page), []);
  await drop(again.page, await file('own-lstm.safetensors'));
  await shown(again.page, 'Kitchen lstm');
  await again.page.waitForFunction(() => document.getElementById('notice').hidden);
  assert.deepEqual(await scores(again.page), first);
  await again.check();
});

test('the study, lists of texts and comparisons take it as one of ours', REAL, async () => {
  const visited = await visit(site, { hash: `#${new URLSearchParams({ text: 'the bread is fresh and warm', compare: 'text', methods: 'gradient-x-input' })}` });
  const { page } = visited;
  const done = () => page.waitForFunction(() => document.querySelector('.study-section[open] .panel-body') && !document.querySelector('.study-section[open] :is([data-stale], [data-empty]:not([hidden]))'));
  // Its engine runs before the network comes: it is handed on to it.
  await page.click('#why > summary');
  await done();
  await drop(page, { name: 'vocab.json', bytes: Buffer.from('{"licence": "mine"}') }, await file('own-cnn.safetensors'));
  await shown(page, 'Kitchen cnn');
  await settled(page);
  await done();
  const id = await network(page).inputValue();
  assert.equal(await page.locator(`.compare-settings input[value="${id}"]`).count(), 1, 'it can be compared');
  for (const section of ['what-if', 'epochs', 'trust']) {
    await page.click(`#${section} > summary`);
    await done();
  }
  await page.click('[data-panel="people"] > summary');
  await page.waitForFunction(() => /classes are others \(good, bad, late\)/.test(document.querySelector('[data-panel="people"]').textContent));
  assert.equal(await page.locator('.study .notice[data-kind="problem"]:visible').count(), 0);
  await page.setInputFiles('#list-file', { name: 'texts.txt', mimeType: 'text/plain', buffer: Buffer.from('fresh bread\nlate again\nburnt chips') });
  await page.waitForFunction(() => document.querySelectorAll('.list-lines .list-class').length === 3);
  const classes = await page.locator('.list-lines .list-class').allTextContents();
  assert.ok(classes.every((name) => ['good', 'bad', 'late'].includes(name)), `${classes}`);
  assert.deepEqual(await axe(page), []);
  await visited.check();
});
