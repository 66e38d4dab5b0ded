// The study's sections in a real Chromium, with the real engine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, FAKE, open, type, visit } from './harness.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

/** Waits until every open panel shows the answer to what is asked now. */
const settled = (page) => page.waitForFunction(() => {
  const open = [...document.querySelectorAll('.study-section[open] .study-panel')].filter((panel) => !panel.hidden && (!(panel instanceof HTMLDetailsElement) || panel.open));
  return open.length > 0 && open.every((panel) => {
    const body = panel.querySelector('.panel-inside > :is(.panel-body, .study-table-box, .player)');
    return body && !body.hasAttribute('data-stale') && !body.hasAttribute('data-empty');
  });
});
/** Opens a section, and panels in it, as a visitor does. */
async function unfold(page, section, ...panels) {
  await page.click(`#${section} > summary`);
  for (const panel of panels) await page.click(`[data-panel="${panel}"] > summary`);
  await settled(page);
}
const text = (page, panel) => page.locator(`[data-panel="${panel}"] .panel-text`).textContent();

const options = { skip: FAKE && 'the invented engine has no study' };

test('a closed study downloads and computes nothing', options, async () => {
  const visited = await visit(site);
  const { page, requests } = visited;
  await type(page, 'A wonderful cast, but a dull story.');
  await page.waitForTimeout(300);
  assert.equal(requests.filter((url) => url.includes('full')).length, 0);
  await page.click('#why > summary');
  await settled(page);
  assert.equal(requests.filter((url) => url.endsWith('full_bg.wasm')).length, 1);
  await visited.check();
});

test('pinning a word by keyboard asks why, and the sum is the word’s score', options, async () => {
  const visited = await visit(site, { hash: '#open=why&method=gradient-x-input' });
  const { page } = visited;
  await settled(page);
  const chip = page.locator('#live .chip', { hasText: 'never' });
  await chip.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[data-panel="why"] .panel-text')?.textContent.includes('“never”'));
  await settled(page);
  const found = await text(page, 'why');
  const score = (await chip.getAttribute('aria-label')).match(/: ([+−]?[\d.]+)/)[1];
  assert.ok(found.includes(`it adds ${score} to the logit`), `${score} in ${found}`);
  await page.waitForFunction(() => location.hash.includes('at=0.13'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('[data-panel="why"] .panel-text')?.textContent.includes('“never”'));
  await page.waitForFunction(() => !location.hash.includes('at='));
  await visited.check();
});

test('a pinned word leads to its section', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.locator('#live .chip', { hasText: 'wonderful' }).click();
  await page.getByRole('button', { name: 'Why this word?', exact: true }).click();
  await settled(page);
  assert.match(await text(page, 'why'), /“wonderful”/);
  assert.equal(await page.evaluate(() => document.activeElement?.closest('details')?.id), 'why');
  await visited.check();
});

test('three names are one number until a setting breaks it, and the link carries the setting', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await unfold(page, 'why', 'identity');
  assert.match(await text(page, 'identity'), /^Three names, one number/);
  await page.locator('[data-panel="identity"] .pill', { hasText: 'LRP-ε' }).click();
  await page.waitForFunction(() => document.querySelector('[data-panel="identity"] .panel-text')?.textContent.startsWith('Not one number'));
  await page.waitForTimeout(400);
  const again = await visit(site, { hash: new URL(page.url()).hash });
  await settled(again.page);
  assert.match(await text(again.page, 'identity'), /^Not one number/);
  await again.check();
  await visited.check();
});

test('every class is in the matrix, and the steps have a chart with words', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await unfold(page, 'why', 'steps', 'detectors');
  assert.equal(await page.locator('.classes thead th').count(), 6);
  assert.equal(await page.locator('.classes tbody tr').count(), 16);
  assert.equal(await page.locator('[data-panel="steps"] .chart-curve').count(), 4);
  assert.match(await page.locator('[data-panel="steps"] .chart-plot').getAttribute('aria-label'), /one step errs by/);
  assert.equal(await page.locator('[data-panel="detectors"] tbody tr').count(), 5);
  await visited.check();
});

test('an exchange that is used is in the box, and the verdict is the one it promised', options, async () => {
  const visited = await visit(site, { hash: '#at=0.9' });
  const { page } = visited;
  await unfold(page, 'what-if', 'flips');
  const line = page.locator('[data-panel="flips"] tbody tr').first();
  const [name, word, chance] = await line.locator('> *').allTextContents();
  await line.locator('button').click();
  await page.waitForFunction((text) => document.querySelector('#text').value.includes(text), word);
  await page.waitForFunction(() => !document.querySelector('.result[data-stale]'));
  const bar = page.locator('#live .bars .bar', { hasText: name }).first();
  assert.equal(await bar.locator('.bar-percent').textContent(), chance);
  await visited.check();
});

test('a replacement is answered while it is typed, and two sentences are compared word by word', options, async () => {
  const visited = await visit(site, { hash: '#at=0.9' });
  const { page } = visited;
  await unfold(page, 'what-if', 'pair');
  await page.getByLabel('Replace it with').fill('dreadful');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-panel="edits"] tbody th')].some((cell) => cell.textContent === '“dreadful” for “wonderful”'));
  await page.locator('[data-panel="pair"] tbody tr', { hasText: 'Sarcasm' }).locator('button').click();
  assert.equal(await page.inputValue('#text'), 'What a great way to spend two hours.');
  assert.equal(await page.getByLabel('Second sentence').inputValue(), 'What a great way to waste two hours.');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-panel="pair"] tbody tr')].some((line) =>
    ['exchanged', 'spend', 'waste'].every((text) => [...line.children].some((cell) => cell.textContent === text))));
  await visited.check();
});

