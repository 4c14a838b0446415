// Choosing and shuffling. Positions in a random order are those of a keyed bijection
// (kernels/random/permutation.ts), so that parts of it need not know the rest.
import { emptyBlock } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceGenerator, SourceLayer } from "../../graph/model/layer.js";
import { compileLayer } from "../../kernels/compile-layer.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkAxis, checkShape } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { take, takeAlongAxis } from "../indexing/take.js";
import type { ArrayData } from "../layers/array-data.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { dataNode, sourceNode } from "../layers/source-layer.js";
import { reshape } from "../manipulation/reshape.js";
import { argsort } from "../sorting/sort.js";
import { drawLists, type Size } from "./draw.js";
import { readProbabilities, VectorDistributions } from "./vectors.js";

/** Options of `choice`. */
export interface ChoiceOptions {
  /** Whether an element may be chosen several times; default: true. */
  readonly replace?: boolean;
  /** The probability of each element, which the caller holds; default: all alike. */
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
  /** How the result is cut, where it is an order of numbers. */
  readonly chunks?: ChunkSpec;
}

/** Choosing among positions or along an axis, and random orders. */
export class Selections extends VectorDistributions {
  /**
   * Elements chosen from `0 … a - 1`, or slabs of an array or list along an axis. Without replacement, too, from
   * arrays in many chunks.
   *
   * @param size how many, as a shape; one, without an axis, by default
   * @returns int64 for a number; the array's dtype, with `size` in the place of the axis, otherwise
   * @chunks of a number those of option `chunks`, one task per block; of an array blocks as large as its own along the axis, with
   * the tasks of a {@link take} beside those of `a`
   * @throws ArgumentError `argument.value` when there are fewer to choose from than are wanted, or for
   * probabilities that do not fit; `argument.axis`
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
        ? this.whole("integers", [0, n - 1], shape, options)
        : this.whole("permutation", [n], shape, options);
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
   * The numbers `0 … x - 1` in random order, or an array with its slabs along an axis in random order.
   *
   * @returns int64 for a number: each block is made alone, whatever the length; the array's dtype otherwise
   * @chunks of a number those of option `chunks`, one task per block; of an array its own, with the tasks of a {@link take}
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
   * @returns the same dtype and shape
   * @chunks those of `x`; the tasks of a {@link take}
   * @throws ArgumentError `argument.axis`
   */
  shuffle(x: ChunkedArray | ArrayData, axis = 0): ChunkedArray {
    return this.permutation(x, { axis });
  }

  /**
   * The array with the elements of every lane along an axis in an order of its own.
   *
   * @param axis of all elements, as if they lay along one axis, by default
   * @returns the same shape and dtype
   * @chunks one block along the axis, those of `x` along others; one task per block, those of the rechunk and of the keys that are
   * drawn. Without an axis those of `x`, with the tasks of a {@link take} and two of {@link reshape}
   * @throws ArgumentError `argument.axis`
   */
  permuted(x: ChunkedArray, axis?: number | null): ChunkedArray {
    if (axis === undefined || axis === null) {
      return reshape(this.permutation(reshape(x, [-1])), x.shape);
    }
    const along = checkAxis(axis, x.ndim);
    const keys = this.random(x.shape, { chunks: x.chunks });
    return takeAlongAxis(x, argsort(keys, { axis: along }), along);
  }
}

/** A number of positions, or an array: one that the caller holds becomes a chunked one. */
function populationOf(given: number | ChunkedArray | ArrayData): number | ChunkedArray {
  if (typeof given !== "object" || given === null || isChunkedArray(given)) return given as number;
  return new ChunkedArray(dataNode(given));
}

function checkPopulation(n: number, wanted: number): void {
  if (Number.isSafeInteger(n) && n >= wanted && n >= 0) return;
  throw new ArgumentError(
    "value",
    Number.isSafeInteger(n) && n >= 0
      ? `${wanted} cannot be chosen from ${n}: choose fewer, or with replacement`
      : `choice and permutation need a whole number from 0, a chunked array or a list, got ${String(n)}`,
    { n, wanted },
  );
}

function cumulated(probabilities: Float64Array): Float64Array {
  let sum = 0;
  const sums = probabilities.map((p) => (sum += p));
  return sums.map((value) => value / sum);
}

/**
 * One after the other without replacement: elements in the order of exponential numbers whose rates are
 * the probabilities (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
 */
function weightedOrder(
  probabilities: Float64Array,
  seed: number,
  shape: readonly number[],
  chunks: ChunkSpec | undefined,
): ChunkedArray {
  const count = sizeOf(shape);
  const possible = [...probabilities.keys()].filter((i) => (probabilities[i] as number) > 0);
  checkPopulation(possible.length, count);
  const draw = { distribution: "exponential", seed, parameters: [1] } as const;
  const times = sourceValues({ type: "draw", draw }, probabilities.length);
  const arrival = (i: number) => (times[i] as number) / (probabilities[i] as number);
  const order = possible.sort((a, b) => arrival(a) - arrival(b)).slice(0, count);
  const options = { dtype: "int64", shape, ...(chunks === undefined ? {} : { chunks }) } as const;
  return new ChunkedArray(dataNode(Float64Array.from(order), options));
}

/** Numbers of a source, made here and now. */
function sourceValues(generator: SourceGenerator, length: number): Float64Array {
  return valuesOf(new ChunkedArray(sourceNode("draw", generator, [length], "float64", [[length]])));
}

/** The elements of a source of one block, made here and now: positions decide what a take reads. */
function valuesOf(x: ChunkedArray): Float64Array {
  const layer = x.node.layer as SourceLayer;
  const { generator } = layer;
  if (generator.type === "data") return Float64Array.from<number | bigint>(generator.data, Number);
  const output = emptyBlock("float64", x.shape);
  compileLayer({ ...layer, dtype: "float64" }, [])(0, [], output);
  return output.data as Float64Array;
}
