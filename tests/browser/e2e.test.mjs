// The page in a real Chromium. Environment: WORDLIGHT_URL (else the repository is served here, under a sub-path),
// WORDLIGHT_BIN (the native command, for the comparison of numbers), CHROMIUM, WORDLIGHT_FAKE=1 (invented engine).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, BINARY, close, explain, FAKE, open, scores, type, visit } from './harness.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const METHODS = ['gradient', 'gradient-x-input', 'integrated-gradients', 'lrp-z', 'lrp-epsilon', 'lrp-alpha-beta'];
const settled = (page) => page.waitForFunction(() => !document.querySelector('[data-stale]') && (document.querySelector('#notice').hidden || document.querySelector('#notice').getAttribute('data-kind') === 'info'));

test('the first screen answers the example in words, classes, chips and a sum', async () => {
  const visited = await visit(site);
  const { page } = visited;
  assert.equal(await page.locator('#example').isVisible(), false);
  assert.match(await page.locator('#summary').textContent(), /\(\d+\s%\)/);
  assert.equal(await page.locator('#live .bars .bar').count(), 5);
  assert.match(await page.locator('#live .bar-percent').first().textContent(), /\d\s%/);
  const words = await scores(page);
  assert.equal(words.map(({ text }) => text).join(' ').replace(/ ([,.])/g, '$1'), await page.inputValue('#text'));
  assert.ok(words.every(({ score }) => Number.isFinite(score)) && words.some(({ score }) => score !== 0));
  assert.match(await page.locator('.ledger-text').textContent(), /logit/);
  assert.match(await page.locator('#live .legend-for').textContent(), /supports (very )?(negative|neutral|positive)/);
  await visited.check();
});

test('every keystroke is answered, measured, and copied text has no signs in it', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.fill('#text', '');
  await page.waitForSelector('.empty:not([hidden])');
  assert.equal(await page.locator('.result').isVisible(), false);
  await page.type('#text', 'A dull story.', { delay: 15 });
  await settled(page);
  assert.deepEqual((await scores(page)).map(({ text }) => text), ['A', 'dull', 'story', '.']);
  await page.waitForFunction(() => /median [\d.]+ ms/.test(document.getElementById('meter').textContent));
  const copied = await page.evaluate(() => {
    const chips = document.querySelectorAll('#live .chip[data-kind="word"]');
    getSelection().setBaseAndExtent(chips[0].firstChild, 0, chips[3].firstChild, 1);
    return getSelection().toString();
  });
  assert.equal(copied, 'A dull story.');
  await visited.check();
});

test('a keystroke within a word writes into what is there, and nothing below the answer before its frame', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.waitForSelector('html[data-loaded]');
  await type(page, 'A wonderful cast, but a dull stor');
  await settled(page);
  await page.waitForTimeout(1000); // the engine on the page's own thread is there, and what waits for a pause is done
  const found = await page.evaluate(() => new Promise((resolve) => {
    const watcher = new MutationObserver(() => {});
    watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    const box = document.getElementById('text');
    const answered = () => {
      const records = watcher.takeRecords().filter(({ target }) => !box.contains(target));
      const live = document.getElementById('live');
      resolve({
        count: records.length,
        made: records.filter(({ type }) => type === 'childList').map(({ target }) => target.outerHTML ?? target.nodeName),
        elsewhere: records.filter(({ target }) => !live.contains(target)).map(({ target }) => target.outerHTML ?? target.parentElement?.outerHTML),
      });
    };
    box.addEventListener('input', answered, { once: true });
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    document.execCommand('insertText', false, 'y');
  }));
  assert.ok(found.count > 0);
  assert.deepEqual(found.made, []);
  assert.deepEqual(found.elsewhere, []);
  await visited.check();
});

test('the box is alone in its form, and the parts of the answer keep to themselves', async () => {
  const visited = await visit(site);
  const found = await visited.page.evaluate(() => ({
    fields: document.getElementById('text').form?.elements.length,
    contain: getComputedStyle(document.getElementById('answer')).contain,
    below: ['compare', 'study', 'list', 'imported', 'export'].map((id) => getComputedStyle(document.getElementById(id)).isolation),
  }));
  assert.deepEqual(found, { fields: 1, contain: 'content', below: Array(5).fill('isolate') });
  await visited.check();
});

