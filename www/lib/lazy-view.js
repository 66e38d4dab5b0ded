// @ts-check

/**
 * A view whose modules are fetched when the page has done what is waited for. Until then it remembers what it would draw.
 * @template {unknown[]} A
 * @param {() => Promise<{render: (...args: A) => void}>} make
 */
export function createLazyView(make) {
  /** @type {A | null} */
  let latest = null;
  /** @type {((...args: A) => void) | null} */
  let draw = null;
  let asked = false;
  let busy = false;

  async function load() {
    asked = true;
    if (draw || busy) return;
    busy = true;
    try {
      draw = (await make()).render;
      if (latest) draw(...latest);
    } catch (error) {
      console.info(`A part of the page did not load; it is asked for again: ${error}`);
    } finally {
      busy = false;
    }
  }
  return {
    load,
    render(/** @type {A} */ ...args) {
      latest = args;
      if (draw) draw(...args);
      else if (asked) void load();
    },
  };
}
