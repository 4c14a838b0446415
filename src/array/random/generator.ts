// Public generators of random numbers: distributions of single numbers (distributions.ts),
// distributions of lists (along the last axis of the result, in one block), choosing and shuffling.
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { DistributionName } from "../../graph/model/distribution.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkAxis, checkShape, formatShape } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { subtract } from "../elementwise/elementwise.js";
import { take, takeAlongAxis } from "../indexing/take.js";
import { type ArrayData, readArrayData } from "../layers/array-data.js";
import { isChunkedArray, type Operand } from "../layers/array-operands.js";
import { reshape } from "../manipulation/reshape.js";
import { argsort } from "../sorting/sort.js";
import { covarianceFactor } from "./covariance.js";
import { DrawingStreams } from "./distributions.js";
import {
  type Drawn,
  type DrawOptions,
  draw,
  drawLists,
  drawnDType,
  type FloatDType,
  type IntegerDType,
  type Size,
} from "./draw.js";
import { arrayOf, checkBounds, isWhole } from "./integer-bounds.js";
import { checkCount, readProbabilities, readVector, withRest } from "./probabilities.js";
import { checkPopulation, cumulated, populationOf, valuesOf, weightedOrder } from "./selection.js";
import type { Seed } from "./streams.js";

/** Options of `integers`. */
export interface IntegersOptions<D extends IntegerDType> extends DrawOptions<D> {
  /** Whether `high` may be drawn, too; default: false. */
  readonly endpoint?: boolean;
}

/** Options of `choice`. */
export interface ChoiceOptions {
  /** Whether an element may be chosen several times; default: true. */
  readonly replace?: boolean;
  /** The probability of each element, in memory; default: all equal. */
  readonly p?: ArrayData;
  /** The axis of an array to choose along; default: 0. */
  readonly axis?: number;
  /** Without replacement the order is always random; here because NumPy has it. */
  readonly shuffle?: boolean;
  /** How the result is cut, where positions are chosen. */
  readonly chunks?: ChunkSpec;
}

/** Options of `permutation`. */
export interface PermutationOptions {
  /** The axis of an array; default: 0. */
  readonly axis?: number;
  /** The chunks of the result, if it is an order of numbers. */
  readonly chunks?: ChunkSpec;
}

/**
 * Makes random arrays, with the names and parameters of NumPy's Generator. Every call has its own
 * stream, so the same seed and calls give the same arrays. Chunks, engine and number of workers
 * never change a number. Arrays have the shape `size`, or that to which parameters broadcast;
 * distributions of vectors add an axis. Their dtype is float64 for continuous numbers and int64 for
 * counts, unless option `dtype` sets another. Their chunks are those of option `chunks`, or those
 * in which parameters that are arrays meet: one task per block, and those of the parameters.
 *
 * @throws ArgumentError `argument.value` for parameters out of range, `argument.shape` for sizes
 * that are none or that parameters do not broadcast to, `argument.dtype`, `argument.chunks`: all
 * methods
 * @see https://numpy.org/doc/stable/reference/random/generator.html
 * @example
 * const rng = defaultRng(42);
 * const x = rng.normal(0, 1, [1000, 1000], { chunks: 250 });
 * const y = rng.poisson(3, 1000); // independent of x
 */
