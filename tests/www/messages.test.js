// What the page says of itself, and which of it is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { about, boxIsFull, failureTitle, isFinal, MESSAGES, spoken } from '../../www/lib/messages.js';
import { noticeOf } from '../../www/page-notice.js';
import { initialState, MAX_TEXT } from '../../www/state.js';

const retries = { start() {}, retryCheckpoints() {}, retryRest() {} };
const checkpoint = { id: 'a-10', epoch: 10, sha256: 'bbbbbbbb' };
/** @type {any} */
const model = { id: 'a', name: 'A network', description: 'Small.', default_checkpoint: 'a-10', checkpoints: [checkpoint], labels: ['no', 'yes'], vectors: { sha256: 'aaaaaaaa', source: 'somewhere', licence: 'free' } };
const specs = { manifest: { version: '1.0.0', default_model: 'a', models: [model] }, methods: [{ id: 'gradient' }], targets: [], baselines: [], scales: [], examples: [] };
/** @returns {any} */
const page = (patch = {}, asked = {}) => ({
  asked: initialState(asked), phase: 'ready', specs, problem: null, progress: null, rest: null, waiting: null, fetching: null, failedCheckpoints: null, failedExplain: null, ...patch,
});
/** What a notice says. @returns {any} */
const noticed = (patch = {}, asked = {}) => noticeOf(page(patch, asked), retries, true);
const problem = (code) => ({ code, message: 'because' });

test('a start that failed says why, and offers a retry only where one can help', () => {
  /** @type {[string, boolean, string, (() => void) | null][]} */
  const cases = [
    ['no-wasm', true, MESSAGES.cannotRun, null], ['no-simd', false, MESSAGES.cannotRun, null], ['no-worker', true, MESSAGES.cannotRun, null],
    ['http', false, MESSAGES.offline, retries.start], ['crashed', true, MESSAGES.engineStopped, retries.start], ['hash', true, MESSAGES.notLoaded, retries.start],
  ];
  for (const [code, online, title, retry] of cases) {
    assert.equal(failureTitle(code, online), title);
    assert.equal(isFinal(code), retry === null);
    assert.deepEqual(noticeOf(page({ phase: 'failed', problem: problem(code) }), retries, online), { kind: 'problem', title, problem: problem(code), retry });
  }
});

test('of several notices the one that matters most is shown', () => {
  const all = { fetching: { progress: null }, waiting: problem('vectors-pending'), failedExplain: problem('unsupported'), rest: { progress: null, problem: problem('http') }, failedCheckpoints: { problem: problem('hash') } };
  const order = [['failedCheckpoints', MESSAGES.anotherNotLoaded], ['rest', MESSAGES.rareWordsNotLoaded], ['failedExplain', MESSAGES.notExplained], ['waiting', 'because.'], ['fetching', MESSAGES.loadingAnother]];
  for (const [name, title] of order) {
    assert.equal(noticed(all).title, title);
    delete all[name];
  }
  assert.deepEqual(noticed(), { kind: 'none' });
  assert.equal(noticed({ phase: 'loading', ...all }).title, MESSAGES.loading);
});

test('a link to what is not here is told of by name', () => {
  const missing = noticed({}, { checkpoint: 'own-0123456789ab' }).title;
  assert.match(missing, /own-0123456789ab.*that of A network\.$/);
  assert.match(noticed({}, { model: 'ffffffffffff' }).title, /version of the network \(ffffffffffff\).*\(aaaaaabbbbbb\)\.$/);
  assert.equal(noticed({}, { model: 'aaaaaabbbbbb' }).kind, 'none');
  assert.equal(noticed({}, { text: 'x'.repeat(MAX_TEXT) }).title, boxIsFull(MAX_TEXT));
  assert.match(boxIsFull(MAX_TEXT), /^The box holds 100,000 characters/);
});

test('the foot names the network and where its vectors come from', () => {
  assert.equal(about(model, '1.0.0'), 'A network: Small. Word vectors: somewhere (free). wordlight 1.0.0.');
});

test('one sentence is read out with its words, several with their verdict, an empty text with what to do', () => {
  /** @type {any} */
  const reply = { message: null, sentence_count: 1, sentences: [{ rows: [{ summary: 'positive, because of “fun”' }] }], whole: [{ text: 'positive (62 %)' }] };
  assert.equal(spoken(reply), 'positive, because of “fun”');
  assert.equal(spoken({ ...reply, sentence_count: 2 }), 'positive (62 %)');
  assert.equal(spoken({ ...reply, message: 'Type a sentence' }), 'Type a sentence');
});
