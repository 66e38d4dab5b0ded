import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDesk } from '../../www/desk.js';

function setUp({ broken = 0 } = {}) {
  const calls = [];
  let crash = () => {};
  const lost = [];
  let left = broken;
  const desk = createDesk((onCrash) => {
    crash = onCrash;
    return {
      start: async () => { calls.push('start'); if (left > 0) { left -= 1; throw { message: 'no network' }; } return {}; },
      ensure: async (ids) => { calls.push(ids); return ids; },
      save: async (kind) => kind,
      list: async (wish) => wish.kind,
    };
  }, () => lost.push(1));
  return { calls, desk, lost, crash: () => crash() };
}
const requests = [{ rows: [{ checkpoint: 'a' }, { checkpoint: 'b' }, { checkpoint: 'a' }] }];

test('the engine is started at the first wish, once, with the networks that are asked for', async () => {
  const { desk, calls } = setUp();
  assert.deepEqual(calls, []);
  assert.equal(await desk.save('document', requests), 'document');
  assert.equal(await desk.list({ kind: 'csv' }), 'csv');
  assert.equal(await desk.list({ kind: 'read', column: 0, row: { checkpoint: 'c' } }), 'read');
  assert.deepEqual(calls, ['start', ['a', 'b'], ['c']]);
});

test('a start that failed is tried again at the next wish', async () => {
  const { desk, calls } = setUp({ broken: 1 });
  await assert.rejects(desk.save('table', requests), { message: 'no network' });
  assert.equal(await desk.save('table', requests), 'table');
  assert.deepEqual(calls, ['start', 'start', ['a', 'b']]);
});

test('a crash loses the list, and the next wish starts anew', async () => {
  const { desk, calls, lost, crash } = setUp();
  await desk.list({ kind: 'csv' });
  crash();
  await desk.list({ kind: 'csv' });
  assert.deepEqual([calls, lost.length], [['start', 'start'], 1]);
});
