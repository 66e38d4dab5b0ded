// What leaves the page and what comes into it: pictures, data, links, frames, files of texts, the one-file page and the
// page without a network. WORDLIGHT_BIN makes saved data again; WORDLIGHT_ONE_FILE is the file of `cargo xtask site
// --single-file`; WORDLIGHT_SITE a folder of `cargo xtask site --out`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { axe, BINARY, drop, FAKE, open, saved as savedIn, scores, type, visit } from './harness.mjs';
import { serve } from './server.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const run = promisify(execFile);
const MODELS = fileURLToPath(new URL('../../www/models', import.meta.url));
const REAL = { skip: FAKE && 'needs the real engine' };
const HOSTILE = '<script>alert(1)</script> & "quotes" \u0001 \ud83d\ude00 ]]> wonderful';

const saved = (page, name) => savedIn(page, site.folder, name);
const settled = (page) => page.waitForFunction(() => !document.querySelector('[data-stale]'));
const ready = (page) => page.waitForFunction(() => [...document.querySelectorAll('.export-buttons button')].every((button) => !button.disabled));

/** What the command line makes of a document, and whether it is the same. */
async function again(path) {
  const { stdout } = await run(BINARY, ['explain', '--models', MODELS, '--from', path], { maxBuffer: 1 << 28 });
  const mine = await readFile(path, 'utf8');
  const first = [...mine].findIndex((character, k) => character !== stdout[k]);
  assert.ok(mine === stdout, `differs from character ${first}: ${mine.slice(first - 60, first + 60)} | ${stdout.slice(first - 60, first + 60)}`);
  return JSON.parse(mine);
}

test('saved data is made again by the command line, bit for bit', { skip: FAKE || !BINARY ? 'needs the real engine and WORDLIGHT_BIN' : false }, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const text = 'It’s (almost) a masterpiece – don’t miss it!\nThe second half is dull.';
  const methods = await page.getByLabel('Method', { exact: true }).locator('option').evaluateAll((options) => options.map(({ value }) => value));
  for (const target of ['logit', 'probability', 'log-probability', 'expected-score']) {
    await page.evaluate((hash) => { location.hash = hash; }, `#${new URLSearchParams({ text, target, method: 'integrated-gradients' })}`);
    await page.waitForFunction((wanted) => document.getElementById('text').value === wanted, text);
    await settled(page);
    await ready(page);
    const kept = await again(await saved(page, 'Data (JSON)'));
    assert.equal(kept.explanations[0].request.rows[0].target.kind, target);
  }
  // All methods at once, in the comparison; one that is slow or does not fit says so in its row, and that is kept as well.
  for (const checkpoint of ['paper-cnn-10', 'bilstm-5']) {
    await page.evaluate((hash) => { location.hash = hash; }, `#${new URLSearchParams({ text: 'A dull plot, but wonderful actors.', compare: 'text', methods: methods.join(','), checkpoint, checkpoints: checkpoint })}`);
    while (await page.getByLabel('Network', { exact: true }).inputValue() !== checkpoint) await page.waitForTimeout(50);
    await page.waitForFunction((count) => document.querySelectorAll('.compared .grid tbody tr').length === count && !document.querySelector('[data-stale]'), methods.length, { timeout: 120_000 });
    await settled(page);
    await ready(page);
    await page.getByLabel('What', { exact: true }).selectOption('comparison');
    const all = await again(await saved(page, 'Data (JSON)'));
    assert.deepEqual([...new Set(all.explanations[0].reply.sentences[0].rows.map(({ method }) => method))], methods);
    assert.deepEqual(all.explanations[0].request.rows.map((row) => row.checkpoint), methods.map(() => checkpoint));
    assert.ok(all.networks.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)));
  }
  await page.click('#as-in-the-paper');
  await page.waitForFunction(() => document.querySelectorAll('.compared-text').length === 6);
  await settled(page);
  await ready(page);
  const paper = await again(await saved(page, 'Data (JSON)'));
  assert.equal(paper.explanations.length, 6);
  await visited.check();
});

