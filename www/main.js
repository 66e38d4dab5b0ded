// @ts-check
// Wires the page together: address bar and controls to the session, the store to the views.

import { createClient } from './engine/client.js';
import { compiled, preparedWorker } from './engine/preload.js';
import { createMainThreadEngine } from './engine/main-thread.js';
import { openOnMainThread } from './engine/place.js';
import { createBackground } from './engine/background.js';
import { debounce } from './lib/debounce.js';
import { createLazyView } from './lib/lazy-view.js';
import { byId, el, reconcile, setAttribute, setText, show } from './lib/dom.js';
import { createMeter, meterText } from './lib/meter.js';
import { createImportedNetworks } from './imported.js';
import { defaultModel, fingerprint, liveRequest, missingImported, modelOf, networks, resolve } from './request.js';
import { affected, createSession, SENTENCES } from './session.js';
import { initialState, MAX_LINKED_TEXT, MAX_TEXT, parseHash, printHash } from './state.js';
import { createStore } from './store.js';
import { createStudy } from './study/study-session.js';
import { createAnswer } from './views/answer.js';
import { installChipEvents, placeOf } from './views/chip-events.js';
import { installDrops } from './views/drops.js';
import { createNotice } from './views/notice.js';
import { findings } from './views/pinned.js';

/** @typedef {import('./session.js').Page} Page */
/** @typedef {import('./state.js').Asked} Asked */

const text = /** @type {HTMLTextAreaElement} */ (byId('text'));
const themeButton = byId('theme');
const linkButton = byId('copy-link');
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

const defaults = initialState({ text: text.defaultValue });
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

const meter = createMeter();
const meterLine = byId('meter');
/** Every engine has the visitor's own networks. @type {import('./engine/contract.js').ImportedNetwork[]} */
const imported = [];
const everyImported = () => imported;
/** After the frame: a number about the last keystroke must not cost the next one. */
const showMeter = debounce(() => setText(meterLine, meterText(meter.summary())), 300);
const mainThread = createMainThreadEngine({ open: () => openOnMainThread(compiled) });
const client = createClient({ mainThread, imported: everyImported, spawn: preparedWorker, onCrash: (problem) => session.failed(problem) });
const session = createSession(store, client, (sequence) => {
  // After the next frame's paint: a task queued from inside a frame callback.
  requestAnimationFrame(() => setTimeout(() => {
    if (meter.painted(sequence, performance.now())) showMeter();
    loadBelow();
  }));
});

// Long work has an engine of its own; if that one ends, the answer above is not touched.
const studyClient = createClient({ core: 'full', imported: everyImported });
const study = createStudy(store, studyClient);
const backgroundClient = createClient({
  core: 'full',
  imported: everyImported,
  onCrash() {
    background.crashed();
    for (const forget of forgets) forget(); // its texts are gone with the engine
  },
});
const background = createBackground(backgroundClient);
const importedNetworks = createImportedNetworks({ imported, reader: createClient(), page: client, others: [studyClient, backgroundClient], adopted: session.adopted });

// Views