test('the epochs can be stepped through by button and by keyboard', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await unfold(page, 'epochs');
  const slider = page.getByLabel('Epoch', { exact: true });
  const last = Number(await slider.getAttribute('max'));
  assert.ok(last >= 2);
  assert.equal(await slider.inputValue(), String(last));
  const before = await page.locator('.player .chips').textContent();
  await page.getByLabel('One epoch less').click();
  assert.equal(await slider.inputValue(), String(last - 1));
  await slider.focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('.player input')).value === '0');
  assert.equal(await page.locator('.player .chips').textContent(), before, 'the words stay, only their colours change');
  assert.ok((await slider.getAttribute('aria-valuetext')).length > 5);
  assert.equal(await page.locator('[data-panel="epochs"] .sparkline').count(), 16);
  await page.locator('.player button', { hasText: 'Play' }).click();
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('.player input')).value !== '0');
  await visited.check();
});

test('trust has curves with both controls, a reference, people and a random network', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await unfold(page, 'trust', 'reference', 'people', 'randomise');
  assert.equal(await page.locator('[data-panel="curves"] .chart-plot .chart-band').count(), 1);
  assert.ok(await page.locator('[data-panel="curves"] .chart-plot .chart-curve').count() >= 5);
  assert.match(await text(page, 'reference'), /Shapley values is /);
  assert.match(await text(page, 'people'), /same side/);
  const first = await text(page, 'randomise');
  await page.getByRole('button', { name: 'Draw again' }).click();
  await page.waitForFunction((old) => document.querySelector('[data-panel="randomise"] .panel-text')?.textContent !== old, first);
  await visited.check();
});

test('the replication ledger is drawn as it was written, and its absence is said', options, async () => {
  const finding = { id: 'x', claim: 'A claim', evidence: 'Some <b>evidence</b>', result: 'A result', verdict: 'holds' };
  let there = false;
  const visited = await visit(site, {
    expected: [/Failed to load resource/],
    before: (page) => page.route('**/replication.json', (route) =>
      route.fulfill(there ? { json: { schema: 1, claims: [finding], pitfalls: [] } } : { status: 404, body: '' })),
  });
  const { page } = visited;
  await page.click('#trust > summary');
  await page.click('[data-panel="replication"] > summary');
  await page.waitForSelector('[data-panel="replication"] .notice:not([hidden])');
  assert.match(await page.locator('[data-panel="replication"] .notice').textContent(), /replication.json is not there: the server answered 404/);
  there = true;
  await page.locator('[data-panel="replication"] .notice button').click();
  await page.waitForFunction(() => document.querySelector('[data-panel="replication"] tbody tr'));
  assert.deepEqual(await page.locator('[data-panel="replication"] tbody tr').first().locator('> *').allTextContents(), ['A claim', 'Some <b>evidence</b>', 'A result', 'holds']);
  await visited.check();
});

test('typing is answered while the study works, and its answers follow', options, async () => {
  const visited = await visit(site, { hash: '#open=why,what-if,flips,trust,epochs&flips=sentence' });
  const { page } = visited;
  await page.fill('#text', '');
  await page.type('#text', 'Never dull, always warm.', { delay: 10 });
  await page.waitForFunction(() => !document.querySelector('.result[data-stale]'));
  // The study waits for a pause in the typing before it is asked again, so its panels may still be those of before.
  await page.waitForFunction(() => ['classes', 'flips'].every((panel) => document.querySelectorAll(`[data-panel="${panel}"] tbody tr`).length === 6));
  await settled(page);
  await visited.check();
});

test('a core that cannot be loaded is said in the panel, and trying again works', options, async () => {
  let broken = true;
  const visited = await visit(site, {
    expected: [/Failed to load resource/],
    before: (page) => page.route('**/full.js', (route) => (broken ? route.abort() : route.continue())),
  });
  const { page } = visited;
  await page.click('#what-if > summary');
  await page.waitForSelector('[data-panel="edits"] .notice:not([hidden])');
  assert.match(await page.locator('[data-panel="edits"] .notice').textContent(), /pkg\/full\.js/);
  assert.ok(await page.locator('#live .chip').count() > 0, 'the answer above is not touched');
  broken = false;
  await page.locator('[data-panel="edits"] .notice button').click();
  await settled(page);
  await visited.check();
});

test('axe finds nothing in the open study, light and dark, wide and narrow', options, async () => {
  for (const [colorScheme, width] of [['light', 1200], ['dark', 320]]) {
    const hash = '#open=why,detectors,identity,steps,what-if,flips,pair,epochs,seeds,trust,reference,people,randomise&second=It+is+not+good.';
    const visited = await visit(site, { hash, colorScheme, viewport: { width, height: 800 } });
    await settled(visited.page);
    assert.deepEqual(await axe(visited.page), []);
    const wide = await visited.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, `the page is ${wide} pixels wider than ${width}`);
    await visited.check();
  }
});
