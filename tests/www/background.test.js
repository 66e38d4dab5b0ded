// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackground } from '../../www/engine/background.js';

function fake({ broken = 0 } = {}) {
  const calls = [];
  return {
    calls,
    async start() {
      calls.push('start');
      if (broken-- > 0) throw { code: 'network', message: 'no way there' };
      return { loaded: ['a'] };
    },
    async ensure(ids) {
      calls.push(`ensure ${ids}`);
      return ['a', ...ids];
    },
    async save(kind) {
      calls.push(`save ${kind}`);
      return kind;
    },
    async list(wish) {
      calls.push(`list ${wish.kind}`);
      return wish.kind;
    },
  };
}

const request = (checkpoint) => ({ text: '', rows: [{ checkpoint }] });

test('the engine is started once, with the checkpoints that are asked for', async () => {
  const client = fake();
  const background = createBackground(client);
  assert.equal(await background.save('table', [request('a')]), 'table');
  await background.list({ kind: 'read', column: 0, row: { checkpoint: 'b' } });
  await background.list({ kind: 'csv' });
  assert.deepEqual(client.calls, ['start', 'save table', 'ensure b', 'list read', 'list csv']);
});

test('what failed to start is started again with the next call', async () => {
  const client = fake({ broken: 1 });
  const background = createBackground(client);
  await assert.rejects(background.save('table', [request('a')]), { code: 'network' });
  assert.equal(await background.save('table', [request('a')]), 'table');
  background.crashed();
  await background.list({ kind: 'csv' });
  assert.deepEqual(client.calls, ['start', 'start', 'save table', 'start', 'list csv']);
});
