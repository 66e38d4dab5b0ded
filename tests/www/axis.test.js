import assert from 'node:assert/strict';
import { test } from 'node:test';
import { along } from '../../www/lib/axis.js';

const axis = (low, high) => ({ low, high, ticks: [] });

test('a value lies between the ends of its axis', () => {
  assert.deepEqual([0, 5, 20, 30].map((value) => along(axis(0, 20), false, value)), [0, 0.25, 1, 1]);
});

test('decades are equally long, and what is zero lies on the floor', () => {
  assert.ok(Math.abs(along(axis(1, 1000), true, 10) - 1 / 3) < 1e-12);
  assert.equal(along(axis(0.01, 0.1), true, 0), 0);
});
