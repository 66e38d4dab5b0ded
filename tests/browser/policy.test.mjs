// Your text never leaves this machine: neither thread of the page reaches another origin or runs a string, on a host that sends no
// header of its own. What tries to is part of the page's own scripts, because a browser lets its tools do more than a page.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { launch } from './chromium.mjs';
import { launchFirefox, noFirefox } from './firefox.mjs';
import { FAKE } from './harness.mjs';
import { serve } from './server.mjs';

/** Tries everything; what arrives is known elsewhere, and what ran is counted. @param {string} other an address of another origin */
async function tryAll(other) {
  const scope = /** @type {any} */ (globalThis);
  const over = (/** @type {(done: () => void) => void} */ run) => new Promise((done) => {
    setTimeout(done, 2000, undefined);
    try { run(() => done(undefined)); } catch { done(undefined); }
  });
  const ways = [
    (/** @type {() => void} */ done) => { void fetch(`${other}fetch`, { mode: 'no-cors' }).then(done, done); },
    (/** @type {() => void} */ done) => {
      const request = new XMLHttpRequest();
      request.onloadend = done;
      request.open('GET', `${other}request`);
      request.send();
    },
    (/** @type {() => void} */ done) => {
      const socket = new WebSocket(`${other.replace('http', 'ws')}socket`);
      socket.onopen = socket.onerror = done;
    },
    (/** @type {() => void} */ done) => {
      const source = new EventSource(`${other}events`);
      source.onopen = source.onerror = () => { source.close(); done(); };
    },
    (/** @type {() => void} */ done) => { void import(`${other}module.js`).then(done, done); },
    (/** @type {() => void} */ done) => { void import(`${'data'}:text/javascript,globalThis.ran = "data"`).then(done, done); },
    (/** @type {() => void} */ done) => { navigator.sendBeacon?.(`${other}beacon`, 'text'); setTimeout(done, 200); },
    (/** @type {() => void} */ done) => {
      if (!scope.document) return done();
      const image = new Image();
      image.onload = image.onerror = () => done();
      image.src = `${other}image.png`;
    },
    (/** @type {() => void} */ done) => {
      const worker = new Worker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(`${other}nested`)}, { mode: 'no-cors' }).finally(() => postMessage(0))`])));
      worker.onmessage = worker.onerror = () => done();
    },
    (/** @type {() => void} */ done) => { setTimeout(() => { try { (0, eval)('globalThis.ran = "eval"'); } catch {} done(); }); },
    (/** @type {() => void} */ done) => { setTimeout(() => { try { new Function('globalThis.ran = "function"')(); } catch {} done(); }); },
    (/** @type {() => void} */ done) => { try { setTimeout('globalThis.ran = "timeout"'); } catch {} setTimeout(done, 200); },
  ];
  for (const way of ways) await over(way);
  const own = await fetch(new URL('../../index.html', import.meta.url)).then(({ status }) => status, () => 0);
  return { ran: scope.ran ?? null, own };
}

const IN_WORKER = `\n${tryAll}\nself.addEventListener('message', async ({ data }) => { if (data.op === 'try') self.postMessage({ tried: await tryAll(data.other) }); });\n`;
const IN_PAGE = `\n${tryAll}\nglobalThis.tryInPage = tryAll;\nglobalThis.tryInWorker = (other) => new Promise((done) => {
  const worker = spawnWorker();
  worker.addEventListener('message', ({ data }) => data.tried && done(data.tried));
  worker.addEventListener('error', ({ message }) => done({ error: message }));
  worker.postMessage({ op: 'try', other });
});\n`;
const WITH_TRIES = {
  'www/engine/worker.js': (/** @type {Buffer} */ body) => body + IN_WORKER,
  'www/engine/preload.js': (/** @type {Buffer} */ body) => body + IN_PAGE,
};

/** Requests that came to another origin. @type {string[]} */
const arrived = [];
const elsewhere = createServer(({ url }, response) => {
  arrived.push(url ?? '');
  response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' });
  response.end('');
});
let other = '';
before(async () => {
  await new Promise((resolve) => { elsewhere.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (elsewhere.address());
  other = `http://127.0.0.1:${port}/`;
});
after(() => {
  elsewhere.close();
  elsewhere.closeAllConnections();
});

/** @param {any} page of either driver @param {'tryInPage' | 'tryInWorker'} where */
async function tried(page, where) {
  arrived.length = 0;
  const result = await page.evaluate(([name, address]) => globalThis[name](address), [where, other]);
  return { ...result, arrived: [...new Set(arrived)] };
}

const KEPT_IN = { ran: null, own: 200, arrived: [] };
/** @type {Record<string, {skip: string | false, start: () => Promise<any>}>} */
const BROWSERS = { Chromium: { skip: false, start: launch }, Firefox: { skip: noFirefox, start: launchFirefox } };
for (const [name, { skip, start }] of Object.entries(BROWSERS)) {
  test(`neither thread reaches another origin or runs a string, in ${name}`, { skip: skip || (FAKE && 'the invented engine has no preload') }, async () => {
    const server = await serve({ change: WITH_TRIES });
    const open = await serve({ change: { ...WITH_TRIES, 'index.html': (body) => String(body).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '') } });
    const browser = await start();
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.waitForSelector('#live .chip');
      assert.deepEqual(await tried(page, 'tryInPage'), KEPT_IN, 'the page');
      assert.deepEqual(await tried(page, 'tryInWorker'), KEPT_IN, 'its worker');
      // Without the policy all of it would arrive: these tries are good ones.
      await page.goto(open.url);
      await page.waitForSelector('#live .chip');
      for (const where of /** @type {const} */ (['tryInPage', 'tryInWorker'])) {
        const free = await tried(page, where);
        assert.ok(free.ran !== null && ['/fetch', '/request', '/events', '/module.js', '/nested'].every((path) => free.arrived.includes(path)), `${where}: ${JSON.stringify(free)}`);
      }
    } finally {
      await browser.close();
      await server.close();
      await open.close();
    }
  });
}