test('a document of another network is refused with both hashes', { skip: FAKE || !BINARY ? 'needs the real engine and WORDLIGHT_BIN' : false }, async () => {
  const visited = await visit(site);
  const path = await saved(visited.page, 'Data (JSON)');
  const text = await readFile(path, 'utf8');
  const { networks: [network] } = JSON.parse(text);
  /** @type {[(json: string) => string, RegExp][]} */
  const changes = [
    [(json) => json.replace(network.sha256, '0'.repeat(64)), /another network of the name .*SHA-256 0000/s],
    [(json) => json.replace('"schema": 1', '"schema": 99'), /schema 99, this program reads 1/],
    [(json) => json.slice(0, 200), /is no explanation that wordlight saved/],
  ];
  for (const [change, message] of changes) {
    await writeFile(path, change(text));
    await assert.rejects(run(BINARY, ['explain', '--models', MODELS, '--from', path]), ({ stderr }) => message.test(stderr) || assert.fail(stderr));
  }
  await visited.check();
});

test('pictures say what they show, in both looks, whatever the text is', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await type(page, HOSTILE);
  for (const look of ['page', 'paper']) {
    await page.getByLabel('Look of the picture').selectOption(look);
    const drawn = await readFile(await saved(page, 'Drawing (SVG)'), 'utf8');
    const read = await page.evaluate((source) => {
      const root = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
      return {
        name: root.localName,
        others: root.querySelectorAll('script, foreignObject, a, image').length,
        texts: [...root.querySelectorAll('text')].map((text) => text.textContent),
        fills: [...root.querySelectorAll('text[text-anchor="middle"]')].map((text) => text.getAttribute('fill')),
        inside: [...root.querySelectorAll('rect')].every((rect) => Number(rect.getAttribute('x') ?? 0) + Number(rect.getAttribute('width')) <= Number(root.getAttribute('width'))),
      };
    }, drawn);
    assert.deepEqual([read.name, read.others, read.inside], ['svg', 0, true]);
    const said = read.texts.join(' ');
    for (const part of ['Integrated Gradients', 'logit of', '±', 'epochs', 'wordlight', 'wonderful', 'script', '😀']) assert.ok(said.includes(part), `${part} in ${said}`);
    if (look === 'paper') assert.ok(read.fills.every((fill) => fill === '#000000'), 'black text, as in the paper');
    const picture = await readFile(await saved(page, 'Picture (PNG)'));
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
    assert.equal(picture.readUInt32BE(16), 1920, 'twice the width of the drawing');
  }
  await visited.check();
});

test('a link made with another network says so, and choosing a network settles it', REAL, async () => {
  const visited = await visit(site, { hash: '#text=Not+bad.&model=000000000000' });
  const { page } = visited;
  await page.locator('#notice[data-kind="info"]').waitFor();
  assert.match(await page.locator('#notice').textContent(), /made with another version of the network \(000000000000\).*those of the one here \([0-9a-f]{12}\)/);
  await page.getByLabel('Network', { exact: true }).selectOption({ index: 0 });
  await settled(page);
  await page.waitForFunction(() => document.getElementById('notice').hidden);
  await page.waitForFunction(() => /model=(?!0{12})[0-9a-f]{12}/.test(location.hash));
  const same = await visit(site, { hash: new URL(page.url()).hash });
  await same.page.waitForFunction(() => document.getElementById('notice').hidden);
  await settled(same.page);
  await same.check();
  await visited.check();
});

