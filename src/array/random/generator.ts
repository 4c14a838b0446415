// Generators of random numbers, as users get them.
import { Selections } from "./selection.js";
import type { Seed } from "./streams.js";

/**
 * Makes random arrays, by the names and parameters of NumPy's Generator. Every call has a stream of its
 * own, so the same seed and the same calls give the same arrays; chunks, engine and number of workers
 * never change a number. Arrays have the shape `size`, or that to which parameters broadcast; distributions of vectors add an axis.
 * Their dtype is float64 where numbers are continuous and int64 where they are counts, unless option `dtype` says otherwise. Their
 * chunks are those of option `chunks`, or those in which parameters that are arrays meet: one task per block, and those of the
 * parameters.
 *
 * @throws ArgumentError `argument.value` for parameters out of range, `argument.shape` for sizes that are none
 * or that parameters do not broadcast to, `argument.dtype`, `argument.chunks`: all methods
 * @see https://numpy.org/doc/stable/reference/random/generator.html
 * @example
 * const rng = defaultRng(42);
 * const x = rng.normal(0, 1, [1000, 1000], { chunks: 250 });
 * const y = rng.poisson(3, 1000); // independent of x
 */
export class RandomGenerator extends Selections {
  /**
   * Generators whose streams are independent of this one's and of each other's.
   *
   * @example const [first, second] = defaultRng(42).spawn(2);
   */
  spawn(count: number): RandomGenerator[] {
    return Array.from({ length: count }, () => new RandomGenerator(this.nextKey()));
  }
}

/**
 * A generator of random arrays.
 *
 * @param seed a whole number from 0, or a list of them; default: no one's before. A generator is
 * handed back
 * @returns a generator whose numbers depend on the seed and on the order of its calls, never on
 * chunks
 * @throws ArgumentError `argument.value` for other seeds
 * @see https://numpy.org/doc/stable/reference/random/generator.html
 * @example
 * const a = defaultRng(1).random([3]);
 * const b = defaultRng(1).random([3], { chunks: 1 });
 * await a.equal(b).all().compute(); // → true
 */
export function defaultRng(seed?: Seed | RandomGenerator | null): RandomGenerator {
  return seed instanceof RandomGenerator ? seed : new RandomGenerator(seed);
}

/** A generator with a fresh seed, for the one that needs numbers but not the same ones again. */
export const rng: RandomGenerator = new RandomGenerator();
