// @ts-check
// A range input has whole steps from 0 to STEPS; these map them to a parameter's range and back.

export const STEPS = 1000;

/** @typedef {{min: number, max: number, log: boolean, step: number | null}} Range */

/** @param {Range} range @param {number} position 0..STEPS */
export function valueAt(range, position) {
  const share = Math.min(1, Math.max(0, position / STEPS));
  if (share === 0) return range.min;
  if (share === 1) return range.max;
  if (!range.log) return snap(range, range.min + share * (range.max - range.min));
  const low = Math.log(lowest(range));
  return Number(Math.exp(low + share * (Math.log(range.max) - low)).toPrecision(3));
}

/** @param {Range} range @param {number} value */
export function positionOf(range, value) {
  if (!(value > range.min)) return 0;
  if (value >= range.max) return STEPS;
  if (!range.log) return Math.round((STEPS * (value - range.min)) / (range.max - range.min));
  const low = Math.log(lowest(range));
  return Math.round(STEPS * Math.max(0, (Math.log(value) - low) / (Math.log(range.max) - low)));
}

/** Zero has no logarithm: six decades below the maximum stand in for it. @param {Range} range */
function lowest(range) {
  return range.min > 0 ? range.min : range.max * 1e-6;
}

/** @param {Range} range @param {number} value */
function snap(range, value) {
  if (!range.step) return Number(value.toPrecision(4));
  const snapped = range.min + Math.round((value - range.min) / range.step) * range.step;
  return Number(Math.min(range.max, snapped).toPrecision(10));
}
