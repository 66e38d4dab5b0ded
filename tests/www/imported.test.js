// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../www/engine/client.js';
import { adopt, readNetwork } from '../../www/engine/imported.js';
import { createImportedNetworks } from '../../www/imported.js';
import { missingImported, networks, resolve } from '../../www/request.js';
import { createSession } from '../../www/session.js';
import { initialState, parseHash, printHash } from '../../www/state.js';
import { createStore } from '../../www/store.js';
import { holdsNetwork } from '../../www/views/imported.js';

const checkpoint = (id) => ({ id, name: id, epoch: 0, summary: '', sha256: '' });
const model = (id, labels) => ({ id, name: id, default_checkpoint: id, checkpoints: [checkpoint(id)], labels, vectors: { sha256: '' } });
const ours = model('paper', ['a', 'b', 'c', 'd', 'e']);
const network = { entry: model('own-0123456789ab', ['no', 'yes']), notes: [], vectors: new Uint8Array(1), network: new Uint8Array(2) };
const specsOf = (...models) => ({ manifest: { default_model: 'paper', models }, methods: [], targets: [], baselines: [], scales: [], examples: [], loaded: ['paper'] });
const settle = async () => { for (let k = 0; k < 10; k += 1) await new Promise(setImmediate); };

function fakes({ page = {} } = {}) {
  const calls = [];
  const client = (name, answer = null) => ({ adopt: async (network) => { calls.push(`${name} ${network.entry.id}`); return answer; } });
  const imported = [];
  const now = page && { manifest: specsOf(ours, network.entry).manifest, loaded: ['paper', network.entry.id], ...page };
  const parts = { imported, reader: { read: async () => network }, page: client('page', now), others: [client('study'), { adopt: () => Promise.reject({ code: 'crashed' }) }], adopted: (_, id) => calls.push(`shown ${id}`) };
  return { calls, imported, parts };
}

test('a network is read once and handed to every engine, the page’s first; one that has stopped holds nothing up', async () => {
  const { calls, imported, parts } = fakes();
  const { read } = createImportedNetworks(parts);
  await read([]);
  await read([]);
  const once = ['page own-0123456789ab', 'study own-0123456789ab', 'shown own-0123456789ab'];
  assert.deepEqual(calls, [...once, ...once]);
  assert.deepEqual(imported, [network], 'the same files again are the same network');
});

test('what cannot be read, or comes before the page is ready, changes nothing', async () => {
  const { calls, imported, parts } = fakes({ page: null });
  await assert.rejects(createImportedNetworks(parts).read([]), { code: 'not-started' });
  await assert.rejects(createImportedNetworks({ ...parts, reader: { read: () => Promise.reject({ code: 'network' }) } }).read([]), { code: 'network' });
  assert.deepEqual(imported, []);
  assert.deepEqual(calls, ['page own-0123456789ab']);
});

test('an engine takes a network once', () => {
  const loaded = ['paper'];
  const engine = { loaded: () => loaded, manifest: () => 'list', add_model: (entry) => loaded.push(entry.id) };
  adopt(engine, network);
  assert.deepEqual(adopt(engine, network), { manifest: 'list', loaded: ['paper', network.entry.id] });
});

test('sizes are judged before anything is read, and a file that is gone is named', async () => {
  let read = 0;
  const file = { name: 'a.safetensors', size: 3, arrayBuffer: async () => { read += 1; return new ArrayBuffer(3); } };
  const reader = { check_network_sizes: (sizes) => { if (sizes[0] > 3) throw { code: 'network' }; }, read_network: (names, bytes) => [names, bytes[0].length] };
  assert.deepEqual(await readNetwork(reader, [file]), [['a.safetensors'], 3]);
  await assert.rejects(readNetwork(reader, [{ ...file, size: 4 }]), { code: 'network' });
  assert.equal(read, 1);
  await assert.rejects(readNetwork(reader, [{ ...file, arrayBuffer: () => Promise.reject(new Error('gone')) }]), { code: 'file', message: 'a.safetensors could not be read: gone' });
});

