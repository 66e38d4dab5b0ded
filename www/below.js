// @ts-check
// What lies below the answer: the comparison, the study, lists of texts, imported networks, export. Their modules are fetched
// after the answer, and while someone types they are drawn after it.

import { copy } from './link.js';
import { debounce } from './lib/debounce.js';
import { byId, setAttribute } from './lib/dom.js';
import { createLazyView } from './lib/lazy-view.js';
import { spoken } from './lib/messages.js';
import { fingerprint, liveRequest, modelOf, resolve } from './request.js';
import { affected } from './session.js';
import { installDrops } from './views/drops.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./state.js').Asked} Asked */

/** While someone types, what lies below the answer waits this long, in milliseconds. */
const PAUSE = 100;

/**
 * @param {object} parts
 * @param {import('./link.js').Store} parts.store
 * @param {(patch: Partial<Asked>) => void} parts.ask
 * @param {(text: string) => void} parts.write puts a text into the box
 * @param {() => void} parts.goToText
 * @param {() => void} parts.paper asks for the paper's figures
 * @param {Pick<ReturnType<typeof import('./study/study-session.js').createStudy>, 'retry' | 'cancel'>} parts.study
 * @param {ReturnType<typeof import('./engine/background.js').createBackground>} parts.background
 * @param {ReturnType<typeof import('./imported.js').createImportedNetworks>} parts.importedNetworks
 * @param {(patch?: Partial<Asked>) => string} parts.link
 * @param {(message: string) => void} parts.announce
 * @param {(page: Page) => import('./views/notice.js').Notice} parts.noticeOf
 */
export function createBelow({ store, ask, write, goToText, paper, study, background, importedNetworks, link, announce, noticeOf }) {
  /** What to do when the engine has stopped that held texts for a view. @type {((problem: import('./engine/support.js').Problem) => void)[]} */
  const forgets = [];
  /** @type {import('./views/list.js').ListActions} */
  const texts = {
    list: background.list,
    row() {
      const { specs, asked, sentences } = store.get();
      return specs ? (liveRequest(resolve(asked, specs), specs, sentences).rows[0] ?? null) : null;
    },
    open(value) {
      write(value);
      goToText();
    },
    announce,
  };

  const compare = createLazyView(async () => (await import('./views/compare.js')).createCompare(byId('compare-body'), { ask, paper }));
  const studyView = createLazyView(async () => {
    const { createStudyView } = await import('./views/study.js');
    const view = createStudyView(byId('study'), { ask, write, retry: study.retry, cancel: study.cancel, texts });
    forgets.push(view.forget);
    return view;
  });
  const exportView = createLazyView(async () =>
    (await import('./views/export.js')).createExport(byId('export-body'), { save: background.save, link: () => link({ embed: true }), copy, announce }));

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

  let loaded = false;
  function load() {
    if (loaded) return;
    loaded = true;
    above = Promise.all([compare.load(), studyView.load()]);
    for (const part of [exportView, list]) void part.load();
  }

  /** Something here waits to be drawn. */
  let due = false;
  const renderLater = debounce(() => due && render(), PAUSE);
  function render() {
    due = false;
    const page = store.get();
    const { asked, specs, compared, theme } = page;
    if (specs) {
      const notice = noticeOf(page);
      compare.render({
        asked: resolve(asked, specs),
        specs,
        compared: compared?.items ?? null,
        stale: compared !== null && affected(asked, compared.answers).compare,
        theme,
        notice: notice.kind === 'loading' || notice.kind === 'problem' ? notice : { kind: 'none' },
      });
      studyView.render(page);
      list.render();
    }
    renderExport(page);
  }

  /** What can be saved: always what is shown, with the request that it answers. @param {Page} page */
  function renderExport({ asked, specs, live, compared, theme, sentences, phase }) {
    if (!specs || !live) return;
    const mine = { ...resolve(live.answers, specs) };
    const others = asked.compare === 'off' || !compared ? [] : compared.items;
    exportView.render({
      live: live.reply.empty ? [] : [{ title: spoken(live.reply), request: liveRequest(mine, specs, sentences), reply: live.reply }],
      compared: others.filter(({ reply }) => !reply.empty),
      ready: phase === 'ready' && !affected(asked, live.answers).live && (compared === null || !affected(asked, compared.answers).compare),
      palette: asked.palette,
      theme,
      mark: `${modelOf(mine.checkpoint, specs).name}, ${fingerprint(mine.checkpoint, specs)}; wordlight ${specs.manifest.version}`,
    });
    if (asked.embed) setAttribute(byId('embed-link'), 'href', link({ embed: false }));
  }

  // What is about to be used has to be up to date.
  document.addEventListener('click', () => due && render(), { capture: true });

  return {
    load,
    /** Draws unless that is about to happen anyway. */
    render: () => void (due || render()),
    /** A keystroke's own frame is for the answer. */
    renderSoon() {
      due = true;
      renderLater();
    },
    /** The engine that held texts has stopped. @param {import('./engine/support.js').Problem} problem */
    forget: (problem) => forgets.forEach((forget) => forget(problem)),
  };
}
