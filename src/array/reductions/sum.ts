// The reductions. Each takes the axis or axes to reduce (all by default) and one options object.
// Layers are made by ../reduce.ts.
import { checkDType, type DType, isBigInt, isComplex, isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import {
  type Accumulated,
  accumulated,
  type Floating,
  floating,
  type RealPart,
} from "../../base/promotion.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import type { ReductionName } from "../../graph/model/reduction.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike } from "../chunks/axes.js";
import { add, equal, imag, isnan, real, sqrt, where } from "../elementwise/elementwise.js";
import { fromParts } from "../elementwise/from-parts.js";
import { checkArrays } from "../layers/array-operands.js";
import type { OnlyKnown, RankMinusOne } from "../layers/array-types.js";
import { checkFinite } from "../layers/check-arguments.js";
import {
  type ReduceOptions,
  type ReductionDTypes,
  reduceNode,
  sumDTypes,
} from "../layers/reduce-layers.js";
import { inElementBlocks } from "../layers/window-blocks.js";

/** Options of every reduction. */
export interface ReductionOptions {
  /** Keeps the reduced axes with length 1. */
  readonly keepdims?: boolean;
  /**
   * How many blocks one task of the tree joins: in all, or by axis; by default 16 in all, or fewer
   * where their partial results are more than 128 MiB together.
   */
  readonly splitEvery?: number | { readonly [axis: number]: number };
}

/** Options of {@link sum}, {@link prod} and {@link mean}. */
export interface SumOptions extends ReductionOptions {
  /** The result's dtype. */
  readonly dtype?: DType;
}

/** Options of {@link std} and {@link variance}. */
export interface VarianceOptions extends ReductionOptions {
  /** Subtracted from the number of elements: 1 for a sample. 0 by default. */
  readonly correction?: number;
}

/** The rank of a reduction's result, as far as the compiler knows. */
export type ReducedRank<R extends number, A extends AxisLike, O> = O extends {
  keepdims: infer K;
}
  ? K extends true
    ? R
    : DroppedRank<R, A>
  : DroppedRank<R, A>;

/** The rank without the axes that are reduced. */
export type DroppedRank<R extends number, A extends AxisLike> = A extends null | undefined
  ? 0
  : A extends number
    ? RankMinusOne<R>
    : number;

/** The dtype that the options name, or `D`. */
export type DTypeOption<O, D extends DType> = O extends { dtype: infer T extends DType } ? T : D;

/** The result type of a reduction. */
export type ReducedArray<D extends DType, R extends number, A extends AxisLike, O> = ChunkedArray<
  D,
  ReducedRank<R, A, O>
>;

/** Empty options; the type of `O` in a call without options. */
export type NoOptions = Record<never, never>;

/** All options that any reduction accepts. */
export type AnyReductionOptions = SumOptions & VarianceOptions;

/** The result dtype of a reduction of `D` by its rule, with options `O`. */
export interface ReducedDTypes<D extends DType, O> {
  readonly accumulated: DTypeOption<O, Accumulated<D>>;
  readonly floating: DTypeOption<O, Floating<D>>;
  readonly spread: RealPart<Floating<D>>;
  readonly same: D;
  readonly bool: "bool";
  readonly int64: "int64";
}

/** A rule for the dtype of a reduction. */
export type ReductionRule = keyof ReducedDTypes<DType, unknown>;

/** The axes that a reduction takes: one or several, or one alone where its result is a place. */
export type ReducedAxes<K extends ReductionRule> = K extends "int64"
  ? number | null | undefined
  : AxisLike;

/**
 * A reduction: of an array, along the axis or axes given, by default of all elements.
 *
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis` when there is no such axis
 */
export type ReductionFunction<K extends ReductionRule, Options extends ReductionOptions> = <
  D extends DType,
  R extends number,
  const A extends ReducedAxes<K> = ReducedAxes<K> & undefined,
  const O extends AnyReductionOptions = NoOptions,
>(
  x: ChunkedArray<D, R>,
  axis?: A,
  options?: O & OnlyKnown<Options, O>,
) => ReducedArray<ReducedDTypes<D, O>[K], R, A, O>;

/** The same as a method. */
export type ReductionMethod<
  D extends DType,
  R extends number,
  K extends ReductionRule,
  Options extends ReductionOptions,
> = <
  const A extends ReducedAxes<K> = ReducedAxes<K> & undefined,
  const O extends AnyReductionOptions = NoOptions,
>(
  axis?: A,
  options?: O & OnlyKnown<Options, O>,
) => ReducedArray<ReducedDTypes<D, O>[K], R, A, O>;

/**
 * The sum of the elements.
 *
 * @param axis the axis or axes to add along; default: all
 * @returns int64 (a BigInt, for all elements) for booleans and signed integers, uint64 for unsigned
 * ones (exact: they wrap around at 64 bits only), the dtype of `x` for others; or option `dtype`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.sum.html
 * @example
 * await sum(ones([4, 5])).compute(); // → 20
 * await ones([4, 5]).sum(0).compute(); // → [4, 4, 4, 4, 4]
 * await arange(5).sum().compute(); // → 10n
 */