test('a frame shows the answer alone, and the way to the page', async () => {
  const visited = await visit(site, { hash: '#embed&text=A+wonderful+cast%2C+but+a+dull+story.' });
  const { page } = visited;
  for (const hidden of ['.top', '.lead', '.write', '.controls', '#export', '#list', '.bottom', '#compare']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  assert.equal(await page.locator('#live .chips').isVisible(), true);
  const back = new URL(await page.getAttribute('#embed-link', 'href'));
  assert.doesNotMatch(back.hash, /embed/);
  assert.match(back.hash, /text=A\+wonderful/);
  assert.deepEqual(await axe(page), []);
  await visited.check();
});

test('scores can be drawn as bars, in the answer and in the comparison', async () => {
  const visited = await visit(site, { hash: '#marks=bars&compare=text' });
  const { page } = visited;
  await page.waitForSelector('.compared .chip');
  const heights = await page.locator('#live .chip[data-kind="word"]').evaluateAll((chips) => chips.map((chip) => ({
    score: Math.abs(Number(chip.dataset.score)), height: parseFloat(getComputedStyle(chip, '::before').height), ground: getComputedStyle(chip).backgroundColor,
  })));
  const largest = Math.max(...heights.map(({ score }) => score));
  for (const { score, height, ground } of heights) {
    assert.ok(Math.abs(height - Math.max(1, (24 * score) / largest)) < 0.6 || score === 0, `${score} ${height}`);
    assert.equal(ground, 'rgba(0, 0, 0, 0)');
  }
  assert.ok((await page.locator('.compared .chips[data-marks="bars"]').count()) > 1);
  assert.deepEqual(await axe(page), []);
  await visited.check();
});

test('a hundred thousand texts are read while typing goes on, sorted, opened and saved', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const path = join(site.folder, 'many.csv');
  const line = (k) => `${k},"The film number ${k} is ${k % 3 ? 'wonderful' : 'dull'}, really."`;
  await writeFile(path, `id,review\n${Array.from({ length: 100_000 }, (_, k) => line(k)).join('\n')}\n`);
  await page.setInputFiles('#list-file', path);
  await page.waitForSelector('.list-lines .list-line');
  for (const text of ['Typing', 'Typing goes', 'Typing goes on.']) await type(page, text);
  assert.deepEqual((await scores(page)).map(({ text }) => text), ['Typing', 'goes', 'on', '.']);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.waitForFunction(() => document.querySelector('.list-card progress').hidden);
  assert.ok((await page.locator('.list-lines .list-line').count()) < 20, 'only what is in sight is drawn');
  assert.match(await page.locator('.list-card > .note').textContent(), /^[\d,]+ of 100,000 texts read: [\d,]+ \w/);
  await page.getByRole('button', { name: /^Probability/ }).click();
  await page.waitForFunction(() => document.querySelector('.list-confidence[aria-sort]').getAttribute('aria-sort') === 'descending');
  const chances = await page.locator('.list-lines .list-confidence').evaluateAll((cells) => cells.map((cell) => parseInt(cell.textContent, 10)));
  assert.deepEqual(chances, [...chances].sort((a, b) => b - a));
  const table = (await readFile(await saved(page, 'All results (CSV)'), 'utf8')).trimEnd().split('\n');
  assert.match(table[0], /^number,text,predicted,probability of very negative/);
  assert.ok(table.length > 1 && table[1].startsWith('1,"The film number 0 is dull, really."'));
  await page.locator('.list-open').nth(1).click();
  await settled(page);
  assert.match(await page.inputValue('#text'), /^The film number \d+ is/);
  await page.evaluate(() => { document.querySelector('.list-view').scrollTop = 1e9; });
  await page.waitForFunction(() => Number(document.querySelector('.list-lines .list-line:last-child')?.getAttribute('aria-rowindex')) > 20);
  assert.deepEqual(await axe(page), []);
  await visited.check();
});

