import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debounce } from '../../www/lib/debounce.js';
import { createDelayed } from '../../www/lib/delayed.js';
import { createMeter, meterText, quantile } from '../../www/lib/meter.js';
import { isProse, isWide } from '../../www/lib/stack.js';
import { positionOf, STEPS, valueAt } from '../../www/lib/slider.js';
import { createStore } from '../../www/store.js';
import { segments } from '../../www/views/ledger.js';
import { findings } from '../../www/views/pinned.js';

test('a debounced call comes once, a while after the last, with what that one said', async () => {
  const calls = [];
  const call = debounce((value) => calls.push([value, performance.now()]), 30);
  call(1);
  await new Promise((done) => { setTimeout(done, 20); });
  const last = performance.now();
  call(2);
  await new Promise((done) => { setTimeout(done, 120); });
  assert.equal(calls.length, 1);
  assert.equal(calls[0][0], 2);
  assert.ok(calls[0][1] - last >= 29, `${calls[0][1] - last} ms after the last call`);
  call(3);
  await new Promise((done) => { setTimeout(done, 90); });
  assert.deepEqual(calls.map(([value]) => value), [2, 3]);
});

test('only what stays stale for a while is called late', async () => {
  const told = [];
  const late = createDelayed((is) => told.push(is));
  late(false);
  late(true);
  late(false);
  assert.deepEqual(told.splice(0), [false], 'it was told of once, when it was over');
  late(true);
  late(true);
  await new Promise((done) => { setTimeout(done, 260); });
  assert.deepEqual(told.splice(0), [true]);
  late(false);
  assert.deepEqual(told, [false]);
});

test('quantiles are nearest-rank', () => {
  assert.equal(quantile([], 0.5), null);
  assert.equal(quantile([3], 0.95), 3);
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2);
  assert.equal(quantile(Array.from({ length: 100 }, (_, k) => 100 - k), 0.95), 95);
});

test('the meter charges an answered keystroke with the whole wait, also when a later one answered it', () => {
  const meter = createMeter();
  meter.begin(1, 100);
  meter.begin(2, 110);
  meter.begin(3, 120);
  assert.equal(meter.painted(2, 130), true);
  assert.deepEqual(meter.summary(), { count: 2, median: 20, p95: 30 });
  assert.equal(meter.painted(2, 500), false, 'nothing new was answered');
  meter.painted(3, 126);
  assert.deepEqual(meter.summary(), { count: 3, median: 20, p95: 30 });
});

test('the meter keeps the newest samples and forgets unanswered inputs on demand', () => {
  const meter = createMeter(2);
  for (const [sequence, wait] of [[1, 5], [2, 6], [3, 7]]) {
    meter.begin(sequence, 0);
    meter.painted(sequence, wait);
  }
  assert.deepEqual(meter.summary(), { count: 2, median: 6, p95: 7 });
  meter.begin(4, 0);
  meter.forget();
  assert.equal(meter.painted(4, 9), false);
});

test('the meter speaks plainly', () => {
  assert.match(meterText({ count: 0, median: null, p95: null }), /type to measure/);
  assert.match(meterText({ count: 7, median: 4.21, p95: 12.6 }), /median 4\.2 ms, 95th percentile 13 ms \(the last 7 keystrokes\)/);
});

test('sliders reach both ends exactly and come back to where they were', () => {
  for (const range of [
    { min: 0, max: 10, step: null, log: true }, { min: 1e-6, max: 1, step: null, log: true },
    { min: 1, max: 10, step: 0.5, log: false }, { min: 1, max: 1000, step: 1, log: true }, { min: -2, max: 2, step: null, log: false },
  ]) {
    assert.equal(valueAt(range, 0), range.min);
    assert.equal(valueAt(range, STEPS), range.max);
    let last = -Infinity;
    for (let position = 0; position <= STEPS; position += 50) {
      const value = valueAt(range, position);
      assert.ok(value >= last && value >= range.min && value <= range.max, `${position} of ${JSON.stringify(range)}: ${value}`);
      last = value;
      assert.ok(Math.abs(valueAt(range, positionOf(range, value)) - value) <= 0.01 * Math.abs(value) + 1e-9);
    }
    assert.equal(positionOf(range, range.min - 1), 0);
    assert.equal(positionOf(range, range.max + 1), STEPS);
  }
});

test('a stepped slider gives multiples of its step', () => {
  const range = { min: 1, max: 10, step: 0.5, log: false };
  for (let position = 0; position <= STEPS; position += 1) {
    assert.equal((valueAt(range, position) * 2) % 1, 0);
  }
});

test('ledger segments stack away from zero and fill the line', () => {
  const { zero, parts } = segments([{ id: 'a', amount: 3 }, { id: 'b', amount: -1 }, { id: 'c', amount: 0 }, { id: 'd', amount: 1 }, { id: 'e', amount: NaN }]);
  assert.equal(zero, 0.2);
  assert.deepEqual(parts.map(({ id }) => id), ['a', 'b', 'd']);
  const [a, b, d] = parts;
  assert.deepEqual([a.x, b.x].map((x) => Number(x.toFixed(9))), [0.2, 0]);
  assert.ok(Math.abs(d.x - 0.8) < 1e-12 && Math.abs(d.x + d.width - 1) < 1e-12);
  assert.deepEqual(segments([]), { zero: 0, parts: [] });
});

test('a table is wide if it has many columns or a long text', () => {
  assert.equal(isWide([['Word', 'Change', 'Try it'], ['compassionately', '+1.36', '']]), false);
  assert.equal(isWide([['Pair', 'First', 'Second', 'Try it']]), true);
  assert.equal(isWide([['Review', 'Text'], ['50', 'an engrossing overview of an eccentric career']]), true);
  assert.equal(isProse([['50', 'an engrossing overview of an eccentric career']]), false);
  assert.equal(isProse([['Claim'], ['The heat maps after five and after ten epochs are almost identical.']]), true);
});

test('the store tells its listeners only of real changes', () => {
  const store = createStore({ a: 1, b: NaN });
  const heard = [];
  const stop = store.subscribe((now, before) => heard.push([before.a, now.a]));
  store.set({ a: 1, b: NaN });
  store.set({ a: 2 });
  stop();
  store.set({ a: 3 });
  assert.deepEqual(heard, [[1, 2]]);
});

test('a pinned word is found in every sentence and row, by what the network reads', () => {
  const score = (text) => ({ text, share: '1 %', rank: 2 });
  const token = (normal) => ({ normal });
  /** @type {any} */
  const reply = {
    sentences: [
      { tokens: [token('not'), token('bad')], rows: [{ method_name: 'A', checkpoint: 'x', words: [score('1'), score('2')] }, { method_name: 'B', checkpoint: 'x', words: [] }] },
      { tokens: [token('bad')], rows: [{ method_name: 'A', checkpoint: 'x', words: [score('3')] }] },
    ],
  };
  assert.deepEqual(findings(reply, 'bad', '', (id) => `network ${id}`), [
    { where: 'sentence 1 · A · network x', text: '2', share: '1 %', rank: '2' },
    { where: 'sentence 2 · A · network x', text: '3', share: '1 %', rank: '2' },
  ]);
});