export const sum: ReductionFunction<"accumulated", SumOptions> = (x, axis, options) => {
  checkArrays("sum", x);
  return accumulate("sum", x, axis, options);
};

/**
 * The product of the elements; dtypes as for {@link sum}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link sum}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.prod.html
 * @example
 * await prod(asarray([2, 3, 4])).compute(); // → 24
 * await prod(asarray([200, 200], { dtype: "uint8" })).compute(); // → 40000n
 * await prod(asarray([])).compute(); // → 1
 */
export const prod: ReductionFunction<"accumulated", SumOptions> = (x, axis, options) => {
  checkArrays("prod", x);
  return accumulate("prod", x, axis, options);
};

/**
 * The arithmetic mean; NaN for no elements.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns float64 for integers and booleans, the dtype of `x` for others; or option `dtype`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.mean.html
 * @example
 * const x = random([1000, 1000], { seed: 1 });
 * await x.add(x.transpose()).mean().compute(); // → ≈ 1
 */
export const mean: ReductionFunction<"floating", SumOptions> = (x, axis, options) => {
  checkArrays("mean", x);
  return accumulate("mean", x, axis, options);
};

/**
 * The variance: the mean of squared distances from the mean, joined pairwise so that it stays exact
 * where the mean is large. For complex numbers, that of real and imaginary parts together.
 *
 * @param axis an axis, or several; null, the default, for all
 * @param options `correction` is subtracted from the number of elements that is divided by
 * @returns float32 for float32 and complex64, float64 for all others
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.var.html
 * @example
 * await variance(asarray([1, 2, 3, 4])).compute(); // → 1.25
 * await variance(asarray([1e9 + 1, 1e9 + 2, 1e9 + 3]), null, { correction: 1 }).compute(); // → 1
 */
export const variance: ReductionFunction<"spread", VarianceOptions> = (x, axis, options) => {
  checkArrays("var", x);
  if (options?.correction !== undefined) {
    checkFinite("the correction of var", options.correction);
  }
  if (isComplex(x.dtype)) {
    const [re, im] = [real(x as ChunkedArray), imag(x as ChunkedArray)];
    return add(variance(re, axis, options), variance(im, axis, options)) as ChunkedArray as never;
  }
  return reduced("var", x, axis, { state: "float64", result: floating(x.dtype) }, options);
};

/**
 * The standard deviation: the square root of the variance, see {@link variance}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns float32 for float32 and complex64, float64 for all others
 * @throws ArgumentError as {@link variance}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.std.html
 * @example await std(asarray([1, 2, 3, 4]), null, { correction: 1 }).compute(); // → ≈ 1.291
 */
export const std: ReductionFunction<"spread", VarianceOptions> = (x, axis, options) => {
  checkArrays("std", x);
  if (options?.correction !== undefined) {
    checkFinite("the correction of std", options.correction);
  }
  if (isComplex(x.dtype)) {
    return sqrt(variance(x as ChunkedArray, axis, options)) as ChunkedArray as never;
  }
  return reduced("std", x, axis, { state: "float64", result: floating(x.dtype) }, options);
};

/**
 * The smallest element; NaN when there is one. Complex numbers are ordered by real parts, equal
 * ones by imaginary parts.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns the dtype of `x`
 * @throws ArgumentError `argument.shape` for no elements
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.min.html
 * @example
 * await min(asarray([4, 2, 8])).compute(); // → 2
 * await min(asarray([[4, 2], [1, 3]]), 0, { keepdims: true }).compute(); // → [[1, 2]]
 */
export const min: ReductionFunction<"same", ReductionOptions> = (x, axis, options) => {
  checkArrays("min", x);
  return reduced("min", x, axis, { state: x.dtype, result: x.dtype }, options);
};

/**
 * The largest element; as {@link min}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns as {@link min}
 * @throws ArgumentError as {@link min}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.max.html
 * @example
 * await max(asarray([[1, 9], [3, 4]]), 1).compute(); // → [9, 4]
 * await max(asarray([1, NaN])).compute(); // → NaN
 */
export const max: ReductionFunction<"same", ReductionOptions> = (x, axis, options) => {
  checkArrays("max", x);
  return reduced("max", x, axis, { state: x.dtype, result: x.dtype }, options);
};

/**
 * Whether any element is not 0; false for no elements.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns bool: true or false for the whole array
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.any.html
 * @example
 * await any(asarray([0, 0, 3])).compute(); // → true
 * await any(asarray([[0, 0], [0, 1]]), 1, { keepdims: true }).compute(); // → [[0], [1]]
 */
export const any: ReductionFunction<"bool", ReductionOptions> = (x, axis, options) => {
  checkArrays("any", x);
  return reduced("any", x, axis, { state: "bool", result: "bool" }, options);
};

