// Orders by NumPy's other names: by several keys, and partly sorted. Sorting itself is sort.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape, sameShape } from "../chunks/axes.js";
import { takeAlongAxis } from "../indexing/take.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkArrayList } from "../layers/check-arguments.js";
import { argsort, sort } from "./sort.js";

/** Options of {@link partition} and {@link argpartition}. */
export interface PartialOrderOptions {
  /** The last one by default. */
  readonly axis?: number;
}

/**
 * Lanes in which the elements before position `kth` are not larger than it, and those behind not
 * smaller. Lanes are sorted whole: that is such an order. For a few of the largest elements, `topk`
 * is cheaper.
 *
 * @param x an array
 * @returns as {@link sort}
 * @chunks as {@link sort}
 * @throws ArgumentError `argument.axis`, `argument.index` when there is no position `kth`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.partition.html
 * @example await partition(asarray([7, 1, 5, 3]), 1).slice(1).compute(); // → 3
 */
export function partition<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  kth: number | readonly number[],
  options: PartialOrderOptions = {},
): ChunkedArray<D, R> {
  checkArrays("partition", x);
  return sort(x, { axis: checkPositions("partition", x, kth, options) });
}

/**
 * The positions that bring lanes into the order of {@link partition}.
 *
 * @param x an array
 * @param kth a position, or several
 * @returns as {@link argsort}
 * @chunks as {@link sort}
 * @throws ArgumentError as {@link partition}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argpartition.html
 * @example await argpartition(asarray([7, 1, 5]), 0).slice(0).compute(); // → 1n
 */
export function argpartition<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  kth: number | readonly number[],
  options: PartialOrderOptions = {},
): ChunkedArray<"int64", R> {
  checkArrays("argpartition", x);
  return argsort(x, { axis: checkPositions("argpartition", x, kth, options) });
}

function checkPositions(
  what: string,
  x: ChunkedArray,
  kth: number | readonly number[],
  options: PartialOrderOptions,
): number {
  const axis = checkAxis(options.axis ?? -1, x.ndim);
  const length = x.shape[axis] as number;
  const wrong = [kth].flat().find((k) => !Number.isInteger(k) || k < -length || k >= length);
  if (wrong === undefined) return axis;
  throw new ArgumentError(
    "index",
    `${what} puts position ${wrong} right, axis ${axis} has ${length}: expected a whole number from ` +
      `${-length} to ${length - 1}`,
    { kth, axis },
  );
}

/**
 * The positions that sort by several keys: by the last one, where that is equal by the last but
 * one, and so on.
 *
 * @param keys arrays of one shape
 * @param options.axis the last one by default
 * @returns int64 in the shape of the keys
 * @chunks as {@link sort}; tasks of a sort and of a choice for each key
 * @throws ArgumentError `argument.value` without keys, `argument.shape` when their shapes differ,
 * `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lexsort.html
 * @example
 * const [first, last] = [asarray([1, 2, 0]), asarray([5, 5, 4])];
 * await lexsort([first, last]).compute(); // → [2n, 0n, 1n]
 */
export function lexsort(
  keys: readonly ChunkedArray[],
  options: PartialOrderOptions = {},
): ChunkedArray<"int64"> {
  checkArrayList("lexsort", keys);
  const [first, ...rest] = keys;
  if (first === undefined) {
    throw new ArgumentError("value", "lexsort was given no keys: expected at least one array");
  }
  const other = rest.find((key) => !sameShape(key.shape, first.shape));
  if (other !== undefined) {
    throw new ArgumentError(
      "shape",
      `the keys of lexsort have one shape, got ${formatShape(first.shape)} and ${formatShape(other.shape)}`,
    );
  }
  const axis = checkAxis(options.axis ?? -1, first.ndim);
  return rest.reduce<ChunkedArray<"int64">>(
    (order, key) => {
      const next = argsort(takeAlongAxis(key, order as ChunkedArray, axis), { axis });
      return takeAlongAxis(order, next as ChunkedArray, axis);
    },
    argsort(first, { axis }) as ChunkedArray<"int64">,
  );
}
