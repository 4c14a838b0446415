// Uniform doubles by position: Philox4x32-10 seeds short runs of xoroshiro128+, as
// kernels/uniform/philox.ts explains in readable form and with the same numbers. A unit of 64
// consecutive positions has four runs of 16 numbers; their states are made in the four lanes of one
// Philox call, and two runs step in the two lanes of a vector. Memory is the caller's, as are the
// 1024 bytes that a call works with: keys in the first half of them, a spare unit in the second.

const ROUNDS: i32 = 10;
const SPARE: usize = 512;
const UNIT: i32 = 64;

/**
 * Writes rows of doubles, uniform on low … low + width: row r has the values at positions
 * first + r * pitch + 0 … length - 1.
 */
export function fillRows(
  work: usize,
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
    v128.store(work + round * 32, i32x4.splat(low));
    v128.store(work + round * 32, i32x4.splat(high), 16);
    low += 0x9e3779b9;
    high += 0xbb67ae85;
  }
  for (let row = 0; row < rows; row++) {
    let position = <u64>(first + <f64>row * pitch);
    let rest = length;
    while (rest > 0) {
      const skipped = <i32>(position & 63);
      const taken = min(UNIT - skipped, rest);
      if (taken == UNIT) {
        fillUnit(work, out, position >> 6, 0, UNIT, lowest, width);
      } else {
        fillUnit(work, work + SPARE, position >> 6, skipped, skipped + taken, lowest, width);
        const from = work + SPARE + <usize>skipped * 8;
        let at: usize = 0;
        for (const end = <usize>(taken & ~1) * 8; at < end; at += 16) {
          v128.store(out + at, v128.load(from + at));
        }
        if ((taken & 1) != 0) store<u64>(out + at, load<u64>(from + at));
      }
      out += <usize>taken * 8;
      position += <u64>taken;
      rest -= taken;
    }
  }
}

/**
 * Writes the numbers of a unit from `start` to `end` to their places after `out`, and maybe others
 * of it.
 */
@inline
function fillUnit(
  keys: usize, out: usize, unit: u64, start: i32, end: i32, lowest: f64, width: f64,
): void {
  // Counters 4 * unit + 0 … 3, one a lane; the lower two words of a counter are its number.
  const number = unit << 2;
  let c0 = i32x4.add(i32x4.splat(<i32>number), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(<i32>(number >> 32));
  let c2 = i64x2.splat(0);
  let c3 = i64x2.splat(0);
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < ROUNDS; round++) {
    const key = keys + round * 32;
    const p0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const q0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const p1 = i64x2.extmul_low_i32x4_u(c2, m1);
    const q1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.shuffle<i32>(p1, q1, 1, 3, 5, 7), v128.xor(c1, v128.load(key)));
    c2 = v128.xor(v128.shuffle<i32>(p0, q0, 1, 3, 5, 7), v128.xor(c3, v128.load(key, 16)));
    c1 = v128.shuffle<i32>(p1, q1, 0, 2, 4, 6);
    c3 = v128.shuffle<i32>(p0, q0, 0, 2, 4, 6);
  }
  // Words 0 and 1 of a counter are the first half of a run's state, words 2 and 3 the second.
  let a0 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  let a1 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  let b0 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  let b1 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  const low = f64x2.splat(lowest);
  const scale = f64x2.splat(width);
  // Scaled by 1 and moved by 0 they would stay the same.
  const isUnit = lowest == 0 && width == 1;
  // Four numbers a step.
  const first = out + <usize>(start & ~3) * 8;
  const last = out + <usize>end * 8;
  for (; out < last; out += 32) {
    if (out >= first) {
      let a = unitNumbers(i64x2.add(a0, a1));
      let b = unitNumbers(i64x2.add(b0, b1));
      if (!isUnit) {
        a = f64x2.add(low, f64x2.mul(scale, a));
        b = f64x2.add(low, f64x2.mul(scale, b));
      }
      v128.store(out, a);
      v128.store(out, b, 16);
    }
    a1 = v128.xor(a1, a0);
    b1 = v128.xor(b1, b0);
    a0 = v128.xor(v128.xor(rotate(a0, 24), a1), i64x2.shl(a1, 16));
    b0 = v128.xor(v128.xor(rotate(b0, 24), b1), i64x2.shl(b1, 16));
    a1 = rotate(a1, 37);
    b1 = rotate(b1, 37);
  }
}

@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i64x2.shl(x, by), i64x2.shr_u(x, 64 - by));
}

// The upper 52 bits make a number on [1, 2) from which 1 is taken, or 1 - 2^-53 when the lowest bit
// is set: 53 random bits on [0, 1), without a conversion.
@inline
function unitNumbers(bits: v128): v128 {
  const one = i64x2.splat(0x3ff0000000000000);
  const mantissa = v128.or(i64x2.shr_u(bits, 12), one);
  return f64x2.sub(mantissa, i64x2.sub(one, v128.and(bits, i64x2.splat(1))));
}
