// @ts-check
// The hashes of what is fetched before anything else could check it: the compiled cores and the list of models, which has
// the hashes of all models. `cargo xtask site` writes them into the copy that it makes; in the repository there are none,
// because these files change while one works on them.

/** From the page's folder; as `fetch` takes them. @type {Readonly<Record<string, string>>} */
const PINS = {};

/** The list of models. */
export const LIST = 'www/models/manifest.json';

/**
 * Fetches a file of the page, and refuses another than it was published with.
 * @param {string} path from the page's folder
 * @param {RequestInit} [options]
 */
export async function fetchPinned(path, options = {}) {
  const integrity = Object.hasOwn(PINS, path) ? PINS[path] : '';
  try {
    return await fetch(new URL(`../../${path}`, import.meta.url), integrity ? { ...options, integrity } : options);
  } catch (error) {
    const other = integrity ? ', or is not the file that this page was published with' : '';
    throw new Error(`${path} did not load${other} (${error instanceof Error ? error.message : error})`);
  }
}
