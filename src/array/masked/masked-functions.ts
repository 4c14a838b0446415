// Functions of masked arrays that are not methods: extraction, concatenation, ranking, totals along
// an axis, comparison. Reductions and elementwise functions are methods.
import { DTYPES, type DType, isBigInt } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { Accumulated, Floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike, ShapeLike } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { ones, zeros } from "../creation/create.js";
import { astype } from "../data-types/astype.js";
import { iinfo } from "../data-types/data-types.js";
import * as verbs from "../elementwise/elementwise.js";
import { type CloseOptions, isclose } from "../elementwise/isclose.js";
import { extract } from "../indexing/compress.js";
import { isChunkedArray, type MeetRank, type Operand } from "../layers/array-operands.js";
import type { OnlyKnown, RankOf } from "../layers/array-types.js";
import { checkList } from "../layers/check-arguments.js";
import { concatenate as joined } from "../manipulation/concatenate.js";
import { ravel } from "../manipulation/reshape.js";
import {
  cumprod as prodAlong,
  type RunningAxis,
  cumsum as sumAlong,
} from "../reductions/cumsum.js";
import type { DroppedRank, NoOptions, ReductionOptions } from "../reductions/sum.js";
import * as reductions from "../reductions/sum.js";
import { type MedianOptions, nanmedian } from "../statistics/quantiles.js";
import { MaskedArray, type MaskedOf, type MaskedReduced } from "./masked-array.js";
import { asMasked } from "./masked-creation.js";
import { type DTypeOf, filledData, type MaskedOperand, type RankOfMasked } from "./masked-parts.js";

/**
 * The elements that count, in row-major order.
 *
 * @returns the dtype of `x`, one axis, whose length is not known before it is computed
 * @chunks one block for each of `x`, of unknown length; some five tasks per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.compressed.html
 * @example await ma.compressed(ma.maskedEqual(asarray([1, 2, 3]), 2)).compute(); // → [1, 3]
 */
export function compressed<X extends MaskedOperand>(x: X): ChunkedArray<DTypeOf<X>, 1> {
  const { data, mask } = asMasked(x);
  const counts: ChunkedArray = verbs.logicalNot(mask);
  return extract(counts, data) as ChunkedArray as ChunkedArray<DTypeOf<X>, 1>;
}

/**
 * Arrays one after another along an axis, with their masks.
 *
 * @param arrays masked arrays and arrays
 * @param axis 0 by default; null for all elements in row-major order
 * @returns the promoted dtype, as long as all together
 * @chunks those of the arrays along the axis, aligned along the others; no tasks where chunks fit
 * @throws ArgumentError `argument.value` for no list of arrays, `argument.shape` when they differ
 * along another axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.concatenate.html
 * @example
 * const x = ma.maskedEqual(asarray([1, 2]), 2);
 * await ma.concatenate([x, asarray([2, 3])]).filled(0).compute(); // → [1, 0, 2, 3]
 */
export function concatenate<X extends MaskedOperand>(
  arrays: readonly X[],
  axis: number | null = 0,
): MaskedOf<X> {
  checkList("ma.concatenate takes a list of arrays", arrays);
  const all = arrays.map(asMasked);
  const parts = (name: "data" | "mask"): ChunkedArray =>
    joined(
      all.map((x) => x[name]),
      axis,
    );
  return masked(parts("data"), parts("mask")) as MaskedArray as MaskedOf<X>;
}

/**
 * The median of the unmasked elements along an axis; of an even number, the mean of the middle two.
 *
 * @param x a masked array or an array
 * @param axis the axis or axes; default: all
 * @returns float32 or float64 without the axis; masked where nothing counts, NaN where NaN counts
 * @chunks as {@link nanmedian} has them; its tasks, and some two per block with a tree above
 * @throws ArgumentError `argument.axis`, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.median.html
 * @example
 * const x = ma.maskedEqual(asarray([[1, 9, 2, 5]]), 9);
 * (await ma.median(x, 1).compute()).data; // → [2]
 */
export function median<
  X extends MaskedOperand,
  const A extends AxisLike = undefined,
  const O extends MedianOptions = NoOptions,
