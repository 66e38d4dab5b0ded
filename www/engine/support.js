// @ts-check
// What a browser needs before the engine can start. Pure apart from reading globals.

// A module with one function whose body uses one SIMD128 instruction (i8x16.splat).
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** @typedef {{code: string, message: string}} Problem */

/**
 * The reason why the engine cannot run here, or null.
 * @param {any} [globals]
 * @returns {Problem | null}
 */
export function missingSupport(globals = globalThis) {
  const wasm = globals.WebAssembly;
  if (typeof wasm !== 'object' || typeof wasm.validate !== 'function') {
    return {
      code: 'no-wasm',
      message:
        'This browser has WebAssembly switched off, and the network runs in WebAssembly. '
        + 'Allow it for this page, or open the page in a current Firefox, Chrome, Edge or Safari.',
    };
  }
  if (!wasm.validate(SIMD_PROBE)) {
    return {
      code: 'no-simd',
      message:
        'This browser’s WebAssembly has no SIMD instructions (128-bit), which the network needs. '
        + 'They are in Chrome and Edge 91, Firefox 89, Safari 16.4 and everything newer.',
    };
  }
  if (typeof globals.Worker !== 'function') {
    return { code: 'no-worker', message: 'This browser has no web workers, in which the network runs.' };
  }
  return null;
}
