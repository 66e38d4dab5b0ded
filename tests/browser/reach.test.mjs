// Every section by keyboard alone and at twice the size: what can be reached, what stays in sight, what is said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, FAKE, open, visit } from './harness.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const options = { skip: FAKE && 'the invented engine has no study' };
const REVIEW = "it 's predictable , but it jumps through the expected hoops with style and even some depth .";
/** Our own sentences as the treebank would write them. */
const TREES = `(0 (2 The) (0 (1 (0 dull) (2 plot)) (1 (2 is) (1 (1 poor) (2 .)))))
(4 (2 A) (4 (4 (3 warm) (2 and) (4 wonderful)) (2 film)))
(2 (2 It) (2 (2 has) (2 (2 two) (2 hours))))
(1 (2 Not) (1 (3 good) (2 enough)))
`;
const SECTIONS = {
  why: ['detectors', 'identity', 'steps'],
  'what-if': ['flips', 'pair'],
  epochs: ['seeds'],
  trust: ['reference', 'people', 'phrases', 'randomise', 'replication'],
  corpus: [],
};
const ALL = `#open=${Object.entries(SECTIONS).flat(2).join(',')}`;

/** Waits until every open panel shows the answer to what is asked now. */
const settled = (page) => page.waitForFunction(() => {
  const panels = [...document.querySelectorAll('.study-section[open] .study-panel')].filter((panel) => !panel.hidden && (!(panel instanceof HTMLDetailsElement) || panel.open));
  return panels.length > 0 && panels.every((panel) => {
    const body = panel.querySelector('.panel-inside > :is(.panel-body, .study-table-box, .player)');
    return body && !body.hasAttribute('data-stale') && !body.hasAttribute('data-empty');
  });
}, null, { timeout: 60_000 });

const trees = (page, text = TREES) => page.setInputFiles('#list-file-treebank', { name: 'test.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });

/** What has the focus: a name for it, and whether it can be seen and shows that it is focused. */
const focus = (page) => page.evaluate(() => {
  const at = /** @type {HTMLElement} */ (document.activeElement);
  if (!at || at === document.body) return null;
  const shown = at.matches('.pill input, .bar input, .hidden-text') ? (at.nextElementSibling ?? at.parentElement) : at;
  const boxed = at.matches('.hidden-text') ? /** @type {HTMLElement} */ (document.querySelector(`label[for="${at.id}"]`)) : at.matches('.bar input') ? at.parentElement : shown;
  const { outlineStyle, outlineWidth } = getComputedStyle(/** @type {Element} */ (boxed));
  const box = /** @type {Element} */ (boxed).getBoundingClientRect();
  return {
    tag: at.tagName,
    name: at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 40) ?? at.id,
    section: at.closest('section[id], details.study-section, header, footer')?.id ?? '',
    panel: at.closest('[data-panel]')?.getAttribute('data-panel') ?? '',
    inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  };
});

/** Presses Tab until `done` says so; every stop on the way has to be seen. */
async function tabTo(page, done, most = 400) {
  const seen = [];
  for (let k = 0; k < most; k += 1) {
    await page.keyboard.press('Tab');
    let at = await focus(page);
    // An answer that arrives above may push it away for a moment.
    for (let wait = 0; at && !at.inSight && wait < 10; wait += 1) {
      await page.waitForTimeout(50);
      at = await focus(page);
    }
    if (!at) continue;
    assert.ok(at.inSight, `the focus is out of sight: ${JSON.stringify(at)}`);
    assert.ok(at.ring, `the focus cannot be seen: ${JSON.stringify(at)}`);
    seen.push(at);
    if (await done(at)) return seen;
  }
  assert.fail(`Tab did not get there; the last stops: ${JSON.stringify(seen.slice(-3))}`);
}

/**
 * From where the focus is, Tab reaches all in a section that can be operated (less what arrow keys reach inside a group),
 * and nothing else before that; every stop can be seen.
 */
async function reachAll(page, section) {
  const wanted = await page.evaluate((id) => {
    const groups = new Set();
    const stops = [...document.querySelectorAll(`#${id} :is(button, select, input, textarea, a[href], [tabindex="0"], summary)`)].filter((element) => {
      const one = /** @type {HTMLInputElement} */ (element);
      // A way to stop work is there only as long as the work.
      if (one.closest('.working') || one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true }) || one.matches('.study-section > summary')) return false;
      if (one.type !== 'radio') return true;
      if (groups.has(one.name)) return false;
      groups.add(one.name);
      return true;
    });
    stops.forEach((element) => element.setAttribute('data-wanted', ''));
    return stops.length;
  }, section);
  assert.ok(wanted > 0, section);
  const reached = new Set();
  for (let k = 0; k < wanted + 40; k += 1) {
    await page.keyboard.press('Tab');
    const at = await focus(page);
    if (!at || at.section !== section) break;
    assert.ok(at.inSight && at.ring, `${section}: ${JSON.stringify(at)}`);
    reached.add(await page.evaluate(() => {
      const one = /** @type {HTMLInputElement} */ (document.activeElement);
      return one.type === 'radio' ? `radio ${one.name}` : [...document.querySelectorAll('[data-wanted]')].indexOf(one);
    }));
  }
  const missed = await page.evaluate((seen) => [...document.querySelectorAll('[data-wanted]')]
    .filter((element, k) => !seen.includes(/** @type {any} */ (element).type === 'radio' ? `radio ${/** @type {any} */ (element).name}` : k))
    .map((element) => element.outerHTML.slice(0, 160)), [...reached]);
  assert.deepEqual(missed, [], `${section}: these are not reached by Tab`);
  await page.evaluate(() => document.querySelectorAll('[data-wanted]').forEach((element) => element.removeAttribute('data-wanted')));
}

