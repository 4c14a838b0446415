// Philox4x32-7 (Salmon et al. 2011) as uniform doubles, four counters at a time in SIMD lanes. The same
// numbers come out of kernels/philox.ts, which is the readable version. Memory: keys at 0, values from
// 1024 on; the caller leaves 64 bytes of room after what it asks for.

const ROUNDS: i32 = 7;
const KEYS: usize = 0;

/**
 * Writes rows of doubles, uniform on low … low + width: row r has the values at positions
 * first + r * pitch + 0 … length - 1.
 */
export function fillRows(
  out: usize,
  rows: i32,
  length: i32,
  first: f64,
  pitch: f64,
  seedLow: u32,
  seedHigh: u32,
  lowest: f64,
  width: f64,
): void {
  let low = seedLow;
  let high = seedHigh;
  for (let round = 0; round < ROUNDS; round++) {
    v128.store(KEYS + round * 32, i32x4.splat(low));
    v128.store(KEYS + round * 32, i32x4.splat(high), 16);
    low += 0x9e3779b9;
    high += 0xbb67ae85;
  }
  for (let row = 0; row < rows; row++) {
    const position = <u64>(first + <f64>row * pitch);
    // An odd position is the second word of its counter: the first lands on the value before.
    const odd = <usize>(position & 1);
    const start = out - odd * 8;
    const before = load<f64>(out - 8);
    fill(start, out + <usize>length * 8, position >> 1, lowest, width);
    store<f64>(out - 8, before);
    out += <usize>length * 8;
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function fill(start: usize, end: usize, counter: u64, lowest: f64, width: f64): void {
  const low = f64x2.splat(lowest);
  const scale = f64x2.splat(width);
  const zero = i64x2.splat(0);
  for (let out = start; out < end; out += 64) {
    // Counters of four lanes may cross 2^32: the upper word is then that of each lane.
    const pairLow = i64x2.add(i64x2.splat(counter), i64x2(0, 1));
    const pairHigh = i64x2.add(i64x2.splat(counter), i64x2(2, 3));
    let c0 = v128.shuffle<i32>(pairLow, pairHigh, 0, 2, 4, 6);
    let c1 = v128.shuffle<i32>(pairLow, pairHigh, 1, 3, 5, 7);
    let c2 = zero;
    let c3 = zero;
    for (let round = 0; round < ROUNDS - 1; round++) {
      const key = KEYS + round * 32;
      const m0 = i32x4.splat(0xd2511f53);
      const m1 = i32x4.splat(0xcd9e8d57);
      const p0 = i64x2.extmul_low_i32x4_u(c0, m0);
      const q0 = i64x2.extmul_high_i32x4_u(c0, m0);
      const p1 = i64x2.extmul_low_i32x4_u(c2, m1);
      const q1 = i64x2.extmul_high_i32x4_u(c2, m1);
      c0 = v128.xor(v128.shuffle<i32>(p1, q1, 1, 3, 5, 7), v128.xor(c1, v128.load(key)));
      c2 = v128.xor(v128.shuffle<i32>(p0, q0, 1, 3, 5, 7), v128.xor(c3, v128.load(key, 16)));
      c1 = v128.shuffle<i32>(p1, q1, 0, 2, 4, 6);
      c3 = v128.shuffle<i32>(p0, q0, 0, 2, 4, 6);
    }
    const last = KEYS + (ROUNDS - 1) * 32;
    const m0 = i32x4.splat(0xd2511f53);
    const m1 = i32x4.splat(0xcd9e8d57);
    // The last round leaves each pair of words as one 64-bit lane, upper word first.
    c1 = v128.xor(c1, v128.load(last));
    c3 = v128.xor(c3, v128.load(last, 16));
    const x0 = v128.xor(i64x2.extmul_low_i32x4_u(c2, m1), v128.shuffle<i32>(zero, c1, 0, 4, 1, 5));
    const x1 = v128.xor(i64x2.extmul_high_i32x4_u(c2, m1), v128.shuffle<i32>(zero, c1, 2, 6, 3, 7));
    const y0 = v128.xor(i64x2.extmul_low_i32x4_u(c0, m0), v128.shuffle<i32>(zero, c3, 0, 4, 1, 5));
    const y1 = v128.xor(i64x2.extmul_high_i32x4_u(c0, m0), v128.shuffle<i32>(zero, c3, 2, 6, 3, 7));
    v128.store(out, place(v128.shuffle<i64>(x0, y0, 0, 2), low, scale));
    v128.store(out, place(v128.shuffle<i64>(x0, y0, 1, 3), low, scale), 16);
    v128.store(out, place(v128.shuffle<i64>(x1, y1, 0, 2), low, scale), 32);
    v128.store(out, place(v128.shuffle<i64>(x1, y1, 1, 3), low, scale), 48);
    counter += 4;
  }
}

// The upper 52 bits make a number on [1, 2) from which 1 is taken, or 1 - 2^-53 when the lowest bit is
// set: 53 random bits on [0, 1), without a conversion. Scaled by 1 and moved by 0 they stay the same.
// @ts-ignore: decorators are AssemblyScript's
@inline
function place(bits: v128, low: v128, scale: v128): v128 {
  const one = i64x2.splat(0x3ff0000000000000);
  const mantissa = v128.or(i64x2.shr_u(bits, 12), one);
  const unit = f64x2.sub(mantissa, i64x2.sub(one, v128.and(bits, i64x2.splat(1))));
  return f64x2.add(low, f64x2.mul(scale, unit));
}
