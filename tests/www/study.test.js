import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, contextOf, SECTIONS, seedGroups, timeline } from '../../www/study/sections.js';
import { createStudy, stale } from '../../www/study/study-session.js';
import { STUDY_FIELDS, initialState } from '../../www/state.js';
import { affected } from '../../www/session.js';
import { createStore } from '../../www/store.js';

const named = (...ids) => ids.map((id) => ({ id, name: id, meaning: '' }));
/** @type {any} */
const model = {
  id: 'm', default_checkpoint: 'e10', labels: ['bad', 'middling', 'good'],
  checkpoints: [['e5', 5], ['e10', 10], ['s2-5', 5], ['s2-10', 10]].map(([id, epoch]) => ({ id, epoch })),
};
/** @type {any} */
const specs = {
  manifest: { default_model: 'm', models: [model] },
  methods: named('gradient', 'integrated-gradients', 'occlusion'),
  targets: named('logit'), baselines: named('zero'), scales: named('row', 'shared'), examples: [], loaded: ['e10'],
};
const reply = (...counts) => ({
  empty: counts.length === 0,
  sentences: counts.map((count) => ({ tokens: Array.from({ length: count }, (_, k) => ({ text: `w${k}`, normal: `w${k}` })), rows: [{ class: 2, error: null }] })),
});
const wish = (overrides = {}) => initialState({ text: 'some text', ...overrides });
/** @returns {any} */
function page(overrides = {}, live = {}) {
  const state = wish(overrides);
  return { asked: state, specs, phase: 'ready', study: {}, live: { reply: reply(3, 2), answers: state, sequence: 1, ...live } };
}
const settle = async () => { for (let k = 0; k < 20; k += 1) await new Promise(setImmediate); };

test('nothing is asked for what is closed, and folded panels wait until they are opened', () => {
  assert.deepEqual(asked(page()), []);
  const names = (open) => asked(page({ open })).map(({ name }) => name);
  assert.deepEqual(names(['why']), ['why', 'classes']);
  assert.deepEqual(names(['why', 'identity']), ['why', 'classes', 'identity']);
  assert.deepEqual(names(['identity']), [], 'its section is closed');
});

test('names of sections and panels are all different, because they share the list of what is open', () => {
  const folded = SECTIONS.flatMap(({ panels }) => panels.filter((panel) => panel.folded).map(({ id }) => id));
  const all = [...SECTIONS.map(({ id }) => id), ...folded];
  assert.equal(new Set(all).size, all.length);
});

test('a question is about the text that the answer above belongs to, and its class is pinned', () => {
  const state = page({ text: 'typed since', open: ['why'], at: '1.1' }, { answers: wish({ text: 'answered', method: 'gradient' }) });
  const [{ about }] = asked(state);
  assert.deepEqual(about, {
    about: 'why', text: 'answered', sentence: 1, word: 1, other: '', choice: '', seed: 0,
    rows: [{ checkpoint: 'e10', method: 'gradient', params: {}, target: { kind: 'logit', class: 2 }, baseline: 'zero' }],
  });
});

test('questions about the treebank do not change with the text, and begin with the explained class', () => {
  const about = (overrides) => Object.fromEntries(/** @type {any[]} */ (asked(page({ open: ['corpus'], ...overrides }))).map(({ name, about: what }) => [name, what]));
  assert.deepEqual(about({ text: 'a' }), about({ text: 'b', method: 'gradient' }));
  const words = (overrides) => [about(overrides)['corpus-words'].choice, about(overrides)['corpus-words'].rows[0].target.class];
  assert.deepEqual([words({}), words({ corpusClass: '0' })], [['', 2], ['0', 2]]);
  assert.equal(about({ cell: '1.all' })['confusion'].choice, '1.all');
  assert.equal(about({ cell: '1.all', find: 'not bad' })['confusion'].choice, '1.all not bad');
});

test('a place that is not in the text falls back to the first sentence', () => {
  const { sentence, word } = contextOf(page({ at: '7.3' }));
  assert.deepEqual([sentence, word], [0, null]);
  assert.equal(contextOf(page({}, { reply: reply() })), null, 'an empty text');
});

test('every class is asked about in one request, on one scale', () => {
  const { about } = /** @type {any} */ (asked(page({ open: ['why'], at: '1.0' }))).find(({ name }) => name === 'classes');
  assert.deepEqual(about.rows.map(({ target }) => target.class), [0, 1, 2]);
  assert.deepEqual([about.scale, about.max_sentences], ['shared', 2]);
});

