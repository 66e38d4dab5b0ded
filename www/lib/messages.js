// @ts-check
// Sentences of the page itself: what it says before the core is loaded, when that fails, and of its own links and controls.
// Everything about a text or a network comes from the core. Pure.

export const MESSAGES = {
  cannotRun: 'The network cannot run in this browser.',
  offline: 'You are offline, and the network is not loaded yet.',
  engineStopped: 'The engine has stopped.',
  notLoaded: 'The network could not be loaded.',
  loading: 'Loading the network, once',
  loadingAnother: 'Loading another trained network',
  anotherNotLoaded: 'A trained network could not be loaded.',
  rareWordsNotLoaded: 'The vectors of rarer words could not be loaded.',
  notExplained: 'This could not be explained.',
  useLight: 'Use light colours',
  useDark: 'Use dark colours',
  light: 'Light',
  dark: 'Dark',
  copyLink: 'Copy link',
  copied: 'Copied',
  copiedWithoutText: 'Copied, without the long text',
  inAddressBar: 'It is in the address bar',
  shownAbove: 'Above',
};

/** Codes of problems that no retry mends. */
const FINAL = ['no-wasm', 'no-simd', 'no-worker'];

/** Whether a retry is of no use. @param {string} code of a problem */
export const isFinal = (code) => FINAL.includes(code);

/** The heading of a start that failed. @param {string} code of the problem @param {boolean} online */
export function failureTitle(code, online) {
  if (isFinal(code)) return MESSAGES.cannotRun;
  if (!online) return MESSAGES.offline;
  return code === 'crashed' ? MESSAGES.engineStopped : MESSAGES.notLoaded;
}

/** @param {string} id of the network that the link names @param {string} name of the one that answers in its place */
export const linkToImported = (id, name) =>
  `This link was made with a network of somebody’s own (${id}), which is not in this tab: choose its files under “Your own network” below. Until then the answer is that of ${name}.`;

/** @param {string} then fingerprint of the network that the link was made with @param {string} now of the one here */
export const linkToOtherVersion = (then, now) =>
  `This link was made with another version of the network (${then}): the numbers below are those of the one here (${now}).`;

/** @param {number} most characters */
export const boxIsFull = (most) => `The box holds ${most.toLocaleString('en')} characters; what comes after them is not read.`;

/** The line at the page's foot. @param {import('../../pkg/full.js').ModelEntry} model @param {string} version */
export const about = ({ name, description, vectors }, version) =>
  `${name}: ${description} Word vectors: ${vectors.source} (${vectors.licence}). wordlight ${version}.`;

/** What a screen reader hears of a new answer. @param {import('../../pkg/full.js').Reply} reply */
export const spoken = ({ message, sentence_count: count, sentences, whole }) =>
  message ?? (count === 1 ? sentences[0]?.rows[0]?.summary : whole[0]?.text) ?? '';
