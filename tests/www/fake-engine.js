// @ts-check
// A stand-in for pkg/wordlight.js with invented numbers, for the browser tests alone: tests/browser/server.mjs
// serves it in the place of the engine when asked to. It fetches its manifest and blobs for real, so that
// broken downloads can be tested with it too. The shipped page never sees it.

const CLASSES = ['very negative', 'negative', 'neutral', 'positive', 'very positive'];
/** @type {Record<string, number>} */
const FEELINGS = {
  wonderful: 2.2, engaging: 1.9, masterful: 2.1, fine: 1.2, good: 1, great: 1.8, excitement: 0.9, wonderment: 1, pure: 0.6,
  thin: -1.1, bored: -1.6, bad: -1.9, awful: -2.4, not: -0.7, never: 0.9, predictable: -0.8, sarcasm: -0.5, but: 0.4, dull: -1.7,
};

/** FNV-1a of a string, to 0..1. @param {string} text */
function hash(text) {
  let h = 2166136261;
  for (const character of text) h = Math.imul(h ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return h / 4294967296;
}

const number = (/** @type {string} */ id, /** @type {string} */ name, /** @type {object} */ rest) => ({ id, name, meaning: `How ${name} is set.`, ...rest });
const METHODS = [
  ['gradient', 'Gradient', 'logit per embedding unit', false, []],
  ['gradient-x-input', 'Gradient x input', 'logit', false, []],
  ['integrated-gradients', 'Integrated Gradients', 'logit', true, [
    number('steps', 'steps', { kind: 'integer', min: 1, max: 1000, default: 50 }),
    number('quadrature', 'quadrature', { kind: 'choice', options: [{ id: 'midpoint', name: 'Midpoint', meaning: '' }, { id: 'gauss', name: 'Gauss-Legendre', meaning: '' }], default: 'midpoint' }),
  ]],
  ['lrp-z', 'LRP-z', 'logit', false, []],
  ['lrp-epsilon', 'LRP-ε', 'logit', false, [number('epsilon', 'epsilon', { kind: 'number', min: 0, max: 10, default: 0.01, step: null, log: true })]],
  ['lrp-alpha-beta', 'LRP-αβ', 'logit', false, [number('alpha', 'alpha', { kind: 'number', min: 1, max: 10, default: 2, step: 0.5, log: false })]],
].map(([id, name, unit, uses_baseline, params]) => ({
  id, name, unit, uses_baseline, params, summary: `What ${name} says about each word.`, citation: 'Author 2000.',
}));

const choice = (/** @type {string} */ id, /** @type {string} */ name) => ({ id, name, meaning: `${name}, in one sentence.` });

export default async function init() {}

export class Explainer {
  /** @param {any} manifest */
  constructor(manifest) {
    this.m = manifest;
    /** @type {string[]} */
    this.ready = [];
    this.base = '';
  }

  /** @param {string} base @param {(p: any) => void} report */
  static async load(base, report) {
    report({ stage: 'manifest', what: 'manifest', loaded: 0, total: 0, message: 'the list of models' });
    const engine = new Explainer(JSON.parse(new TextDecoder().decode(await bytes(`${base}/manifest.json`))));
    engine.base = base;
    const model = engine.m.models[0];
    await engine.blob(model.vectors, 'vectors', 'word vectors', report);
    await engine.load_checkpoint(model.default_checkpoint, report);
    return engine;
  }

  /** @param {{file: string, bytes: number}} entry @param {string} stage @param {string} what @param {(p: any) => void} report */
  async blob(entry, stage, what, report) {
    for (const share of [0, 0.4]) report({ stage, what, loaded: share * entry.bytes, total: entry.bytes, message: `${what}: ${share * entry.bytes} of ${entry.bytes} bytes` });
    const found = await bytes(`${this.base}/${entry.file}`);
    if (found.length !== entry.bytes) throw { code: 'corrupt', message: `${entry.file}: expected ${entry.bytes} bytes, found ${found.length}` };
  }

  waits() { return false; }
  async load_rest() {}

  manifest() { return this.m; }
  loaded() { return [...this.ready]; }
  methods() { return METHODS; }
  targets() { return [choice('logit', 'Logit'), choice('probability', 'Probability'), choice('margin', 'Margin')]; }
  baselines() { return [choice('zero', 'Zero vector'), choice('mean', 'Mean word')]; }
  scales() { return [choice('row', 'Largest word of the row'), choice('shared', 'Shared'), choice('absolute', 'Absolute'), choice('share', 'Share')]; }
  examples() {
    const paper = (/** @type {string} */ id, /** @type {string} */ truth, /** @type {string} */ text) =>
      ({ id, group: 'paper', name: `Review ${id}`, text, truth, source: 'test split' });
    return [
      { id: 'a', group: 'try', name: 'A mixed feeling', text: 'A wonderful cast, but a dull story.', truth: null, source: '' },
      { id: 'b', group: 'try', name: 'Negation', text: 'This is not bad at all.', truth: null, source: '' },
      { id: 'c', group: 'try', name: 'A whole review', text: 'The first hour is wonderful. Then it gets dull. I was bored, but never angry!', truth: null, source: '' },
      paper('1', 'positive', 'an engaging look at a wonderful and fairly odd career .'),
      paper('2', 'very positive', 'this invented film is filled with pure excitement and good people not often seen in cinema of this kind today'),
      paper('3', 'very positive', 'a masterful thing , good in its way and fine in all others .'),
      paper('4', 'positive', 'a few good points for doing what it does with a fine and engaging hand .'),
      paper('5', 'very positive', 'this is a very fine one -- go and look .'),
      paper('6', 'positive', "it 's predictable , but it runs along with style and even some great jokes ."),
    ];
  }

  /** @param {string} id @param {(p: any) => void} report */
  async load_checkpoint(id, report) {
    if (this.ready.includes(id)) return;
    const entry = this.m.models[0].checkpoints.find((/** @type {any} */ c) => c.id === id);
    if (!entry) throw { code: 'unknown-checkpoint', message: `there is no checkpoint ${id}` };
    await this.blob(entry, 'checkpoint', entry.name, report);
    this.ready.push(id);
  }

  /** @param {any} request */
  explain(request) {
    if (request.text.includes('crash-the-engine')) throw new WebAssembly.RuntimeError('unreachable');
    const pieces = request.text.match(/[^.!?\n]+[.!?]*\s*/gu)?.filter((/** @type {string} */ s) => s.trim()) ?? [];
    const checkpoints = [...new Set(request.rows.map((/** @type {any} */ row) => row.checkpoint))];
    const truth = request.truth ? CLASSES.indexOf(request.truth) : null;
    const reply = { class_names: CLASSES, sentence_count: pieces.length, whole: [], sentences: [] };
    if (!pieces.length) return { ...reply, empty: true, message: 'Type a sentence, and every word will show what it did.' };
    const sentences = pieces.slice(0, request.max_sentences).map((/** @type {string} */ piece) => {
      const tokens = tokenize(piece);
      const verdicts = checkpoints.map((id) => this.verdict(tokens, id, truth));
      return { tokens, verdicts, rows: request.rows.map((/** @type {any} */ row) => this.row(tokens, row, verdicts[checkpoints.indexOf(row.checkpoint)])) };
    });
    const all = tokenize(request.text);
    const known = all.some(({ known: yes }) => yes);
    return {
      ...reply,
      empty: false,
      message: known ? null : 'No word of this text is known to the network.',
      whole: checkpoints.map((id) => this.verdict(all, id, truth)),
      sentences,
    };
  }

  /** @param {any[]} tokens @param {string} checkpoint @param {number | null} truth */
  verdict(tokens, checkpoint, truth) {
    const entry = this.m.models[0].checkpoints.find((/** @type {any} */ c) => c.id === checkpoint);
    const mood = Math.max(-2, Math.min(2, tokens.reduce((sum, t) => sum + feeling(t.normal, checkpoint), 0)));
    const logits = CLASSES.map((_, k) => -((k - 2 - mood) ** 2) * 0.7);
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    const probabilities = logits.map((z) => Math.exp(z) / total);
    const predicted = probabilities.indexOf(Math.max(...probabilities));
    const percent = probabilities.map((p) => `${Math.round(100 * p)} %`);
    return {
      checkpoint, checkpoint_name: entry.name, predicted, predicted_name: CLASSES[predicted], probabilities, logits, percent,
      truth, correct: truth === null ? null : truth === predicted, text: `${CLASSES[predicted]} (${percent[predicted]})`,
    };
  }

  /** @param {any[]} tokens @param {any} request @param {any} verdict */
  row(tokens, request, verdict) {
    const method = METHODS.find(({ id }) => id === request.method);
    const chosen = request.target.class ?? verdict.predicted;
    const name = CLASSES[chosen];
    const base = { checkpoint: request.checkpoint, method: request.method, method_name: method?.name, class: chosen, class_name: name, target_name: `${request.target.kind} of ${name}` };
    const side = chosen < 2 ? -1 : 1;
    const raw = tokens.map((t) => side * feeling(t.normal, request.checkpoint + (request.method === 'gradient' ? 'g' : '')) * 0.4);
    const paddingCount = Math.max(0, 40 - tokens.length);
    const padding = paddingCount ? -0.0213 : 0;
    const largest = Math.max(...raw.map(Math.abs), 0.001);
    const magnitude = raw.reduce((sum, s) => sum + Math.abs(s), 0) || 1;
    const order = raw.map((_, k) => k).sort((a, b) => Math.abs(raw[b]) - Math.abs(raw[a]));
    const score = (/** @type {number} */ s, /** @type {string} */ word, /** @type {number} */ rank) => {
      const sign = s > 0 ? '+' : s < 0 ? '-' : '0';
      const share = `${Math.round((100 * Math.abs(s)) / magnitude)} %`;
      const text = `${s < 0 ? '−' : '+'}${Math.abs(s).toFixed(3)}`;
      return { score: s, intensity: Math.max(-1, Math.min(1, s / largest)), text, rank, share, sign, describe: `${word}: ${text} ${method?.unit}, rank ${rank} of ${raw.length}, ${share} of all magnitude; ${s < 0 ? 'speaks against' : 'supports'} ${name}` };
    };
    const words = raw.map((s, k) => score(s, tokens[k].text, order.indexOf(k) + 1));
    const sum = raw.reduce((total, s) => total + s, 0);
    const bias = 0.031;
    const explained = sum + padding + bias;
    const signed = (/** @type {number} */ x) => `${x < 0 ? '−' : ''}${Math.abs(x).toFixed(3)}`;
    return {
      ...base,
      words,
      padding: paddingCount ? score(padding, `${paddingCount} padding`, raw.length + 1) : null,
      padding_count: paddingCount,
      ledger: {
        entries: [
          { id: 'words', name: 'words', amount: sum, text: signed(sum) },
          { id: 'padding', name: 'padding', amount: padding, text: signed(padding) },
          { id: 'biases', name: 'biases', amount: bias, text: signed(bias) },
        ],
        explained, explained_name: `${request.target.kind} of ${name}`, explained_text: signed(explained),
        residual: 2e-8, residual_text: '2e-8', tolerance: 1e-5, ok: true, proves: request.method !== 'gradient',
        text: request.method === 'gradient' ? 'A gradient is a slope: its parts do not add up to the logit.' : `${signed(sum)} words + ${signed(padding)} padding + ${signed(bias)} biases = ${signed(explained)} logit; residual 2e-8`,
      },
      scale_max: largest, scale_text: `±${largest.toFixed(2)} ${method?.unit}`, scale_note: 'scaled to this row’s largest word',
      legend_for: `supports ${name}`, legend_against: `speaks against ${name}`,
      summary: `${verdict.text}, mostly because of ${tokens[order[0] ?? 0]?.text} and ${tokens[order[1] ?? 0]?.text}.`,
      error: null,
    };
  }
}

/** @param {string} text */
function tokenize(text) {
  const tokens = [];
  for (const [, gap = '', word = ''] of text.matchAll(/(\s*)(\p{L}[\p{L}'’-]*|\p{N}+|[^\s])/gu)) {
    const normal = word.toLowerCase();
    tokens.push({ text: word, gap, normal, known: /^[\x20-\x7e]*$/.test(word) && !/^(zx|q)/.test(normal) });
  }
  return tokens;
}

/** @param {string} word @param {string} salt */
function feeling(word, salt) {
  return (FEELINGS[word] ?? 0) + (hash(word + salt) - 0.5) * 0.5;
}

/** @param {string} url */
async function bytes(url) {
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw { code: 'network', message: `${url.split('/').pop()} could not be fetched` };
  }
  if (!response.ok) throw { code: 'network', message: `${url.split('/').pop()}: the server answered ${response.status}` };
  return new Uint8Array(await response.arrayBuffer());
}
