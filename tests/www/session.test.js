import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRequests, liveRequest, missingCheckpoints, networks, paperCheckpoints, resolve } from '../../www/request.js';
import { affected, createSession } from '../../www/session.js';
import { initialState } from '../../www/state.js';
import { createStore } from '../../www/store.js';

const named = (...ids) => ids.map((id) => ({ id, name: id, meaning: '' }));
/** @type {any} */
const specs = {
  manifest: { default_model: 'm', models: [{ id: 'm', default_checkpoint: 'e10', checkpoints: [['e5', 5], ['e7', 7], ['e10', 10], ['e20', 20]].map(([id, epoch]) => ({ id, epoch })) }] },
  methods: named('gradient', 'integrated-gradients', 'lrp-z', 'lrp-gamma'),
  targets: named('logit', 'margin'),
  baselines: named('zero', 'mean'),
  scales: named('row', 'shared'),
  examples: [
    { id: 'p', group: 'paper', name: 'Review 50', text: 'known', truth: 'positive', source: '' },
    { id: 't', group: 'try', name: 'Try', text: 'try me', truth: null, source: '' },
  ],
  loaded: ['e10'],
};
const state = (overrides) => initialState({ text: 'hello', ...overrides });
const settle = async () => { for (let k = 0; k < 10; k += 1) await new Promise(setImmediate); };

test('unknown ids from a link become the engine’s defaults', () => {
  const asked = resolve(state({ method: 'sorcery', checkpoint: 'e99', target: 'x', baseline: 'x', scale: 'x', methods: ['nope'], checkpoints: ['e7', 'nope'] }), specs);
  assert.deepEqual([asked.method, asked.checkpoint, asked.target, asked.baseline, asked.scale], ['integrated-gradients', 'e10', 'logit', 'zero', 'row']);
  assert.deepEqual(asked.methods, ['gradient', 'integrated-gradients', 'lrp-z'], 'those of the paper that there are');
  assert.deepEqual(asked.checkpoints, ['e7']);
});

test('networks are in the order of training; other seeds and other models are groups of their own', () => {
  const run = (id, epoch) => ({ id, epoch, name: id, summary: '' });
  /** @type {any} */
  const model = { id: 'm', name: 'Paper', checkpoints: [run('b5', 5), run('b20', 20), run('b0', 0), run('s5', 5), run('b10', 10), run('s10', 10)], timeline: ['b0', 'b5', 'b10', 'b20'], seeds: [{ seed: 1, checkpoints: ['b5', 'b10'] }, { seed: 2, checkpoints: ['s5', 's10'] }] };
  /** @type {any} */
  const one = { manifest: { default_model: 'm', models: [model] } };
  assert.deepEqual(networks(one).map(({ id, group }) => `${id} ${group}`), ['b0 ', 'b5 ', 'b10 ', 'b20 ', 's5 other seeds', 's10 other seeds']);
  assert.deepEqual(paperCheckpoints(model), ['b5', 'b10', 'b20'], 'not those of other seeds');
  /** @type {any} */
  const two = { manifest: { default_model: 'm', models: [{ id: 'w', name: 'Wide', checkpoints: [run('w3', 3)] }, model] } };
  assert.deepEqual([...new Set(networks(two).map(({ group }) => group))], ['Paper', 'Paper, other seeds', 'Wide']);
});

test('the live request has one row, with this method’s parameters alone', () => {
  const asked = resolve(state({ params: { 'lrp-z.bias': 'ignored', 'integrated-gradients.steps': 7 }, class: 3 }), specs);
  assert.deepEqual(liveRequest(asked, specs, 40), {
    text: 'hello',
    rows: [{ checkpoint: 'e10', method: 'integrated-gradients', params: { steps: 7 }, target: { kind: 'logit', class: 3 }, baseline: 'zero' }],
    scale: 'row',
    truth: null,
    max_sentences: 40,
  });
});

test('a review whose label is known carries it, also when it was pasted', () => {
  assert.equal(liveRequest(resolve(state({ text: 'known' }), specs), specs, 1).truth, 'positive');
});

test('the paper’s preset compares its reviews, methods by epochs 5, 10 and 20', () => {
  const items = compareRequests(resolve(state({ compare: 'paper' }), specs), specs);
  assert.equal(items.length, 1);
  assert.deepEqual(items[0].request.rows.map(({ method, checkpoint }) => `${method} ${checkpoint}`), [
    'gradient e5', 'gradient e10', 'gradient e20', 'integrated-gradients e5', 'integrated-gradients e10', 'integrated-gradients e20',
    'lrp-z e5', 'lrp-z e10', 'lrp-z e20',
  ]);
  assert.equal(items[0].request.truth, 'positive');
  assert.equal(items[0].request.scale, 'shared');
  assert.deepEqual(missingCheckpoints([items[0].request], ['e10']), ['e5', 'e20']);
});

