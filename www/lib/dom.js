// @ts-check
// Small helpers. Text enters the page only through textContent: nothing typed can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

/** @param {Element} parent @param {Child[]} children */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child);
  }
}

/**
 * null, undefined and false remove the attribute; true sets it empty. Writes only what differs.
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * A text node that is there is kept: a new one in its place would cost the browser its style and its boxes again.
 * @param {Node} node @param {string} text
 */
export function setText(node, text) {
  const only = node.firstChild;
  if (text !== '' && only && only.nodeType === 3 && only === node.lastChild) {
    if (/** @type {Text} */ (only).data !== text) /** @type {Text} */ (only).data = text;
  } else if (node.textContent !== text) node.textContent = text;
}

/** What was set, because a style that is read back is written out again. @type {WeakMap<HTMLElement, Record<string, string>>} */
const styles = new WeakMap();

/** Writes only what differs. @param {HTMLElement} element @param {'left' | 'width'} name @param {string} value */
function setStyle(element, name, value) {
  const known = styles.get(element) ?? {};
  if (known[name] === value) return;
  known[name] = value;
  styles.set(element, known);
  element.style[name] = value;
}

/** @param {HTMLElement} element @param {string} width as a style has it */
export const setWidth = (element, width) => setStyle(element, 'width', width);

/** @param {HTMLElement} element @param {string} left as a style has it */
export const setLeft = (element, left) => setStyle(element, 'left', left);

/**
 * As the first word of a line. For text that changes with every keystroke: a style sheet's ::first-letter is a box that the
 * browser takes down and makes again.
 * @param {string} text
 */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Skips a call whose arguments are all the same as the last time.
 * @template {unknown[]} A
 * @param {(...args: A) => void} run
 */
export function onChange(run) {
  /** @type {A | null} */
  let last = null;
  return (/** @type {A} */ ...args) => {
    if (last && last.every((value, k) => Object.is(value, args[k]))) return;
    last = args;
    run(...args);
  };
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element with id ${id}`);
  return /** @type {T} */ (element);
}

/**
 * Keeps a list of elements as long as a list of data, updating in place so that focus and selection stay.
 * @template T
 * @template {Element} E
 * @param {Element} parent holds nothing else
 * @param {readonly T[]} items
 * @param {(item: T, index: number) => E} make
 * @param {(element: E, item: T, index: number) => void} update
 */
export function reconcile(parent, items, make, update) {
  while (parent.childElementCount > items.length) parent.lastElementChild?.remove();
  items.forEach((item, index) => {
    let element = /** @type {E | undefined} */ (parent.children[index]);
    if (!element) {
      element = make(item, index);
      parent.append(element);
    }
    update(element, item, index);
  });
}