export class RandomGenerator extends DrawingStreams {
  /**
   * Uniform whole numbers from `low` up to, but not including, `high`. With a single number, they
   * start at 0.
   *
   * @param low numbers or BigInts; arrays of numbers below 2^53
   * @param size the length of each axis
   * @throws ArgumentError `argument.value` when there is nothing between the two, or the dtype
   * cannot hold them
   * @example
   * const dice = defaultRng(3).integers(1, 6, [1000], { endpoint: true, dtype: "uint8" });
   * [await dice.min().compute(), await dice.max().compute()]; // → [1, 6]
   */
  integers<const S extends Size = undefined, D extends IntegerDType = "int64">(
    low: Operand,
    high?: Operand | null,
    size?: S,
    options: IntegersOptions<D> = {},
  ): Drawn<D, S> {
    const [from, to] = high === undefined || high === null ? [0, low] : [low, high];
    const { endpoint = false } = options;
    const dtype = drawnDType("integers", "whole", options.dtype) as IntegerDType;
    if (isWhole(from) && isWhole(to)) {
      const first = BigInt(from);
      const last = BigInt(to) - (endpoint ? 0n : 1n);
      checkBounds(first, last, dtype);
      const isWide = [first, last].some((bound) => !Number.isSafeInteger(Number(bound)));
      if (isWide || last - first >= 2n ** 53n) {
        const given = { name: "wideIntegers", low: first, span: last - first } as const;
        const seed = this.nextSeed();
        return drawLists(given, seed, size, undefined, dtype, options.chunks) as Drawn<D, S>;
      }
      return this.#whole("integers", [first, last], size as S, options);
    }
    const last = endpoint ? to : isWhole(to) ? Number(to) - 1 : subtract(arrayOf(to), 1);
    return this.#whole("integers", [from, last], size as S, options);
  }

  /**
   * How often each of several outcomes comes out of `n` trials.
   *
   * @param pvals the outcomes' probabilities; the last one is what the others leave of 1, as NumPy
   * has it
   * @returns shape `[...size, pvals.length]`
   * @throws ArgumentError `argument.value`
   * @example
   * const rolls = defaultRng(2).multinomial(20, [0.5, 0.25, 0.25], [100]);
   * await rolls.sum(1).max().compute(); // → 20n
   */
  multinomial<D extends IntegerDType = "int64">(
    n: number,
    pvals: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    checkCount("n", n);
    const probabilities = withRest(readVector(pvals, "pvals"));
    const dtype = drawnDType("multinomial", "whole", options.dtype);
    const given = { name: "multinomial", n, probabilities } as const;
    const { length } = probabilities;
    return drawLists(given, this.nextSeed(), size, length, dtype, options.chunks);
  }

