// Philox4x32: counter-based random numbers (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", 2011). The readable version, and the one used without WebAssembly; the fast one is
// assembly/random.ts and gives the same numbers. Seven rounds pass BigCrush, as ten do.

/** Rounds that the library's streams use. */
export const PHILOX_ROUNDS = 7;

/** The upper 32 bits of the product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65_536) + Math.floor(carry / 65_536)) >>> 0;
}

/** Replaces the four words of `counter` by the random words that belong to it under `key`. */
export function philox4x32(
  counter: Uint32Array,
  key: readonly [number, number],
  rounds = PHILOX_ROUNDS,
): void {
  let [key0, key1] = key;
  for (let round = 0; round < rounds; round++) {
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
    counter[0] = multiplyHigh(0xcd9e8d57, c2) ^ c1 ^ key0;
    counter[1] = Math.imul(0xcd9e8d57, c2);
    counter[2] = multiplyHigh(0xd2511f53, c0) ^ c3 ^ key1;
    counter[3] = Math.imul(0xd2511f53, c0);
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
}

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

/**
 * Writes the numbers of a stream at positions `first`, `first + 1`, … to `out`. Each counter
 * gives two: position p is number p mod 2 of counter ⌊p / 2⌋. A number has 53 random bits, the upper
 * 52 and the lowest of its two words.
 */
export function uniformRun(
  { seed, low, width }: UniformRange,
  first: number,
  out: Float64Array,
  start: number,
  length: number,
): void {
  const key = seedKey(seed);
  const words = new Uint32Array(4);
  for (let i = 0; i < length; i++) {
    const position = first + i;
    const word = position % 2;
    if (i === 0 || word === 0) {
      const counter = Math.floor(position / 2);
      words[0] = counter;
      words[1] = Math.floor(counter / 4_294_967_296);
      words[2] = words[3] = 0;
      philox4x32(words, key);
    }
    const upper = words[2 * word] as number;
    const lower = words[2 * word + 1] as number;
    const unit = (upper * 2_097_152 + (lower >>> 12) * 2 + (lower & 1)) * 2 ** -53;
    out[start + i] = low + width * unit;
  }
}
