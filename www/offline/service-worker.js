// @ts-check
// The published page without a network. `cargo xtask site` copies this file to the root and writes the list of files into
// it; here the list is empty, and nobody registers it.

/** @type {{version: string, files: Record<string, {sha256: string, at_once: boolean}>}} */
const RELEASE = { version: '', files: {} };
const CACHE = `wordlight-${RELEASE.version}`;

/** @typedef {{waitUntil: (work: Promise<unknown>) => void}} Lasting */
/** @typedef {Lasting & {request: Request, respondWith: (response: Promise<Response>) => void}} Fetching */
const worker = /** @type {any} */ (self);

/** A file of this release, and nothing else: what a host serves in the middle of an update is refused. @param {string} path */
async function load(path) {
  const entry = RELEASE.files[path];
  if (!entry) throw new Error(`${path} is no file of this release`);
  const response = await fetch(new URL(path, worker.registration.scope), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (digest !== entry.sha256) throw new Error(`${path} is not the file of this release`);
  return response;
}

/** @param {string} path */
async function keep(path) {
  const response = await load(path);
  const cache = await caches.open(CACHE);
  await cache.put(new URL(path, worker.registration.scope), response.clone());
  return response;
}

/** @param {Request} request */
async function answer(request) {
  const { pathname, origin } = new URL(request.url);
  const base = new URL(worker.registration.scope);
  const path = origin === base.origin && pathname.startsWith(base.pathname) ? pathname.slice(base.pathname.length) || 'index.html' : '';
  if (!(path in RELEASE.files)) return fetch(request);
  const kept = await (await caches.open(CACHE)).match(new URL(path, base));
  // A file that is asked for rarely is kept from then on. If the host has another version by now, it is passed on as it
  // is: the page compares every model with its list and says what is wrong.
  return kept ?? keep(path).catch(() => fetch(request));
}

worker.addEventListener('install', (/** @type {Lasting} */ event) => {
  const paths = Object.keys(RELEASE.files).filter((path) => RELEASE.files[path]?.at_once);
  event.waitUntil(Promise.all(paths.map(keep)));
});
worker.addEventListener('activate', (/** @type {Lasting} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('wordlight-') && name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  })());
});
worker.addEventListener('fetch', (/** @type {Fetching} */ event) => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request));
});
worker.addEventListener('message', (/** @type {MessageEvent} */ event) => {
  if (event.data === 'take over') worker.skipWaiting();
});