/** @param {Partial<Asked>} patch */
const ask = (patch) => void session.ask(patch);
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
const announce = debounce((/** @type {string} */ message) => setText(byId('status'), message), 500);
/** @type {import('./views/list.js').ListActions} */
const texts = {
  list: background.list,
  row() {
    const { specs, asked: wish, sentences } = store.get();
    return specs ? (liveRequest(resolve(wish, specs), specs, sentences).rows[0] ?? null) : null;
  },
  open(value) {
    setTyped(value);
    typed(performance.now());
    text.scrollIntoView({ block: 'center' });
    text.focus({ preventScroll: true });
  },
  announce,
};
/** What to do when an engine has stopped that held texts for a view. @type {(() => void)[]} */
const forgets = [];
const compare = createLazyView(async () => (await import('./views/compare.js')).createCompare(byId('compare-body'), { ask, paper: session.paper }));
const studyView = createLazyView(async () => {
  const view = (await import('./views/study.js')).createStudyView(byId('study'), {
    ask,
    write(value) {
      setTyped(value);
      typed(performance.now());
    },
    retry: study.retry,
    cancel: study.cancel,
    texts,
  });
  forgets.push(view.forget);
  return view;
});
const chips = installChipEvents(byId('tooltip'), { pin: (word, chip) => ask({ pinned: word, at: chip ? placeOf(chip) : '' }) });
const tryRow = byId('try');
const exportView = createLazyView(async () => (await import('./views/export.js')).createExport(byId('export-body'), { save: background.save, link: () => linkTo({ embed: true }), copy, announce }));
/** What dropped files go to, once that is loaded. @type {{accept: (files: File[]) => boolean, openFile: (file: File) => unknown} | null} */
let receivers = null;
/** What was dropped before. @type {File[] | null} */
let waitingFiles = null;
/** @param {File[]} files a network's, or one of texts */
function dropped(files) {
  const [first] = files;
  if (!receivers) waitingFiles = files;
  else if (first && !receivers.accept(files)) {
    receivers.openFile(first);
    byId('list').scrollIntoView({ block: 'start' });
  }
}
installDrops(dropped);
/** What stands above the lists: until it does, they move. @type {Promise<unknown>} */
let above = Promise.resolve();
const list = createLazyView(async () => {
  const [{ createList }, { createImport }] = await Promise.all([import('./views/list.js'), import('./views/imported.js')]);
  const importView = createImport(byId('imported-body'), {
    read: importedNetworks.read,
    use(id) {
      ask({ checkpoint: id });
      byId('answer').scrollIntoView({ block: 'start' });
    },
  });
  const { forget, openFile } = createList(byId('list-body'), texts);
  receivers = { accept: importView.accept, openFile };
  void above.then(() => waitingFiles && dropped(waitingFiles));
  forgets.push(forget);
  return { render() {} };
});
/** What lies below the answer is fetched after it. */
let below = false;
function loadBelow() {
  if (below) return;
  below = true;
  above = Promise.all([compare.load(), studyView.load()]);
  for (const part of [exportView, list]) void part.load();
}

/** @param {Page} page @returns {import('./views/notice.js').Notice} */
function noticeOf({ asked: wish, specs, phase, problem, progress, failedExplain, failedCheckpoints, fetching, rest, waiting }) {
  if (phase === 'failed' && problem) {
    const offline = !navigator.onLine;
    const final = ['no-wasm', 'no-simd', 'no-worker'].includes(problem.code);
    const title = final ? 'The network cannot run in this browser.'
      : offline ? 'You are offline, and the network is not loaded yet.'
        : problem.code === 'crashed' ? 'The engine has stopped.' : 'The network could not be loaded.';
    return { kind: 'problem', title, problem, retry: final ? null : session.start };
  }
  if (phase === 'loading') return { kind: 'loading', title: 'Loading the network, once', progress };
  if (failedCheckpoints) {
    return { kind: 'problem', title: 'A trained network could not be loaded.', problem: failedCheckpoints.problem, retry: session.retryCheckpoints };
  }
  if (rest?.problem) return { kind: 'problem', title: 'The vectors of rarer words could not be loaded.', problem: rest.problem, retry: session.retryRest };
  if (failedExplain) return { kind: 'problem', title: 'This could not be explained.', problem: failedExplain, retry: null };
  if (waiting) return { kind: 'loading', title: `${waiting.message}.`, progress: rest?.progress ?? null };
  if (fetching) return { kind: 'loading', title: 'Loading another trained network', progress: fetching.progress };
  const missing = specs && missingImported(wish, specs);
  if (missing) {
    return {
      kind: 'info',
      title: `This link was made with a network of somebody’s own (${missing}), which is not in this tab: choose its files under “Your own network” below. Until then the answer is that of ${modelOf('', specs).name}.`,
    };
  }
  if (specs && wish.model && wish.model !== fingerprint(resolve(wish, specs).checkpoint, specs)) {
    return {
      kind: 'info',
      title: `This link was made with another version of the network (${wish.model}): the numbers below are those of the one here (${fingerprint(resolve(wish, specs).checkpoint, specs)}).`,
    };
  }
  if (wish.text.length >= MAX_TEXT) {
    return { kind: 'info', title: `The box holds ${MAX_TEXT.toLocaleString('en')} characters; what comes after them is not read.` };
  }
  return { kind: 'none' };
}

