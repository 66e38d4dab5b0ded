// @ts-check
// From what the visitor asked for to what the engine is asked. Pure.

/** @typedef {import('./state.js').Asked} Asked */
/** @typedef {import('./engine/client.js').Specs} Specs */
/** @typedef {import('./engine/contract.js').FullRequest} Request */
/** @typedef {import('./engine/contract.js').FullRow} RowRequest */
/** @typedef {import('../pkg/full.js').ModelEntry} ModelEntry */
/** @typedef {import('../pkg/full.js').Example} Example */

const PAPER_METHODS = ['gradient', 'integrated-gradients', 'lrp-z', 'lrp-epsilon', 'lrp-alpha-beta'];
const PAPER_EPOCHS = [5, 10, 20];
/** Sentences of one text that the comparison shows. */
const COMPARED_SENTENCES = 6;

/** @param {Specs} specs @returns {ModelEntry} */
export function defaultModel({ manifest }) {
  const model = manifest.models.find(({ id }) => id === manifest.default_model) ?? manifest.models[0];
  if (!model) throw new Error('the manifest lists no model');
  return model;
}

/** The model that a checkpoint belongs to; the default one for an unknown checkpoint. @param {string} checkpoint @param {Specs} specs */
export const modelOf = (checkpoint, specs) =>
  specs.manifest.models.find(({ checkpoints }) => checkpoints.some(({ id }) => id === checkpoint)) ?? defaultModel(specs);

/**
 * Every network there is: those of the default model first and in the order of training, other seeds and other models
 * each as a group of their own.
 * @param {Specs} specs
 * @returns {{id: string, name: string, meaning: string, group: string}[]}
 */
export const networks = memoised((/** @type {Specs} */ specs) => {
  const first = defaultModel(specs);
  return [first, ...specs.manifest.models.filter((model) => model !== first)].flatMap((model) => {
    const group = specs.manifest.models.length > 1 ? model.name : '';
    const seeded = new Set((model.seeds ?? []).flatMap(({ checkpoints }) => checkpoints));
    for (const id of model.timeline ?? []) seeded.delete(id);
    const entry = (/** @type {ModelEntry['checkpoints'][number]} */ { id, name, summary }) =>
      ({ id, name, meaning: summary, group: seeded.has(id) ? [group, 'other seeds'].filter(Boolean).join(', ') : group });
    const inOrder = (/** @type {ModelEntry['checkpoints']} */ list) => [...list].sort((a, b) => a.epoch - b.epoch).map(entry);
    return [...inOrder(model.checkpoints.filter(({ id }) => !seeded.has(id))), ...model.checkpoints.filter(({ id }) => seeded.has(id)).map(entry)];
  });
});