  /**
   * How many of each colour are among `nsample`, drawn without replacement.
   *
   * @param colors how many there are of each colour
   * @returns shape `[...size, colors.length]`
   * @throws ArgumentError `argument.value`
   * @example
   * const drawn = defaultRng(1).multivariateHypergeometric([2, 3], 4, 1);
   * await drawn.sum().compute(); // → 4n
   */
  multivariateHypergeometric<D extends IntegerDType = "int64">(
    colors: ArrayData,
    nsample: number,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const counts = readVector(colors, "colors");
    checkCount("nsample", nsample);
    for (const count of counts) checkCount("each of colors", count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (nsample > total || total > 1e9) {
      throw new ArgumentError(
        "value",
        `multivariateHypergeometric needs nsample ≤ all of colors ≤ 10⁹, got ${nsample} of ${total}`,
        { nsample, total },
      );
    }
    const dtype = drawnDType("multivariateHypergeometric", "whole", options.dtype);
    const given = { name: "multivariateHypergeometric", colors: counts, nsample } as const;
    return drawLists(given, this.nextSeed(), size, counts.length, dtype, options.chunks);
  }

  /**
   * Normal vectors.
   *
   * @param mean a list
   * @param cov the covariance matrix: symmetric, positive semidefinite
   * @returns shape `[...size, mean.length]`
   * @throws ArgumentError `argument.value`, `argument.shape`
   * @example
   * const x = defaultRng(4).multivariateNormal([0, 10], [[1, 0.9], [0.9, 1]], [1000]);
   * x.shape; // → [1000, 2]
   */
  multivariateNormal<D extends FloatDType = "float64">(
    mean: ArrayData,
    cov: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const center = readVector(mean, "mean");
    const { length } = center;
    const covariance = readArrayData(cov, { dtype: "float64" });
    if (formatShape(covariance.shape) !== formatShape([length, length])) {
      throw new ArgumentError(
        "shape",
        `a mean of ${length} numbers needs a covariance of shape ${formatShape([length, length])}, got ` +
          formatShape(covariance.shape),
        { shape: covariance.shape },
      );
    }
    const factor = covarianceFactor(covariance.data as Float64Array, length);
    const dtype = drawnDType("multivariateNormal", "float", options.dtype);
    const given = { name: "multivariateNormal", mean: center, factor } as const;
    return drawLists(given, this.nextSeed(), size, length, dtype, options.chunks);
  }

  /**
   * Lists of positive numbers that add up to 1.
   *
   * @param alpha the concentrations, above 0
   * @returns shape `[...size, alpha.length]`
   * @throws ArgumentError `argument.value`
   * @example
   * const shares = defaultRng(1).dirichlet([1, 2, 3], 1);
   * await shares.sum().round(6).compute(); // → 1
   */
  dirichlet<D extends FloatDType = "float64">(
    alpha: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const concentrations = readVector(alpha, "alpha");
    if (!concentrations.every((value) => value > 0)) {
      throw new ArgumentError("value", `dirichlet needs numbers above 0, got [${concentrations}]`);
    }
    const dtype = drawnDType("dirichlet", "float", options.dtype);
    const given = { name: "dirichlet", alpha: concentrations } as const;
    return drawLists(given, this.nextSeed(), size, concentrations.length, dtype, options.chunks);
  }

  /**
   * Elements chosen from `0 … a - 1`, or slabs of an array or list along an axis. Without
   * replacement, too, from arrays in many chunks.
   *
   * @param size how many, as a shape; one, without an axis, by default
   * @returns int64 for a number; the array's dtype, with `size` in place of the axis, otherwise
   * @chunks of a number those of option `chunks`, one task per block; of an array blocks as large
   * as its own along the axis, with the tasks of a {@link take} besides those of `a`
   * @throws ArgumentError `argument.value` when there are fewer to choose from than are wanted, or
   * for probabilities that do not fit; `argument.axis`
   * @example
   * const rng = defaultRng(9);
   * const half = rng.choice(arange(1000, { chunks: 100 }), 500, { replace: false });
   * half.shape; // → [500]
   * rng.choice(3, [2, 2], { p: [0.5, 0, 0.5] }).dtype; // → "int64"
   */
  choice(
    from: number | ChunkedArray | ArrayData,
    size?: Size,
    options: ChoiceOptions = {},
  ): ChunkedArray {
    const { replace = true, p, chunks } = options;
    const shape = checkShape(size ?? []);
    const a = populationOf(from);
    if (!isChunkedArray(a)) {
      checkPopulation(a, replace ? Math.min(1, sizeOf(shape)) : sizeOf(shape));
      return new ChunkedArray(
        this.#positions(a, shape, replace, p, chunks === undefined ? {} : { chunks }).node,
      );
    }
    const axis = checkAxis(options.axis ?? 0, a.ndim);
    const count = sizeOf(shape);
    const length = a.shape[axis] as number;
    checkPopulation(length, replace ? Math.min(1, count) : count);
    const positions = this.#positions(length, [count], replace, p, { chunks: [[count]] });
    const chosen = take(a, valuesOf(positions), axis);
    if (shape.length === 1) return chosen;
    const whole = [...a.shape.slice(0, axis), ...shape, ...a.shape.slice(axis + 1)];
    return reshape(chosen, whole);
  }

  /** Positions below `n`, in int64; a source. */
  #positions(
    n: number,
    shape: readonly number[],
    replace: boolean,
    p: ArrayData | undefined,
    options: { readonly chunks?: ChunkSpec },
  ): ChunkedArray {
    if (p === undefined) {
      return replace && n > 0
        ? this.#whole("integers", [0, n - 1], shape, options)
        : this.#whole("permutation", [n], shape, options);
    }
    const probabilities = readProbabilities(p, "p");
    if (probabilities.length !== n) {
      throw new ArgumentError("value", `p has ${probabilities.length} numbers for ${n} elements`);
    }
    const seed = this.nextSeed();
    if (!replace) return weightedOrder(probabilities, seed, shape, options.chunks);
    const given = { name: "categorical", cumulative: cumulated(probabilities) } as const;
    return drawLists(given, seed, shape, undefined, "int64", options.chunks);
  }

