// What SIMD128 can do at most, measured: the yardstick of `cargo xtask bench` and of speed.test.mjs.

/**
 * A module whose only work is multiplications and additions in registers: twelve independent sums of four lanes, as many
 * as the kernel has at most. `peak(n)` makes `48 n` of each. What it reaches is the bound that a SIMD128 kernel cannot pass.
 */
export function peakModule() {
  const bytes = (text) => [...text].map((letter) => letter.charCodeAt(0));
  const unsigned = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
  const section = (id, content) => [id, ...unsigned(content.length), ...content];
  const SUMS = 12;
  const get = (n) => [0x20, n];
  const simd = (op) => [0xfd, ...unsigned(op)];
  const [SPLAT, MUL, ADD, LANE] = [simd(0x13), simd(0xe6), simd(0xe4), [...simd(0x1f), 0]];
  const factor = SUMS + 1;
  // local 0: rounds left (parameter); 1 .. 12: sums; 13: the factor.
  const init = [0x43, 0, 0, 0, 0x3f, ...SPLAT, 0x21, factor];
  const step = Array.from({ length: SUMS }, (_, n) => [...get(n + 1), ...get(factor), ...MUL, ...get(factor), ...ADD, 0x21, n + 1]).flat();
  const loop = [0x03, 0x40, ...step, ...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
  const total = [...get(1), ...Array.from({ length: SUMS - 1 }, (_, n) => [...get(n + 2), ...ADD]).flat(), ...LANE];
  const body = [1, SUMS + 1, 0x7b, ...init, ...loop, ...total, 0x0b];
  return [
    0, ...bytes('asm'), 1, 0, 0, 0,
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...bytes('peak'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ];
}
