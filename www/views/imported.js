// @ts-check
// Your own network: files dropped on the page or chosen, read on this machine, and one more entry of every list of networks.

import { el, reconcile, setText, show } from '../lib/dom.js';

/** @typedef {import('../engine/contract.js').OwnNetwork} OwnNetwork */

/** Names of files that hold a network, or what other programs keep one in: the reader says what to do about those. */
const NETWORK = /\.(safetensors|pt|pth|bin|ckpt|pkl|npz|h5|keras|onnx|gguf)$/i;

/** Is one of these files a network? @param {readonly {name: string}[]} files */
export const holdsNetwork = (files) => files.some(({ name }) => NETWORK.test(name));

/**
 * @param {HTMLElement} root
 * @param {object} actions
 * @param {(files: File[]) => Promise<OwnNetwork>} actions.read
 * @param {(id: string) => void} actions.use shows the answer of a network that is there
 */
export function createOwn(root, { read, use }) {
  const input = el('input', { type: 'file', multiple: true, accept: '.safetensors,.json,.txt', id: 'own-file', class: 'hidden-text', 'aria-describedby': 'own-help' });
  const help = el('p', { class: 'note', id: 'own-help' },
    'or drop them anywhere on this page: a .safetensors file, and its vocabulary beside it if that is in a file of its own. It never leaves this machine, and lives in this tab alone: after a reload, choose it again.');
  const drop = el('div', { class: 'drop' }, el('label', { class: 'choice', for: 'own-file' }, 'Choose its files'), input, help);
  const problem = el('p', { class: 'notice', 'data-kind': 'problem', role: 'alert', hidden: true });
  const busy = el('p', { class: 'note', role: 'status' });
  const list = el('ul', { class: 'own-list' });
  root.append(drop, problem, busy, list);
  /** @type {OwnNetwork[]} */
  let shown = [];
  let asked = 0;

  /** @param {File[]} files */
  async function open(files) {
    const mine = (asked += 1);
    show(problem, false);
    setText(busy, `Reading ${files.map(({ name }) => name).join(', ')} …`);
    try {
      const own = await read(files);
      if (!shown.some(({ entry }) => entry.id === own.entry.id)) shown = [...shown, own];
      draw();
      if (mine === asked) setText(busy, `${nameOf(own)} is read and explained above.`);
    } catch (error) {
      if (mine !== asked) return;
      setText(busy, '');
      setText(problem, /** @type {{message?: string}} */ (error)?.message ?? String(error));
      show(problem, true);
    }
  }

  /** @param {OwnNetwork} own */
  const nameOf = ({ entry }) => entry.checkpoints[0]?.name ?? entry.name;

  function draw() {
    reconcile(list, shown, () => el('li', { class: 'card' }, el('h3'), el('p', { class: 'own-what' }), el('ul'), el('p', { class: 'note' }), el('p', {}, el('button', { type: 'button', class: 'quiet' }))), (item, own) => {
      const [title, what, notes, mark, line] = /** @type {HTMLElement[]} */ ([...item.children]);
      if (!title || !what || !notes || !mark || !line) return;
      setText(title, nameOf(own));
      setText(what, `${own.entry.description}: ${own.entry.labels.join(', ')}.`);
      setText(mark, `Links and saved data call it ${own.entry.id}, after the SHA-256 of its files.`);
      reconcile(notes, own.notes, () => el('li'), (note, text) => setText(note, text));
      const button = /** @type {HTMLElement} */ (line.firstElementChild);
      setText(button, `Explain with ${nameOf(own)}`);
      button.onclick = () => use(own.entry.id);
    });
  }

  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length) open(files);
  });

  return {
    /** @param {File[]} files @returns {boolean} whether they are a network's */
    take(files) {
      if (!holdsNetwork(files)) return false;
      open(files);
      root.scrollIntoView({ block: 'center' });
      return true;
    },
  };
}