test('an engine that starts later has the visitor’s networks from its start', async () => {
  const listeners = [];
  const sent = [];
  const spawn = () => ({ addEventListener: (kind, run) => kind === 'message' && listeners.push(run), postMessage: (message) => sent.push(message), terminate() {} });
  const client = createClient({ spawn, support: () => null, imported: () => [network] });
  assert.equal(await client.adopt(network), null, 'nothing has started');
  const ready = client.start(() => {});
  listeners[0]({ data: { id: sent[0].id, value: { manifest: 'old', loaded: ['paper'], methods: [] } } });
  await settle();
  assert.deepEqual([sent[1].op, sent[1].network], ['adopt', network]);
  listeners[0]({ data: { id: sent[1].id, value: { manifest: 'new', loaded: ['paper', network.entry.id] } } });
  assert.deepEqual(await ready, { manifest: 'new', loaded: ['paper', network.entry.id], methods: [] });
});

test('a reader’s worker is let go of when it has read, or when it has refused', async () => {
  const workers = [];
  const spawn = () => {
    const worker = { ended: false, addEventListener: (kind, run) => { if (kind === 'message') worker.reply = (data) => run({ data }); }, postMessage: (message) => { worker.sent = message; }, terminate: () => { worker.ended = true; } };
    workers.push(worker);
    return worker;
  };
  const client = createClient({ spawn, support: () => null });
  const read = client.read(['files']);
  assert.deepEqual(workers[0].sent.files, ['files']);
  workers[0].reply({ id: workers[0].sent.id, value: network });
  assert.equal(await read, network);
  const refused = client.read([]);
  workers[1].reply({ id: workers[1].sent.id, error: { code: 'network', message: 'no' } });
  await assert.rejects(refused, { code: 'network' });
  assert.deepEqual(workers.map(({ ended }) => ended), [true, true]);
});

test('a link names a network that is not here, and is kept until it is', () => {
  const defaults = initialState({ text: 'x' });
  const asked = parseHash('#text=Crisp&checkpoint=own-0123456789ab&class=1', defaults);
  assert.equal(missingImported(asked, specsOf(ours)), 'own-0123456789ab');
  assert.equal(resolve(asked, specsOf(ours)).checkpoint, 'paper');
  assert.equal(printHash(asked, defaults), '#text=Crisp&checkpoint=own-0123456789ab&class=1', 'nothing of it is lost meanwhile');
  const there = specsOf(ours, network.entry);
  assert.equal(missingImported(asked, there), '');
  assert.equal(resolve(asked, there).checkpoint, 'own-0123456789ab');
  assert.equal(missingImported({ ...asked, checkpoint: 'paper', checkpoints: ['own-ffffffffffff'] }, there), 'own-ffffffffffff');
  assert.equal(missingImported({ ...asked, checkpoint: 'nothing' }, there), '');
});

test('a class that the network does not have is the predicted one', () => {
  const asked = initialState({ class: 4, checkpoint: 'paper' });
  const specs = specsOf(ours, network.entry);
  assert.equal(resolve(asked, specs).class, 4);
  assert.equal(resolve({ ...asked, checkpoint: network.entry.id }, specs).class, null);
  assert.equal(resolve({ ...asked, class: 1, checkpoint: network.entry.id }, specs).class, 1);
});

test('a network that has come is shown, or answers the link that waited for it', async () => {
  for (const waiting of ['', network.entry.id]) {
    const asked = initialState({ text: 'hello', checkpoint: waiting });
    const store = createStore({ asked, phase: 'ready', specs: specsOf(ours), loaded: ['paper'], live: null, compared: null, sentences: 9, fetching: null, failedCheckpoints: null, failedExplain: null });
    const explained = [];
    const session = createSession(store, { explainNow: () => null, explain: async (_, requests) => { explained.push(requests[0].rows[0].checkpoint); return requests.map(() => ({})); } }, () => {});
    session.adopted({ manifest: specsOf(ours, network.entry).manifest, loaded: ['paper', network.entry.id] }, network.entry.id);
    await settle();
    assert.deepEqual(explained, [network.entry.id], `asked for ${waiting || 'nothing'}`);
    assert.equal(store.get().asked.checkpoint, network.entry.id);
    assert.deepEqual(networks(store.get().specs).map(({ id, group }) => `${id} ${group}`), ['paper paper', `${network.entry.id} ${network.entry.id}`]);
  }
});

test('files of networks are told from files of texts', () => {
  const named = (...names) => names.map((name) => ({ name }));
  assert.ok(holdsNetwork(named('vocab.txt', 'Net.SafeTensors')) && holdsNetwork(named('model.pt')));
  assert.ok(!holdsNetwork(named('reviews.txt', 'table.csv', 'safetensors.md')));
});