test('the answer, the comparison, many texts and what is exported are reached control by control', options, async () => {
  const visited = await visit(site, { hash: '#compare=text' });
  const { page } = visited;
  await page.waitForSelector('.compared .chip');
  await page.setInputFiles('#list-file', { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('A wonderful film.\nDull.') });
  await page.waitForFunction(() => document.querySelectorAll('#list .list-lines .list-line').length === 2);
  await page.waitForFunction(() => document.querySelector('#list .list-card progress').hidden);
  for (const summary of await page.locator('#answer summary, #compare summary').all()) await summary.press('Enter');
  await page.focus('#text');
  await tabTo(page, ({ section }) => section === 'answer');
  await page.keyboard.press('Shift+Tab');
  await reachAll(page, 'answer');
  for (const section of ['compare', 'list', 'export']) {
    await page.focus('#copy-link');
    await tabTo(page, (at) => at.section === section);
    await page.keyboard.press('Shift+Tab');
    await reachAll(page, section);
  }
  // Enter and Space do what a click does.
  await page.focus('#export button');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /^wordlight/);
  await page.focus('#list .list-confidence button');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('#list .list-confidence[aria-sort="descending"]'));
  // Escape closes what a word has opened, and leaves the focus on the word.
  await page.focus('#live .chip[tabindex="0"]');
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('#tooltip').isVisible() && await page.locator('.pinned').isVisible());
  await page.keyboard.press('Escape');
  assert.ok(!(await page.locator('#tooltip').isVisible()) && await page.locator('.pinned').isVisible());
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('.pinned')?.checkVisibility());
  assert.ok(await page.evaluate(() => document.activeElement?.matches('#live .chip')));
  await visited.check();
});

test('every section is opened by keyboard, and every control in it is a tab stop that can be seen', options, async () => {
  const visited = await visit(site, { hash: `#text=${encodeURIComponent(REVIEW)}` });
  const { page } = visited;
  for (const [section, panels] of Object.entries(SECTIONS)) {
    await page.focus('#copy-link');
    await tabTo(page, ({ tag, section: id }) => tag === 'SUMMARY' && id === section);
    await page.keyboard.press(section === 'why' ? 'Space' : 'Enter');
    await settled(page);
    for (const panel of panels) {
      await tabTo(page, ({ tag, panel: id }) => tag === 'SUMMARY' && id === panel);
      await page.keyboard.press('Enter');
      await settled(page);
      assert.equal((await focus(page))?.panel, panel, 'opening a panel leaves the focus where it was');
    }
    await page.focus(`#${section} > summary`);
    await reachAll(page, section);
    await page.focus(`#${section} > summary`);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(`#${section}`).getAttribute('open'), null, 'and it closes again');
  }
  await visited.check();
});

