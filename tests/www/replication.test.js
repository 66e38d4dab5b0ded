import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelOf } from '../../www/study/replication.js';

test('the ledger becomes two tables with its own words', () => {
  const finding = { id: 'a', claim: 'One', evidence: 'Two', result: 'Three', verdict: 'Four' };
  const { tables } = panelOf({ schema: 1, claims: [finding], pitfalls: [finding, finding] });
  assert.deepEqual(tables.map(({ lines }) => lines.length), [1, 2]);
  assert.equal(tables[0].lines[0].name, 'One');
  assert.deepEqual(tables[0].lines[0].cells.map(({ text }) => text), ['Two', 'Three', 'Four']);
});

test('a file of another format is refused, and a damaged entry is left blank', () => {
  for (const file of [null, 'x', {}, { schema: 2, claims: [] }]) assert.throws(() => panelOf(file), (/** @type {any} */ error) => error.code === 'damaged');
  assert.deepEqual(panelOf({ schema: 1, claims: [{ claim: 7 }], pitfalls: 'none' }).tables.map(({ lines }) => lines.map(({ name }) => name)), [[''], []]);
});
