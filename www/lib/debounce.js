// @ts-check

/**
 * Calls once, `wait` milliseconds after the last call.
 * @template {unknown[]} A
 * @param {(...args: A) => void} run
 * @param {number} wait
 */
export function debounce(run, wait) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), wait);
  };
}