/** @param {Page} page */
function foundOf({ asked: wish, live, compared, specs }) {
  if (!wish.pinned || !specs || !live) return [];
  const names = new Map(networks(specs).map(({ id, name }) => [id, name]));
  const nameOf = (/** @type {string} */ id) => names.get(id) ?? id;
  const others = wish.compare === 'off' ? [] : (compared?.items ?? []);
  return [
    ...findings(live.reply, wish.pinned, others.length ? 'Above' : '', nameOf),
    ...others.flatMap(({ title, reply }) => findings(reply, wish.pinned, title, nameOf)),
  ];
}

/** @param {Page} page @param {Page | null} before */
function render(page, before) {
  const { asked: wish, specs, live, compared, theme, phase } = page;
  if (document.activeElement !== text && text.value !== wish.text) setTyped(wish.text);
  setAttribute(document.documentElement, 'data-theme', wish.theme === 'auto' ? null : wish.theme);
  setText(themeButton, theme === 'dark' ? 'Light' : 'Dark');
  setAttribute(themeButton, 'aria-label', theme === 'dark' ? 'Use light colours' : 'Use dark colours');
  const shownNotice = noticeOf(page);
  notice.render(shownNotice);
  show(tryRow, shownNotice.kind !== 'loading' || live !== null);
  if (specs && specs !== before?.specs) drawOnce(specs);
  show(byId('example'), live === null);
  show(byId('live'), live !== null);
  show(byId('compare'), specs !== null);
  show(byId('study'), specs !== null && live !== null && !live.reply.empty);
  setAttribute(byId('compare'), 'data-off', wish.compare === 'off');
  show(byId('export'), specs !== null && live !== null);
  show(byId('list'), specs !== null);
  show(byId('imported'), specs !== null);
  setAttribute(document.documentElement, 'data-embed', wish.embed);
  if (specs && live) {
    const stale = affected(wish, live.answers).live || phase !== 'ready';
    answer.render({ asked: resolve(wish, specs), specs, reply: live.reply, stale, theme, found: foundOf(page) });
    if (live !== before?.live) announce(spoken(live.reply));
  }
  chips.refresh(wish.pinned);
  if (specs && (page.phase === 'failed' || page.waiting || page.failedExplain || page.failedCheckpoints || page.fetching)) loadBelow();
  // A keystroke's own frame is for the answer.
  if (before && before.asked.text !== wish.text) renderBelowSoon();
  else if (!belowDue) renderBelow();
}

/** While someone types, what lies below the answer waits this long. */
const BELOW_PAUSE = 100;
/** Something below the answer waits to be drawn. */
let belowDue = false;
const renderBelowLater = debounce(() => belowDue && renderBelow(), BELOW_PAUSE);
function renderBelowSoon() {
  belowDue = true;
  renderBelowLater();
}

/** Compare, study, lists and what can be exported. */
function renderBelow() {
  belowDue = false;
  const page = store.get();
  const { asked: wish, specs, compared, theme } = page;
  if (specs) {
    const shownNotice = noticeOf(page);
    compare.render({
      asked: resolve(wish, specs),
      specs,
      compared: compared?.items ?? null,
      stale: compared !== null && affected(wish, compared.answers).compare,
      theme,
      notice: shownNotice.kind === 'loading' || shownNotice.kind === 'problem' ? shownNotice : { kind: 'none' },
    });
    studyView.render(page);
    list.render();
  }
  renderExport(page);
}

