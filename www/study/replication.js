// @ts-check
// The replication ledger that `wordlight replicate` wrote, as a panel of the study. Its words are drawn as they are.

/** @typedef {{claim: string, evidence: string, result: string, verdict: string}} Finding */
/** @typedef {import('../../pkg/full.js').Panel} Panel */
/** @typedef {import('../../pkg/full.js').Table} Table */

const FILE = 'replication.json';

/** @param {string} models the address of the models @returns {Promise<Panel>} */
export async function fetchFindings(models) {
  const response = await fetch(`${models}/${FILE}`).catch(() => null);
  if (!response?.ok) throw { code: 'missing', message: `${FILE} is not there: ${response ? `the server answered ${response.status}` : 'it could not be fetched'}.` };
  return panelOf(await response.json().catch(() => null));
}

/** Pure. @param {unknown} file @returns {Panel} */
export function panelOf(file) {
  const lists = /** @type {{schema?: unknown, claims?: unknown, pitfalls?: unknown}} */ (file && typeof file === 'object' ? file : {});
  if (lists.schema !== 1) throw { code: 'damaged', message: `${FILE} is not in format 1, which this page reads.` };
  const tables = [table('What the paper says', lists.claims), table('What there is to know of its experiment', lists.pitfalls)];
  return { text: '', note: '', word: null, options: [], choice: '', tables, charts: [] };
}

/** @param {string} caption @param {unknown} list @returns {Table} */
function table(caption, list) {
  const findings = /** @type {Partial<Finding>[]} */ (Array.isArray(list) ? list : []);
  const cell = (/** @type {unknown} */ text) => ({ text: typeof text === 'string' ? text : '', intensity: null, curve: [], choice: null });
  return {
    caption,
    columns: ['Claim', 'Evidence', 'Our result', 'Verdict'],
    lines: findings.map(({ claim, evidence, result, verdict }) =>
      ({ name: cell(claim).text, cells: [evidence, result, verdict].map(cell), kind: '', depth: 0, apply: null, other: null, find: null })),
    note: '',
    folded: false,
  };
}