/** @template {WeakKey} K @template V @param {(key: K) => V} make @returns {(key: K) => V} */
function memoised(make) {
  /** @type {WeakMap<K, V>} */
  const made = new WeakMap();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/**
 * The visitor's own network that a wish names and this tab does not have, or "": such a network is not on the site, and lives
 * in the tab that its files were opened in. Its id begins with "own-", which saved links and documents carry.
 * @param {Asked} asked
 * @param {Specs} specs
 */
export function missingImported({ checkpoint, checkpoints }, specs) {
  const wanted = [checkpoint, ...checkpoints].filter((id) => id.startsWith('own-'));
  return wanted.find((id) => !networks(specs).some((network) => network.id === id)) ?? '';
}

/**
 * Which network a link was made with: the beginnings of the hashes of its vectors and weights.
 * @param {string} checkpoint
 * @param {Specs} specs
 */
export function fingerprint(checkpoint, { manifest }) {
  for (const { vectors, checkpoints } of manifest.models) {
    const found = checkpoints.find(({ id }) => id === checkpoint);
    if (found) return `${vectors.sha256.slice(0, 6)}${found.sha256.slice(0, 6)}`;
  }
  return '';
}

/** One keystroke asks for the same several times. @type {WeakMap<Asked, {specs: Specs, known: Asked}>} */
const resolved = new WeakMap();

/**
 * The same wishes with every id that this engine does not know replaced by its default.
 * @param {Asked} asked
 * @param {Specs} specs
 * @returns {Asked}
 */
export function resolve(asked, specs) {
  const kept = resolved.get(asked);
  if (kept?.specs === specs) return kept.known;
  const known = withDefaults(asked, specs);
  resolved.set(asked, { specs, known });
  return known;
}

/** @param {Asked} asked @param {Specs} specs @returns {Asked} */
function withDefaults(asked, specs) {
  const model = defaultModel(specs);
  const has = (/** @type {readonly {id: string}[]} */ list) => (/** @type {string} */ id) => list.some((item) => item.id === id);
  const pick = (/** @type {readonly {id: string}[]} */ list, /** @type {string} */ id, /** @type {string} */ fallback) =>
    [id, fallback, list[0]?.id ?? ''].find(has(list)) ?? '';
  const methods = asked.methods.filter(has(specs.methods));
  const known = networks(specs);
  const checkpoints = asked.checkpoints.filter(has(known));
  const checkpoint = pick(known, asked.checkpoint, model.default_checkpoint);
  const classes = modelOf(checkpoint, specs).labels?.length ?? 0;
  return {
    ...asked,
    checkpoint,
    // Networks have other numbers of classes.
    class: asked.class !== null && classes && asked.class >= classes ? null : asked.class,
    method: pick(specs.methods, asked.method, 'integrated-gradients'),
    target: pick(specs.targets, asked.target, 'logit'),
    baseline: pick(specs.baselines, asked.baseline, 'zero'),
    scale: pick(specs.scales, asked.scale, 'row'),
    compareScale: pick(specs.scales, asked.compareScale, 'shared'),
    methods: methods.length ? methods : paperMethods(specs),
    checkpoints: checkpoints.length ? checkpoints : paperCheckpoints(model),
  };
}

/** @param {Specs} specs */
export function paperMethods({ methods }) {
  const known = PAPER_METHODS.filter((id) => methods.some((method) => method.id === id));
  return known.length ? known : methods.map(({ id }) => id);
}

/** @param {ModelEntry} model */
export function paperCheckpoints({ checkpoints }) {
  // The first of each: other seeds come after the run that is shown.
  const known = PAPER_EPOCHS.flatMap((wanted) => checkpoints.find(({ epoch }) => epoch === wanted) ?? []);
  return (known.length ? known : checkpoints.slice(0, 3)).map(({ id }) => id);
}

/**
 * @param {Asked} asked resolved
 * @param {string} method
 * @param {string} checkpoint
 * @returns {RowRequest}
 */
function row(asked, method, checkpoint) {
  /** @type {Record<string, number | string>} */
  const params = {};
  for (const [name, value] of Object.entries(asked.params)) {
    if (name.startsWith(`${method}.`)) params[name.slice(method.length + 1)] = value;
  }
  return { checkpoint, method, params, target: { kind: asked.target, class: asked.class }, baseline: asked.baseline };
}

/** @param {string} text @param {readonly Example[]} examples */
export function truthOf(text, examples) {
  return examples.find((example) => example.text === text)?.truth ?? null;
}

/**
 * @param {Asked} asked resolved
 * @param {Specs} specs
 * @param {number} sentences at most so many are explained
 * @returns {Request}
 */
export function liveRequest(asked, specs, sentences) {
  return {
    text: asked.text,
    rows: [row(asked, asked.method, asked.checkpoint)],
    scale: /** @type {Request['scale']} */ (asked.scale),
    truth: truthOf(asked.text, specs.examples),
    max_sentences: sentences,
  };
}

/**
 * One entry per compared text; rows go method by method, in each one checkpoint by checkpoint.
 * @param {Asked} asked resolved
 * @param {Specs} specs
 * @returns {{title: string, source: string, request: Request}[]}
 */
export function compareRequests(asked, specs) {
  const rows = asked.methods.flatMap((method) => asked.checkpoints.map((checkpoint) => row(asked, method, checkpoint)));
  const scale = /** @type {Request['scale']} */ (asked.compareScale);
  const texts = asked.compare === 'paper'
    ? specs.examples.filter(({ group }) => group === 'paper').map(({ name, text, truth, source }) => ({ title: name, text, truth, source }))
    : [{ title: 'Your text', text: asked.text, truth: truthOf(asked.text, specs.examples), source: '' }];
  return texts.map(({ title, text, truth, source }) => ({
    title,
    source,
    request: { text, rows, scale, truth, max_sentences: COMPARED_SENTENCES },
  }));
}

/** @param {readonly {rows: readonly {checkpoint: string}[]}[]} requests @param {readonly string[]} loaded */
export function missingCheckpoints(requests, loaded) {
  const needed = new Set(requests.flatMap(({ rows }) => rows.map(({ checkpoint }) => checkpoint)));
  return [...needed].filter((id) => !loaded.includes(id));
}
