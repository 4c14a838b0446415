// Philox4x32: counter-based random numbers (Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011), in readable form. uniform.ts defines the streams; the fast
// version is part of assembly/random.ts.

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
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** Replaces the four words of `counter` by the random words that belong to it under `key`. */
export function philox4x32(
  counter: Uint32Array,
  key: readonly [number, number],
  rounds = ROUNDS,
): void {
  let key0 = key[0] | 0;
  let key1 = key[1] | 0;
  let c0 = (counter[0] as number) | 0;
  let c1 = (counter[1] as number) | 0;
  let c2 = (counter[2] as number) | 0;
  let c3 = (counter[3] as number) | 0;
  for (let round = 0; round < rounds; round++) {
    const product0 = multiplyHigh(0xd2511f53, c0);
    const product1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    c0 = product1 ^ c1 ^ key0;
    c1 = Math.imul(0xcd9e8d57, c2);
    c2 = product0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}