>(
  x: X,
  axis?: A,
  options?: O & OnlyKnown<MedianOptions, O>,
): MaskedReduced<"spread", DTypeOf<X>, RankOfMasked<X>, A, O> {
  const { data, mask } = asMasked(x);
  const numbers: ChunkedArray = data.dtype === "float32" ? data : astype(data, "float64");
  const counted: ChunkedArray = verbs.where(mask, Number.NaN, numbers);
  const { keepdims = false } = (options ?? {}) as MedianOptions;
  const middle: ChunkedArray = nanmedian(counted, axis, { keepdims });
  const isNothing = reductions.all(mask, axis, { keepdims }) as ChunkedArray;
  const countsNaN = verbs.logicalAnd(verbs.isnan(numbers), verbs.logicalNot(mask)) as ChunkedArray;
  const hasNaN = reductions.any(countsNaN, axis, { keepdims }) as ChunkedArray;
  const found = verbs.where(hasNaN, Number.NaN, middle) as ChunkedArray;
  return masked(verbs.where(isNothing, 0, found) as ChunkedArray, isNothing) as never;
}

/**
 * The first position of the smallest unmasked element; 0 if all are masked.
 *
 * @param axis one axis; default: all elements in row-major order
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; a task for each block of `x`, and a tree above
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.argmin.html
 * @example await ma.argmin(ma.maskedEqual(asarray([3, 1, 2]), 1)).compute(); // → 2n
 */
export function argmin<X extends MaskedOperand, const A extends RunningAxis = undefined>(
  x: X,
  axis?: A,
): ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>> {
  const found: ChunkedArray = reductions.argmin(outranked(x, "min"), axis);
  return found as ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>>;
}

/**
 * The first position of the largest unmasked element; 0 if all are masked.
 *
 * @param axis one axis; default: all elements in row-major order
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; a task for each block of `x`, and a tree above
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.argmax.html
 * @example await ma.argmax(ma.maskedEqual(asarray([3, 1, 2]), 3)).compute(); // → 2n
 */
export function argmax<X extends MaskedOperand, const A extends RunningAxis = undefined>(
  x: X,
  axis?: A,
): ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>> {
  const found: ChunkedArray = reductions.argmax(outranked(x, "max"), axis);
  return found as ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>>;
}

/**
 * The elements, with masked ones replaced by the value that sorts last (`"min"`) or first
 * (`"max"`).
 */
function outranked(x: MaskedOperand, by: "min" | "max"): ChunkedArray {
  const { data, mask } = asMasked(x);
  const numbers: ChunkedArray = data.dtype === "bool" ? astype(data, "uint8") : data;
  return filledData({ data: numbers, mask }, outermost(numbers.dtype, by));
}

