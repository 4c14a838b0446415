// Reproducible random numbers for simulations and tests: equal seeds give equal numbers on every
// machine. Not for secrets, and not for random arrays (those are counter-based: kernels/).
import { assert } from "./assert.js";

/**
 * A stream of pseudo-random numbers: sfc32 by Chris Doty-Humphrey (128 bits of state, passes
 * PractRand), seeded through splitmix32 so that neighbouring seeds give unrelated streams.
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any whole number; its lowest 32 bits count */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed), `a seed must be a whole number, not ${seed}`);
    let mixed = seed | 0;
    const split = () => {
      mixed = (mixed + 0x9e3779b9) | 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.#a = split();
    this.#b = split();
    this.#c = split();
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number from 0 to 2³² − 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number from 0 up to 1, 1 excluded. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A number from `low` up to `high`, `high` excluded. */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, "nothing to pick from");
    return items[this.below(items.length)] as T;
  }

  /** An independent stream. */
  fork(): Rng {
    return new Rng(this.uint32());
  }
}
