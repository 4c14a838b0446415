// The one impurity of this room: a fresh random number, for random arrays without a seed and for
// data too large to be named by content.
import { ArgumentError } from "../../base/errors.js";

/** A seed that was not used before: 53 random bits, so that it is a whole number. */
export function freshSeed(): number {
  const [low = 0, high = 0] = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 21) * 2 ** 32 + low;
}

/** The seed, by default a fresh one; throws unless it is a whole number from 0. */
export function checkSeed(seed: number = freshSeed()): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ArgumentError("value", `a seed is a whole number from 0, got ${String(seed)}`, {
    seed,
  });
}
