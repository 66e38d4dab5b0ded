// @ts-check
// The hashes of what is fetched before anything else could check it: the compiled cores and the list of models, which has
// the hashes of all models. `cargo xtask site` writes them into the copy that it makes; in the repository there are none,
// because these files change while one works on them.

/** From the page's folder; as `fetch` takes them. @type {Readonly<Record<string, string>>} */
const PINS = {};

/** The list of models. */
export const LIST = 'www/models/manifest.json';

/** @param {BufferSource} bytes */
const integrityOf = async (bytes) => `sha256-${btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))))}`;

/**
 * Fetches a file of the page, and refuses another than it was published with.
 * @param {string} path from the page's folder
 * @param {RequestInit} [options]
 */
export async function fetchPinned(path, options = {}) {
  const address = new URL(`../../${path}`, import.meta.url);
  const integrity = (Object.hasOwn(PINS, path) && PINS[path]) || '';
  try {
    if (!integrity) return await fetch(address, options);
    // Only served securely has a page digests. Where it has, what the page's head asked for is taken, which browsers do not give
    // to a request with a hash of its own.
    if (!globalThis.crypto?.subtle) return await fetch(address, { ...options, integrity });
    const response = await fetch(address, options);
    if (!response.ok) return response;
    const bytes = await response.arrayBuffer();
    if (await integrityOf(bytes) === integrity) return new Response(bytes, { headers: response.headers });
    throw new Error('its hash is another');
  } catch (error) {
    const other = integrity ? ', or is not the file that this page was published with' : '';
    throw new Error(`${path} did not load${other} (${error instanceof Error ? error.message : error})`);
  }
}
