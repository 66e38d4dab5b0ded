import assert from 'node:assert/strict';
import { test } from 'node:test';
import { along, axisOf, tickText } from '../../www/lib/axis.js';

test('a linear axis begins and ends at round numbers', () => {
  assert.deepEqual(axisOf([0.12, 0.93], false), { low: 0, high: 1, log: false, ticks: [0, 0.5, 1] });
  assert.deepEqual(axisOf([1.2, 1.6], false).ticks, [1.2, 1.3, 1.4, 1.5, 1.6]);
  assert.deepEqual(axisOf([0, 20], false).ticks, [0, 5, 10, 15, 20]);
  assert.deepEqual(axisOf([-3, -1], false, true).ticks, [-3, -2, -1, 0]);
});

test('a logarithmic axis has decades, and what is zero lies on its floor', () => {
  const axis = axisOf([1, 300], true);
  assert.deepEqual(axis.ticks, [1, 10, 100, 1000]);
  assert.equal(along(axis, 1), 0);
  assert.ok(Math.abs(along(axis, 10) - 1 / 3) < 1e-12);
  assert.equal(along(axisOf([0, 0.01, 0.1], true), 0), 0);
});

test('nothing, one value and what is not finite make an axis too', () => {
  for (const values of [[], [NaN, Infinity], [2], [0]]) {
    for (const log of [false, true]) {
      const axis = axisOf(values, log);
      assert.ok(axis.high > axis.low && axis.ticks.length > 1, JSON.stringify(values));
      assert.ok(values.every((value) => along(axis, value) >= 0 && along(axis, value) <= 1 || Number.isNaN(value)));
    }
  }
});

test('ticks are short, with a real minus', () => {
  assert.deepEqual([0, 0.25, -0.5, 1e-7, 250].map(tickText), ['0', '0.25', '−0.5', '1e−7', '250']);
});