test('the matrix of confusions is one tab stop, its cells are reached by arrows and choose sentences', options, async () => {
  const visited = await visit(site, { hash: '#open=corpus' });
  const { page } = visited;
  await settled(page);
  assert.match(await page.locator('[data-panel="confusion"] .panel-text').textContent(), /^Of 2,210 test sentences /);
  await page.focus('[data-panel="confusion"] .cell-choice[tabindex="0"]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('cell=0.1'));
  await settled(page);
  assert.match(await page.locator('[data-panel="confusion"] .panel-text').textContent(), /are very negative and taken for negative\. Choose the treebank’s file/);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-pressed')), 'true', 'the focus stays on the cell');

  await trees(page);
  await page.waitForFunction(() => document.querySelector('[data-panel="confusion"] .panel-text').textContent.includes('of 4 sentences'));
  await page.focus('[data-panel="confusion"] .cell-choice[aria-pressed="true"]');
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 1);
  assert.equal(await page.locator('#corpus .list-lines .list-truth').textContent(), 'very negative');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 4);
  await tabTo(page, async () => page.evaluate(() => document.activeElement?.matches('#corpus .list-open')));
  await page.keyboard.press('Enter');
  assert.equal(await page.inputValue('#text'), 'The dull plot is poor .');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'text', 'the sentence is in the box, and so is the focus');
  await visited.check();
});

test('a word of a class leads to its sentences by keyboard, or to where their file is chosen', options, async () => {
  const visited = await visit(site, { hash: '#open=corpus&corpus-class=4' });
  const { page } = visited;
  await settled(page);
  const said = (wanted) => page.waitForFunction((text) => document.querySelector('[data-panel="confusion"] .panel-text').textContent.includes(text), wanted);
  const stop = '[data-panel="corpus-words"] .study-table-box:first-child .line-find[tabindex="0"]';
  const [first, second] = await page.locator('[data-panel="corpus-words"] .study-table-box').first().locator('.line-find').allTextContents();
  assert.equal(await page.locator(stop).count(), 1, 'the words of a table are one tab stop');
  await page.focus(stop);
  await page.keyboard.press('Enter');
  await said(`Choose the treebank’s file below to read those with “${first}”.`);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'list-file-treebank', 'the file is asked for');
  assert.ok((await focus(page))?.inSight);

  await trees(page, `${TREES}(4 (2 It) (4 (2 is) (4 ${second})))\n(3 (2 So) (3 ${first}))\n(4 (4 ${second[0].toUpperCase()}${second.slice(1)}) (2 !))\n`);
  await said(`1 sentence with “${first}” is listed below`);
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 1);
  await page.focus(stop);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await said(`2 sentences with “${second}” are listed below`);
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 2);
  assert.ok(await page.evaluate(() => document.activeElement?.matches('#corpus .list-view')), 'the focus is on the sentences');
  assert.deepEqual(await page.locator('#corpus .list-lines .list-number').allTextContents(), ['5', '7']);
  assert.match(decodeURIComponent(await page.evaluate(() => new Promise((done) => { setTimeout(() => done(location.hash), 400); }))), new RegExp(`find=${second}`));
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: `Not only sentences with “${second}”` }).press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 7);
  assert.ok(await page.evaluate(() => document.activeElement?.matches('#corpus .list-view')), 'the focus is not lost with the button');
  await visited.check();
});

