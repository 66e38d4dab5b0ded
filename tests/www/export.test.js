import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followList } from '../../www/engine/list.js';
import { layOut, toSvg, wrap } from '../../www/lib/picture.js';
import { fingerprint } from '../../www/request.js';
import { inSight, LINE } from '../../www/views/list-table.js';

/** @param {unknown} value @returns {any} */
const asAny = (value) => value;
const measure = (text, size) => text.length * size * 0.5;
const score = (intensity) => ({ intensity, sign: intensity > 0 ? '+' : intensity < 0 ? '-' : '0' });
/** @returns {any} */
const reply = (words) => ({
  sentences: [{
    tokens: words.map((text) => ({ text })),
    verdicts: [{ checkpoint: 'c', checkpoint_name: '10 epochs', text: 'positive (62 %)', correct: true }],
    rows: [{
      checkpoint: 'c', method_name: 'LRP-z', words: words.map((_, k) => score(k % 2 ? -0.5 : 1)), error: null,
      target_name: 'logit of positive', scale_text: '±1 logit', scale_note: 'each row', legend_for: 'supports', legend_against: 'speaks against',
    }],
  }],
});
/** @returns {any} */
const look = (style) => ({ style, palette: 'red-blue', theme: 'light', mark: 'network abc; wordlight 1' });
const picture = (words, style = 'page') => layOut([{ title: 'Review 50', truth: 'positive', reply: reply(words) }], look(style), measure);

test('a picture says method, network, verdict, target, scale and who made it', () => {
  const said = picture(['good', 'film']).texts.map(({ text }) => text).join(' ');
  for (const part of ['Review 50', 'true class: positive', 'LRP-z', '10 epochs', 'positive (62 %) ✓', 'logit of positive', '±1 logit, each row', 'network abc; wordlight 1', 'good +', 'film −']) {
    assert.ok(said.includes(part), `${part} in ${said}`);
  }
});

test('the paper’s look has twenty words a line, black text and no signs', () => {
  const { boxes, texts } = picture(Array.from({ length: 45 }, () => 'a'), 'paper');
  const lines = new Map();
  for (const { y } of boxes) lines.set(y, (lines.get(y) ?? 0) + 1);
  assert.deepEqual([...lines.values()], [20, 20, 5]);
  const words = texts.filter(({ anchor }) => anchor === 'middle');
  assert.ok(words.every(({ fill, text }) => fill === '#000000' && text === 'a'));
  assert.equal(boxes[0].fill, '#ff0000');
});

test('nothing is drawn over the edge, whatever the words are', () => {
  const { boxes, width, height } = picture(['x'.repeat(5000), '😀'.repeat(400), 'a', '']);
  for (const box of boxes) assert.ok(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height);
});

test('text wraps at spaces, and a long word anywhere', () => {
  const length = (text) => text.length;
  assert.deepEqual(wrap('one two three', 7, length), ['one two', 'three']);
  assert.deepEqual(wrap('abcdefgh ij', 4, length), ['abcd', 'efgh', 'ij']);
  assert.deepEqual(wrap('   ', 4, length), []);
});