function outermost(dtype: DType, by: "min" | "max"): number | bigint {
  const { kind } = DTYPES[dtype];
  if (kind === "float" || kind === "complex") {
    return by === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
  const { min, max } = iinfo(dtype);
  const end = by === "min" ? max : min;
  return isBigInt(dtype) ? BigInt(end) : Number(end);
}

/**
 * Running totals of the unmasked elements; masked elements stay masked.
 *
 * @param x a masked array or an array
 * @param axis one axis; default: all elements in row-major order
 * @returns dtype and shape as {@link cumsum}
 * @chunks as {@link cumsum}; its tasks, and one more per block
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.cumsum.html
 * @example
 * await ma.cumsum(ma.maskedEqual(asarray([1, 2, 3]), 2)).filled(-1).compute(); // → [1, -1, 4]
 */
export function cumsum<X extends MaskedOperand, const A extends RunningAxis = undefined>(
  x: X,
  axis?: A,
): RunningMasked<X, A> {
  return running(x, axis, 0, sumAlong) as RunningMasked<X, A>;
}

/**
 * Running products of the unmasked elements; masked elements stay masked.
 *
 * @param x a masked array or an array
 * @param axis one axis; default: all elements in row-major order
 * @returns dtype and shape as {@link cumprod}
 * @chunks as {@link cumprod}; its tasks, and one more per block
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.cumprod.html
 * @example
 * await ma.cumprod(ma.maskedEqual(asarray([2, 9, 3]), 9)).filled(-1).compute(); // → [2, -1, 6]
 */
export function cumprod<X extends MaskedOperand, const A extends RunningAxis = undefined>(
  x: X,
  axis?: A,
): RunningMasked<X, A> {
  return running(x, axis, 1, prodAlong) as RunningMasked<X, A>;
}

/** The result type of {@link cumsum} and {@link cumprod}. */
export type RunningMasked<X, A extends RunningAxis> = MaskedArray<
  Accumulated<DTypeOf<X>>,
  A extends number ? RankOfMasked<X> : 1
>;

function running(
  x: MaskedOperand,
  axis: RunningAxis,
  neutral: number,
  along: (x: ChunkedArray, axis: number) => ChunkedArray,
): MaskedArray {
  const { data, mask } = asMasked(x);
  const filled = filledData({ data, mask }, neutral);
  if (axis !== null && axis !== undefined) return masked(along(filled, axis), mask);
  return masked(along(ravel(filled) as ChunkedArray, 0), ravel(mask) as ChunkedArray);
}

/**
 * The distance from the smallest to the largest unmasked element.
 *
 * @returns the dtype of `x` without the axis; masked where nothing counts
 * @chunks kept axes keep theirs; some four tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.axis`, `argument.dtype` for booleans
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.ptp.html
 * @example (await ma.ptp(ma.maskedEqual(asarray([3, 9, 4]), 9)).compute()).data; // → 1
 */
export function ptp<
  X extends MaskedOperand,
  const A extends AxisLike = undefined,
  const O extends ReductionOptions = NoOptions,
>(
  x: X,
  axis?: A,
  options?: O & OnlyKnown<ReductionOptions, O>,
): MaskedReduced<"same", DTypeOf<X>, RankOfMasked<X>, A, O> {
  const given = asMasked(x);
  const [least, most] = [given.min(axis, options as never), given.max(axis, options as never)];
  return (most as MaskedArray).subtract(least as MaskedArray) as MaskedArray as never;
}

/**
 * The difference of each element from the mean of the unmasked elements.
 *
 * @param axis along which means are taken; default: of all elements
 * @returns floating-point in the shape of `x`, with its mask
 * @chunks those of `x`; some three tasks per block with trees above
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.anom.html
 * @example
 * await ma.anom(ma.maskedEqual(asarray([1, 9, 3]), 9)).filled(0).compute(); // → [-1, 0, 1]
 */
export function anom<X extends MaskedOperand>(
  x: X,
  axis?: AxisLike,
): MaskedArray<Floating<DTypeOf<X>>, RankOfMasked<X>> {
  const given = asMasked(x);
  return given.subtract(given.mean(axis, { keepdims: true })) as MaskedArray as never;
}

/**
 * Whether all elements are equal; where one is masked it is taken for equal.
 *
 * @param x1 a masked array or an array
 * @param x2 as `x1`
 * @param fillValue false for false if anything is masked
 * @returns bool, no axes
 * @chunks one block; some two tasks per block and a tree above
 * @throws ArgumentError `argument.shape` when the shapes do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.allequal.html
 * @example
 * await ma.allequal(ma.maskedEqual(asarray([1, 2]), 2), asarray([1, 7])).compute(); // → true
 */
export function allequal(
  x1: MaskedOperand,
  x2: MaskedOperand,
  fillValue = true,
): ChunkedArray<"bool", 0> {
  const [a, b] = [asMasked(x1), asMasked(x2)];
  return heldUnlessMasked(verbs.equal(a.data, b.data) as ChunkedArray, a, b, fillValue);
}

/** Options of {@link allclose}. */
export interface MaskedCloseOptions extends Omit<CloseOptions, "equalNan"> {
  /** Whether an element that is masked is close to any other; default: true. */
  readonly maskedEqual?: boolean;
}

/**
 * Whether all elements are close to each other.
 *
 * @param x1 a masked array or an array
 * @param x2 as `x1`
 * @returns bool, no axes
 * @chunks one block; some two tasks per block and a tree above
 * @throws ArgumentError `argument.shape` when the shapes do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.allclose.html
 * @example
 * const x = ma.maskedEqual(asarray([1, 2]), 2);
 * await ma.allclose(x, asarray([1 + 1e-9, 7])).compute(); // → true
 */
export function allclose(
  x1: MaskedOperand,
  x2: MaskedOperand,
  options: MaskedCloseOptions = {},
): ChunkedArray<"bool", 0> {
  const { maskedEqual = true, ...close } = options;
  const [a, b] = [asMasked(x1), asMasked(x2)];
  return heldUnlessMasked(isclose(a.data, b.data, close), a, b, maskedEqual);
}

/** Whether all of `held` are true, where masked ones are `otherwise`. */
function heldUnlessMasked(
  held: ChunkedArray,
  a: MaskedArray,
  b: MaskedArray,
  otherwise: boolean,
): ChunkedArray<"bool", 0> {
  const either = verbs.logicalOr(a.mask, b.mask);
  return reductions.all(verbs.where(either, otherwise, held) as ChunkedArray) as ChunkedArray<
    "bool",
    0
  >;
}

/**
 * Whether `value` is a masked array.
 *
 * @returns a boolean of JavaScript: no element is looked at
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.isMaskedArray.html
 * @example
 * ma.isMaskedArray(ma.maskedEqual(asarray([1, 2]), 2)); // → true
 * ma.isMaskedArray(asarray([1, 2])); // → false
 */
export function isMaskedArray(value: unknown): value is MaskedArray {
  return value instanceof MaskedArray;
}

/**
 * Whether any element is masked.
 *
 * @returns bool, no axes
 * @chunks one block; one task per block of `x` and a tree above
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.is_masked.html
 * @example await ma.isMasked(ma.maskedEqual(asarray([1, 2]), 2)).compute(); // → true
 */
export function isMasked(x: MaskedOperand): ChunkedArray<"bool", 0> {
  return reductions.any(asMasked(x).mask) as ChunkedArray<"bool", 0>;
}

/**
 * How many elements are masked.
 *
 * @param axis the axis or axes; default: all
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.count_masked.html
 * @example await ma.countMasked(ma.maskedGreater(asarray([1, 2, 3]), 1)).compute(); // → 2n
 */
export function countMasked<X extends MaskedOperand, const A extends AxisLike = undefined>(
  x: X,
  axis?: A,
): ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>> {
  const count: ChunkedArray = reductions.sum(asMasked(x).mask, axis as AxisLike);
  return count as ChunkedArray<"int64", DroppedRank<RankOfMasked<X>, A>>;
}

/**
 * Where either of two masks is true.
 *
 * @param mask1 a mask, or none
 * @param mask2 as `mask1`
 * @returns bool in the broadcast shape
 * @chunks those of both, aligned; one task per block
 * @throws ArgumentError `argument.value` for no chunked array, `argument.shape` when the two do not
 * broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.mask_or.html
 * @example await ma.maskOr(asarray([true, false]), asarray([false, false])).compute(); // → [1, 0]
 */
export function maskOr<A extends Operand, B extends Operand>(
  mask1: A,
  mask2: B,
): ChunkedArray<"bool", MeetRank<A, B>> {
  if (isChunkedArray(mask1) || isChunkedArray(mask2)) {
    return verbs.logicalOr(mask1, mask2) as ChunkedArray as ChunkedArray<"bool", MeetRank<A, B>>;
  }
  throw new ArgumentError("value", "maskOr needs a chunked array: one mask as asarray(…)");
}

/** Options of {@link maskedAll}. */
export interface MaskedAllOptions<D extends DType = DType> {
  /** float64 by default. */
  readonly dtype?: D;
  /** How the array is cut; default: `"auto"`. */
  readonly chunks?: ChunkSpec;
}

/**
 * An array all of which is masked, zeros under its mask.
 *
 * @param shape the length of each axis
 * @returns float64 unless the options name a dtype
 * @chunks by the options; one task per block of data and mask, none where its reader makes it
 * @throws ArgumentError `argument.shape`, `argument.chunks` or `argument.dtype`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_all.html
 * @example await ma.maskedAll(2).filled(7).compute(); // → [7, 7]
 */
export function maskedAll<const S extends ShapeLike, D extends DType = "float64">(
  shape: S,
  options: MaskedAllOptions<D> = {},
): MaskedArray<D, RankOf<S>> {
  const { dtype = "float64" as D, ...rest } = options;
  const data = zeros(shape, { ...rest, dtype });
  const mask = ones(shape, { chunks: data.chunks, dtype: "bool" });
  return new MaskedArray<D, RankOf<S>>({ data, mask });
}

function masked(data: ChunkedArray, mask: ChunkedArray): MaskedArray {
  return new MaskedArray({ data, mask });
}
