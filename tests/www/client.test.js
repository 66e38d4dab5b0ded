import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../www/engine/client.js';
import { missingSupport } from '../../www/engine/support.js';

/** A worker whose replies the test sends by hand. */
function fakeWorkers() {
  const made = [];
  const spawn = () => {
    const listeners = { message: [], error: [] };
    /** @type {any} */ 
    const worker = {
      sent: [],
      ended: false,
      addEventListener: (kind, run) => listeners[kind].push(run),
      postMessage(message) { this.sent.push(message); },
      terminate() { this.ended = true; },
      reply: (data) => listeners.message.forEach((run) => run({ data })),
      fail: (message) => listeners.error.forEach((run) => run({ message })),
    };
    made.push(worker);
    return worker;
  };
  return { made, spawn };
}

/** What the engine would not take; here nobody reads it. @param {unknown} value @returns {any} */
const asAny = (value) => value;

function setUp(options = {}) {
  const workers = fakeWorkers();
  const crashes = [];
  const client = createClient({ spawn: workers.spawn, support: () => null, onCrash: (problem) => crashes.push(problem), ...options });
  return { client, crashes, made: workers.made };
}

async function started() {
  const all = setUp();
  const ready = all.client.start(() => {});
  all.made[0].reply({ id: all.made[0].sent[0].id, value: { loaded: [] } });
  await ready;
  return { ...all, worker: all.made[0] };
}

test('start reports progress and resolves to what the engine says of itself', async () => {
  const { client, made } = setUp();
  const seen = [];
  const ready = client.start((progress) => seen.push(progress.message));
  const [{ id, op }] = made[0].sent;
  assert.equal(op, 'start');
  made[0].reply({ id, progress: { message: 'half' } });
  made[0].reply({ id, value: { loaded: ['epoch-10'] } });
  assert.deepEqual(await ready, { loaded: ['epoch-10'] });
  assert.deepEqual(seen, ['half']);
});

test('a first explain is sent at once; while it runs only the newest waits', async () => {
  const { client, worker } = await started();
  const first = client.explain('live', asAny(['a']));
  const second = client.explain('live', asAny(['b']));
  const third = client.explain('live', asAny(['c']));
  assert.deepEqual(worker.sent.slice(1).map(({ requests }) => requests), [['a']]);
  assert.equal(await second, null, 'a newer call took its place');
  worker.reply({ id: worker.sent[1].id, value: ['A'] });
  assert.deepEqual(await first, ['A']);
  await new Promise(setImmediate);
  assert.deepEqual(worker.sent.slice(2).map(({ requests }) => requests), [['c']]);
  worker.reply({ id: worker.sent[2].id, value: ['C'] });
  assert.deepEqual(await third, ['C']);
});

test('channels do not hold each other up', async () => {
  const { client, worker } = await started();
  client.explain('live', asAny(['a']));
  client.explain('compare', asAny(['b']));
  assert.deepEqual(worker.sent.slice(1).map(({ requests }) => requests), [['a'], ['b']]);
});

test('a refused request rejects with the engine’s own words and the channel goes on', async () => {
  const { client, worker, crashes } = await started();
  const refused = client.explain('live', asAny(['a']));
  worker.reply({ id: worker.sent[1].id, error: { code: 'bad-parameter', message: 'epsilon: expected at least 0, found -1' } });
  await assert.rejects(refused, { code: 'bad-parameter' });
  assert.deepEqual(crashes, []);
  client.explain('live', asAny(['b']));
  assert.equal(worker.sent.length, 3);
});

test('a crash ends the worker, rejects what waited, and start makes a new one', async () => {
  const { client, worker, crashes, made } = await started();
  const waiting = client.explain('live', asAny(['a']));
  const queued = client.explain('live', asAny(['b']));
  worker.fail('out of memory');
  await assert.rejects(waiting, { code: 'crashed' });
  await assert.rejects(queued, { code: 'crashed' }, 'what was not sent yet is told as well');
  assert.equal(worker.ended, true);
  assert.match(crashes[0].message, /out of memory/);
  client.start(() => {});
  assert.equal(made.length, 2);
  await new Promise(setImmediate);
  assert.deepEqual(made[1].sent.map(({ op }) => op), ['start'], 'nothing that was asked of the old one');
});