/**
 * Whether no element is 0; true for no elements. As {@link any}.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns bool: true or false for the whole array
 * @throws ArgumentError as {@link any}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.all.html
 * @example
 * await all(asarray([1, 2, NaN])).compute(); // → true
 * await all(asarray([[1, 0], [1, 1]]), 1).compute(); // → [0, 1]
 * await all(asarray([])).compute(); // → true
 */
export const all: ReductionFunction<"bool", ReductionOptions> = (x, axis, options) => {
  checkArrays("all", x);
  return reduced("all", x, axis, { state: "bool", result: "bool" }, options);
};

/**
 * Where the smallest element is: the first one, or the first NaN. Counts along `axis`, or in
 * row-major order through the whole array by default.
 *
 * @param axis one axis, or null for the whole array
 * @returns int64: a BigInt for the whole array
 * @throws ArgumentError `argument.shape` for no elements, `argument.axis` for several axes
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.argmin.html
 * @example
 * await argmin(asarray([[4, 2], [1, 3]], { chunks: 1 })).compute(); // → 2n
 * await argmin(asarray([4, NaN, 1])).compute(); // → 1n
 */
export const argmin: ReductionFunction<"int64", ReductionOptions> = (x, axis, options) => {
  checkArrays("argmin", x);
  return position("argmin", x, axis, options);
};

/**
 * Where the largest element is; as {@link argmin}.
 *
 * @param axis the axis; null, the default, for all elements
 * @returns as {@link argmin}
 * @throws ArgumentError as {@link argmin}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.argmax.html
 * @example
 * await argmax(asarray([1, 9, 9])).compute(); // → 1n
 * await argmax(asarray([[1, 5], [7, 2]]), 0).compute(); // → [1n, 0n]
 */
export const argmax: ReductionFunction<"int64", ReductionOptions> = (x, axis, options) => {
  checkArrays("argmax", x);
  return position("argmax", x, axis, options);
};

function accumulate<D extends DType, R extends number>(
  name: "sum" | "prod" | "mean",
  x: ChunkedArray,
  axis: AxisLike,
  options: SumOptions | undefined,
): ChunkedArray<D, R> {
  const usual = name === "mean" ? floating(x.dtype) : accumulated(x.dtype);
  const result = checkDType(options?.dtype ?? usual);
  if (isComplex(x.dtype) && !isComplex(result)) {
    throw new ArgumentError("dtype", `a ${name} of complex numbers is complex, not ${result}`, {
      dtype: result,
    });
  }
  if (name === "mean" && (isInteger(result) || result === "bool")) {
    throw new ArgumentError("dtype", `a mean has fractions, which ${result} cannot hold`, {
      dtype: result,
    });
  }
  if (name === "mean" && isComplex(x.dtype) && hasUnknownLengths(x.chunks)) {
    // Moments, which count elements, are those of real numbers.
    const part = (of: ChunkedArray) =>
      accumulate("mean", of, axis, { ...options, dtype: "float64" });
    return fromParts(part(real(x)), part(imag(x)), result) as never;
  }
  // Sums of truth values are truth values, too, not counts.
  if (result === "bool") {
    const dtypes = { state: "bool", result: "bool" } as const;
    return reduced(name === "sum" ? "any" : "all", x, axis, dtypes, options);
  }
  // float32 is added up in float64, too: partial results are few, and rounding stays out of them.
  return reduced(name, x, axis, sumDTypes(x.dtype, result), options);
}

function position<D extends DType, R extends number>(
  name: "argmin" | "argmax",
  x: ChunkedArray,
  axis: AxisLike,
  options: ReductionOptions | undefined,
): ChunkedArray<D, R> {
  if (typeof axis === "object" && axis !== null) {
    throw new ArgumentError("axis", `${name} takes one axis or none, got ${JSON.stringify(axis)}`, {
      axis,
    });
  }
  if (isComplex(x.dtype)) return complexPosition(name, x, axis, options);
  const state = isBigInt(x.dtype) ? x.dtype : "float64";
  return reduced(name, x, axis, { state, result: "int64" }, options);
}

/** Where the first element is that is the extreme one; the first with NaN where there is such. */
function complexPosition<D extends DType, R extends number>(
  name: "argmin" | "argmax",
  x: ChunkedArray,
  axis: AxisLike,
  options: ReductionOptions | undefined,
): ChunkedArray<D, R> {
  const find = name === "argmin" ? min : max;
  const extreme: ChunkedArray = find(x, axis, { keepdims: true });
  const found: ChunkedArray = where(isnan(extreme), isnan(x), equal(x, extreme));
  return position("argmax", found, axis, options);
}

function reduced<D extends DType, R extends number>(
  name: ReductionName,
  x: ChunkedArray,
  axis: AxisLike,
  dtypes: ReductionDTypes,
  options: ReduceOptions | undefined,
): ChunkedArray<D, R> {
  const node = reduceNode(x, name, axis, dtypes, options ?? {});
  const isLast = axis === -1 || axis === x.ndim - 1;
  return x.derive(isLast ? inElementBlocks(x.node, node) : node);
}
