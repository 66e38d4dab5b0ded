// The published copy refuses what it was not published with, and keeps to itself on its origin.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { open, type, visit } from './harness.mjs';
import { serve } from './server.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let site;
before(async () => { site = await open(); });
after(async () => { await site?.close(); });

const root = process.env.WORDLIGHT_SITE ?? '';
const options = { skip: !root && 'needs WORDLIGHT_SITE' };
const notice = (/** @type {any} */ page, /** @type {string} */ text) => page.waitForFunction((wanted) => document.querySelector('#notice')?.textContent.includes(wanted), text);
/** A section that no engine reads: the same program, and other bytes. @param {Buffer} body */
const withSection = (body) => Buffer.concat([body, Buffer.from([0, 2, 1, 0x78])]);
const REFUSED = [/integrity|digest|Failed to load resource/i];

test('another core or list of models than the page was published with is refused with a message', options, async () => {
  /** @type {[string, (body: Buffer) => string | Uint8Array, string][]} */
  const changes = [
    ['pkg/wordlight_bg.wasm', withSection, 'pkg/wordlight_bg.wasm did not load, or is not the file that this page was published with'],
    ['www/models/manifest.json', (body) => `${body} `, 'www/models/manifest.json did not load, or is not the file that this page was published with'],
  ];
  for (const [path, change, said] of changes) {
    const server = await serve({ root, change: { [path]: change } });
    const visited = await visit({ browser: site.browser, url: server.url }, { ready: false, expected: REFUSED });
    try {
      await notice(visited.page, said);
      assert.equal(await visited.page.locator('#live .chip').count(), 0);
      await visited.check();
    } finally {
      await server.close();
    }
  }
  // The study's core is fetched later, and is refused in its place.
  const server = await serve({ root, change: { 'pkg/full_bg.wasm': withSection } });
  const visited = await visit({ browser: site.browser, url: server.url }, { hash: '#open=why', expected: REFUSED });
  try {
    await visited.page.waitForFunction(() => document.querySelector('[data-panel="why"] .notice')?.textContent.includes('pkg/full_bg.wasm did not load, or is not'));
    await type(visited.page, 'A dull story.');
    await visited.check();
  } finally {
    await server.close();
  }
});

test('what is asked for early is not fetched twice', options, async () => {
  const server = await serve({ root });
  const visited = await visit({ browser: site.browser, url: server.url });
  try {
    for (const name of ['wordlight_bg.wasm', 'manifest.json']) {
      assert.equal(visited.requests.filter((url) => url.endsWith(name)).length, 1, name);
    }
    await visited.check();
  } finally {
    await server.close();
  }
});

/** Waits until a service worker rules the page. @param {any} page */
async function kept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** A copy that is the next version of the page. @param {string} name */
async function next(name) {
  const copy = join(site.folder, name);
  await cp(root, copy, { recursive: true });
  const index = (await readFile(join(copy, 'index.html'), 'utf8')).replace('See which words made', 'Look which words made');
  await writeFile(join(copy, 'index.html'), index);
  const code = await readFile(join(copy, 'service-worker.js'), 'utf8');
  const [, list] = /^const RELEASE = (.*);$/m.exec(code);
  const release = JSON.parse(list);
  release.files['index.html'].sha256 = createHash('sha256').update(index).digest('hex');
  release.version = name;
  await writeFile(join(copy, 'service-worker.js'), code.replace(list, JSON.stringify(release)));
  return copy;
}

test('two copies on one origin leave each other’s files alone', options, async () => {
  const server = await serve({ root, beside: { '/some/where/else/': await next('later') } });
  const visited = await visit({ browser: site.browser, url: server.url });
  const { page } = visited;
  try {
    await kept(page);
    await page.goto(`${server.url}else/`);
    await page.waitForSelector('#live .chip');
    await page.waitForFunction(async () => (await caches.keys()).length === 2);
    await kept(page);
    const names = await page.evaluate(() => caches.keys());
    assert.deepEqual(names.map((name) => name.split(' ')[1]), ['/some/where/', '/some/where/else/']);
    await page.context().setOffline(true);
    for (const [address, title] of /** @type {[string, RegExp][]} */ ([[server.url, /^See/], [`${server.url}else/`, /^Look/]])) {
      await page.goto(address);
      await page.waitForSelector('#live .chip');
      assert.match(await page.locator('h1').textContent(), title);
    }
    await page.context().setOffline(false);
    await visited.check();
  } finally {
    await server.close();
  }
});

test('a kept file is compared with its hash before it is used', options, async () => {
  const server = await serve({ root });
  const visited = await visit({ browser: site.browser, url: server.url });
  const { page } = visited;
  try {
    await kept(page);
    await page.evaluate(async () => {
      const cache = await caches.open((await caches.keys())[0]);
      for (const { url } of await cache.keys()) {
        if (url.endsWith('/www/main.js')) await cache.put(url, new Response('document.title = "wrong"', { headers: { 'content-type': 'text/javascript' } }));
        if (url.endsWith('.safetensors')) await cache.put(url, new Response('cut'));
      }
    });
    await page.reload();
    await page.waitForSelector('#live .chip');
    assert.match(await page.title(), /^wordlight/);
    await page.waitForSelector('html[data-loaded]');
    // It was fetched anew and kept: the page has all it needs without a network again.
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector('#live .chip');
    await type(page, 'No network, no problem.');
    await visited.check();
  } finally {
    await server.close();
  }
});
