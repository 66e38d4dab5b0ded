// @ts-check
// Places on the axes of charts. Pure; which numbers are written beside them comes with the chart.

/** @typedef {import('../../pkg/full.js').Axis} Axis */

/** Where a value lies on the axis, 0 to 1. On a logarithmic one what is zero lies on its floor. @param {Axis} axis @param {boolean} log @param {number} value */
export function along({ low, high }, log, value) {
  const share = log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
}
