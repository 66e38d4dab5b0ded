// @ts-check
// Wires the page together: address bar and controls to the session, the store to the views.

import { createBelow } from './below.js';
import { createBackground } from './engine/background.js';
import { createClient } from './engine/client.js';
import { createMainThreadEngine } from './engine/main-thread.js';
import { openOnMainThread } from './engine/place.js';
import { compiled, preparedWorker } from './engine/preload.js';
import { createImportedNetworks } from './imported.js';
import { debounce } from './lib/debounce.js';
import { byId, el, reconcile, setAttribute, setText, show } from './lib/dom.js';
import { about, MESSAGES, spoken } from './lib/messages.js';
import { createMeter, meterText } from './lib/meter.js';
import { createLink, installCopyLink } from './link.js';
import { noticeOf } from './page-notice.js';
import { defaultModel, networks, resolve } from './request.js';
import { affected, createSession, SENTENCES } from './session.js';
import { initialState, parseHash } from './state.js';
import { createStore } from './store.js';
import { createStudy } from './study/study-session.js';
import { createTextBox } from './text-box.js';
import { createAnswer } from './views/answer.js';
import { installChipEvents, placeOf } from './views/chip-events.js';
import { createNotice } from './views/notice.js';
import { findings } from './views/pinned.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./state.js').Asked} Asked */

const box = /** @type {HTMLTextAreaElement} */ (byId('text'));
const themeButton = byId('theme');
const linkButton = byId('copy-link');
const tryRow = byId('try');
const meterLine = byId('meter');
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

const defaults = initialState({ text: box.defaultValue });
const asked = parseHash(location.hash, defaults);

/** @param {Asked['theme']} theme */
const effective = (theme) => (theme === 'auto' ? (darkSystem.matches ? 'dark' : 'light') : theme);

const store = createStore(/** @type {Page} */ ({
  asked,
  phase: 'loading',
  progress: null,
  problem: null,
  specs: null,
  loaded: [],
  live: null,
  compared: null,
  sentences: SENTENCES,
  fetching: null,
  failedCheckpoints: null,
  failedExplain: null,
  rest: null,
  waiting: null,
  theme: effective(asked.theme),
  study: {},
}));

// Engines

const meter = createMeter();
/** After the frame: a number about the last keystroke must not cost the next one. */
const showMeter = debounce(() => setText(meterLine, meterText(meter.summary())), 300);
/** Every engine has the networks that the visitor imported. @type {import('./engine/contract.js').ImportedNetwork[]} */
const imported = [];
const everyImported = () => imported;
const mainThread = createMainThreadEngine({ open: () => openOnMainThread(compiled) });
const client = createClient({ mainThread, imported: everyImported, spawn: preparedWorker, onCrash: (problem) => session.failed(problem) });
const session = createSession(store, client, (sequence) => {
  // After the next frame's paint: a task queued from inside a frame callback.
  requestAnimationFrame(() => setTimeout(() => {
    if (meter.painted(sequence, performance.now())) showMeter();
    below.load();
  }));
});

// Long work has an engine of its own; if that one ends, the answer above is not touched.
const studyClient = createClient({ core: 'full', imported: everyImported });
const study = createStudy(store, studyClient);
const backgroundClient = createClient({
  core: 'full',
  imported: everyImported,
  onCrash(problem) {
    background.crashed();
    below.forget(problem); // its texts are gone with the engine
  },
});
const background = createBackground(backgroundClient);
const importedNetworks = createImportedNetworks({ imported, reader: createClient(), page: client, others: [studyClient, backgroundClient], adopted: session.adopted });

// Views

/** @param {Partial<Asked>} patch */
const ask = (patch) => void session.ask(patch);
const text = createTextBox(box, (value, at) => {
  if (value === store.get().asked.text) return;
  const sequence = session.ask({ text: value });
  if (store.get().phase === 'ready') meter.begin(sequence, at);
});
const link = createLink(store, defaults);
const announce = debounce((/** @type {string} */ message) => setText(byId('status'), message), 500);
const notice = createNotice(byId('notice'));
const answer = createAnswer(byId('live'), {
  ask,
  more: session.more,
  follow() {
    const { open } = store.get().asked;
    if (!open.includes('why')) ask({ open: [...open, 'why'] });
    const summary = byId('why').querySelector('summary');
    summary?.scrollIntoView({ block: 'start' });
    summary?.focus({ preventScroll: true });
  },
});
const chips = installChipEvents(byId('tooltip'), { pin: (word, chip) => ask({ pinned: word, at: chip ? placeOf(chip) : '' }) });
const noticeNow = (/** @type {Page} */ page) => noticeOf(page, session, navigator.onLine);
const write = (/** @type {string} */ value) => text.write(value);
const below = createBelow({
  store, ask, write, goToText: text.goTo, paper: session.paper, study, background, importedNetworks, link: link.to, announce, noticeOf: noticeNow,
});