test('a core that has stopped leaves the others alone', async () => {
  const [page, study] = [await started(), await started()];
  const shown = page.client.explain('live', asAny(['a']));
  const question = study.client.study('steps', asAny({}), () => {});
  const next = study.client.study('steps', asAny({}), () => {});
  study.worker.reply({ id: study.worker.sent[1].id, error: { code: 'crashed', message: 'The engine stopped: unreachable' } });
  await assert.rejects(question, { message: 'The engine stopped: unreachable' });
  await assert.rejects(next, { message: 'The engine stopped: unreachable' });
  page.worker.reply({ id: page.worker.sent[1].id, value: ['A'] });
  assert.deepEqual(await shown, ['A']);
  assert.deepEqual([page.worker.ended, study.worker.ended, page.crashes.length], [false, true, 0]);
});

test('a trap inside the engine counts as a crash', async () => {
  const { client, worker, crashes } = await started();
  const waiting = client.explain('live', asAny(['a']));
  worker.reply({ id: worker.sent[1].id, error: { code: 'crashed', message: 'unreachable' } });
  await assert.rejects(waiting, { code: 'crashed' });
  assert.equal(crashes.length, 1);
  assert.equal(worker.ended, true);
});

test('the engine in the page gets the worker’s files once all are there, and learns from its times', async () => {
  const heard = [];
  const mainThread = {
    addFiles: (files) => heard.push(['addFiles', [...files.keys()]]),
    follow: async (ids) => void heard.push(['follow', ids]),
    learn: (requests, took) => heard.push(['learn', requests, took]),
    explain: ([request]) => (request === 'short' ? ['at once'] : null),
  };
  const { client, made } = setUp({ mainThread });
  const ready = client.start(() => {});
  const [worker] = made;
  const answer = (rest) => worker.reply({ id: worker.sent.at(-1).id, ...rest });
  assert.equal(worker.sent[0].share, true);
  answer({ value: { loaded: ['a'], waits: true }, files: new Map([['first', 1]]) });
  await ready;
  const more = client.ensure(['b'], () => {});
  answer({ value: ['a', 'b'], files: new Map([['b', 1]]) });
  await more;
  assert.deepEqual(heard, [['addFiles', ['first']], ['addFiles', ['b']]], 'not before all vectors are there');
  const rest = client.rest(() => {});
  answer({ value: ['a', 'b'], files: new Map([['all', 1]]) });
  await rest;
  assert.deepEqual(heard.splice(0).slice(2), [['addFiles', ['all']], ['follow', ['a', 'b']]]);
  const asked = client.explain('live', asAny(['long']));
  answer({ value: ['later'], took: 3 });
  assert.deepEqual(await asked, ['later']);
  assert.deepEqual(heard, [['learn', ['long'], 3]]);
  assert.deepEqual([client.explainNow(asAny(['short'])), client.explainNow(asAny(['long']))], [['at once'], null]);
  assert.equal(setUp().client.explainNow(asAny(['short'])), null, 'a client without one');
});

test('replies of a replaced worker and of unknown ids are dropped', async () => {
  const { client, worker, made } = await started();
  const old = client.explain('live', asAny(['a']));
  const again = client.start(() => {});
  await assert.rejects(old, { code: 'restarted' });
  worker.reply({ id: made[1].sent[0].id, value: 'from the dead' });
  made[1].reply({ id: 999, value: 'nobody asked' });
  made[1].reply({ id: made[1].sent[0].id, value: 'fresh' });
  assert.equal(await again, 'fresh');
});

test('without a worker every call says so', async () => {
  const { client } = setUp();
  await assert.rejects(client.explain('live', asAny([])), { code: 'not-started' });
  await assert.rejects(client.ensure(['x'], () => {}), { code: 'not-started' });
});

test('a browser that cannot run the engine is told so before anything is loaded', async () => {
  const { client, made } = setUp({ support: () => missingSupport({}) });
  await assert.rejects(client.start(() => {}), { code: 'no-wasm' });
  assert.equal(made.length, 0);
});

test('support is judged by WebAssembly, then SIMD, then workers', () => {
  const Worker = function Worker() {};
  assert.equal(missingSupport({ WebAssembly, Worker }), null, 'this Node has SIMD');
  assert.equal(missingSupport({ WebAssembly: { validate: () => false }, Worker })?.code, 'no-simd');
  assert.equal(missingSupport({ WebAssembly })?.code, 'no-worker');
});
