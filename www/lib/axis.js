// @ts-check
// Axes of charts. Pure: from numbers to places between 0 and 1, and round numbers to write beside them.

/** @typedef {{low: number, high: number, log: boolean, ticks: number[]}} Axis */

/**
 * An axis over all finite values; a logarithmic one begins at the smallest positive value, but six decades below the top
 * at most: what is smaller is rounding.
 * @param {readonly number[]} values
 * @param {boolean} log
 * @param {boolean} [zero] whether zero has to be on it
 * @returns {Axis}
 */
export function axisOf(values, log, zero = false) {
  const finite = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (!finite.length) return { low: log ? 1 : 0, high: log ? 10 : 1, log, ticks: log ? [1, 10] : [0, 1] };
  let low = Math.min(...finite);
  let high = Math.max(...finite);
  if (log) {
    low = 10 ** Math.floor(Math.log10(Math.max(low, high * 1e-8)));
    high = 10 ** Math.ceil(Math.log10(high));
    if (high <= low) high = low * 10;
    const decades = Math.round(Math.log10(high / low));
    const every = Math.ceil(decades / 5);
    const ticks = Array.from({ length: Math.floor(decades / every) + 1 }, (_, k) => Number((low * 10 ** (k * every)).toPrecision(6)));
    return { low, high, log, ticks };
  }
  if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (high === low) high = low + 1;
  const step = roundStep((high - low) / 4);
  low = Math.floor(low / step + 1e-9) * step;
  high = Math.ceil(high / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => Number((low + k * step).toPrecision(10)));
  return { low, high, log, ticks };
}

/** The next of 1, 2, 5, 10, ... that is not smaller. @param {number} step */
function roundStep(step) {
  const decade = 10 ** Math.floor(Math.log10(step));
  const mantissa = step / decade;
  return decade * (mantissa <= 1.001 ? 1 : mantissa <= 2.001 ? 2 : mantissa <= 5.001 ? 5 : 10);
}

/** Where a value lies on the axis, 0 to 1. @param {Axis} axis @param {number} value */
export function along({ low, high, log }, value) {
  const share = log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
}

/** A tick as it is written. @param {number} value */
export function tickText(value) {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(0).replace('-', '−');
  return String(Number(value.toPrecision(6))).replace('-', '−');
}
