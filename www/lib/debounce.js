// @ts-check

/**
 * Calls once, `wait` milliseconds after the last call.
 * @template {unknown[]} A
 * @param {(...args: A) => void} run
 * @param {number} wait
 */
export function debounce(run, wait) {
  /** @type {A | null} */
  let latest = null;
  let due = 0;
  // One timer that is set again when it comes too early: a call costs no more than a look at the clock.
  function look() {
    const rest = due - performance.now();
    if (rest > 1) return void setTimeout(look, rest); // a shorter one would come at once, too early again
    const args = /** @type {A} */ (latest);
    latest = null;
    run(...args);
  }
  return (/** @type {A} */ ...args) => {
    due = performance.now() + wait;
    if (!latest) setTimeout(look, wait);
    latest = args;
  };
}
