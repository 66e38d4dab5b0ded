// @ts-check
// What the visitor asked for: one table gives each field its default, its check and its place in the link.
// A link comes from anywhere, so whatever does not pass its check falls back to the default.

import { QUESTIONS } from './study/questions.js';

export const MAX_TEXT = 100_000;
/** Longer texts are not put into the address: browsers and mail programs cut such links. */
export const MAX_LINKED_TEXT = 4_000;

/**
 * @typedef {object} Asked
 * @property {string} text
 * @property {string} checkpoint "" is the model's default
 * @property {string} method
 * @property {Record<string, number | string>} params by "method.parameter"; those not here have their default
 * @property {string} target
 * @property {number | null} class null is the predicted class
 * @property {string} baseline
 * @property {string} scale
 * @property {string} palette
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {'off' | 'text' | 'paper'} compare
 * @property {string[]} methods methods to compare; none is "those of the paper"
 * @property {string[]} checkpoints checkpoints to compare; none is "those of the paper"
 * @property {string} compareScale
 * @property {'heat' | 'bars'} marks how a score is drawn on its word: as its colour (`heat` in links) or as a bar
 * @property {boolean} embed only the answer, without controls, for a frame on another page
 * @property {string} model the network that a link was made with, as fingerprint() names it; "" is none
 * @property {string} pinned the pinned word as the network reads it; "" is none
 * @property {string[]} open sections and panels of the study that are open
 * @property {string} at sentence and word that the study looks at, "0.9"; "" is the word that adds most
 * @property {string} identity setting under which three methods are compared
 * @property {string} flips what is exchanged: the word, or any word of the sentence
 * @property {string} replace a word to put in the place of the one looked at
 * @property {string} second a sentence to compare with
 * @property {number} epoch place on the slider of epochs; -1 is the last
 * @property {string} seedsAt which of a seed's checkpoints are compared; "" is the last
 * @property {string} curves whether words are taken away or put back
 * @property {string} scramble which layers get random weights
 * @property {string} corpusClass for which class the treebank's words are shown; "" is the explained one
 * @property {string} cell which sentences of the treebank are listed: "all", or the numbers of a true and a predicted class
 * @property {string} find of these, those that have these words in a row; "" is all
 * @property {number} seed seed of what is drawn at random
 */

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const PARAM = /^([a-z0-9][a-z0-9_-]{0,63}\.[a-z0-9][a-z0-9_-]{0,63}):(.{1,64})$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * @template T
 * @typedef {object} Field
 * @property {string} key the name in the link; it and the values stay as they are, because links are saved
 * @property {T} initial
 * @property {(raw: string) => T | undefined} parse undefined: not acceptable
 * @property {(value: T) => string | undefined} print undefined: leave it out of the link
 */

/** @param {string} key @param {string} initial @returns {Field<string>} */
const id = (key, initial) => ({
  key,
  initial,
  parse: (raw) => (ID.test(raw) ? raw : undefined),
  print: (value) => value || undefined,
});

/** @param {string} key @returns {Field<string[]>} */
const ids = (key) => ({
  key,
  initial: [],
  parse(raw) {
    const list = [...new Set(raw.split(','))].filter((item) => ID.test(item)).slice(0, 64);
    return list.length ? list : undefined;
  },
  print: (value) => value.join(',') || undefined,
});

/**
 * @template {string} T
 * @param {string} key
 * @param {readonly [T, ...T[]]} options the first is the default
 * @returns {Field<T>}
 */
const oneOf = (key, options) => ({
  key,
  initial: options[0],
  parse: (raw) => options.find((option) => option === raw),
  print: (value) => value,
});

/** @param {string} key @param {number} most characters @returns {Field<string>} */
const words = (key, most) => ({
  key,
  initial: '',
  parse: (raw) => (raw.length <= most ? raw : undefined),
  print: (value) => value || undefined,
});

/** @param {string} key @param {number} initial @param {number} most @returns {Field<number>} */
const whole = (key, initial, most) => ({
  key,
  initial,
  parse: (raw) => (/^\d{1,4}$/.test(raw) && Number(raw) <= most ? Number(raw) : undefined),
  print: (value) => (value < 0 ? undefined : String(value)),
});

/** `seeds-at` is `seedsAt`. @template {string} K @typedef {K extends `${infer A}-${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : K} CamelCase */
/** The fields of all questions; each has to be in Asked. @typedef {CamelCase<import('./study/questions.js').FieldKey>} QuestionField */

/**
 * What this page calls a field of a question: the key in links in camel case.
 * @param {{key: string}} field @returns {QuestionField}
 */
export const nameOf = ({ key }) => /** @type {QuestionField} */ (key.replace(/-(.)/g, (_, letter) => letter.toUpperCase()));