test('a file that is dropped before the lists are there is read, and the page goes to it, as later', REAL, async () => {
  let release = () => {};
  const held = new Promise((done) => { release = () => done(undefined); });
  const visited = await visit(site, { before: (page) => page.route('**/views/{list,study}.js', async (route) => {
    await held;
    await route.continue();
  }) });
  const { page } = visited;
  const names = () => page.locator('#list h3').allTextContents();
  const atList = () => page.waitForFunction(() => {
    const { top } = document.getElementById('list').getBoundingClientRect();
    return Math.abs(top - parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)) < 3;
  });
  await drop(page, { name: 'early.txt', bytes: Buffer.from('A wonderful film.\nDull.') });
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => scrollY), 0);
  assert.deepEqual(await names(), [], 'the lists are not there yet');
  release();
  await page.waitForFunction(() => document.querySelectorAll('#list .list-lines .list-line').length === 2);
  await atList();
  assert.deepEqual(await names(), ['early.txt']);
  await page.evaluate(() => scrollTo(0, 0));
  await drop(page, { name: 'late.txt', bytes: Buffer.from('Fine.') });
  await page.waitForFunction(() => document.querySelectorAll('#list .list-lines .list-line').length === 1);
  await atList();
  assert.deepEqual(await names(), ['late.txt']);
  await visited.check();
});

test('what is no text is refused by name, and the next file is read', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const file = (name, bytes) => page.setInputFiles('#list-file', { name, mimeType: 'text/plain', buffer: Buffer.from(bytes) });
  const alert = page.locator('#list .notice[data-kind="problem"]');
  await file('empty.txt', ' \n\n');
  await alert.waitFor();
  assert.match(await alert.textContent(), /"empty\.txt" is empty, expected at least one line/);
  await file('latin.txt', [0x63, 0x61, 0x66, 0xe9]);
  await page.waitForFunction(() => /latin\.txt.*byte at 3/.test(document.querySelector('#list .notice').textContent));
  await file('good.txt', '<b>A wonderful film.</b>\n???\nзамечательно\n');
  await page.waitForFunction(() => document.querySelectorAll('.list-lines .list-line').length === 3);
  assert.equal(await alert.isVisible(), false);
  assert.equal(await page.locator('.list-lines b').count(), 0);
  assert.deepEqual(await axe(page), []);
  await visited.check();
});

test('the worker’s death in the middle of work is said, and Retry brings it back', REAL, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const [worker] = page.workers();
  await worker.evaluate(() => { setTimeout(() => { throw new Error('killed by the test'); }); });
  const notice = page.locator('#notice[data-kind="problem"]');
  await notice.waitFor();
  assert.match(await notice.textContent(), /engine has stopped.*killed by the test/s);
  await page.fill('#text', 'A wonderful film.');
  await notice.getByRole('button', { name: 'Retry' }).click();
  await page.waitForFunction(() => document.getElementById('notice').hidden && !document.querySelector('[data-stale]'));
  assert.equal((await scores(page))[1].text, 'wonderful');
  await visited.check();
});