test('epochs and seeds come from the list of models where it has them', () => {
  assert.deepEqual(timeline(model), ['e5', 'e10', 's2-5', 's2-10']);
  const full = { ...model, timeline: ['e5', 'e10'], seeds: [{ seed: 1, checkpoints: ['e5', 'e10'] }, { seed: 2, checkpoints: ['s2-5', 's2-10'] }] };
  assert.deepEqual(timeline(full), ['e5', 'e10']);
  assert.deepEqual(seedGroups(full), [{ id: '5', checkpoints: ['e5', 's2-5'] }, { id: '10', checkpoints: ['e10', 's2-10'] }]);
  assert.deepEqual(seedGroups(model), []);
  assert.deepEqual(asked(page({ open: ['epochs', 'seeds'] })).map(({ name }) => name), ['epoch-rows', 'epochs'], 'no seeds, no question');
});

test('a network of another model brings its own epochs', () => {
  const other = { ...model, id: 'o', checkpoints: [{ id: 'o5', epoch: 5 }, { id: 'o20', epoch: 20 }] };
  const both = { ...specs, manifest: { ...specs.manifest, models: [model, other] } };
  const state = page({ open: ['epochs'] }, { answers: wish({ checkpoint: 'o20' }) });
  const context = contextOf({ ...state, specs: both });
  assert.deepEqual([context.row.checkpoint, context.model.id, timeline(context.model)], ['o20', 'o', ['o5', 'o20']]);
});

test('the study’s own fields leave the answer above alone', () => {
  const before = wish({ compare: 'text' });
  for (const field of STUDY_FIELDS) {
    assert.deepEqual(affected({ ...before, [field]: 'else' }, before), { live: false, compare: false }, field);
  }
});

function setUp(overrides = {}) {
  const store = createStore(page());
  const calls = [];
  /** @type {any} */
  const client = {
    start: async () => { calls.push('start'); return { loaded: ['e10'] }; },
    ensure: async (ids) => { calls.push(`ensure ${ids}`); return ['e10', ...ids]; },
    explain: async (name) => { calls.push(name); return [{ reply: name }]; },
    study: async (name, about) => { calls.push(name); return { panel: about.about, text: about.text }; },
    stop: () => calls.push('stop'),
    ...overrides,
  };
  return { store, calls, study: createStudy(store, client) };
}
const open = (store, ...ids) => store.set({ asked: { ...store.get().asked, open: ids } });

test('the engine is started once, with the first section', async () => {
  const { store, calls } = setUp();
  assert.deepEqual(calls, []);
  open(store, 'what-if');
  await settle();
  assert.deepEqual(calls, ['start', 'edits']);
  open(store, 'what-if', 'why');
  await settle();
  assert.deepEqual(calls, ['start', 'edits', 'why', 'classes']);
  assert.equal(store.get().study['edits'].answer.panel, 'edits');
});

test('networks that are missing are fetched before the question', async () => {
  const { store, calls } = setUp();
  open(store, 'epochs');
  await settle();
  assert.ok(calls.indexOf('ensure e5,s2-5,s2-10') > 0 && calls.indexOf('ensure e5,s2-5,s2-10') < calls.indexOf('epochs'), String(calls));
});

test('an answer is stale from the moment another is wanted until that one is there', async () => {
  /** @type {any} */
  let release;
  const { store } = setUp({ study: (name, about) => new Promise((resolve) => { release = () => resolve({ panel: about.other }); }) });
  open(store, 'what-if');
  await settle();
  assert.ok(stale(store.get().study['edits']));
  release();
  await settle();
  assert.ok(!stale(store.get().study['edits']));
  store.set({ asked: { ...store.get().asked, replace: 'good' } });
  await settle();
  const entry = store.get().study['edits'];
  assert.ok(stale(entry) && entry.answer.panel === '', 'the old answer stays, marked');
  release();
  await settle();
  assert.equal(store.get().study['edits'].answer.panel, 'good');
});

test('a problem is kept with its panel, and trying again asks again', async () => {
  let broken = true;
  const { store, study } = setUp({ study: async () => { if (broken) throw { code: 'unsupported', message: 'it has no windows' }; return { panel: 'fine' }; } });
  open(store, 'what-if');
  await settle();
  assert.equal(store.get().study['edits'].problem.message, 'it has no windows');
  broken = false;
  study.retry();
  await settle();
  assert.deepEqual([store.get().study['edits'].problem, store.get().study['edits'].answer.panel], [null, 'fine']);
});

test('work that is stopped says so, and the next question starts a new engine', async () => {
  /** @type {any} */
  let reject;
  const { store, calls, study } = setUp({
    study: (name) => { calls.push(name); return new Promise((_, no) => { reject = no; }); },
    stop: () => reject({ code: 'stopped', message: 'Stopped.' }),
  });
  open(store, 'what-if');
  await settle();
  study.cancel();
  await settle();
  assert.equal(store.get().study['edits'].problem.code, 'stopped');
  study.retry();
  await settle();
  assert.deepEqual(calls, ['start', 'edits', 'start', 'edits']);
});
