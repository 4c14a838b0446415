// Streams of uniform numbers in which every position has its number, for any order of access. The
// readable version, and the one used without WebAssembly; assembly/random.ts is the fast one with
// the same numbers, bit for bit.
//
// Philox at every position would cost twice as much as all the rest, so Philox (ten rounds, keyed
// by the seed) makes the states of short runs, and xoroshiro128+ (Blackman and Vigna) sixteen
// numbers of each. Positions go by units of 64, made by four runs that alternate: run r has the
// positions r, r + 4, r + 8, … of the unit, so that the four can step side by side in vector lanes.
import { philox4x32 } from "./philox.js";

/** Positions that are made together. */
const UNIT = 64;
const RUNS = 4;
const STEPS = UNIT / RUNS;
const WORD = (1n << 64n) - 1n;

/** The two 32-bit halves of a seed, lower first: the key of its stream. */
export function seedKey(seed: number): [number, number] {
  return [seed >>> 0, Math.floor(seed / 4_294_967_296) >>> 0];
}

/** A stream of numbers that are uniform on `low … low + width`. */
export interface UniformRange {
  readonly seed: number;
  readonly low: number;
  readonly width: number;
}

/** Writes the numbers of a stream at positions `first`, `first + 1`, … to `out` from `start` on. */
export function uniformRun(
  { seed, low, width }: UniformRange,
  first: number,
  out: Float64Array,
  start: number,
  length: number,
): void {
  const key = seedKey(seed);
  let numbers = new Float64Array(0);
  for (let i = 0; i < length; i++) {
    const position = first + i;
    const place = position % UNIT;
    if (i === 0 || place === 0) numbers = unitNumbers(key, Math.floor(position / UNIT));
    out[start + i] = low + width * (numbers[place] as number);
  }
}

/** The numbers on [0, 1) of a unit. */
function unitNumbers(key: readonly [number, number], unit: number): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(UNIT);
  const words = new Uint32Array(4);
  for (let run = 0; run < RUNS; run++) {
    const counter = unit * RUNS + run;
    words.set([counter, Math.floor(counter / 4_294_967_296), 0, 0]);
    philox4x32(words, key);
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
    let s0 = BigInt(w0) | (BigInt(w1) << 32n);
    let s1 = BigInt(w2) | (BigInt(w3) << 32n);
    for (let step = 0; step < STEPS; step++) {
      numbers[step * RUNS + run] = unitNumber((s0 + s1) & WORD);
      s1 ^= s0;
      s0 = rotate(s0, 24n) ^ s1 ^ ((s1 << 16n) & WORD);
      s1 = rotate(s1, 37n);
    }
  }
  return numbers;
}

function rotate(x: bigint, by: bigint): bigint {
  return ((x << by) | (x >> (64n - by))) & WORD;
}

/** A number on [0, 1) with 53 random bits: the upper 52 of a 64-bit number, and its lowest. */
function unitNumber(word: bigint): number {
  return Number(((word >> 12n) << 1n) | (word & 1n)) * 2 ** -53;
}