test('another class, method, network and parameter change what is explained, and the link carries all of it', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await type(page, 'A wonderful cast, but a dull story.');
  const first = await scores(page);
  await page.check('.bars input[value="0"]');
  await settled(page);
  assert.match(await page.locator('#live .legend-for').textContent(), /supports very negative/);
  assert.notDeepEqual(await scores(page), first);
  await page.getByLabel('Method', { exact: true }).selectOption('lrp-epsilon');
  await page.getByLabel('Network', { exact: true }).selectOption({ index: 0 });
  await page.click('.settings > summary');
  const epsilon = page.locator('.params input[type="number"]').first();
  await epsilon.fill('0.5');
  await epsilon.press('Enter');
  await settled(page);
  await page.waitForTimeout(400);
  const before = await scores(page);
  const link = page.url();
  assert.match(link, /method=lrp-epsilon/);
  const again = await visit(site, { hash: new URL(link).hash });
  await settled(again.page);
  assert.deepEqual(await scores(again.page), before);
  assert.equal(await again.page.isChecked('.bars input[value="0"]'), true);
  await again.check();
  await visited.check();
});

test('the paper’s preset shows six reviews, five methods by three networks, with ticks and crosses', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.click('#as-in-the-paper');
  await page.waitForSelector('.compared .chip');
  await settled(page);
  assert.equal(await page.locator('.compared-text').count(), 6);
  for (const card of await page.locator('.compared-text').all()) {
    assert.equal(await card.locator('.grid tbody tr').count(), 5);
    assert.equal(await card.locator('.grid tbody td').count(), 15);
    assert.equal(await card.locator('thead .mark').count(), 3);
    assert.match(await card.locator('.truth').textContent(), /true class: (very )?(negative|positive)|true class: neutral/);
    assert.ok((await card.locator('thead .mark').allTextContents()).every((mark) => /[✓✗]/.test(mark)));
  }
  // bwr exactly: every chip is white towards pure red or pure blue.
  const colours = await page.locator('.compared .chip').evaluateAll((chips) => chips.map((chip) => getComputedStyle(chip).backgroundColor.match(/\d+/g).map(Number)));
  assert.ok(colours.length > 500);
  for (const [red, green, blue] of colours) assert.ok((red === 255 && green === blue) || (blue === 255 && red === green), `${red} ${green} ${blue}`);
  await visited.check();
});

test('the same word lights up in every row, and a click pins it with its numbers', async () => {
  const visited = await visit(site, { hash: '#text=A+fine+film%2C+a+fine+cast.&compare=text' });
  const { page } = visited;
  await page.waitForSelector('.compared .chip');
  const chip = page.locator('#live .chip', { hasText: 'fine' }).first();
  await chip.hover();
  const rows = await page.locator('.chips[role="toolbar"]').count();
  assert.equal(await page.locator('.chip[data-linked]').count(), 2 * rows);
  assert.match(await page.locator('#tooltip').textContent(), /fine: [+−-]\d/);
  await page.hover('#tooltip');
  await page.waitForTimeout(300);
  assert.equal(await page.locator('#tooltip').isVisible(), true, 'the tooltip can be hovered');
  await chip.click();
  assert.equal(await page.locator('.pinned').isVisible(), true);
  assert.equal(await page.locator('.pinned tbody tr').count(), 2 * rows);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.pinned').isVisible(), false);
  await visited.check();
});

test('everything works from the keyboard, with one tab stop per row', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
  for (let k = 0; k < 40 && !(await page.evaluate(() => document.activeElement.matches('#live .chip'))); k += 1) await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const words = (await scores(page)).map(({ text }) => text);
  assert.equal(await focused(), words[0]);
  assert.equal(await page.locator('#tooltip').isVisible(), true, 'focus shows the numbers');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(), words[1]);
  await page.keyboard.press('End');
  const last = await focused();
  await page.keyboard.press('Home');
  assert.equal(await focused(), words[0]);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#tooltip').isVisible(), false, 'Esc dismisses it, focus stays');
  assert.equal(await focused(), words[0]);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.pinned').isVisible(), true);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.matches('.chip')), false, 'one tab stop per row');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), words[0], 'and it comes back to the same word');
  if (/padding/.test(last)) {
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-expanded')), 'true');
  }
  // Classes are a radio group: arrows choose.
  await page.focus('#class-predicted');
  await page.keyboard.press('ArrowDown');
  await settled(page);
  assert.match(await page.locator('#live .legend-for').textContent(), /supports very negative/);
  await visited.check();
});