test('a file that is no treebank is refused by its line, and the list that was there stays', options, async () => {
  const visited = await visit(site, { hash: '#open=corpus' });
  const { page } = visited;
  await settled(page);
  await trees(page);
  await page.waitForFunction(() => document.querySelectorAll('#corpus .list-lines .list-line').length === 4);
  await trees(page, `${TREES}(3 (2 It)\n`);
  const problem = page.locator('#corpus .notice[role="alert"]');
  await problem.waitFor();
  assert.match(await problem.textContent(), /^line 5 of the file "test\.txt" is not a tree: expected `\)` at column 10/);
  assert.equal(await page.locator('#corpus .list-lines .list-line').count(), 4);
  await trees(page, '');
  await page.waitForFunction(() => /is empty/.test(document.querySelector('#corpus .notice[role="alert"]').textContent));
  await visited.check();
});

test('another network reads the treebank’s file by itself', options, async () => {
  const visited = await visit(site, { hash: '#open=corpus' });
  const { page } = visited;
  await settled(page);
  await trees(page, TREES.repeat(5));
  await page.waitForFunction(() => document.querySelector('#corpus .study-table-title[id]') && [...document.querySelectorAll('#corpus .study-table-title')].some((title) => title.textContent.startsWith('10 epochs:')));
  await page.selectOption('.main-fields select >> nth=1', 'paper-cnn-20');
  await page.waitForFunction(() => [...document.querySelectorAll('#corpus .study-table-title')].some((title) => title.textContent.startsWith('20 epochs:')));
  await visited.check();
});

test('a big list is stopped by keyboard and says how far it came; the page goes on', options, async () => {
  const visited = await visit(site);
  const { page } = visited;
  const lines = Array.from({ length: 200_000 }, (_, k) => `A ${k % 2 ? 'wonderful' : 'dull'} film, number ${k}.`);
  await page.setInputFiles('#list-file', { name: 'many.txt', mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) });
  await page.waitForSelector('#list .list-lines .list-line');
  await page.getByRole('button', { name: 'Stop', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#list .list-card progress').hidden);
  const message = await page.locator('#list .list-card > .note').textContent();
  const [, read] = /^([\d,]+) of 200,000 texts read: /.exec(message) ?? [];
  assert.ok(read && Number(read.replaceAll(',', '')) > 0, message);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Read again with the method and network above', 'the focus is not lost with the button');
  await page.fill('#text', 'Still alive.');
  await page.waitForFunction(() => document.querySelector('#live .chip')?.textContent === 'Still');
  await page.waitForTimeout(500);
  assert.equal(await page.locator('#list .list-card > .note').textContent(), message, 'nothing is read on');
  await page.locator('#list .list-open').first().focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.inputValue('#text'), lines[0]);
  await visited.check();
});

test('at twice the size nothing is cut and the page scrolls one way', options, async () => {
  /** @type {[string, object, string][]} */
  const sizes = [
    ['a zoom of 200 %', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, ''],
    ['letters twice as large', { viewport: { width: 1280, height: 900 } }, ':root { font-size: 200% !important; }'],
    ['letters twice as large on a small screen', { viewport: { width: 640, height: 450 } }, ':root { font-size: 200% !important; }'],
  ];
  for (const [name, context, grow] of sizes) {
    const visited = await visit(site, {
      ...context,
      hash: `${ALL}&compare=text&second=It+is+not+good.&text=${encodeURIComponent(REVIEW)}`,
      before: (page) => grow && page.addInitScript((css) => addEventListener('DOMContentLoaded', () => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
      }), grow),
    });
    const { page } = visited;
    await settled(page);
    await trees(page);
    await page.waitForSelector('#corpus .list-lines .list-line');
    const faults = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      // Text that runs out of its box without a way to scroll there.
      const cut = [...document.querySelectorAll('button, label, h1, h2, h3, p, legend, th, td, summary, select, .chip, .score')].filter((element) => {
        if (!element.checkVisibility() || element.closest('.hidden-text, .list-view, .skip')) return false;
        if (element.closest('thead') && getComputedStyle(/** @type {Element} */ (element.closest('thead'))).clipPath !== 'none') return false; // heads that only listeners need
        const box = element.getBoundingClientRect();
        const scroller = element.closest('.scroll');
        const beyond = !scroller && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
        const clipped = getComputedStyle(element).overflowX !== 'visible' && element.tagName !== 'SELECT' && element.scrollWidth > element.clientWidth + 1;
        return beyond || clipped;
      });
      return { wide, cut: cut.slice(0, 5).map((element) => `${element.tagName}.${element.className} in ${element.closest('[data-panel], [id]')?.id || element.closest('[data-panel]')?.getAttribute('data-panel')}: ${element.textContent?.slice(0, 60)}`) };
    });
    assert.deepEqual(faults, { wide: 0, cut: [] }, name);
    await visited.check();
  }
});

