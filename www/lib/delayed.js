// @ts-check

/** Most answers take less than a frame; only one that takes this long, in milliseconds, is worth a change of looks. */
const DELAY = 200;

/**
 * Tells when something has been stale for a while, and when it no longer is. What is told of rarely costs nothing at a
 * keystroke, as a style sheet's own delay would.
 * @param {(delayed: boolean) => void} tell
 */
export function createDelayed(tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (/** @type {boolean} */ stale) => {
    if (stale === (timer !== undefined)) return;
    clearTimeout(timer);
    timer = stale ? setTimeout(() => tell(true), DELAY) : undefined;
    if (!stale) tell(false);
  };
}
