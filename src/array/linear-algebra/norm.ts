// Norms of vectors and matrices: reductions of elements, or of singular values.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Floating, floating, type RealPart } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { abs, multiply, notEqual, pow, sqrt } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { expandDims, squeeze } from "../manipulation/expand-dims.js";
import { moveaxis } from "../manipulation/transpose.js";
import { max, min, type NoOptions, type ReducedRank, sum } from "../reductions/sum.js";
import { svdvals } from "./svd.js";

/** Options of {@link vectorNorm}. */
export interface VectorNormOptions {
  /** The axis or axes along which vectors are; default: all. */
  readonly axis?: AxisLike;
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
  /** Which norm: 2 (by default), 1, 0, `Infinity`, `-Infinity` or another power. */
  readonly ord?: number;
}

/**
 * The length of vectors.
 *
 * @returns float32 for float32 and complex64, float64 for all others
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis`
 * @see
 * https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.vector_norm.html
 * @example await vectorNorm(asarray([3, 4])).compute(); // → 5
 */
export function vectorNorm(x: ChunkedArray, options: VectorNormOptions = {}): ChunkedArray {
  checkArrays("vectorNorm", x);
  const { axis, ord = 2, ...rest } = options;
  const size: ChunkedArray = abs(astype(x, floating(x.dtype)) as ChunkedArray);
  switch (ord) {
    case Number.POSITIVE_INFINITY:
      return max(size, axis, rest);
    case Number.NEGATIVE_INFINITY:
      return min(size, axis, rest);
    case 0:
      return sum(notEqual(size, 0) as ChunkedArray, axis, { ...rest, dtype: size.dtype });
    case 1:
      return sum(size, axis, rest);
    case 2:
      return sqrt(sum(multiply(size, size) as ChunkedArray, axis, rest));
    default:
      return pow(sum(pow(size, ord) as ChunkedArray, axis, rest), 1 / ord);
  }
}

/** Options of {@link matrixNorm}. */
export interface MatrixNormOptions {
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
  /**
   * Which norm: `"fro"` (by default), 1, -1, `Infinity` or `-Infinity`; 2, -2 and `"nuc"` are the
   * largest, the smallest and the sum of the singular values.
   */
  readonly ord?: "fro" | "nuc" | number;
}

/**
 * The norm of the matrices in the last two axes.
 *
 * @returns float32 for float32 and complex64, float64 for all others
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above, or the singular
 * values' tasks for `2`, `-2` and `"nuc"`
 * @throws ArgumentError `argument.shape` for less than two axes, `argument.value` for another norm
 * @see
 * https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.matrix_norm.html
 * @example await matrixNorm(asarray([[1, -2], [3, 4]]), { ord: 1 }).compute(); // → 6
 */
export function matrixNorm(x: ChunkedArray, options: MatrixNormOptions = {}): ChunkedArray {
  checkArrays("matrixNorm", x);
  if (x.ndim < 2) {
    throw new ArgumentError("shape", `a matrix has two axes, the array has ${x.ndim}`);
  }
  return normOfPlane(x, [x.ndim - 2, x.ndim - 1], options);
}

function normOfPlane(
  x: ChunkedArray,
  [rows, columns]: readonly [number, number],
  { ord = "fro", keepdims = false }: MatrixNormOptions,
): ChunkedArray {
  if (ord === "fro") return vectorNorm(x, { axis: [rows, columns], keepdims });
  if (ord === "nuc" || Math.abs(ord) === 2) {
    const values = svdvals(moveaxis(x, [rows, columns], [-2, -1]));
    const result: ChunkedArray =
      ord === "nuc" ? sum(values, -1) : (ord > 0 ? max : min)(values, -1);
    return keepdims
      ? expandDims(
          result,
          [rows, columns].sort((a, b) => a - b),
        )
      : result;
  }
  const byColumn = Math.abs(ord) === 1;
  if (!byColumn && Math.abs(ord) !== Number.POSITIVE_INFINITY) {
    throw new ArgumentError(
      "value",
      `a matrix has no norm ${ord}: expected "fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity`,
      { ord },
    );
  }
  const [added, compared] = byColumn ? [rows, columns] : [columns, rows];
  const size: ChunkedArray = abs(astype(x, floating(x.dtype)) as ChunkedArray);
  const sums: ChunkedArray = sum(size, added, { keepdims: true });
  const extreme: ChunkedArray = (ord > 0 ? max : min)(sums, compared, { keepdims: true });
  return keepdims ? extreme : squeeze(extreme, [rows, columns]);
}

/** Options of {@link norm}. */
export interface NormOptions {
  /** One axis for vectors, two for matrices; default: all of an array of one or two axes. */
  readonly axis?: number | readonly number[] | null;
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
  /** Which norm; default: the root of the sum of squares. */
  readonly ord?: "fro" | "nuc" | number;
}

/** The rank of norms of an array of rank `R`, with options `O`. */
export type NormRank<R extends number, O> = "axis" extends keyof O
  ? O extends { readonly axis: infer A extends AxisLike }
    ? ReducedRank<R, A, O>
    : number
  : ReducedRank<R, undefined, O>;

/**
 * NumPy's norm: of vectors along one axis, of matrices in two.
 *
 * @returns float32 for float32 and complex64, float64 for all others
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above, or the singular
 * values' tasks for `2`, `-2` and `"nuc"`
 * @throws ArgumentError `argument.value` when the norm is none of vectors or matrices,
 * `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.norm.html
 * @example await norm(asarray([[3, 0], [0, 4]])).compute(); // → 5
 */
export function norm<D extends DType, R extends number, const O extends NormOptions = NoOptions>(
  x: ChunkedArray<D, R>,
  options?: O & OnlyKnown<NormOptions, O>,
): ChunkedArray<RealPart<Floating<D>>, NormRank<R, O>>;
export function norm(x: ChunkedArray, options: NormOptions = {}): ChunkedArray {
  checkArrays("norm", x);
  const { ord, keepdims = false } = options;
  const given = options.axis ?? (ord === undefined ? null : [...x.shape.keys()]);
  if (given === null) return vectorNorm(x, { keepdims });
  const axes = typeof given === "number" ? [given] : given;
  checkAxes(axes, x.ndim);
  const [a, b] = axes.map((axis) => checkAxis(axis, x.ndim));
  if (axes.length === 2 && a !== undefined && b !== undefined) {
    return normOfPlane(x, [a, b], { keepdims, ...(ord === undefined ? {} : { ord }) });
  }
  if (axes.length !== 1 || typeof ord === "string") {
    throw new ArgumentError("value", `the norm ${ord ?? 2} is not one of ${axes.length} axes`, {
      ord,
    });
  }
  return vectorNorm(x, { axis: axes, keepdims, ...(ord === undefined ? {} : { ord }) });
}
