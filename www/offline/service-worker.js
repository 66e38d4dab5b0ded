// @ts-check
// The published page without a network. `cargo xtask site` copies this file to the root and writes the list of files into
// it; here the list is empty, and nobody registers it.

/** @type {{version: string, files: Record<string, {sha256: string, at_once: boolean}>}} */
const RELEASE = { version: '', files: {} };

/** @typedef {{waitUntil: (work: Promise<unknown>) => void}} Lasting */
/** @typedef {Lasting & {request: Request, respondWith: (response: Promise<Response>) => void}} Fetching */
const worker = /** @type {any} */ (self);
const BASE = new URL(worker.registration.scope);
/** An origin can have several copies of the page, each in a folder of its own; no path has a blank in it. */
const MINE = `wordlight ${BASE.pathname} `;
const CACHE = MINE + RELEASE.version;

/** The file of this release that an address asks for, or "". @param {string} address */
function pathOf(address) {
  const { pathname, origin } = new URL(address);
  const path = origin === BASE.origin && pathname.startsWith(BASE.pathname) ? pathname.slice(BASE.pathname.length) || 'index.html' : '';
  return Object.hasOwn(RELEASE.files, path) ? path : '';
}

/** Whether these are the bytes of this release. @param {string} path @param {Response} response */
async function isOfRelease(path, response) {
  const bytes = await response.clone().arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digest === RELEASE.files[path]?.sha256;
}

/** A file of this release, and nothing else: what a host serves in the middle of an update is refused. @param {string} path */
async function keep(path) {
  const address = new URL(path, BASE);
  const response = await fetch(address, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  if (!await isOfRelease(path, response)) throw new Error(`${path} is not the file of this release`);
  await (await caches.open(CACHE)).put(address, response.clone());
  return response;
}

/** @param {string} path @param {Request} request */
async function answer(path, request) {
  const kept = await (await caches.open(CACHE)).match(new URL(path, BASE));
  // Any page of this origin could have put something else there.
  if (kept && await isOfRelease(path, kept)) return kept;
  // A file that is asked for rarely is kept from then on. If the host has another version by now, it is passed on as it
  // is: the page compares every model with its list and says what is wrong.
  return keep(path).catch(() => fetch(request));
}

worker.addEventListener('install', (/** @type {Lasting} */ event) => {
  const paths = Object.keys(RELEASE.files).filter((path) => RELEASE.files[path]?.at_once);
  event.waitUntil(Promise.all(paths.map(keep)));
});
worker.addEventListener('activate', (/** @type {Lasting} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  })());
});
worker.addEventListener('fetch', (/** @type {Fetching} */ event) => {
  const path = event.request.method === 'GET' ? pathOf(event.request.url) : '';
  if (path) event.respondWith(answer(path, event.request));
});
worker.addEventListener('message', (/** @type {MessageEvent} */ event) => {
  if (event.data === 'take over') worker.skipWaiting();
});