/** What can be saved: always what is shown, with the request that it answers. @param {Page} page */
function renderExport({ asked: wish, specs, live, compared, theme, sentences, phase }) {
  if (!specs || !live) return;
  const mine = { ...resolve(live.answers, specs) };
  const others = wish.compare === 'off' || !compared ? [] : compared.items;
  exportView.render({
    live: live.reply.empty ? [] : [{ title: spoken(live.reply), request: liveRequest(mine, specs, sentences), reply: live.reply }],
    compared: others.filter(({ reply }) => !reply.empty),
    ready: phase === 'ready' && !affected(wish, live.answers).live && (compared === null || !affected(wish, compared.answers).compare),
    palette: wish.palette,
    theme,
    mark: `${modelOf(mine.checkpoint, specs).name}, ${fingerprint(mine.checkpoint, specs)}; wordlight ${specs.manifest.version}`,
  });
  if (wish.embed) setAttribute(byId('embed-link'), 'href', linkTo({ embed: false }));
}

/** @param {Asked} wish the state in the address, with the network it was made with once there is anything in it */
function hashOf(wish) {
  const { specs } = store.get();
  const plain = printHash({ ...wish, model: '' }, defaults);
  // Its id says which network it was; the one that answers in its place is not what the link is about.
  if (specs && missingImported(wish, specs)) return plain;
  return plain && specs ? printHash({ ...wish, model: fingerprint(resolve(wish, specs).checkpoint, specs) }, defaults) : plain;
}

/** The address of this page as it is. @param {Partial<Asked>} [patch] */
function linkTo(patch = {}) {
  return location.href.replace(/#.*$/, '') + hashOf({ ...store.get().asked, ...patch });
}

/** @param {string} value @returns {Promise<boolean>} whether the browser allowed it */
async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

/** What a screen reader hears of a new answer. @param {import('../pkg/full.js').Reply} reply */
function spoken({ message, sentence_count: count, sentences, whole }) {
  return message ?? (count === 1 ? sentences[0]?.rows[0]?.summary : whole[0]?.text) ?? '';
}

/** @param {import('./engine/client.js').Specs} specs */
function drawOnce(specs) {
  const examples = specs.examples.filter(({ group }) => group === 'try');
  reconcile(tryRow, examples, () => el('button', { type: 'button', class: 'pill-button' }), (button, example) => {
    setText(button, example.name);
    setAttribute(button, 'title', example.text);
    button.onclick = () => {
      setTyped(example.text);
      typed(performance.now());
    };
  });
  const { name, description, vectors } = defaultModel(specs);
  setText(byId('about'), `${name}: ${description} Word vectors: ${vectors.source} (${vectors.licence}). wordlight ${specs.manifest.version}.`);
  setText(meterLine, meterText(meter.summary()));
}

/** @param {string} value */
function setTyped(value) {
  text.value = value;
  fit();
}

const grows = CSS.supports('field-sizing', 'content');
/** The box grows with its text, up to the height its style sheet allows. */
function fit() {
  if (grows) return;
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + 2}px`;
}

/** @param {number} at when the visitor did it */
function typed(at) {
  if (text.value === store.get().asked.text) return;
  const sequence = session.ask({ text: text.value });
  if (store.get().phase === 'ready') meter.begin(sequence, at);
}

// Events

text.addEventListener('input', (event) => {
  fit();
  typed(event.timeStamp);
});

const saveLink = debounce((/** @type {Asked} */ wish) => {
  const hash = hashOf(wish);
  if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
}, 300);

// What is about to be used has to be up to date.
document.addEventListener('click', () => belowDue && renderBelow(), { capture: true });

store.subscribe((page, before) => {
  if (page.asked !== before.asked) {
    saveLink(page.asked);
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

addEventListener('hashchange', () => {
  const wish = parseHash(location.hash, defaults);
  setTyped(wish.text);
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

linkButton.addEventListener('click', async () => {
  const wish = store.get().asked;
  const link = linkTo();
  const tooLong = wish.text.length > MAX_LINKED_TEXT;
  let done = tooLong ? 'Copied, without the long text' : 'Copied';
  if (!(await copy(link))) {
    history.replaceState(null, '', link);
    done = 'It is in the address bar';
  }
  setText(linkButton, done);
  announce(done);
  setTimeout(() => setText(linkButton, 'Copy link'), 2000);
});

byId('skip').addEventListener('click', (event) => {
  event.preventDefault(); // a link to #text would replace the state in the address
  text.focus();
});

show(themeButton, true);
show(linkButton, true);
setTyped(asked.text);
render(store.get(), null);
session.start();
