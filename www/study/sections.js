// @ts-check
// The sections of the study as data: what each panel is called, when it is asked and what the engine is asked then.
// Pure. A section is an entry here and, if it needs more than a panel, a view of its own.

import { defaultModel, liveRequest, resolve } from '../request.js';
import { STUDY_FIELDS } from '../state.js';

/** @typedef {import('../page.js').Page} Page */
/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../engine/contract.js').FullQuestion} Question */
/** @typedef {import('../engine/contract.js').FullRequest} Request */
/** @typedef {import('../engine/contract.js').FullRow} RowRequest */
/** @typedef {import('../../pkg/full.js').ModelEntry} ModelEntry */
/**
 * What questions are made of: the wish that the answer above belongs to, and the study's own fields as they are now.
 * @typedef {object} Context
 * @property {Asked} asked
 * @property {import('../engine/client.js').Specs} specs
 * @property {ModelEntry} model
 * @property {number} sentence
 * @property {number | null} word
 * @property {RowRequest} row with its class pinned to the one explained above
 */
/**
 * @typedef {object} PanelSpec
 * @property {string} id also its name in the link when it can be unfolded; saved links carry it, so it stays as it was
 *   (`flips` are substitutions, `detectors` filters, `reference` the Shapley distance)
 * @property {string} title
 * @property {boolean} [drawn] there is nothing to ask: it is drawn from what the engine says of itself
 * @property {boolean} [folded] asked and drawn only when it is opened
 * @property {(context: Context) => Question | Request | null} about null: there is nothing to ask of this model
 * @property {(id: string) => Partial<Asked>} [choose] what choosing one of the answer's options asks for
 */
/** @typedef {{id: string, title: string, lead: string, word: boolean, panels: PanelSpec[]}} SectionSpec */

/** @param {Context} context @param {string} about @param {Partial<Question>} [rest] @returns {Question} */
const question = ({ asked, sentence, word, row }, about, rest = {}) =>
  ({ about, text: asked.text, sentence, word, other: '', choice: '', seed: 0, rows: [row], ...rest });

/** A question about a network and no text. @param {Context} context @param {string} about @param {Partial<Question>} [rest] @returns {Question} */
const ofNetwork = ({ row }, about, rest = {}) => ({
  about, text: '', sentence: 0, word: null, other: '', choice: '', seed: 0,
  rows: [{ checkpoint: row.checkpoint, method: 'gradient-x-input', params: {}, target: { kind: 'logit', class: null }, baseline: 'zero' }], ...rest,
});

/** The same row for each of several checkpoints. @param {RowRequest} row @param {readonly string[]} checkpoints */
const across = (row, checkpoints) => checkpoints.map((checkpoint) => ({ ...row, checkpoint }));

/** The checkpoints of one run in order of training. @param {ModelEntry} model */
export const timeline = (model) => (model.timeline?.length ? model.timeline : model.checkpoints.map(({ id }) => id));

/** The epochs at which there are several seeds: name, and the checkpoints. @param {ModelEntry} model */
export function seedGroups(model) {
  const names = new Map(model.checkpoints.map(({ id, epoch }) => [id, epoch]));
  const length = Math.min(...(model.seeds ?? []).map(({ checkpoints }) => checkpoints.length));
  if (!model.seeds?.length || !Number.isFinite(length)) return [];
  return Array.from({ length }, (_, k) => {
    const checkpoints = (model.seeds ?? []).map((seed) => seed.checkpoints[k] ?? '');
    return { id: String(names.get(checkpoints[0] ?? '') ?? k), checkpoints };
  });
}

/** Methods that the shown one is held beside. */
const BESIDE = ['gradient', 'gradient-x-input', 'lrp-alpha-beta', 'occlusion'];

/** The shown row, and the same question put to other methods. @param {Context} context */
function compared({ specs, row }) {
  const known = BESIDE.filter((id) => id !== row.method && specs.methods.some((method) => method.id === id));
  return [row, ...known.map((method) => ({ ...row, method, params: {} }))];
}

/** Which of the treebank's sentences are wanted. @param {Asked} asked */
export const wantedOf = ({ cell, find }) => (find ? `${cell} ${find}` : cell);

