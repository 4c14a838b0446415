// Populations to choose from, and the order of a choice. A random order is a keyed bijection of
// positions (kernels/random/permutation.ts), so that each block finds its part alone.
import { emptyBlock } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { compileLayer } from "../../kernels/compile-layer.js";
import { ChunkedArray } from "../chunked-array.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import type { ArrayData } from "../layers/array-data.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { dataNode, sourceNode } from "../layers/source-layer.js";

/** A number of positions, or an array: one that the caller holds becomes a chunked one. */
export function populationOf(given: number | ChunkedArray | ArrayData): number | ChunkedArray {
  if (typeof given !== "object" || given === null || isChunkedArray(given)) return given as number;
  return new ChunkedArray(dataNode(given));
}

/** @throws ArgumentError `argument.value` when the population is smaller */
export function checkPopulation(n: number, wanted: number): void {
  if (Number.isSafeInteger(n) && n >= wanted && n >= 0) return;
  throw new ArgumentError(
    "value",
    Number.isSafeInteger(n) && n >= 0
      ? `${wanted} cannot be chosen from ${n}: choose fewer, or with replacement`
      : `choice and permutation need a whole number from 0, a chunked array or a list, got ${String(n)}`,
    { n, wanted },
  );
}

/** Sums of probabilities up to each, of 1 in all. */
export function cumulated(probabilities: Float64Array): Float64Array {
  let sum = 0;
  const sums = probabilities.map((p) => (sum += p));
  return sums.map((value) => value / sum);
}

/**
 * One after the other without replacement: elements in the order of exponential numbers whose rates
 * are the probabilities (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
 * 2006).
 */
export function weightedOrder(
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

/**
 * The elements of a source of one block, computed immediately: positions decide which blocks a take
 * reads.
 */
export function valuesOf(x: ChunkedArray): Float64Array {
  const layer = x.node.layer as SourceLayer;
  const { generator } = layer;
  if (generator.type === "data") return Float64Array.from<number | bigint>(generator.data, Number);
  const output = emptyBlock("float64", x.shape);
  compileLayer({ ...layer, dtype: "float64" }, [])(0, [], output);
  return output.data as Float64Array;
}
