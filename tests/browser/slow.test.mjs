// The page on a slow link: it begins with the words of most texts, and the others come later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BINARY, close, explain, FAKE, open, scores, type, visit } from './harness.mjs';
import { slowLink } from './link.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const ALL = /-vectors\.[0-9a-f]+\.safetensors/;
const COMMON = 'The music is not bad, and I was never bored.';
const RARE = 'The actors are omnipotent.';
const title = (page) => page.locator('#notice .notice-title').textContent();

test('a text of common words is answered before all words are there; one with a rare word waits and says for what', { skip: FAKE }, async () => {
  const link = await slowLink(site.url, 1000, ALL);
  const visited = await visit({ browser: site.browser, url: link.url });
  const { page } = visited;
  await type(page, COMMON);
  const early = await scores(page);
  assert.deepEqual(early.map(({ text }) => text).join(' '), 'The music is not bad , and I was never bored .');
  await page.fill('#text', RARE);
  await page.waitForSelector('#notice[data-kind="loading"]');
  assert.match(await title(page), /"omnipotent" is not there yet/);
  await page.waitForFunction(() => /word vectors: 0\.\d of 1\.7 MB/.test(document.querySelector('#notice .notice-detail').textContent));
  assert.equal(await page.locator('.result[data-stale]').count(), 1, 'what is shown is not called its answer');
  assert.deepEqual(await scores(page), early, 'and is still that of the text before');
  await type(page, 'I was bored.');
  assert.equal(await page.locator('#notice').isHidden(), true);
  assert.deepEqual((await scores(page)).map(({ text }) => text), ['I', 'was', 'bored', '.']);
  await page.fill('#text', RARE);
  await page.waitForSelector('#notice[data-kind="loading"]');
  link.release();
  await page.waitForFunction(() => !document.querySelector('.result[data-stale]') && document.getElementById('notice').hidden);
  const late = await scores(page);
  assert.deepEqual(late.map(({ text }) => text), ['The', 'actors', 'are', 'omnipotent', '.']);
  assert.equal(await page.locator('#live .chip[data-unknown]').count(), 0);
  await type(page, COMMON);
  assert.deepEqual(await scores(page), early, 'to the bit what it was with the first words alone');
  if (BINARY) {
    for (const [text, shown] of [[COMMON, early], [RARE, late]]) {
      const row = (await explain(text, 'integrated-gradients', 'paper-cnn-10')).sentences[0].rows[0];
      row.words.forEach(({ score }, k) => close(shown[k].score, score, 1e-5, `word ${k} of ${text}`));
    }
  }
  await visited.check();
  await link.close();
});

test('when the rest cannot be loaded, that is said and can be tried again, and common words go on', { skip: FAKE }, async () => {
  let broken = true;
  const visited = await visit(site, {
    expected: [/Failed to load resource/],
    before: (page) => page.context().route(ALL, (route) => (broken ? route.abort() : route.continue())),
  });
  const { page } = visited;
  await page.waitForSelector('#notice[data-kind="problem"]');
  assert.match(await title(page), /rarer words could not be loaded/);
  await type(page, COMMON);
  assert.equal((await scores(page)).length, 12);
  await page.fill('#text', RARE);
  await page.waitForSelector('.result[data-stale]');
  broken = false;
  await page.locator('#notice button').click();
  await page.waitForFunction(() => !document.querySelector('.result[data-stale]') && document.getElementById('notice').hidden);
  assert.deepEqual((await scores(page)).map(({ text }) => text), ['The', 'actors', 'are', 'omnipotent', '.']);
  await visited.check();
});

test('what the page begins with is fetched beside the engine, and once', { skip: FAKE }, async () => {
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  const visited = await visit(site, {
    ready: false,
    before: (page) => page.context().route(/wordlight_bg\.wasm/, async (route) => { await held; await route.continue(); }),
  });
  const { page, requests } = visited;
  const asked = () => requests.filter((address) => /first-words|paper-cnn-epoch-10/.test(address)).length;
  while (asked() < 2) await page.waitForTimeout(20);
  assert.equal(await page.locator('#live .chip').count(), 0, 'the engine is not there yet');
  release();
  await page.waitForSelector('#live .chip');
  assert.equal(asked(), 2);
  await visited.check();
});

test('without the first words the page waits for all, and says nothing', { skip: FAKE }, async () => {
  const visited = await visit(site, {
    expected: [/Failed to load resource/],
    before: (page) => page.context().route(/first-words/, (route) => route.abort()),
  });
  await type(visited.page, RARE);
  assert.equal((await scores(visited.page)).length, 5);
  assert.equal(await visited.page.locator('#notice').isHidden(), true);
  await visited.check();
});

test('a keystroke is answered within its own event once the page’s own engine is there', { skip: FAKE }, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const write = (text) => page.evaluate((value) => {
    const box = document.getElementById('text');
    box.value = value;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    return document.querySelector('#live .chips').textContent + (document.querySelector('.result[data-stale]') ? ' (stale)' : '');
  }, text);
  // The engine comes when the page has time for it.
  let tries = 0;
  while (!(await write(tries % 2 ? 'I was bored' : 'I was never')).startsWith(tries % 2 ? 'I was bored' : 'I was never')) {
    tries += 1;
    assert.ok(tries < 200, 'never at once');
    await page.waitForTimeout(50);
  }
  const quick = await write(RARE);
  assert.match(quick, /^The actors are omnipotent\.(?!.*stale)/);
  const here = await scores(page);
  // A pasted text is long work: the worker answers it, with the same numbers for the same sentence.
  await type(page, `${RARE}\n\n${'I was never bored. '.repeat(400)}`);
  assert.deepEqual(await scores(page), here);
  await visited.check();
});
