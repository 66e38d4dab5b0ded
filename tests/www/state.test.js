import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELDS, initialState, MAX_LINKED_TEXT, MAX_TEXT, parseHash, printHash } from '../../www/state.js';

const defaults = initialState({ text: 'an example' });

test('defaults print as an empty link and an empty link parses as the defaults', () => {
  assert.equal(printHash(defaults, defaults), '');
  assert.deepEqual(parseHash('', defaults), defaults);
  assert.deepEqual(parseHash('#', defaults), defaults);
});

test('every field survives the round trip through the link', () => {
  /** @type {import('../../www/state.js').Asked} */
  const state = {
    text: 'Ünïcode 🎬 & = # + % "quotes"\nsecond line',
    checkpoint: 'epoch-20',
    method: 'lrp-epsilon',
    params: { 'lrp-epsilon.epsilon': 0.001, 'integrated-gradients.quadrature': 'gauss-legendre' },
    target: 'margin',
    class: 0,
    baseline: 'mean',
    scale: 'absolute',
    palette: 'paper',
    theme: 'dark',
    compare: 'paper',
    methods: ['gradient', 'lrp-z'],
    checkpoints: ['epoch-5'],
    compareScale: 'row',
    marks: 'bars',
    embed: true,
    model: '0123abcd',
    pinned: 'dépaysement',
    open: ['why', 'identity'],
    at: '2.11',
    identity: 'epsilon',
    flips: 'sentence',
    replace: 'très bon',
    second: 'Another & a longer sentence?',
    epoch: 0,
    seedsAt: '5',
    curves: 'insertion',
    scramble: 'both',
    corpusClass: '4',
    cell: '0.1',
    find: 'not “bad” .',
    seed: 12,
  };
  assert.deepEqual(Object.keys(state).sort(), Object.keys(FIELDS).sort(), 'the test names every field');
  for (const [name, value] of Object.entries(state)) assert.notDeepEqual(value, defaults[name], `${name} differs from its default`);
  assert.deepEqual(parseHash(printHash(state, defaults), defaults), state);
});

test('a bare #embed is enough', () => {
  assert.equal(parseHash('#embed&text=a', defaults).embed, true);
  assert.equal(parseHash('#embed=no', defaults).embed, false);
});

test('the names in the link are all different', () => {
  const keys = Object.values(FIELDS).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
});

test('an emptied text box is not the default text', () => {
  const link = printHash({ ...defaults, text: '' }, defaults);
  assert.equal(link, '#text=');
  assert.equal(parseHash(link, defaults).text, '');
});

test('a long text stays out of the link, and the link still carries the rest', () => {
  const long = { ...defaults, text: 'x'.repeat(MAX_LINKED_TEXT + 1), method: 'lrp-z' };
  assert.equal(printHash(long, defaults), '#method=lrp-z');
});

test('hostile links fall back to the defaults, field by field', () => {
  const links = [
    '#%', '#%E0%A4%A', '#&&&===', `#method=${encodeURIComponent('<img src=x onerror=alert(1)>')}`, '#class=-1', '#class=1e9', '#class=constructor',
    '#theme=__proto__', '#compare=toString', '#params=__proto__.polluted:1', '#params=a.b:NaN,c.d:Infinity,e:1,.:2,a.b:1e999',
    '#methods=,,,', '#checkpoints=%00', '#scale=../../etc/passwd', '#unknown=1', '#palette=url(javascript:1)', `#word=${'w'.repeat(65)}`,
    '#at=9', '#at=-1.2', '#at=1.2.3', '#epoch=1e3', '#epoch=-2', '#seed=99999', `#replace=${'w'.repeat(65)}`, '#open=%3Cimg%3E', '#identity=..%2F',
  ];
  for (const link of links) {
    const state = parseHash(link, defaults);
    if (link.startsWith('#params=a.b')) {
      assert.deepEqual(Object.keys(state.params).filter((name) => typeof state.params[name] === 'number'), [], link);
    } else if (!link.startsWith('#params')) assert.deepEqual(state, defaults, link);
  }
  assert.equal({}.polluted, undefined);
});

test('a parameter keeps numbers as numbers and names as names', () => {
  const { params } = parseHash('#params=m.a:0.5,m.b:-2,m.c:gauss-legendre,m.d:1e-3', defaults);
  assert.deepEqual(params, { 'm.a': 0.5, 'm.b': -2, 'm.c': 'gauss-legendre', 'm.d': 0.001 });
});

test('too long a text is cut at the limit of the box', () => {
  assert.equal(parseHash(`#text=${'y'.repeat(MAX_TEXT + 10)}`, defaults).text.length, MAX_TEXT);
});

test('lists have no repeats and a bounded length', () => {
  assert.deepEqual(parseHash('#methods=a,b,a,b', defaults).methods, ['a', 'b']);
  const many = Array.from({ length: 500 }, (_, k) => `m${k}`).join(',');
  assert.equal(parseHash(`#methods=${many}`, defaults).methods.length, 64);
});