test('at 320 pixels no table scrolls sideways, and what stands in its lines has the width of the page', options, async () => {
  for (const checkpoint of ['paper-cnn-10', 'bilstm-5']) {
    const visited = await visit(site, {
      viewport: { width: 320, height: 640 },
      hash: `${ALL}&compare=text&word=style&checkpoint=${checkpoint}&method=gradient-x-input&second=It+is+not+good.&text=${encodeURIComponent(REVIEW)}`,
    });
    const { page } = visited;
    await settled(page);
    await trees(page);
    await page.waitForSelector('#corpus .list-lines .list-line');
    await page.setInputFiles('#list-file', { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('A wonderful film, and nobody was ever bored by it.\nDull.') });
    await page.waitForFunction(() => document.querySelectorAll('#list .list-lines .list-line').length === 2);
    await page.evaluate(() => document.querySelectorAll('details:not([open])').forEach((details) => { details.open = true; }));
    await page.waitForFunction(() => document.querySelectorAll('#live .behind tbody tr').length > 10);
    const found = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll('.scroll, .list-view')].filter((box) => box.checkVisibility());
      const where = (box) => `${box.closest('[data-panel]')?.getAttribute('data-panel') ?? box.className}: ${box.scrollWidth} in ${box.clientWidth}: ${box.textContent.slice(0, 60)}`;
      const cells = [...document.querySelectorAll('[data-panel="pair"] tbody tr')].slice(0, 6).flatMap((row) => [...row.children].slice(0, 3));
      const role = (cell) => cell.getAttribute('role');
      return {
        boxes: boxes.length,
        sideways: boxes.filter((box) => box.scrollWidth > box.clientWidth).map(where),
        page: document.documentElement.scrollWidth,
        // A sentence of five words needs no more than two lines.
        tall: cells.filter((cell) => cell.getBoundingClientRect().height > 60).map((cell) => cell.textContent),
        roles: cells.slice(0, 3).map(role),
        heads: cells.slice(0, 3).map((cell) => cell.getAttribute('data-head')),
      };
    });
    assert.ok(found.boxes > 20, `${found.boxes} tables`);
    assert.deepEqual(found.sideways, []);
    assert.equal(found.page, 320);
    assert.deepEqual(found.tall, []);
    assert.deepEqual(found.roles, ['rowheader', 'cell', 'cell'], 'it is still a table for those who listen to it');
    assert.deepEqual(found.heads, [null, 'First', 'Second']);
    assert.deepEqual(await axe(page), []);
    await visited.check();
  }
});

test('axe finds nothing in the new states: phrases, matrix, treebank, a memory, a refusal', options, async () => {
  /** @type {[string, (page: any) => Promise<void>][]} */
  const states = [
    [`#open=trust,phrases,corpus&cell=0.1&text=${encodeURIComponent(REVIEW)}`, async (page) => {
      await trees(page);
      await page.waitForSelector('#corpus .list-lines');
    }],
    ['#open=corpus,epochs', async (page) => {
      await trees(page, 'no tree');
      await page.waitForSelector('#corpus .notice[role="alert"]');
    }],
    ['#open=why,detectors,what-if,trust,corpus&checkpoint=bilstm-5&method=gradient-x-input', async () => {}],
  ];
  for (const [hash, act] of states) {
    for (const [colorScheme, width] of [['light', 1200], ['dark', 320]]) {
      const visited = await visit(site, { hash, colorScheme, viewport: { width, height: 800 } });
      await settled(visited.page);
      await act(visited.page);
      assert.deepEqual(await axe(visited.page), [], `${hash} ${colorScheme}`);
      const wide = await visited.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, `the page is ${wide} pixels wider than ${width}`);
      await visited.check();
    }
  }
});
