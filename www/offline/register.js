// @ts-check
// Registers the service worker of the published page, and offers a new version once it is there. The old one goes on
// until the visitor agrees: a page is never exchanged under somebody's hands.

import { el } from '../lib/dom.js';

const { serviceWorker } = navigator;

/** @param {ServiceWorker} waiting */
function offer(waiting) {
  if (document.getElementById('update')) return;
  const reload = el('button', { type: 'button', class: 'primary' }, 'Use it');
  const dismiss = el('button', { type: 'button', class: 'quiet' }, 'Later');
  const bar = el('div', { class: 'notice update', id: 'update', role: 'status' }, el('p', { class: 'notice-text' }, 'A new version of this page is ready.'), reload, dismiss);
  reload.addEventListener('click', () => {
    serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    waiting.postMessage('take over');
  });
  dismiss.addEventListener('click', () => bar.remove());
  document.querySelector('main')?.prepend(bar);
}

/** @param {ServiceWorkerRegistration} registration */
function watch(registration) {
  if (registration.waiting && serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && serviceWorker.controller) offer(installing);
    });
  });
}

/** On a first visit the files that are kept would hold up those that are waited for. @param {() => void} run */
function afterLoading(run) {
  if (serviceWorker.controller || document.documentElement.hasAttribute('data-loaded')) run();
  else document.addEventListener('loaded', run, { once: true });
}

// Without one (an old browser, a page that is not served securely) everything works but going off line.
if (serviceWorker) {
  afterLoading(() => serviceWorker.register(new URL('../../service-worker.js', import.meta.url)).then(watch, (error) => console.info(`Not available without a network: ${error}`)));
}