/** What is known of the pinned word, in everything that is shown. @param {Page} page */
function foundOf({ asked: wish, live, compared, specs }) {
  if (!wish.pinned || !specs || !live) return [];
  const names = new Map(networks(specs).map(({ id, name }) => [id, name]));
  const nameOf = (/** @type {string} */ id) => names.get(id) ?? id;
  const others = wish.compare === 'off' ? [] : (compared?.items ?? []);
  return [
    ...findings(live.reply, wish.pinned, others.length ? MESSAGES.shownAbove : '', nameOf),
    ...others.flatMap(({ title, reply }) => findings(reply, wish.pinned, title, nameOf)),
  ];
}

/** @param {Page} page @param {Page | null} before */
function render(page, before) {
  const { asked: wish, specs, live, theme, phase } = page;
  text.follow(wish.text);
  setAttribute(document.documentElement, 'data-theme', wish.theme === 'auto' ? null : wish.theme);
  setText(themeButton, theme === 'dark' ? MESSAGES.light : MESSAGES.dark);
  setAttribute(themeButton, 'aria-label', theme === 'dark' ? MESSAGES.useLight : MESSAGES.useDark);
  const shownNotice = noticeNow(page);
  notice.render(shownNotice);
  show(tryRow, shownNotice.kind !== 'loading' || live !== null);
  if (specs && specs !== before?.specs) drawOnce(specs);
  show(byId('example'), live === null);
  show(byId('live'), live !== null);
  show(byId('study'), specs !== null && live !== null && !live.reply.empty);
  setAttribute(byId('compare'), 'data-off', wish.compare === 'off');
  show(byId('export'), specs !== null && live !== null);
  for (const id of ['compare', 'list', 'imported']) show(byId(id), specs !== null);
  setAttribute(document.documentElement, 'data-embed', wish.embed);
  if (specs && live) {
    const stale = affected(wish, live.answers).live || phase !== 'ready';
    answer.render({ asked: resolve(wish, specs), specs, reply: live.reply, stale, theme, found: foundOf(page) });
    if (live !== before?.live) announce(spoken(live.reply));
  }
  chips.refresh(wish.pinned);
  if (specs && (page.phase === 'failed' || page.waiting || page.failedExplain || page.failedCheckpoints || page.fetching)) below.load();
  if (before && before.asked.text !== wish.text) below.renderSoon();
  else below.render();
}

/** @param {import('./engine/client.js').Specs} specs */
function drawOnce(specs) {
  const examples = specs.examples.filter(({ group }) => group === 'try');
  reconcile(tryRow, examples, () => el('button', { type: 'button', class: 'pill-button' }), (button, example) => {
    setText(button, example.name);
    setAttribute(button, 'title', example.text);
    button.onclick = () => write(example.text);
  });
  setText(byId('about'), about(defaultModel(specs), specs.manifest.version));
  setText(meterLine, meterText(meter.summary()));
}

// Events

store.subscribe((page, before) => {
  if (page.asked !== before.asked) {
    link.save(page.asked);
    const theme = effective(page.asked.theme);
    if (theme !== page.theme) return store.set({ theme });
  }
  if (page.phase === 'ready' && page.rest === null && !document.documentElement.hasAttribute('data-loaded')) {
    setAttribute(document.documentElement, 'data-loaded', true);
    document.dispatchEvent(new Event('loaded'));
  }
  if (page.phase === 'failed' && before.phase !== 'failed') meter.forget();
  render(page, before);
});

// The one engine on this thread has stopped outside of any call that could have said so.
addEventListener('error', ({ error }) => error instanceof WebAssembly.RuntimeError && mainThread.lose());
addEventListener('hashchange', () => {
  const wish = parseHash(location.hash, defaults);
  text.show(wish.text);
  ask(wish);
});
darkSystem.addEventListener('change', () => store.set({ theme: effective(store.get().asked.theme) }));
addEventListener('online', () => {
  const { phase, rest } = store.get();
  if (phase === 'failed') session.start();
  else if (rest?.problem) session.retryRest();
});

themeButton.addEventListener('click', () => {
  const next = store.get().theme === 'dark' ? 'light' : 'dark';
  ask({ theme: next === effective('auto') ? 'auto' : next });
});

installCopyLink(linkButton, { asked: () => store.get().asked, link: link.to, announce });

byId('skip').addEventListener('click', (event) => {
  event.preventDefault(); // a link to #text would replace the state in the address
  text.focus();
});

show(themeButton, true);
show(linkButton, true);
text.show(asked.text);
render(store.get(), null);
session.start();
