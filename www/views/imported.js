// @ts-check
// Your own network: files dropped on the page or chosen, read on this machine, and one more entry of every list of networks.

import { el, reconcile, setText, show } from '../lib/dom.js';

/** @typedef {import('../engine/contract.js').ImportedNetwork} ImportedNetwork */

/** Names of files that hold a network, or what other programs keep one in: the reader says what to do about those. */
const NETWORK = /\.(safetensors|pt|pth|bin|ckpt|pkl|npz|h5|keras|onnx|gguf)$/i;

/** Is one of these files a network? @param {readonly {name: string}[]} files */
export const holdsNetwork = (files) => files.some(({ name }) => NETWORK.test(name));

/**
 * @param {HTMLElement} root
 * @param {object} actions
 * @param {(files: File[]) => Promise<ImportedNetwork>} actions.read
 * @param {(id: string) => void} actions.use shows the answer of a network that is there
 */
export function createImport(root, { read, use }) {
  const input = el('input', { type: 'file', multiple: true, accept: '.safetensors,.json,.txt', id: 'imported-file', class: 'hidden-text', 'aria-describedby': 'imported-help' });
  const help = el('p', { class: 'note', id: 'imported-help' },
    'or drop them anywhere on this page: a .safetensors file, and its vocabulary beside it if that is in a file of its own. It never leaves this machine, and lives in this tab alone: after a reload, choose it again.');
  const drop = el('div', { class: 'drop' }, el('label', { class: 'choice', for: 'imported-file' }, 'Choose its files'), input, help);
  const problem = el('p', { class: 'notice', 'data-kind': 'problem', role: 'alert', hidden: true });
  const busy = el('p', { class: 'note', role: 'status' });
  const list = el('ul', { class: 'imported-list' });
  root.append(drop, problem, busy, list);
  /** @type {ImportedNetwork[]} */
  let shown = [];
  let asked = 0;

  /** @param {File[]} files */
  async function open(files) {
    const mine = (asked += 1);
    show(problem, false);
    setText(busy, `Reading ${files.map(({ name }) => name).join(', ')} …`);
    try {
      const network = await read(files);
      if (!shown.some(({ entry }) => entry.id === network.entry.id)) shown = [...shown, network];
      draw();
      if (mine === asked) setText(busy, `${nameOf(network)} is read and explained above.`);
    } catch (error) {
      if (mine !== asked) return;
      setText(busy, '');
      setText(problem, /** @type {{message?: string}} */ (error)?.message ?? String(error));
      show(problem, true);
    }
  }

  /** @param {ImportedNetwork} network */
  const nameOf = ({ entry }) => entry.checkpoints[0]?.name ?? entry.name;

  function draw() {
    reconcile(list, shown, () => el('li', { class: 'card' }, el('h3'), el('p', { class: 'imported-what' }), el('ul'), el('p', { class: 'note' }), el('p', {}, el('button', { type: 'button', class: 'quiet' }))), (item, network) => {
      const [title, what, notes, mark, line] = /** @type {HTMLElement[]} */ ([...item.children]);
      if (!title || !what || !notes || !mark || !line) return;
      setText(title, nameOf(network));
      setText(what, `${network.entry.description}: ${network.entry.labels.join(', ')}.`);
      setText(mark, `Links and saved data call it ${network.entry.id}, after the SHA-256 of its files.`);
      reconcile(notes, network.notes, () => el('li'), (note, text) => setText(note, text));
      const button = /** @type {HTMLElement} */ (line.firstElementChild);
      setText(button, `Explain with ${nameOf(network)}`);
      button.onclick = () => use(network.entry.id);
    });
  }

  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length) open(files);
  });

  return {
    /** @param {File[]} files @returns {boolean} whether they are a network's */
    accept(files) {
      if (!holdsNetwork(files)) return false;
      open(files);
      root.scrollIntoView({ block: 'center' });
      return true;
    },
  };
}
