// Arrays with their elements repeated. Short results are elements at listed positions; long ones
// are broadcast along a new axis or taken at computed positions, so that no list is as long as the
// result.

import { type DType, itemBytes } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { longest } from "../../../graph/model/chunks.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkAxis } from "../../chunks/axes.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import type { IndexList } from "../../indexing/parse-index.js";
import { takeComputed } from "../../indexing/take-computed.js";
import { readArrayData } from "../../layers/array-data.js";
import { checkArrays, isChunkedArray } from "../../layers/array-operands.js";
import { positionArray } from "../../layers/positions.js";
import { rechunkTo } from "../../layers/rechunk-layer.js";
import { along } from "../../layers/slice-layer.js";
import { dataNode, sourceNode } from "../../layers/source-layer.js";
import { limitedLengths, takeNode } from "../../layers/take-layer.js";
import { searchsorted } from "../../searching/searchsorted.js";
import { broadcastTo } from "../broadcast-to.js";
import { expandDims } from "../expand-dims.js";
import { blockReshape, ravel } from "../reshape.js";

/** Positions that a list may hold (16 MiB): it is sent along with the layer. */
const LISTED_MAX = 2 ** 22;

/**
 * The array with every element repeated.
 *
 * @param repeats how often, or a number for each position along `axis`; values in memory, since
 * they decide the shape
 * @param axis the whole array in row-major order by default
 * @returns the dtype of `x`
 * @chunks blocks grow with their elements, and are cut where they would pass both 128 MiB and the
 * largest block of `x`; one task per block (more than 4,194,304 positions: up to four), and those
 * of a {@link ravel} without an axis
 * @throws ArgumentError `argument.value` for other numbers than whole ones from 0, or too few of
 * them
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.repeat.html
 * @example
 * await repeat(arange(3), 2).compute(); // → [0, 0, 1, 1, 2, 2]
 * await repeat(arange(3), [2, 0, 1]).compute(); // → [0, 0, 2]
 */
export function repeat<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  repeats: number | IndexList,
  axis?: number | null,
): ChunkedArray<D> {
  checkArrays("repeat", x);
  if (isChunkedArray(repeats)) {
    throw new ArgumentError(
      "value",
      "repeats determine the shape of the result, so they must be known: pass `await repeats.compute()`",
    );
  }
  if (axis === null || axis === undefined) return repeat(ravel<D>(x), repeats, 0);
  const at = checkAxis(axis, x.ndim);
  checkLengths("repeat", x.chunks, [at]);
  const { every, total } = readRepeats(repeats, x.shape[at] as number);
  const [count] = every;
  if (every.length === 1 && count === 0) return along(x as ChunkedArray<D>, at, 0, 0);
  if (every.length === 1 && count === 1) return x;
  const most = lengthAllowed(x, at, total);
  if (total <= LISTED_MAX) return listed(x, at, every, most) as ChunkedArray<D>;
  if (every.length === 1) return stretched(x, at, count as number, most) as ChunkedArray<D>;
  return searched(x, at, every, most) as ChunkedArray<D>;
}

/**
 * How often each element is repeated, one number for all or one for each, and the length of the
 * result.
 */
function readRepeats(repeats: number | IndexList, length: number) {
  const every = Array.from<number | bigint, number>(readArrayData(repeats).data, Number);
  const fits = every.length === 1 || every.length === length;
  const total = every.reduce((sum, n) => sum + n, 0) * (every.length === 1 ? length : 1);
  if (fits && every.every((n) => n >= 0) && [...every, total].every(Number.isSafeInteger)) {
    return { every, total };
  }
  const shown = every.length > 12 ? `${every.slice(0, 12).join(", ")}, …` : every.join(", ");
  throw new ArgumentError(
    "value",
    `repeat needs a whole number from 0, or ${length} of them, got ${shown}`,
  );
}

/** How long a block of the result may be along the axis. */
function lengthAllowed(x: ChunkedArray, axis: number, total: number): number {
  const limited = limitedLengths(total, x.chunks.toSpliced(axis, 1), itemBytes(x.dtype));
  return Math.max(1, longest(limited), longest(x.chunks[axis] as readonly number[]));
}

/** Pieces of `length` none of which is longer than `most`, about equal. */
function cut(length: number, most: number): number[] {
  const count = Math.ceil(length / most);
  const at = (i: number) => Math.floor((i * length) / count);
  return Array.from({ length: count }, (_, i) => at(i + 1) - at(i));
}

/** How often each of `length` elements is repeated. */
function repeatsOf(every: readonly number[], length: number): readonly number[] {
  return every.length === length ? every : new Array<number>(length).fill(every[0] as number);
}

function grownChunks(
  own: readonly number[],
  every: readonly number[],
  most: number,
): readonly number[] {
  const repeats = repeatsOf(every, own.reduce((sum, n) => sum + n, 0)); // biome-ignore format: one thought
  let from = 0;
  const lengths = own
    .map((n) => repeats.slice(from, (from += n)).reduce((sum, m) => sum + m, 0))
    .flatMap((n) => cut(n, most));
  return lengths.length === 0 ? [0] : lengths;
}

/** Elements at positions in a list. */
function listed(
  x: ChunkedArray,
  axis: number,
  every: readonly number[],
  most: number,
): ChunkedArray {
  const own = x.chunks[axis] as readonly number[];
  const length = x.shape[axis] as number;
  const repeats = repeatsOf(every, length);
  const positions = positionArray(
    repeats.reduce((sum, n) => sum + n, 0),
    length,
  );
  let filled = 0;
  repeats.forEach((n, position) => {
    positions.fill(position, filled, filled + n);
    filled += n;
  });
  const points = { axes: [axis], indices: [positions] };
  return x.derive(takeNode(x.node, points, axis, grownChunks(own, every, most)));
}

/** Each element along a new axis, which then becomes one with its own. */
function stretched(x: ChunkedArray, axis: number, count: number, most: number): ChunkedArray {
  const elements = Math.max(1, Math.floor(most / count));
  const pieces = count > most ? cut(count, most) : [count];
  const own = (x.chunks[axis] as readonly number[]).flatMap((n) => cut(n, elements));
  const fine = rechunkTo(x, x.chunks.with(axis, own));
  const column = expandDims(fine, axis + 1) as ChunkedArray;
  const shape = column.shape.with(axis + 1, count);
  const wide = broadcastTo(column, shape, { chunks: column.chunks.with(axis + 1, pieces) });
  const merged = own.flatMap((n) => pieces.map((piece) => n * piece));
  return x.derive(blockReshape(wide.node, x.chunks.with(axis, merged)));
}

/** Elements at positions that are searched in running sums of the numbers, block by block. */
function searched(
  x: ChunkedArray,
  axis: number,
  every: readonly number[],
  most: number,
): ChunkedArray {
  let sum = 0;
  const ends = x.derive(dataNode(Float64Array.from(every, (n) => (sum += n))));
  const chunks = [grownChunks(x.chunks[axis] as readonly number[], every, most)];
  const generator = { type: "arange", start: 0, step: 1 } as const;
  const places = x.derive(sourceNode("arange", generator, [sum], "float64", chunks));
  const positions = searchsorted(ends, places, { side: "right" });
  return takeComputed(x, { axes: [axis], positions: [positions], shape: [sum] }, axis);
}
