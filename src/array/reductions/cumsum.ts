// Running sums and products. How blocks are chained is ../scan.ts.
import { checkDType, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Accumulated, accumulated } from "../../base/promotion.js";
import type { ScanName } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { sourceNode } from "../layers/source-layer.js";
import { concatenate } from "../manipulation/concatenate.js";
import { ravel } from "../manipulation/reshape.js";
import { scanArray } from "./scan-layers.js";
import type { DTypeOption, NoOptions } from "./sum.js";

/** Options of {@link cumsum} and {@link cumprod}. */
export interface RunningOptions {
  /** The result's dtype; default: as for `sum`. */
  readonly dtype?: DType;
}

/** Options of {@link cumulativeSum} and {@link cumulativeProd}. */
export interface CumulativeOptions extends RunningOptions {
  /** The axis to run along; may be left out for one dimension only. */
  readonly axis?: number;
  /** Whether the result begins with the total of nothing, and is one longer; default: false. */
  readonly includeInitial?: boolean;
}

/** The axis to run along; by default all elements, in row-major order. */
export type RunningAxis = number | null | undefined;

/** The result type of {@link cumsum} and {@link cumprod}. */
export type RunningArray<
  D extends DType,
  R extends number,
  A extends RunningAxis,
  O,
> = ChunkedArray<DTypeOption<O, Accumulated<D>>, A extends number ? R : 1>;

/** A running reduction: of an array, along an axis. */
export type RunningFunction = <
  D extends DType,
  R extends number,
  const A extends RunningAxis = undefined,
  const O extends RunningOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  axis?: A,
  options?: O & OnlyKnown<RunningOptions, O>,
) => RunningArray<D, R, A, O>;

/** The same as a method. */
export type RunningMethod<D extends DType, R extends number> = <
  const A extends RunningAxis = undefined,
  const O extends RunningOptions = NoOptions,
>(
  axis?: A,
  options?: O & OnlyKnown<RunningOptions, O>,
) => RunningArray<D, R, A, O>;

/**
 * Running sums along an axis.
 *
 * @param axis the whole array in row-major order by default
 * @returns the dtype of {@link sum} unless the options name one: int64 or uint64 for integers.
 * Floats are rounded per block, so that chunks may change the last digits
 * @chunks those of `x`, unknown lengths, too; two tasks per block and a few small ones
 * @throws ArgumentError `argument.axis`, `argument.dtype` when there is no such dtype
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cumsum.html
 * @example
 * await cumsum(arange(6, { chunks: 2, dtype: "float64" })).compute(); // → [0, 1, 3, 6, 10, 15]
 * await cumsum(ones([2, 3]), 1).compute(); // → [[1, 2, 3], [1, 2, 3]]
 */
export const cumsum: RunningFunction = (x, axis, options) => {
  checkArrays("cumsum", x);
  return running("sum", x, axis, options ?? {}) as ChunkedArray as never;
};

/**
 * Running products along an axis; as {@link cumsum}.
 *
 * @param axis the axis; null, the default of arrays of one axis, for all elements
 * @returns as {@link cumsum}
 * @chunks those of `x`, unknown lengths, too; two tasks per block and a few small ones
 * @throws ArgumentError as {@link cumsum}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cumprod.html
 * @example await cumprod(asarray([1, 2, 3, 4], { chunks: 2 })).compute(); // → [1, 2, 6, 24]
 */
export const cumprod: RunningFunction = (x, axis, options) => {
  checkArrays("cumprod", x);
  return running("prod", x, axis, options ?? {}) as ChunkedArray as never;
};

/**
 * Running sums, by the name and rules of the array API standard.
 *
 * @returns dtypes as {@link sum}; one element more along the axis with `includeInitial`
 * @chunks those of `x`, the first element in a block of its own; tasks as {@link cumsum}
 * @throws ArgumentError `argument.axis` without an axis for more than one dimension
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.cumulative_sum.html
 * @example
 * await cumulativeSum(arange(4), { includeInitial: true }).compute(); // → [0n, 0n, 1n, 3n, 6n]
 */
export function cumulativeSum<
  D extends DType,
  R extends number,
  const O extends CumulativeOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  options?: O & OnlyKnown<CumulativeOptions, O>,
): ChunkedArray<DTypeOption<O, Accumulated<D>>, R> {
  checkArrays("cumulativeSum", x);
  return cumulative("sum", x, options ?? {}) as ChunkedArray as never;
}

/**
 * Running products; as {@link cumulativeSum}.
 *
 * @returns as {@link cumulativeSum}
 * @chunks those of `x`, the first element in a block of its own; tasks as {@link cumsum}
 * @throws ArgumentError as {@link cumulativeSum}
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.cumulative_prod.html
 * @example
 * await cumulativeProd(asarray([2, 3]), { includeInitial: true }).compute(); // → [1, 2, 6]
 */
export function cumulativeProd<
  D extends DType,
  R extends number,
  const O extends CumulativeOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  options?: O & OnlyKnown<CumulativeOptions, O>,
): ChunkedArray<DTypeOption<O, Accumulated<D>>, R> {
  checkArrays("cumulativeProd", x);
  return cumulative("prod", x, options ?? {}) as ChunkedArray as never;
}

function running(
  scan: ScanName,
  x: ChunkedArray,
  axis: number | null | undefined,
  options: RunningOptions,
): ChunkedArray {
  const dtype = checkDType(options.dtype ?? accumulated(x.dtype));
  const flat: ChunkedArray = axis === null || axis === undefined ? ravel(x) : x;
  const along = checkAxis(axis ?? 0, flat.ndim);
  return scanArray(astype(flat, dtype), scan, along);
}

function cumulative(scan: ScanName, x: ChunkedArray, options: CumulativeOptions): ChunkedArray {
  if (options.axis === undefined && x.ndim !== 1) {
    throw new ArgumentError("axis", `an array of ${x.ndim} axes needs an axis`, {
      ndim: x.ndim,
    });
  }
  const axis = checkAxis(options.axis ?? 0, x.ndim);
  const result = running(scan, x, axis, options);
  if (options.includeInitial !== true) return result;
  const value = scan === "sum" ? 0 : 1;
  const shape = x.shape.map((length, i) => (i === axis ? 1 : length));
  const chunks = x.chunks.map((own, i) => (i === axis ? [1] : own));
  const initial = sourceNode("initial", { type: "full", value }, shape, result.dtype, chunks);
  return concatenate([x.derive(initial), result], axis);
}
