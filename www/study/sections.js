// @ts-check
// The sections of the study as data: which panels each has, in which order. What a panel is called and what the engine is asked
// for it comes from the engine’s list of questions. Pure. A panel that needs more has a view of its own.

import { defaultModel, liveRequest, resolve } from '../request.js';
import { nameOf, STUDY_FIELDS } from '../state.js';
import { QUESTIONS } from './questions.js';

/** @typedef {import('../page.js').Page} Page */
/** @typedef {import('../state.js').Asked} Asked */
/** @typedef {import('../engine/contract.js').FullQuestion} Question */
/** @typedef {import('../engine/contract.js').FullRequest} Request */
/** @typedef {import('../engine/contract.js').FullRow} RowRequest */
/** @typedef {import('../../pkg/full.js').ModelEntry} ModelEntry */
/** @typedef {import('../../pkg/full.js').QuestionSpec} QuestionSpec */
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
 * @property {string} title
 * @property {QuestionSpec} [spec] the question that it answers
 * @property {boolean} [drawn] there is nothing to ask: it is drawn from what the engine says of itself
 * @property {boolean} [folded] asked and drawn only when it is opened
 * @property {(context: Context) => Question | Request | null} about null: there is nothing to ask of this model
 * @property {(id: string) => Partial<Asked>} [choose] what choosing one of the answer's options asks for
 */
/** @typedef {{id: string, title: string, lead: string, word: boolean, panels: PanelSpec[]}} SectionSpec */

/** A row for a question about a network and no text. @param {RowRequest} row @returns {RowRequest} */
const bare = ({ checkpoint, target }) =>
  ({ checkpoint, method: 'gradient-x-input', params: {}, target: { kind: 'logit', class: target.class }, baseline: 'zero' });

/** A question that is not the engine's. @param {string} about @param {RowRequest[]} rows @returns {Question} */
const ofPage = (about, rows) => ({ about, text: '', sentence: 0, word: null, other: '', choice: '', seed: 0, rows });

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

/** The rows that belong to a question, or null if this model has none. @param {QuestionSpec} spec @param {Context} context */
function rowsOf(spec, context) {
  const { row, model, asked } = context;
  if (spec.rows === 'methods') return compared(context);
  if (spec.rows === 'epochs') return timeline(model).length < 2 ? null : across(row, timeline(model));
  if (spec.rows === 'seeds') {
    const groups = seedGroups(model);
    const group = groups.find(({ id }) => id === asked.seedsAt) ?? groups[groups.length - 1];
    return group ? across(row, group.checkpoints) : null;
  }
  return [spec.about === 'network' ? bare(row) : row];
}

/** A question as the engine is asked it. @param {QuestionSpec} spec @param {Context} context @returns {Question | null} */
function question(spec, context) {
  const rows = rowsOf(spec, context);
  const part = (/** @type {string} */ name) =>
    spec.fields.filter((field) => field.part === name).map((field) => context.asked[nameOf(field)]).filter(Boolean).join(' ');
  return rows && {
    about: spec.id,
    text: spec.about === 'network' ? '' : context.asked.text,
    sentence: spec.about === 'network' ? 0 : context.sentence,
    word: spec.about === 'word' ? context.word : null,
    other: part('other'),
    choice: part('choice'),
    seed: Number(part('seed')),
    rows,
  };
}

/**
 * The panel of a question.
 * @param {string} about @param {{id?: string, folded?: boolean}} [rest]
 * @returns {PanelSpec}
 */
function panelOf(about, rest = {}) {
  const spec = QUESTIONS.find(({ id }) => id === about);
  if (!spec) throw new Error(`there is no question ${about}`);
  const option = spec.fields.find(({ part, kind }) => part === 'choice' && kind.kind === 'id');
  const choose = option && ((/** @type {string} */ id) => ({ [nameOf(option)]: id }));
  return { id: about, title: spec.title, spec, about: (context) => question(spec, context), ...(choose && { choose }), ...rest };
}

/** @type {SectionSpec[]} */
export const SECTIONS = [
  {
    id: 'why',
    title: 'Why this word?',
    lead: 'Follow one word through the network: what reads it, what it adds there, and how that becomes its score.',
    word: true,
    panels: [
      panelOf('why'),
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
      panelOf('detectors', { folded: true }),
      panelOf('identity', { folded: true }),
      panelOf('steps', { folded: true }),
    ],
  },
  {
    id: 'what-if',
    title: 'What if?',
    lead: 'Take a word away, deny it, or exchange it for any other word the network knows. Each answer is the network’s own, read anew.',
    word: true,
    panels: [
      panelOf('edits'),
      panelOf('flips', { folded: true }),
      panelOf('pair', { folded: true }),
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
      { id: 'training', title: 'Loss and accuracy', about: (context) => ((context.model.curve?.length ?? 0) < 2 ? null : ofPage('training', [bare(context.row)])) },
      panelOf('epochs'),
      panelOf('seeds', { folded: true }),
    ],
  },
  {
    id: 'trust',
    title: 'Can it be trusted?',
    lead: 'An explanation is a claim about the network. Here it is put to the test: against the network itself, against fair shares, against people, against a network that learnt nothing.',
    word: false,
    panels: [
      panelOf('curves'),
      panelOf('reference', { folded: true }),
      panelOf('people', { folded: true }),
      panelOf('phrases', { folded: true }),
      panelOf('randomise', { folded: true }),
      {
        id: 'replication',
        title: 'What the paper says, and what we found',
        folded: true,
        // The same for every text.
        about: () => ofPage('replication', []),
      },
    ],
  },
  {
    id: 'corpus',
    title: 'Beyond one sentence',
    lead: 'What the network makes of all the reviews it learnt from and was tested on: the words that speak for each class, and which classes it takes for which.',
    word: false,
    panels: [
      panelOf('corpus', { id: 'corpus-words' }),
      panelOf('confusion'),
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
