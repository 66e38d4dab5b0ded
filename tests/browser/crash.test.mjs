// A compiled core that stops (a panic leaves its memory in an unknown state) is told where its work is missed; the others go on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FAKE, open, type, visit } from './harness.mjs';
import { serve } from './server.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const options = { skip: FAKE && 'the invented engine does not stop' };
/** The core with one function that stops as a panic does, as long as the page's link says so. @param {string} name */
const stopping = (name) => (/** @type {Buffer} */ body) => {
  const text = String(body);
  const changed = text.replace(new RegExp(`\\n    ${name}\\(([a-z_, ]*)\\) \\{`), (line) => `${line} throw new WebAssembly.RuntimeError('unreachable');`);
  assert.notEqual(changed, text, name);
  return changed;
};

/** @param {Record<string, (body: Buffer) => string>} change @param {string} hash @param {(page: any) => Promise<void>} run */
async function withStopping(change, hash, run) {
  const server = await serve({ change });
  const visited = await visit({ browser: site.browser, url: server.url }, { hash });
  try {
    await run(visited.page);
    await visited.check();
  } finally {
    await server.close();
  }
}

test('the study’s core stops: its panels say so, and typing goes on', options, () => withStopping({ 'pkg/full.js': stopping('study') }, '#open=why,corpus', async (page) => {
  await page.waitForFunction(() => document.querySelector('[data-panel="why"] .notice:not([hidden])')?.textContent.includes('The engine stopped: unreachable'));
  await page.waitForFunction(() => [...document.querySelectorAll('.study-section[open] .study-panel .panel-inside')].every((panel) => !panel.querySelector('[data-stale][aria-busy]')));
  await type(page, 'A dull story.');
  assert.equal(await page.locator('#live .chip').first().textContent(), 'A');
  assert.equal(await page.locator('#notice').isVisible(), false);
}));

test('the lists’ core stops: the list says so, and the study and typing go on', options, () => withStopping({ 'pkg/full.js': stopping('advance_list') }, '#open=why', async (page) => {
  await page.waitForSelector('[data-panel="why"] table');
  await page.setInputFiles('#list-file', { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('A wonderful film.\nDull.') });
  await page.waitForFunction(() => document.querySelector('#list .notice[role="alert"]:not([hidden])')?.textContent.includes('The engine stopped: unreachable'));
  assert.equal(await page.locator('#list .list-card').isVisible(), false);
  await type(page, 'A dull story.');
  await page.waitForFunction(() => document.querySelector('[data-panel="why"] .panel-body:not([data-stale])'));
}));

test('the page’s own core stops: the notice says so, and Retry starts another', options, async () => {
  let broken = true;
  const change = { 'pkg/wordlight.js': (/** @type {Buffer} */ body) => (broken ? stopping('explain')(body) : String(body)) };
  const server = await serve({ change });
  const visited = await visit({ browser: site.browser, url: server.url }, { ready: false });
  const { page } = visited;
  try {
    await page.waitForFunction(() => document.querySelector('#notice')?.textContent.includes('The engine stopped: unreachable'));
    assert.match(await page.locator('#notice').textContent(), /The engine has stopped\./);
    broken = false;
    await page.locator('#notice button').first().click();
    await page.waitForSelector('#live .chip');
    await type(page, 'A dull story.');
    await visited.check();
  } finally {
    await server.close();
  }
});
