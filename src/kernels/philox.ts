// Philox4x32: counter-based random numbers (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", 2011), in readable form. What streams make of it is uniform.ts; the fast version is
// part of assembly/random.ts.

/** Rounds that the library's streams use; seven pass BigCrush already. */
const ROUNDS = 10;

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
  rounds = ROUNDS,
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