test('typing goes on while a word has focus, without losing it', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.locator('#live .chip').nth(2).focus();
  await page.evaluate(() => {
    const box = document.getElementById('text');
    box.value += ' Truly.';
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
  await page.waitForFunction(() => /Truly/.test(document.querySelector('#live').textContent));
  assert.equal(await page.evaluate(() => document.activeElement.matches('#live .chip:nth-of-type(3)')), true);
  await visited.check();
});

test('a review is split into sentences, each with its class, under the verdict of the whole', async () => {
  const visited = await visit(site);
  const { page } = visited;
  await type(page, 'The first hour is wonderful. Then it gets dull.\nI was bored!');
  assert.equal(await page.locator('.sentence').count(), 3);
  for (const badge of await page.locator('.sentence-badge').allTextContents()) assert.match(badge, /(negative|neutral|positive) \(\d+\s%\)/);
  assert.match(await page.locator('.whole').textContent(), /3 sentences/);
  await visited.check();
});

test('hostile text stays text', async () => {
  const visited = await visit(site);
  const { page } = visited;
  const texts = ['<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">', '🎬👩‍👩‍👧‍👦 прекрасный фильм 素晴らしい', '‮\u0000\uFEFF\u200B', '((((', '-lrb- %s %00 ${1} {{1}}'];
  for (const text of texts) {
    await type(page, text);
    assert.equal(await page.locator('#notice[data-kind="problem"]').isVisible(), false, text);
  }
  await type(page, texts[0]);
  assert.match(await page.locator('#live .chips').first().textContent(), /script/);
  assert.equal(await page.locator('#live script, #live img').count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await type(page, 'прекрасный wonderful');
  assert.equal(await page.locator('.chip[data-unknown]').count(), 1);
  assert.match(await page.locator('.chip[data-unknown]').getAttribute('aria-label'), /not in vocabulary/);
  await visited.check();
});

test('100,000 characters do not freeze the page', async () => {
  const visited = await visit(site);
  const { page } = visited;
  for (const text of ['The film is not bad at all. '.repeat(3600).slice(0, 100000), 'word '.repeat(20000)]) {
    await page.evaluate(() => {
      window.longest = 0;
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await page.evaluate((value) => {
      const box = document.getElementById('text');
      box.value = value;
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
    await settled(page);
    const longest = await page.evaluate(() => window.longest);
    assert.ok(longest < 1500, `the longest pause was ${Math.round(longest)} ms`);
    assert.ok((await page.locator('#live .chip').count()) < 2500);
  }
  await type(page, 'The film is not bad at all. '.repeat(3600).slice(0, 100000));
  assert.equal(await page.locator('.sentence').count(), 40);
  assert.match(await page.locator('#notice').textContent(), /100,000 characters/);
  await page.click('.more button');
  await page.waitForFunction(() => document.querySelectorAll('.sentence').length === 80);
  await visited.check();
});

test('hostile links are harmless', async () => {
  for (const hash of ['#%', '#text=%3Cscript%3Ealert(1)%3C/script%3E&method=%22%3E%3Cimg%20src=x%3E&class=99', '#params=__proto__.x:1,lrp-epsilon.epsilon:-5&method=lrp-epsilon', '#checkpoint=nope&palette=nope&scale=nope&theme=nope&compare=nope&class=4']) {
    const visited = await visit(site, { hash, ready: false });
    await visited.page.waitForFunction(() => document.querySelector('#live .chip') || document.querySelector('.notice[data-kind="problem"]:not([hidden])'));
    await visited.check();
  }
});

/** @type {[string, (route: import('playwright-core').Route) => Promise<void>][]} */
const BROKEN = [
  ['cut off', (route) => route.fulfill({ status: 200, contentType: 'application/octet-stream', body: Buffer.from([1, 2, 3]) })],
  ['missing', (route) => route.fulfill({ status: 404, body: 'not found' })],
  ['unreachable', (route) => route.abort()],
];
for (const [name, fulfil] of BROKEN) {
  test(`a ${name} download is said clearly, and Retry works`, async () => {
    let broken = true;
    const visited = await visit(site, {
      ready: false,
      expected: [/Failed to load resource/],
      before: (page) => page.context().route(/\/www\/models\/(?!manifest\.json)/, (route) => (broken ? fulfil(route) : route.continue())),
    });
    const { page } = visited;
    const notice = page.locator('#notice[data-kind="problem"]');
    await notice.waitFor();
    assert.match(await notice.textContent(), /could not be loaded/);
    assert.match(await notice.locator('.notice-detail').textContent(), /\w{3,}/);
    assert.equal(await page.locator('#example').isVisible(), true, 'the example stays');
    assert.deepEqual(await axe(page), []);
    broken = false;
    await notice.getByRole('button', { name: 'Retry' }).click();
    await page.waitForSelector('#live .chip');
    assert.equal(await notice.isVisible(), false);
    await visited.check();
  });
}

test('a network that cannot be fetched later leaves the page alive, and Retry works', async () => {
  let broken = false;
  const visited = await visit(site, {
    expected: [/Failed to load resource/],
    before: (page) => page.context().route(/\/www\/models\/(?!manifest\.json)/, (route) => (broken ? route.abort() : route.continue())),
  });
  const { page } = visited;
  broken = true;
  await page.getByLabel('Network', { exact: true }).selectOption({ index: 0 });
  await page.locator('#notice[data-kind="problem"]').waitFor();
  assert.equal(await page.locator('.result[data-stale]').count(), 1, 'the old answer is dimmed, not mislabelled');
  broken = false;
  await page.getByRole('button', { name: 'Retry' }).first().click();
  await settled(page);
  await visited.check();
});

test('once loaded, nothing needs the network any more', async () => {
  const visited = await visit(site);
  const { page, requests } = visited;
  await page.waitForSelector('html[data-loaded]');
  await page.waitForLoadState('networkidle');
  const before = requests.length;
  await page.context().setOffline(true);
  await type(page, 'No network, no problem: a wonderful film.');
  assert.equal((await scores(page))[0].text, 'No');
  assert.equal(requests.length, before);
  await visited.check();
});

test('without JavaScript the page says why it stands still, and keeps its example', async () => {
  const visited = await visit(site, { javaScriptEnabled: false, ready: false });
  assert.equal(await visited.page.locator('noscript p').isVisible(), true);
  assert.match(await visited.page.locator('noscript p').textContent(), /JavaScript is off/);
  assert.equal(await visited.page.locator('#example').isVisible(), true);
  await visited.check();
});

test('without WebAssembly the page says so', async () => {
  const visited = await visit(site, { ready: false, before: (page) => page.addInitScript(() => { delete window.WebAssembly; }) });
  const notice = visited.page.locator('#notice[data-kind="problem"]');
  await notice.waitFor();
  assert.match(await notice.textContent(), /WebAssembly/);
  assert.equal(await notice.getByRole('button').isVisible(), false, 'trying again would not help');
  await visited.check();
});

test('nothing scrolls sideways at 320 pixels, and every target is at least 24 pixels', async () => {
  const visited = await visit(site, { viewport: { width: 320, height: 640 } });
  const { page } = visited;
  await page.click('#as-in-the-paper');
  await page.waitForSelector('.compared .chip');
  await page.click('.settings > summary');
  const { wide, small } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    small: [...document.querySelectorAll('button, select, input:not([type="radio"], [type="checkbox"], [type="file"]), .drop label, .chip, label.bar, label.choice, .pill, summary')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ box: element.getBoundingClientRect(), name: element.textContent.slice(0, 30) }))
      .filter(({ box }) => box.width < 23.9 || box.height < 23.9)
      .map(({ box, name }) => `${name} ${box.width} x ${box.height}`),
  }));
  assert.equal(wide, 320);
  assert.deepEqual(small, []);
  await visited.check();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, ${colorScheme}`, async () => {
    const slow = await visit(site, {
      colorScheme,
      ready: false,
      before: (page) => page.context().route(/\/www\/models\/(?!manifest\.json)/, async (route) => {
        await new Promise((resolve) => { setTimeout(resolve, 1500); });
        await route.continue().catch(() => {});
      }),
    });
    await slow.page.waitForSelector('#notice[data-kind="loading"]:not([hidden])');
    assert.deepEqual(await axe(slow.page), [], 'loading');
    await slow.page.waitForSelector('#live .chip');
    await slow.check();

    const visited = await visit(site, { colorScheme });
    const { page } = visited;
    assert.deepEqual(await axe(page), [], 'first');
    await page.click('.settings > summary');
    await page.locator('#live .chip').nth(1).click();
    for (const fold of await page.locator('.behind .fold > summary').all()) await fold.click();
    assert.deepEqual(await axe(page), [], 'settings, tables and a pinned word');
    await type(page, 'The first hour is wonderful. Then it gets dull. прекрасный');
    assert.deepEqual(await axe(page), [], 'review');
    await page.click('#compare-text');
    await page.waitForSelector('.compared .chip');
    assert.deepEqual(await axe(page), [], 'comparison');
    await page.click('#as-in-the-paper');
    await page.waitForFunction(() => document.querySelectorAll('.compared-text').length > 1);
    await settled(page);
    assert.deepEqual(await axe(page), [], 'paper');
    await page.getByRole('button', { name: 'Close' }).click();
    for (const palette of ['orange-purple', 'grey']) {
      await page.getByLabel('Colours', { exact: true }).first().selectOption(palette);
      assert.deepEqual(await axe(page), [], palette);
    }
    await type(page, '');
    assert.deepEqual(await axe(page), [], 'empty');
    await visited.check();
  });
}

test('the engine’s stop is said, and Retry brings it back', { skip: !FAKE && 'the real engine cannot be made to stop' }, async () => {
  const visited = await visit(site);
  const { page } = visited;
  await page.fill('#text', 'crash-the-engine');
  const notice = page.locator('#notice[data-kind="problem"]');
  await notice.waitFor();
  assert.match(await notice.textContent(), /engine has stopped/);
  await page.fill('#text', 'A wonderful film.');
  await notice.getByRole('button', { name: 'Retry' }).click();
  await settled(page);
  assert.equal((await scores(page))[1].text, 'wonderful');
  await visited.check();
});

test('the numbers on the page are those of the command line', { skip: FAKE || !BINARY ? 'needs the real engine and WORDLIGHT_BIN' : false }, async () => {
  const texts = ['The plot is thin, but the actors are wonderful and I was never bored.', 'It’s (almost) a masterpiece – don’t miss it!', 'zxqwv bad'];
  const visited = await visit(site);
  const { page } = visited;
  const checkpoints = await page.getByLabel('Network', { exact: true }).locator('option').evaluateAll((options) => options.map(({ value }) => value));
  for (const [k, text] of texts.entries()) {
    const checkpoint = checkpoints[k % checkpoints.length];
    for (const method of METHODS) {
      const link = new URLSearchParams({ text, method, checkpoint });
      await page.evaluate((hash) => { location.hash = hash; }, `#${link}`);
      await page.waitForFunction(([wanted, name]) => document.getElementById('text').value === wanted && !document.querySelector('[data-stale]') && document.querySelector('.main-fields select').value === name, [text, method]);
      await settled(page);
      const reply = await explain(text, method, checkpoint);
      const shown = await page.locator('#live .chips').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('.chip[data-kind="word"]')].map((chip) => [chip.textContent, Number(chip.dataset.score)])));
      assert.equal(shown.length, reply.sentences.length);
      reply.sentences.forEach((sentence, s) => {
        assert.deepEqual(shown[s].map(([word]) => word), sentence.tokens.map((token) => token.text));
        sentence.rows[0].words.forEach(({ score }, w) => close(shown[s][w][1], score, 1e-5, `${method} ${checkpoint} “${shown[s][w][0]}”`));
      });
    }
  }
  await visited.check();
});
