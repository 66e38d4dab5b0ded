// @ts-check
// One store. Views are functions of what is in it.

/**
 * @template {object} T
 * @param {T} initial
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<(value: T, before: T) => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    /**
     * Replaces some fields. Listeners hear of it only if a field has really changed.
     * @param {Partial<T>} patch
     */
    set(patch) {
      const before = value;
      const keys = /** @type {(keyof T)[]} */ (Object.keys(patch));
      if (keys.every((key) => Object.is(before[key], patch[key]))) return;
      value = /** @type {T} */ ({ .../** @type {object} */ (before), .../** @type {object} */ (patch) });
      for (const listener of [...listeners]) listener(value, before);
    },
    /** @param {(value: T, before: T) => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
