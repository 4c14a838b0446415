// Arrays of random numbers. They are counter-based: an element depends on the seed and its position
// only, so that chunks, engine and number of workers do not matter.
import { checkDType, DTYPES, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkShape, type ShapeLike } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import type { RankOf } from "../layers/array-types.js";
import { checkSeed } from "../layers/fresh-seed.js";
import { sourceNode } from "../layers/source-layer.js";

/** Options of every random array. */
export interface RandomOptions<D extends DType> {
  /** How the array is cut; default: `"auto"`. */
  readonly chunks?: ChunkSpec;
  /** A whole number from 0; equal seeds give equal arrays. A fresh one by default. */
  readonly seed?: number;
  /** float64 (by default) or float32. */
  readonly dtype?: D;
}

/** Options of {@link random}. */
export interface UniformOptions<D extends DType> extends RandomOptions<D> {
  /** The least value; default: 0. */
  readonly low?: number;
  /** Values stay below this; default: 1. */
  readonly high?: number;
}

/** Options of {@link normal}. */
export interface NormalOptions<D extends DType> extends RandomOptions<D> {
  /** The mean of the values; default: 0. */
  readonly mean?: number;
  /** Their standard deviation; default: 1. */
  readonly deviation?: number;
}

/**
 * Numbers spread evenly over [low, high).
 *
 * @param shape the array's shape
 * @returns float64, or float32 by option, of that shape
 * @chunks by the options; one task per block, which fuses with later layers
 * @throws ArgumentError `argument.shape`, `argument.chunks`, `argument.dtype` or `argument.value`
 * @see https://docs.dask.org/en/stable/generated/dask.array.random.random.html
 * @example
 * const x = random([10_000, 10_000], { chunks: [1_000, 1_000], seed: 42 });
 * await x.slice("0:2000").mean().compute(); // → ≈ 0.5
 */
export function random<const S extends ShapeLike, D extends "float64" | "float32" = "float64">(
  shape: S,
  options: UniformOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  const { low = 0, high = 1 } = options;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new ArgumentError("value", `random needs low ≤ high, got ${low} and ${high}`);
  }
  const seed = checkSeed(options.seed);
  return randomArray("random", { type: "uniform", seed, low, high }, shape, options);
}

/**
 * Numbers in a normal (Gaussian) distribution.
 *
 * @param shape the length of each axis
 * @returns float64, or float32 by option, of that shape
 * @chunks by the options; one task per block, which fuses with later layers
 * @throws ArgumentError `argument.shape`, `argument.chunks`, `argument.dtype` or `argument.value`
 * @see https://docs.dask.org/en/stable/generated/dask.array.random.normal.html
 * @example normal([1000], { seed: 1, mean: 10, deviation: 2 }).dtype; // → "float64"
 */
export function normal<const S extends ShapeLike, D extends "float64" | "float32" = "float64">(
  shape: S,
  options: NormalOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  const { mean = 0, deviation = 1 } = options;
  if (!(Number.isFinite(mean) && Number.isFinite(deviation) && deviation >= 0)) {
    throw new ArgumentError(
      "value",
      `normal needs a mean and a deviation from 0, got ${mean} and ${deviation}`,
    );
  }
  const seed = checkSeed(options.seed);
  return randomArray(
    "normal",
    { type: "draw", draw: { distribution: "normal", seed, parameters: [mean, deviation] } },
    shape,
    options,
  );
}

function randomArray<S extends ShapeLike, D extends DType>(
  word: string,
  generator: SourceGenerator,
  shape: S,
  options: RandomOptions<D>,
): ChunkedArray<D, RankOf<S>> {
  const dtype = checkDType(options.dtype ?? "float64");
  if (DTYPES[dtype].kind !== "float") {
    throw new ArgumentError("dtype", `${word} makes float64 or float32, not ${dtype}`, { dtype });
  }
  return new ChunkedArray(sourceNode(word, generator, checkShape(shape), dtype, options.chunks));
}
