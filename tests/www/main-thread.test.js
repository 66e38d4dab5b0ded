import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCosts, createMainThreadEngine } from '../../www/engine/main-thread.js';

const request = (text, method = 'm', checkpoint = 'a') => ({ text, rows: [{ method, checkpoint }], max_sentences: 40 });

test('an answer costs what its like did, more for a longer text, never less for a shorter one', () => {
  const costs = createCosts();
  assert.equal(costs.expected([request('x')]), Infinity, 'nothing is known of it');
  costs.learn([request('x'.repeat(60))], 2);
  assert.equal(costs.expected([request('x'.repeat(60))]), 2);
  assert.equal(costs.expected([request('x')]), 2);
  assert.equal(costs.expected([request('x'.repeat(160))]), 8, 'twice 100, and so four times the work');
  assert.equal(costs.expected([request('x', 'slow')]), Infinity, 'another method is another question');
  for (const took of [90, 3, 90, 90, 90]) costs.learn([request('x'.repeat(60))], took);
  assert.equal(costs.expected([request('x')]), 3, 'interruptions are not believed');
  costs.learn([request('x')], 90);
  costs.learn([request('x')], 90);
  assert.equal(costs.expected([request('x')]), 90, 'but what is always slow is');
  for (let k = 0; k < 60; k += 1) costs.learn([request('x', `other ${k}`)], 1);
  assert.equal(costs.expected([request('x')]), Infinity, 'what was asked long ago is forgotten');
});

/** An engine whose answers take as long as the test says. */
function setUp() {
  const state = { clock: 0, takes: 1, fault: null, stuck: false, opened: 0, loads: [] };
  class Explainer {
    static async load(models, report, files) {
      state.files = new Map(files);
      return new Explainer();
    }

    constructor() { this.ids = ['a']; }

    async load_checkpoint(id) {
      if (state.stuck) await new Promise(() => {});
      if (id === 'missing') throw { code: 'network', message: 'gone' };
      if (!this.ids.includes(id)) this.ids.push(id);
      state.loads.push(id);
    }

    loaded() { return this.ids; }

    add_model({ id }) { this.ids.push(id); }

    explain({ text }) {
      state.clock += state.takes;
      if (state.fault) throw state.fault;
      return { text };
    }
  }
  /** @returns {Promise<any>} */
  const open = async () => {
    state.opened += 1;
    return { module: { Explainer }, models: 'models' };
  };
  return { state, engine: createMainThreadEngine({ open, now: () => state.clock, rest: async () => {} }) };
}

test('it answers what is short, once it has the checkpoint and knows the time', async () => {
  const { engine, state } = setUp();
  engine.learn([request('a')], 1);
  assert.equal(engine.explain([request('a')]), null, 'not loaded yet');
  engine.addFiles(new Map([['vectors', new Uint8Array(1)]]));
  await engine.follow(['a']);
  assert.deepEqual([...state.files.keys()], ['vectors'], 'nothing is fetched again');
  assert.deepEqual(engine.explain([request('a')]), [{ text: 'a' }]);
  assert.equal(engine.explain([request('a', 'm', 'b')]), null, 'another checkpoint');
  engine.learn([request('a', 'm', 'b')], 1);
  await engine.follow(['a', 'b']);
  assert.deepEqual(engine.explain([request('a', 'm', 'b')]), [{ text: 'a' }]);
  assert.equal(state.opened, 1);
  engine.learn([request('a', 'slow')], 9);
  assert.equal(engine.explain([request('a', 'slow')]), null, 'longer than 8 ms');
  assert.equal(engine.explain([request('a'.repeat(10000))]), null, 'a pasted text');
});

test('what has become slow goes to the worker', async () => {
  const { engine, state } = setUp();
  await engine.follow(['a']);
  engine.learn([request('a')], 1);
  state.takes = 20;
  let answered = 0;
  while (engine.explain([request('a')])) answered += 1;
  assert.ok(answered >= 1 && answered <= 5, `${answered} slow answers`);
});

test('an error is the worker’s to tell; after a trap, and where nothing loads, the worker does it all', async () => {
  const { engine, state } = setUp();
  await engine.follow(['a']);
  engine.learn([request('a')], 1);
  state.fault = { code: 'class', message: 'no such class' };
  assert.equal(engine.explain([request('a')]), null);
  state.fault = null;
  assert.deepEqual(engine.explain([request('a')]), [{ text: 'a' }]);
  state.fault = new Error('unreachable');
  assert.equal(engine.explain([request('a')]), null);
  state.fault = null;
  assert.equal(engine.explain([request('a')]), null, 'its memory cannot be trusted any more');
  const other = setUp();
  other.engine.learn([request('a')], 1);
  await other.engine.follow(['a', 'missing']);
  assert.equal(other.engine.explain([request('a')]), null);
});

test('an engine that stops while it loads, whose promise never settles, is not asked again', async () => {
  const { engine, state } = setUp();
  await engine.follow(['a']);
  engine.learn([request('a')], 1);
  assert.deepEqual(engine.explain([request('a')]), [{ text: 'a' }]);
  state.stuck = true;
  void engine.follow(['a', 'b']);
  await new Promise(setImmediate);
  engine.lose();
  assert.equal(engine.explain([request('a')]), null);
});

test('a visitor’s own network is taken before and after it has started, and never fetched', async () => {
  /** @returns {any} */
  const network = (id) => ({ entry: { id }, vectors: new Uint8Array(1), network: new Uint8Array(1) });
  const { engine, state } = setUp();
  engine.adopt(network('own-1'));
  await engine.follow(['a', 'own-1']);
  engine.adopt(network('own-2'));
  await engine.follow(['a', 'own-1', 'own-2']);
  assert.ok(!state.loads.some((id) => id.startsWith('own')), state.loads.join(' '));
  for (const id of ['own-1', 'own-2']) {
    engine.learn([request('a', 'm', id)], 1);
    assert.deepEqual(engine.explain([request('a', 'm', id)]), [{ text: 'a' }]);
  }
});