/** @type {SectionSpec[]} */
export const SECTIONS = [
  {
    id: 'why',
    title: 'Why this word?',
    lead: 'Follow one word through the network: what reads it, what it adds there, and how that becomes its score.',
    word: true,
    panels: [
      { id: 'why', title: 'From the word to its score', about: (context) => question(context, 'why') },
      {
        id: 'classes',
        title: 'What every class sees',
        about: ({ asked, specs, model, sentence, row }) => {
          const live = liveRequest(asked, specs, sentence + 1);
          const classes = model.labels.length;
          return { ...live, scale: 'shared', rows: Array.from({ length: classes }, (_, k) => ({ ...row, target: { kind: 'logit', class: k } })) };
        },
      },
      { id: 'method', title: 'The method above', drawn: true, about: () => null },
      { id: 'detectors', title: 'What its filters look for', folded: true, about: (context) => question(context, 'detectors') },
      {
        id: 'identity',
        title: 'Three names, one number',
        folded: true,
        about: (context) => question({ ...context, word: null }, 'identity', { choice: context.asked.identity }),
        choose: (id) => ({ identity: id }),
      },
      { id: 'steps', title: 'How many steps does Integrated Gradients need?', folded: true, about: (context) => question({ ...context, word: null }, 'steps') },
    ],
  },
  {
    id: 'what-if',
    title: 'What if?',
    lead: 'Take a word away, deny it, or exchange it for any other word the network knows. Each answer is the network’s own, read anew.',
    word: true,
    panels: [
      { id: 'edits', title: 'Edit the word', about: (context) => question(context, 'edits', { other: context.asked.replace }) },
      {
        id: 'flips',
        title: 'Every other word in its place',
        folded: true,
        about: (context) => question(context, 'flips', { choice: context.asked.substitutions }),
        choose: (id) => ({ substitutions: id }),
      },
      { id: 'pair', title: 'Two sentences, one difference', folded: true, about: (context) => question({ ...context, word: null }, 'pair', { other: context.asked.second }) },
    ],
  },
  {
    id: 'epochs',
    title: 'How training changed it',
    lead: 'The same sentence, read by the same network after more and more training.',
    word: false,
    panels: [
      {
        id: 'epoch-rows',
        title: 'Epoch by epoch',
        about: ({ asked, specs, sentence, row, model }) =>
          ({ ...liveRequest(asked, specs, sentence + 1), scale: 'shared', rows: across(row, timeline(model)) }),
      },
      { id: 'training', title: 'Loss and accuracy', about: (context) => ((context.model.curve?.length ?? 0) < 2 ? null : ofNetwork(context, 'training')) },
      { id: 'epochs', title: 'Word by word', about: (context) => (timeline(context.model).length < 2 ? null : question({ ...context, word: null }, 'epochs', { rows: across(context.row, timeline(context.model)) })) },
      {
        id: 'seeds',
        title: 'Would another seed say the same?',
        folded: true,
        about: (context) => {
          const groups = seedGroups(context.model);
          const group = groups.find(({ id }) => id === context.asked.seedsAt) ?? groups[groups.length - 1];
          return group ? question({ ...context, word: null }, 'seeds', { rows: across(context.row, group.checkpoints) }) : null;
        },
      },
    ],
  },
  {
    id: 'trust',
    title: 'Can it be trusted?',
    lead: 'An explanation is a claim about the network. Here it is put to the test: against the network itself, against fair shares, against people, against a network that learnt nothing.',
    word: false,
    panels: [
      {
        id: 'curves',
        title: 'Take away what it calls important',
        about: (context) => question({ ...context, word: null }, 'curves', { choice: context.asked.curves, rows: compared(context) }),
        choose: (id) => ({ curves: id }),
      },
      { id: 'reference', title: 'Against exact Shapley values', folded: true, about: (context) => question({ ...context, word: null }, 'reference', { rows: compared(context) }) },
      { id: 'people', title: 'Against people, word by word', folded: true, about: (context) => question({ ...context, word: null }, 'people') },
      { id: 'phrases', title: 'Against people, phrase by phrase', folded: true, about: (context) => question({ ...context, word: null }, 'phrases', { rows: compared(context) }) },
      {
        id: 'randomise',
        title: 'Against a network that learnt nothing',
        folded: true,
        about: (context) => question({ ...context, word: null }, 'randomise', { choice: context.asked.scramble, seed: context.asked.seed, rows: compared(context) }),
        choose: (id) => ({ scramble: id }),
      },
      {
        id: 'replication',
        title: 'What the paper says, and what we found',
        folded: true,
        // The same for every text.
        about: () => ({ about: 'replication', text: '', sentence: 0, word: null, other: '', choice: '', seed: 0, rows: [] }),
      },
    ],
  },
  {
    id: 'corpus',
    title: 'Beyond one sentence',
    lead: 'What the network makes of all the reviews it learnt from and was tested on: the words that speak for each class, and which classes it takes for which.',
    word: false,
    panels: [
      {
        id: 'corpus-words',
        title: 'The words of each class',
        about: (context) => ofNetwork(context, 'corpus', { choice: context.asked.corpusClass || String(context.row.target.class ?? '') }),
        choose: (id) => ({ corpusClass: id }),
      },
      {
        id: 'confusion',
        title: 'Right and wrong, class by class',
        about: (context) => ofNetwork(context, 'confusion', { choice: wantedOf(context.asked) }),
        choose: (id) => ({ cell: id }),
      },
    ],
  },
];

/** Is a panel to be seen? @param {SectionSpec} section @param {PanelSpec} panel @param {Asked} asked */
export const isOpen = (section, panel, asked) => asked.open.includes(section.id) && (!panel.folded || asked.open.includes(panel.id));

/** @param {Page} page @returns {Context | null} null as long as there is nothing to ask about */
export function contextOf({ asked, specs, live, phase }) {
  if (!specs || !live || phase !== 'ready' || live.reply.empty) return null;
  const answered = resolve(live.answers, specs);
  const [first, second] = asked.at.split('.').map(Number);
  const known = first !== undefined && live.reply.sentences[first] !== undefined && second !== undefined;
  const sentence = known ? first : 0;
  const shown = live.reply.sentences[sentence]?.rows[0];
  const row = liveRequest(answered, specs, 1).rows[0];
  if (!row || !shown || shown.error) return null;
  /** @type {Partial<Asked>} */
  const mine = Object.fromEntries(STUDY_FIELDS.map((name) => [name, asked[name]]));
  return {
    asked: { ...answered, ...mine },
    specs,
    // The model of the network that is shown: its epochs and seeds are those that belong beside it.
    model: specs.manifest.models.find(({ checkpoints }) => checkpoints.some(({ id }) => id === row.checkpoint)) ?? defaultModel(specs),
    sentence,
    word: known ? second : null,
    row: { ...row, target: { ...row.target, class: shown.class } },
  };
}


/** Everything that is open as questions. @param {Page} page @returns {{name: string, about: Question | Request}[]} */
export function asked(page) {
  const context = contextOf(page);
  if (!context) return [];
  return SECTIONS.flatMap((section) => section.panels
    .filter((panel) => isOpen(section, panel, page.asked))
    .flatMap((panel) => {
      const about = panel.about(context);
      return about ? [{ name: panel.id, about }] : [];
    }));
}
