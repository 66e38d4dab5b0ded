// @ts-check
// The page's own stop-watch: from the keystroke to the moment its answer has been painted.

/**
 * The nearest-rank quantile.
 * @param {readonly number[]} samples
 * @param {number} q 0..1
 * @returns {number | null} null of nothing
 */
export function quantile(samples, q) {
  if (!samples.length) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(q * sorted.length));
  return sorted[rank - 1] ?? null;
}

/** @param {number} [capacity] the newest samples that count */
export function createMeter(capacity = 200) {
  /** @type {{sequence: number, at: number}[]} */
  let open = [];
  /** @type {number[]} */
  let samples = [];
  return {
    /** An input happened. @param {number} sequence grows with every input @param {number} at milliseconds */
    begin(sequence, at) {
      open.push({ sequence, at });
    },
    /**
     * The answer to input `sequence` is on the screen; inputs before it were answered by it too.
     * @param {number} sequence
     * @param {number} at
     */
    painted(sequence, at) {
      const done = open.filter((input) => input.sequence <= sequence);
      if (!done.length) return false;
      open = open.filter((input) => input.sequence > sequence);
      samples = [...samples, ...done.map((input) => at - input.at)].slice(-capacity);
      return true;
    },
    /** Inputs that will never be answered (the engine stopped) do not count. */
    forget() {
      open = [];
    },
    summary: () => ({ count: samples.length, median: quantile(samples, 0.5), p95: quantile(samples, 0.95) }),
  };
}

/** @param {ReturnType<ReturnType<typeof createMeter>['summary']>} summary */
export function meterText({ count, median, p95 }) {
  if (median === null || p95 === null) return 'Keystroke to paint: type to measure.';
  const keystrokes = count === 1 ? '1 keystroke' : `the last ${count} keystrokes`;
  return `Keystroke to paint: median ${milliseconds(median)}, 95th percentile ${milliseconds(p95)} (${keystrokes}).`;
}

/** @param {number} value */
function milliseconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