  /**
   * The numbers `0 … x - 1` in random order, or an array with its slabs along an axis in random
   * order.
   *
   * @param from an array, or a number for 0 up to it
   * @returns int64 for a number: each block is made alone, for any length; the array's dtype
   * otherwise
   * @chunks of a number those of option `chunks`, one task per block; of an array its own, with the
   * tasks of a {@link take}
   * @throws ArgumentError `argument.value`, `argument.axis`
   * @example await defaultRng(1).permutation(100, { chunks: 30 }).sum().compute(); // → 4950n
   */
  permutation(
    from: number | ChunkedArray | ArrayData,
    options: PermutationOptions = {},
  ): ChunkedArray {
    const { axis = 0, chunks } = options;
    const x = populationOf(from);
    if (!isChunkedArray(x)) {
      return this.choice(x, x, { replace: false, ...(chunks === undefined ? {} : { chunks }) });
    }
    const along = checkAxis(axis, x.ndim);
    return this.choice(x, x.shape[along] as number, { replace: false, axis: along });
  }

  /**
   * The array with its slabs along an axis in random order; arrays do not change, so a new one.
   *
   * @param axis the axis whose elements change places; default: 0
   * @returns the same dtype and shape
   * @chunks those of `x`; the tasks of a {@link take}
   * @throws ArgumentError `argument.axis`
   * @example
   * const x = defaultRng(1).shuffle(arange(4));
   * await x.sort().compute(); // → [0, 1, 2, 3]
   */
  shuffle(x: ChunkedArray | ArrayData, axis = 0): ChunkedArray {
    return this.permutation(x, { axis });
  }

  /**
   * The array with the elements of every lane along an axis in an order of its own.
   *
   * @param axis of all elements, as if they lay along one axis, by default
   * @returns the same shape and dtype
   * @chunks one block along the axis, those of `x` along others; one task per block, those of the
   * rechunk and of the keys that are drawn. Without an axis those of `x`, with the tasks of a
   * {@link take} and two of {@link reshape}
   * @throws ArgumentError `argument.axis`
   * @example
   * const x = defaultRng(1).permuted(arange(6).reshape([2, 3]), 1);
   * await x.sum(1).compute(); // → [3n, 12n]
   */
  permuted(x: ChunkedArray, axis?: number | null): ChunkedArray {
    if (axis === undefined || axis === null) {
      return reshape(this.permutation(reshape(x, [-1])), x.shape);
    }
    const along = checkAxis(axis, x.ndim);
    const keys = this.random(x.shape, { chunks: x.chunks });
    return takeAlongAxis(x, argsort(keys, { axis: along }), along);
  }

  /**
   * Generators whose streams are independent of this one's and of each other's.
   *
   * @param count how many generators
   * @example const [first, second] = defaultRng(42).spawn(2);
   */
  spawn(count: number): RandomGenerator[] {
    return Array.from({ length: count }, () => new RandomGenerator(this.nextKey()));
  }

  /** Whole numbers of a distribution, from the next stream. */
  #whole<S extends Size, D extends IntegerDType>(
    distribution: DistributionName,
    parameters: readonly Operand[],
    size: S,
    options: DrawOptions<D>,
  ): Drawn<D, S> {
    return draw<D, S>(distribution, parameters, this.nextSeed(), size, options);
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

/** A generator with a fresh seed, for numbers that you need not reproduce. */
export const rng: RandomGenerator = new RandomGenerator();