test('hostile words stay text in the drawing', () => {
  const svg = toSvg(picture(['<script>alert(1)</script>', '"&\u0001\ud800']));
  assert.doesNotMatch(svg, /<script|\u0001|\ud800/);
  assert.match(svg, /&lt;script&gt;/);
  assert.match(svg, /"&amp;�� −|&quot;&amp;�� −/);
});

test('a fingerprint names vectors and weights, and nothing for an unknown network', () => {
  /** @type {any} */
  const specs = { manifest: { models: [{ vectors: { sha256: 'aabbccddeeff' }, checkpoints: [{ id: 'x', sha256: '112233445566' }] }] } };
  assert.equal(fingerprint('x', specs), 'aabbcc112233');
  assert.equal(fingerprint('y', specs), '');
});

test('only the lines in sight are asked for, also where a list is taller than a browser can draw', () => {
  assert.deepEqual(inSight(0, 10 * LINE, 100), { tall: 100 * LINE, first: 0, count: 12, offset: 0 });
  assert.equal(inSight(50 * LINE, 10 * LINE, 100).first, 50);
  assert.equal(inSight(0, 400, 3).count, 3);
  assert.equal(inSight(0, 400, 0).count, 0);
  for (const total of [100, 500_000]) {
    const { tall, first, count, offset } = inSight(1e12, 400, total);
    assert.ok(first + count === total && offset + count * LINE <= tall + LINE, `${total}: ${first} + ${count}, ${offset} of ${tall}`);
    let last = 0;
    for (let at = 0; at <= tall; at += tall / 97) {
      const place = inSight(at, 400, total);
      assert.ok(place.first >= last && place.first + place.count <= total);
      last = place.first;
    }
  }
});

/** @returns {any} */
function fakeList(total, milliseconds = 0) {
  let done = 0;
  let clock = 0;
  const counts = [];
  const card = () => ({ columns: [], column: 0, total, done, message: `${done}` });
  return {
    counts,
    now: () => clock,
    engine: {
      open_list: () => card(),
      restart_list: () => { done = 0; return card(); },
      advance_list: (_place, _row, count) => { counts.push(count); done = Math.min(total, done + count); clock += count * milliseconds; return card(); },
      list_page: () => ({ total: done, lines: [] }),
      list_csv: () => 'csv',
    },
  };
}

test('slices grow until one takes its time, and progress is told now and then', async () => {
  const { engine, now, counts } = fakeList(1000, 1);
  const told = [];
  const card = /** @type {any} */ (await followList(engine, asAny({ place: 'texts', kind: 'read', column: 0, row: {} }), ({ done }) => told.push(done), now));
  assert.equal(card.done, 1000);
  assert.deepEqual(counts.slice(0, 5), [1, 2, 4, 8, 12]);
  assert.ok(counts.every((count) => count <= 12), 'a keystroke waits for no more than a slice');
  assert.ok(told.length >= 5 && told.length < 12, `${told}`);
});

test('while texts are looked for, nothing is known of how long one takes', async () => {
  const { engine, now, counts } = fakeList(100, 1);
  const read = engine.advance_list;
  let looking = 20;
  const long = asAny({ ...engine, advance_list: (/** @type {any} */ place, /** @type {any} */ row, /** @type {number} */ count) => {
    if (looking === 0) return read(place, row, count);
    looking -= 1;
    counts.push(count);
    return engine.restart_list();
  } });
  const card = /** @type {any} */ (await followList(long, asAny({ place: 'texts', kind: 'read', column: 0, row: {} }), () => {}, now));
  assert.equal(card.done, 100);
  assert.deepEqual(counts.slice(0, 24), [...Array(21).fill(1), 2, 4, 8]);
});

test('another wish or a stop ends the reading between two slices', async () => {
  const { engine, now } = fakeList(1_000_000, 1);
  const reading = /** @type {Promise<any>} */ (followList(engine, asAny({ place: 'texts', kind: 'read', column: 0, row: {} }), () => {}, now));
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  await followList(engine, { place: 'texts', kind: 'cancel' }, () => {}, now);
  const card = await reading;
  assert.ok(card.done > 0 && card.done < card.total);
  assert.equal(await followList(engine, { place: 'texts', kind: 'csv' }, () => {}), 'csv');
});

test('a file that is refused leaves the list that is there, and the reading of it', async () => {
  const { engine, now } = fakeList(200, 1);
  const file = { name: 'long.txt', arrayBuffer: async () => new ArrayBuffer(8) };
  const reading = /** @type {Promise<any>} */ (followList(engine, asAny({ place: 'texts', kind: 'read', column: 0, row: {} }), () => {}, now));
  const refusing = asAny({ ...engine, open_list: () => { throw { code: 'parameter', message: 'too many' }; } });
  await assert.rejects(followList(refusing, { place: 'texts', trees: false, kind: 'open', file }, () => {}), { message: 'too many' });
  assert.equal((await reading).done, 200);
});

test('a list in another place is read on when this one is stopped', async () => {
  const { engine, now } = fakeList(200, 1);
  const reading = /** @type {Promise<any>} */ (followList(engine, asAny({ place: 'treebank', kind: 'read', column: 0, row: {} }), () => {}, now));
  await followList(engine, { place: 'texts', kind: 'cancel' }, () => {}, now);
  assert.equal((await reading).done, 200);
});

test('a file that cannot be read is a problem with its name', async () => {
  const file = { name: 'gone.txt', arrayBuffer: async () => { throw new Error('removed'); } };
  await assert.rejects(followList(fakeList(1).engine, { place: 'texts', trees: false, kind: 'open', file }, () => {}), (/** @type {any} */ error) => error.code === 'file' && /gone\.txt.*removed/.test(error.message));
});