test('the one-file page works from a disk and asks nobody for anything', { skip: !process.env.WORDLIGHT_ONE_FILE && 'needs WORDLIGHT_ONE_FILE' }, async () => {
  const path = process.env.WORDLIGHT_ONE_FILE;
  const bytes = await readFile(path);
  assert.ok(bytes.length < 4_000_000, `${bytes.length} bytes`);
  const page = await (await site.browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  const faults = [];
  const requests = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.context().on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('#live .chip');
  await type(page, 'A wonderful cast, but a dull story.');
  const inOne = await scores(page);
  // A second engine on the page's own thread answers within the event that asks, as on the served page.
  await page.waitForFunction(() => {
    const text = /** @type {HTMLTextAreaElement} */ (document.getElementById('text'));
    text.value = text.value === 'A fine cast.' ? 'A poor cast.' : 'A fine cast.';
    text.dispatchEvent(new Event('input', { bubbles: true }));
    return [...document.querySelectorAll('#live .chips .chip')].some((chip) => chip.textContent === text.value.slice(2, 6));
  }, null, { polling: 500, timeout: 20_000 });
  await page.click('#as-in-the-paper');
  await page.waitForFunction(() => document.querySelectorAll('.compared-text').length === 6);
  await settled(page);
  await page.setInputFiles('#imported-file', fileURLToPath(new URL('../golden/own-cnn.safetensors', import.meta.url)));
  await page.waitForFunction(() => /kitchen cnn is read/.test(document.querySelector('#imported [role="status"]').textContent), null, { timeout: 60_000 });
  await settled(page);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(requests.filter((address) => !address.startsWith('file:') && !address.startsWith('blob:') && !address.startsWith('data:')), []);
  assert.equal(requests.filter((address) => address.startsWith('file:')).length, 1, 'the page itself, and nothing beside it');
  assert.deepEqual(faults, []);
  await page.context().close();
  const visited = await visit(site);
  await type(visited.page, 'A wonderful cast, but a dull story.');
  assert.deepEqual(inOne, await scores(visited.page), 'the same numbers as the served page');
  await visited.check();
});

test('the published page asks for few files, and every part of it is there', { skip: !process.env.WORDLIGHT_SITE && 'needs WORDLIGHT_SITE' }, async () => {
  const server = await serve({ root: process.env.WORDLIGHT_SITE });
  const visited = await visit({ browser: site.browser, url: server.url });
  const { page, requests } = visited;
  try {
    const asked = [...requests];
    assert.ok(asked.length < 35, `${asked.length} requests until the first explanation: ${asked.join('\n')}`);
    assert.ok(!asked.some((address) => address.includes('/www/lib/') || address.includes('/www/views/')), 'a module outside the bundle');
    await type(page, 'No plot, but a wonderful cast.');
    const here = await scores(page);
    await page.click('.settings > summary');
    await page.locator('.settings').getByLabel('Colour scale').waitFor();
    await page.locator('.compare-start button').nth(1).click();
    await page.locator('.compared .grid tbody tr').first().waitFor();
    await page.locator('#why > summary').click();
    await page.locator('#why .study-panel').first().waitFor();
    await settled(page);
    await page.locator('#list-body textarea, #list-body input').first().waitFor({ state: 'attached' });
    await page.locator('#imported-body input').first().waitFor({ state: 'attached' });
    await visited.check();
    const plain = await visit(site);
    await type(plain.page, 'No plot, but a wonderful cast.');
    assert.deepEqual(here, await scores(plain.page), 'the same numbers as the page of the repository');
    await plain.check();
  } finally {
    await server.close();
  }
});

test('the published page works without a network after one visit, and offers its next version', { skip: !process.env.WORDLIGHT_SITE && 'needs WORDLIGHT_SITE' }, async () => {
  const root = join(site.folder, 'site');
  await cp(process.env.WORDLIGHT_SITE, root, { recursive: true });
  const server = await serve({ root });
  const visited = await visit({ browser: site.browser, url: server.url });
  const { page } = visited;
  try {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector('#live .chip');
    await type(page, 'No network, no problem.');
    assert.equal((await scores(page))[0].text, 'No');
    await page.getByLabel('Network', { exact: true }).selectOption({ index: 0 });
    await settled(page);
    await page.context().setOffline(false);

    // The next version: one file changed, so another list and another name of the cache.
    const index = (await readFile(join(root, 'index.html'), 'utf8')).replace('See which words made', 'Look which words made');
    await writeFile(join(root, 'index.html'), index);
    const code = await readFile(join(root, 'service-worker.js'), 'utf8');
    const [, list] = /^const RELEASE = (.*);$/m.exec(code);
    const release = JSON.parse(list);
    release.files['index.html'].sha256 = createHash('sha256').update(index).digest('hex');
    release.version = 'next';
    await writeFile(join(root, 'service-worker.js'), code.replace(list, JSON.stringify(release)));
    await page.reload();
    assert.match(await page.locator('h1').textContent(), /^See/, 'the old version goes on');
    await page.locator('#update').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.waitForFunction(() => /^Look/.test(document.querySelector('h1')?.textContent ?? ''));
    assert.deepEqual(await page.evaluate(() => caches.keys()), ['wordlight /some/where/ next']);
    await visited.check();
  } finally {
    await server.close();
  }
});