test('only what changes the answer makes it stale', () => {
  const before = state({ compare: 'text' });
  /** @type {[Partial<import('../../www/state.js').Asked>, boolean, boolean][]} */
  const cases = [
    [{ palette: 'grey', theme: 'dark', pinned: 'x' }, false, false],
    [{ text: 'b' }, true, true],
    [{ method: 'lrp-z' }, true, false],
    [{ class: 1 }, true, true],
    [{ methods: ['lrp-z'] }, false, true],
    [{ compareScale: 'row' }, false, true],
    [{ compare: 'off' }, false, false],
  ];
  for (const [patch, live, compare] of cases) assert.deepEqual(affected({ ...before, ...patch }, before), { live, compare }, JSON.stringify(patch));
  const paper = state({ compare: 'paper' });
  assert.deepEqual(affected({ ...paper, text: 'b' }, paper), { live: true, compare: false }, 'the reviews do not depend on the box');
});

/** @param {any} [answers] what the engine does */
function setUp({ start, ensure, explain, explainNow, rest } = {}, overrides = {}) {
  const calls = [];
  const store = createStore(/** @type {any} */ ({
    asked: state(overrides), phase: 'loading', progress: null, problem: null, specs: null, loaded: [], live: null, compared: null,
    sentences: 40, fetching: null, failedCheckpoints: null, failedExplain: null, rest: null, waiting: null, theme: 'light',
  }));
  const client = {
    start: start ?? (async () => specs),
    rest: rest ?? (async () => ['e10']),
    explainNow: explainNow ?? (() => null),
    ensure: ensure ?? (async (ids) => { calls.push(['ensure', ids]); return ['e10', ...ids]; }),
    explain: explain ?? (async (channel, requests) => { calls.push([channel, requests]); return requests.map((request) => ({ echo: request.text })); }),
  };
  const shown = [];
  return { store, calls, shown, session: createSession(store, client, (sequence) => shown.push(sequence)) };
}

test('after loading, what was asked for meanwhile is answered', async () => {
  const { store, session, shown } = setUp();
  const starting = session.start();
  const sequence = session.ask({ text: 'typed while loading' });
  await starting;
  await settle();
  assert.equal(store.get().phase, 'ready');
  assert.equal(store.get().live.reply.echo, 'typed while loading');
  assert.ok(shown[0] >= sequence);
});

test('an answer that comes at once is shown together with its wish, and never replaced by an older one', async () => {
  let near = false;
  const late = [];
  const { store, session, shown } = setUp({
    explainNow: ([{ text }]) => (near ? [{ echo: `now ${text}` }] : null),
    explain: (_channel, [{ text }]) => new Promise((answer) => late.push(() => answer([{ echo: `late ${text}` }]))),
  });
  await session.start();
  session.ask({ text: 'a' });
  near = true;
  const seen = [];
  store.subscribe(({ asked, live }) => seen.push([asked.text, live?.reply.echo]));
  const sequence = session.ask({ text: 'ab' });
  assert.deepEqual(seen, [['ab', 'now ab']], 'one change for both: nothing is stale in between');
  assert.deepEqual(shown, [sequence]);
  late.forEach((answer) => answer());
  await settle();
  assert.equal(store.get().live.reply.echo, 'now ab');
  session.ask({ palette: 'paper' });
  assert.equal(store.get().live.reply.echo, 'now ab', 'colours alone ask for nothing');
});

test('a text with a word that is on its way waits, is answered when the rest is there, and others are answered meanwhile', async () => {
  /** @type {any} */
  let arrive;
  let whole = false;
  let broken = true;
  const { store, session } = setUp({
    start: async () => ({ ...specs, waits: true }),
    rest: (report) => new Promise((resolve, reject) => {
      report({ message: 'half' });
      arrive = () => (broken ? reject({ code: 'network', message: 'gone' }) : ((whole = true), resolve(['e10'])));
    }),
    explain: async (_channel, [{ text }]) => {
      if (!whole && text.includes('rare')) throw { code: 'vectors-pending', message: 'rare is not there yet' };
      return [{ echo: text }];
    },
  });
  await session.start();
  await settle();
  assert.equal(store.get().live.reply.echo, 'hello');
  assert.deepEqual(store.get().rest, { progress: { message: 'half' }, problem: null });
  session.ask({ text: 'a rare word' });
  await settle();
  assert.equal(store.get().waiting.message, 'rare is not there yet');
  assert.equal(store.get().failedExplain, null);
  assert.equal(affected(store.get().asked, store.get().live.answers).live, true, 'what is shown is not its answer');
  session.ask({ text: 'hello again' });
  await settle();
  assert.deepEqual([store.get().live.reply.echo, store.get().waiting], ['hello again', null]);
  session.ask({ text: 'a rare word' });
  await settle();
  arrive();
  await settle();
  assert.equal(store.get().rest.problem.message, 'gone');
  session.ask({ text: 'still typing' });
  await settle();
  assert.equal(store.get().live.reply.echo, 'still typing', 'the failure stops nothing else');
  session.ask({ text: 'a rare word' });
  broken = false;
  session.retryRest();
  await settle();
  arrive();
  await settle();
  assert.deepEqual([store.get().live.reply.echo, store.get().waiting, store.get().rest], ['a rare word', null, null]);
});