/** How a field of a question stands in a link. @param {import('../pkg/full.js').Field} field @returns {Field<any>} */
function ofQuestion({ key, initial, kind }) {
  if (kind.kind === 'number') return whole(key, Number(initial), kind.most);
  return kind.kind === 'text' ? words(key, kind.most) : id(key, initial);
}

/** What only the study's answers depend on: what the questions say of themselves, and what this page adds. */
const STUDY = {
  open: ids('open'),
  at: {
    key: 'at',
    initial: '',
    parse: (/** @type {string} */ raw) => (/^\d{1,5}\.\d{1,5}$/.test(raw) ? raw : undefined),
    print: (/** @type {string} */ value) => value || undefined,
  },
  epoch: whole('epoch', -1, 999),
  .../** @type {{[K in QuestionField]: Field<Asked[K]>}} */ (Object.fromEntries(
    QUESTIONS.flatMap(({ fields }) => fields).map((field) => [nameOf(field), ofQuestion(field)]))),
};

/** @type {{[K in keyof Asked]: Field<Asked[K]>}} */
export const FIELDS = {
  text: {
    key: 'text',
    initial: '',
    parse: (raw) => raw.slice(0, MAX_TEXT),
    print: (value) => (value.length <= MAX_LINKED_TEXT ? value : undefined),
  },
  checkpoint: id('checkpoint', ''),
  method: id('method', 'integrated-gradients'),
  params: { key: 'params', initial: {}, parse: parseParams, print: printParams },
  target: id('target', 'logit'),
  class: {
    key: 'class',
    initial: null,
    parse: (raw) => (/^\d{1,3}$/.test(raw) ? Number(raw) : undefined),
    print: (value) => (value === null ? undefined : String(value)),
  },
  baseline: id('baseline', 'zero'),
  scale: id('scale', 'row'),
  palette: id('palette', 'red-blue'),
  theme: oneOf('theme', ['auto', 'light', 'dark']),
  compare: oneOf('compare', ['off', 'text', 'paper']),
  methods: ids('methods'),
  checkpoints: ids('checkpoints'),
  compareScale: id('compare-scale', 'shared'),
  marks: oneOf('marks', ['heat', 'bars']),
  embed: { key: 'embed', initial: false, parse: (raw) => (raw === '' || raw === '1' ? true : undefined), print: (value) => (value ? '1' : undefined) },
  model: id('model', ''),
  pinned: {
    key: 'word',
    initial: '',
    parse: (raw) => (raw.length <= 64 ? raw : undefined),
    print: (value) => value || undefined,
  },
  ...STUDY,
};


/** @type {readonly (keyof typeof STUDY)[]} */
export const STUDY_FIELDS = /** @type {(keyof typeof STUDY)[]} */ (Object.keys(STUDY));

const NAMES = /** @type {(keyof Asked)[]} */ (Object.keys(FIELDS));

/** @param {Partial<Asked>} [overrides] @returns {Asked} */
export function initialState(overrides = {}) {
  const entries = NAMES.map((name) => [name, FIELDS[name].initial]);
  return { .../** @type {Asked} */ (Object.fromEntries(entries)), ...overrides };
}

/**
 * Reads a link. Never throws; unknown names are ignored and unacceptable values take their default.
 * @param {string} hash location.hash
 * @param {Asked} defaults
 * @returns {Asked}
 */
export function parseHash(hash, defaults) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  /** @type {Partial<Record<keyof Asked, unknown>>} */
  const patch = {};
  for (const name of NAMES) {
    const raw = given.get(FIELDS[name].key);
    if (raw === null) continue;
    const value = FIELDS[name].parse(raw);
    if (value !== undefined) patch[name] = value;
  }
  return { ...defaults, .../** @type {Partial<Asked>} */ (patch) };
}

/**
 * Writes what differs from the defaults; "" when nothing does.
 * @param {Asked} state
 * @param {Asked} defaults
 */
export function printHash(state, defaults) {
  const link = new URLSearchParams();
  for (const name of NAMES) {
    const field = /** @type {Field<any>} */ (FIELDS[name]);
    const raw = field.print(state[name]);
    if (raw !== undefined && raw !== field.print(defaults[name])) link.set(field.key, raw);
  }
  const printed = link.toString();
  return printed && `#${printed}`;
}

/** @param {string} raw */
function parseParams(raw) {
  /** @type {Record<string, number | string>} */
  const params = Object.create(null);
  for (const item of raw.split(',').slice(0, 64)) {
    const found = PARAM.exec(item);
    if (!found) continue;
    const [, name = '', text = ''] = found;
    if (NUMBER.test(text) && Number.isFinite(Number(text))) params[name] = Number(text);
    else if (ID.test(text)) params[name] = text;
  }
  return Object.keys(params).length ? { ...params } : undefined;
}

/** @param {Record<string, number | string>} params */
function printParams(params) {
  const items = Object.entries(params).map(([name, value]) => `${name}:${value}`);
  return items.sort().join(',') || undefined;
}
