// The last number before each NaN, in its place.
import { DTYPES, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { isnan, lessEqual, subtract, where } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { sourceNode } from "../layers/source-layer.js";
import { reshape } from "../manipulation/reshape.js";
import { scanArray } from "./scan-layers.js";

/** Options of {@link push}. */
export interface PushOptions {
  /** How many NaN in a row are filled at most; default: all. */
  readonly limit?: number;
  /** The last one by default. */
  readonly axis?: number;
}

/**
 * Replaces each NaN by the last number before it along an axis; NaN at the beginning stays.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`; two tasks per block and a few small ones
 * @throws ArgumentError `argument.axis`, `argument.value` when the limit is no whole number from 1
 * @see https://docs.dask.org/en/stable/generated/dask.array.push.html
 * @example
 * const x = asarray([NaN, 1, NaN, NaN, 2], { chunks: 2 });
 * await push(x).compute(); // → [NaN, 1, 1, 1, 2]
 * await push(x, { limit: 1 }).compute(); // → [NaN, 1, 1, NaN, 2]
 */
export function push<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: PushOptions = {},
): ChunkedArray<D, R> {
  checkArrays("push", x);
  const axis = checkAxis(options.axis ?? -1, x.ndim);
  const { limit } = options;
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw new ArgumentError("value", `push fills a whole number of places from 1, got ${limit}`, {
      limit,
    });
  }
  if (DTYPES[x.dtype].kind !== "float") return x;
  const filled = scanArray(x, "last", axis);
  if (limit === undefined) return filled as ChunkedArray<D, R>;
  const place = positionsAlong(x, axis);
  const known: ChunkedArray = where(isnan(x), Number.NaN, place);
  const distance: ChunkedArray = subtract(place, scanArray(known, "last", axis));
  const limited: ChunkedArray = where(lessEqual(distance, limit), filled, Number.NaN);
  return astype(limited, x.dtype) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/** 0, 1, 2, … along an axis, of length 1 along the others. */
function positionsAlong(x: ChunkedArray, axis: number): ChunkedArray {
  const generator = { type: "arange", start: 0, step: 1 } as const;
  const length = x.shape[axis] as number;
  const chunks = [x.chunks[axis] as readonly number[]];
  const line: ChunkedArray = x.derive(sourceNode("arange", generator, [length], "float64", chunks));
  return reshape(
    line,
    x.shape.map((_, i) => (i === axis ? length : 1)),
  );
}