test('a failed load is a state with its reason, and starting again recovers', async () => {
  let broken = true;
  const { store, session } = setUp({ start: async () => { if (broken) throw { code: 'corrupt', message: 'wrong hash' }; return specs; } });
  await session.start();
  assert.equal(store.get().phase, 'failed');
  assert.equal(store.get().problem.message, 'wrong hash');
  broken = false;
  await session.start();
  await settle();
  assert.equal(store.get().phase, 'ready');
  assert.equal(store.get().problem, null);
  assert.equal(store.get().live.reply.echo, 'hello');
});

test('a checkpoint that is not loaded is fetched once, then the answer comes', async () => {
  const { store, session, calls } = setUp({}, { checkpoint: 'e5' });
  await session.start();
  await settle();
  assert.deepEqual(calls.filter(([what]) => what === 'ensure'), [['ensure', ['e5']]]);
  assert.equal(store.get().live.reply.echo, 'hello');
  assert.equal(store.get().fetching, null);
});

test('a checkpoint that cannot be loaded waits for Retry instead of being asked for again and again', async () => {
  let attempts = 0;
  let broken = true;
  const { store, session } = setUp({
    ensure: async (ids) => { attempts += 1; if (broken) throw { code: 'corrupt', message: 'cut off' }; return ['e10', ...ids]; },
  }, { checkpoint: 'e20' });
  await session.start();
  await settle();
  session.ask({ text: 'more' });
  session.ask({ text: 'more text' });
  await settle();
  assert.equal(attempts, 1);
  assert.equal(store.get().failedCheckpoints.problem.message, 'cut off');
  broken = false;
  session.retryCheckpoints();
  await settle();
  assert.equal(attempts, 2);
  assert.equal(store.get().live.reply.echo, 'more text');
});

test('an old reply never replaces a newer one', async () => {
  const waiting = [];
  const { store, session } = setUp({ explain: (_channel, requests) => new Promise((resolveReply) => waiting.push(() => resolveReply([{ echo: requests[0].text }]))) });
  await session.start();
  session.ask({ text: 'older' });
  session.ask({ text: 'newer' });
  waiting[2]();
  await settle();
  waiting[1]();
  waiting[0]();
  await settle();
  assert.equal(store.get().live.reply.echo, 'newer');
});

test('a refused request is shown as a problem and goes when the next one succeeds', async () => {
  let broken = true;
  const { store, session } = setUp({ explain: async (_channel, requests) => { if (broken) throw { code: 'bad', message: 'epsilon' }; return [{ echo: requests[0].text }]; } });
  await session.start();
  await settle();
  assert.equal(store.get().failedExplain.message, 'epsilon');
  broken = false;
  session.ask({ text: 'again' });
  await settle();
  assert.equal(store.get().failedExplain, null);
});

test('more explains forty sentences more, and a new text starts over', async () => {
  const { store, session, calls } = setUp();
  await session.start();
  session.more();
  assert.equal(calls.at(-1)[1][0].max_sentences, 80);
  session.ask({ text: 'new' });
  assert.equal(store.get().sentences, 40);
});

test('while someone types, the comparison waits for a pause and is asked once', async () => {
  const { session, store, calls } = setUp({}, { compare: 'text', checkpoints: ['e10'] });
  await session.start();
  await settle();
  const compares = () => calls.filter(([channel]) => channel === 'compare').map(([, [request]]) => request.text);
  assert.deepEqual(compares(), ['hello']);
  for (const text of ['a', 'ab', 'abc']) session.ask({ text });
  await settle();
  assert.deepEqual(compares(), ['hello']);
  await new Promise((done) => { setTimeout(done, 200); });
  assert.deepEqual(compares(), ['hello', 'abc']);
  assert.equal(store.get().compared.answers.text, 'abc');
});

test('the preset sets methods, networks, palette and the predicted class', async () => {
  const { store, session } = setUp({}, { class: 2, target: 'margin' });
  await session.start();
  session.paper();
  await settle();
  const { asked, compared } = store.get();
  assert.deepEqual([asked.compare, asked.palette, asked.class, asked.target], ['paper', 'paper', null, 'logit']);
  assert.equal(compared.items[0].title, 'Review 50');
});
