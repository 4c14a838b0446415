/**
 * Masked arrays, as numpy.ma and dask.array.ma have them: the namespace `ma` of the entry.
 * Functions take chunked arrays and masked ones.
 *
 * @module
 */
// The class is masked/masked-array.ts; masked/masked-parts.ts computes data and masks.
import type { DType, Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Floating, floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, formatShape, sameShape } from "../chunks/axes.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { fullLike } from "../creation/create.js";
import * as verbs from "../elementwise/elementwise.js";
import type {
  FloatingWith,
  MeetDType,
  MeetRank,
  Operand,
  RankWith,
} from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { reshape } from "../manipulation/reshape.js";
import type { NoOptions, ReducedArray, ReducedRank, ReductionOptions } from "../reductions/sum.js";
import { nonzero as nonzeroOf } from "../searching/nonzero.js";
import { MaskedArray, type MaskedOf } from "./masked-array.js";
import {
  arrayOf,
  asMasked,
  filled,
  type MaskedArrayOptions,
  maskedArray,
} from "./masked-creation.js";
import {
  type DataOf,
  type DTypeOf,
  dataOf,
  fittedMask,
  isMasked,
  type MaskedOperand,
  type MaskedParts,
  type RankOfMasked,
  type Unmasked,
} from "./masked-parts.js";

export {
  type ComputedMasked,
  MaskedArray,
  type MaskedElementwise,
  type MaskedOf,
  type MaskedReduced,
  type OperationOfArity,
} from "./masked-array.js";
export {
  filled,
  type MaskedArrayOptions,
  type MaskedComparison,
  type MaskedValuesOptions,
  maskedArray,
  maskedEqual,
  maskedGreater,
  maskedGreaterEqual,
  maskedInside,
  maskedInvalid,
  maskedLess,
  maskedLessEqual,
  maskedNotEqual,
  maskedOutside,
  maskedValues,
  maskedWhere,
} from "./masked-creation.js";
export {
  allclose,
  allequal,
  anom,
  argmax,
  argmin,
  compressed,
  concatenate,
  countMasked,
  cumprod,
  cumsum,
  isMasked,
  isMaskedArray,
  type MaskedAllOptions,
  type MaskedCloseOptions,
  maskedAll,
  maskOr,
  median,
  ptp,
  type RunningMasked,
} from "./masked-functions.js";
export type {
  DataOf,
  DTypeOf,
  MaskedOperand,
  MaskedParts,
  MaskedReduction,
  MaskedReductionOptions,
  RankOfMasked,
  Unmasked,
} from "./masked-parts.js";

/**
 * The array masked where it is infinite or NaN, with the fill value in the data there.
 *
 * @returns dtype and shape of `x`
 * @chunks those of `x`; one task per block of the data and of the mask, more where there is a mask
 * before
 * @throws ArgumentError as {@link maskedArray}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.fix_invalid.html
 * @example
 * const x = ma.fixInvalid(asarray([1, NaN]), { fillValue: 7 });
 * await ma.getdata(x).compute(); // → [1, 7]
 */
export function fixInvalid<X extends MaskedOperand>(
  x: X,
  options: MaskedArrayOptions = {},
): MaskedOf<X> {
  const { data, mask, fillValue }: MaskedArray = maskedArray(x, options);
  const invalid: ChunkedArray = verbs.logicalNot(verbs.isfinite(data) as ChunkedArray);
  const parts: MaskedParts = {
    data: new MaskedArray({ data, mask: invalid }).filled(fillValue),
    mask: verbs.logicalOr(mask, invalid) as ChunkedArray,
  };
  return new MaskedArray(parts, fillValue) as MaskedArray as MaskedOf<X>;
}

/**
 * The elements, masked ones, too.
 *
 * @returns dtype and shape of `x`
 * @chunks those of `x`; no tasks
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.getdata.html
 * @example await ma.getdata(ma.maskedLess(asarray([1, 2]), 2)).compute(); // → [1, 2]
 */
export function getdata<X extends MaskedOperand>(x: X): DataOf<X> {
  return arrayOf(x) as ChunkedArray as DataOf<X>;
}

/**
 * Where elements do not count: bool in the shape of the array; false everywhere without a mask.
 *
 * @returns bool in the shape of `x`
 * @chunks those of `x`; no tasks where there is a mask
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.getmaskarray.html
 * @example
 * await ma.getmaskarray(ma.maskedLess(asarray([1, 2]), 2)).compute(); // → [1, 0]
 * await ma.getmaskarray(asarray([1, 2])).compute(); // → [0, 0]
 */
export function getmaskarray<X extends MaskedOperand>(x: X): ChunkedArray<"bool", RankOfMasked<X>> {
  const mask = isMasked(x) ? x.mask : fittedMask(false, arrayOf(x));
  return mask as ChunkedArray<"bool", RankOfMasked<X>>;
}

/**
 * The array with another fill value; default: by its dtype. Arrays are immutable: a new one.
 *
 * @param value the fill value; default: that of the dtype
 * @returns the data and the mask of `x`
 * @chunks those of `x`; no tasks
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.set_fill_value.html
 * @example
 * const x = ma.setFillValue(ma.maskedLess(asarray([1, 2]), 2), -1);
 * await x.filled().compute(); // → [-1, 2]
 */
export function setFillValue<X extends MaskedOperand>(x: X, value?: Scalar): MaskedOf<X> {
  return new MaskedArray({ data: getdata(x), mask: getmaskarray(x) }, value);
}

/**
 * How many elements count: int64.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.count.html
 * @example
 * const x = ma.maskedLess(asarray([[1, 2], [3, 4]]), 2);
 * await ma.count(x, 0).compute(); // → [1n, 2n]
 */
export function count<
  X extends MaskedOperand,
  const A extends AxisLike = undefined,
  const O extends ReductionOptions = NoOptions,
>(
  x: X,
  axis?: A,
  options?: O & OnlyKnown<ReductionOptions, O>,
): ReducedArray<"int64", RankOfMasked<X>, A, O> {
  return asMasked(x).count(axis, options) as ChunkedArray as never;
}

/**
 * The positions of unmasked elements that are not 0: for each axis their indices along it.
 *
 * @returns as many int64 arrays as axes, of a length that is not known before it is computed
 * @chunks a block of unknown length for each of `x`; some eight tasks for each
 * @throws ArgumentError `argument.shape` for an array without axes, `argument.chunks` when lengths
 * of `x` are not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.nonzero.html
 * @example
 * const [at] = ma.nonzero(ma.maskedEqual(asarray([0, 3, 9, 1]), 9));
 * await at.compute(); // → [1n, 3n]
 */
export function nonzero(x: MaskedOperand): ChunkedArray<"int64", 1>[] {
  const counts: ChunkedArray = verbs.logicalNot(getmaskarray(x));
  return nonzeroOf(verbs.logicalAnd(counts, verbs.notEqual(getdata(x), 0)));
}

/** Options of {@link average}. */
export interface MaskedAverageOptions extends ReductionOptions {
  /** The weight of each element: in the shape of the array, or a vector along the one axis. */
  readonly weights?: MaskedOperand;
}

/** The dtype of an average, with the options `O`. */
export type AverageDType<D extends DType, O> = O extends { readonly weights: infer W }
  ? FloatingWith<Floating<D>, Unmasked<W>>
  : Floating<D>;

/**
 * The weighted mean of the elements that count.
 *
 * @param axis an axis, or several; null, the default, for all
 * @returns floating-point without the axis; masked where nothing counts, along an axis also where
 * weights are NaN
 * @chunks kept axes keep theirs; about three tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.shape` when the weights do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.average.html
 * @example
 * const x = ma.maskedEqual(asarray([1, 2, 6]), 2);
 * (await ma.average(x, null, { weights: [1, 1, 4] }).compute()).data; // → 5
 */
export function average<
  X extends MaskedOperand,
  const A extends AxisLike = undefined,
  const O extends MaskedAverageOptions = NoOptions,
>(
  x: X,
  axis?: A,
  options?: O & OnlyKnown<MaskedAverageOptions, O>,
): MaskedArray<AverageDType<DTypeOf<X>, O>, ReducedRank<RankOfMasked<X>, A, O>> {
  return averageOf(asMasked(x), axis, options ?? {}) as never;
}

function averageOf(
  masked: MaskedArray,
  axis: AxisLike,
  { weights, ...rest }: MaskedAverageOptions,
): MaskedArray {
  if (weights === undefined) return masked.mean(axis, rest);
  const given = asMasked(weights);
  const shape = sameShape(given.shape, masked.shape)
    ? masked.shape
    : masked.shape.map((length, i) => (i === at(axis, masked.ndim) ? length : 1));
  const fit = (part: ChunkedArray): ChunkedArray => broadcastTo(reshape(part, shape), masked.shape);
  if (given.shape.length > 1 && !sameShape(given.shape, masked.shape)) {
    throw new ArgumentError(
      "shape",
      `weights of shape ${formatShape(given.shape)} fit neither ${formatShape(masked.shape)} nor one axis`,
    );
  }
  const each = maskedArray(fit(given.data), {
    mask: verbs.logicalOr(fit(given.mask), masked.mask),
  });
  // Products of integers might not fit their dtype.
  const numbers: MaskedArray = masked.astype(floating(masked.data.dtype));
  const [total, weight] = [numbers.multiply(each).sum(axis, rest), each.sum(axis, rest)];
  if (total.ndim > 0) return total.divide(weight);
  // In numpy.ma, sums of all elements are plain numbers, whose quotient is not masked if it is NaN.
  const mask = verbs.logicalOr(total.mask, weight.mask) as ChunkedArray;
  return new MaskedArray({ data: verbs.divide(total.data, weight.data) as ChunkedArray, mask });
}

function at(axis: AxisLike, ndim: number): number {
  const only = Array.isArray(axis) ? (axis.length === 1 ? axis[0] : undefined) : axis;
  if (typeof only === "number") return only < 0 ? only + ndim : only;
  return ndim === 1 ? 0 : -1;
}

/**
 * Elements of `x` where a condition holds, of `y` elsewhere; masked where the one chosen is, and
 * where the condition is.
 *
 * @returns the promoted dtype of `x` and `y` in the broadcast shape
 * @chunks those of all operands, aligned; one task per block of data and mask
 * @throws ArgumentError `argument.shape` when the three do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.where.html
 * @example
 * const x = ma.maskedLess(asarray([1, 2, 3]), 2);
 * await ma.where([true, false, true], x, 0).filled(-1).compute(); // → [-1, 0, 3]
 */
export function where<C extends MaskedOperand, A extends MaskedOperand, B extends MaskedOperand>(
  condition: C,
  x: A,
  y: B,
): MaskedArray<
  MeetDType<Unmasked<A>, Unmasked<B>>,
  RankWith<MeetRank<Unmasked<A>, Unmasked<B>>, Unmasked<C>>
> {
  const held = isMasked(condition) ? filled(condition, false) : arrayOf(condition);
  const data: ChunkedArray = verbs.where(held, dataOf(x), dataOf(y));
  const maskOf = (operand: MaskedOperand): Operand => (isMasked(operand) ? operand.mask : false);
  const chosen: ChunkedArray = verbs.where(held, maskOf(x), maskOf(y));
  const mask = isMasked(condition) ? verbs.logicalOr(condition.mask, chosen) : chosen;
  const shape = broadcastShapes(held.shape, data.shape);
  const whole: ChunkedArray = sameShape(shape, data.shape) ? data : broadcastTo(data, shape);
  return maskedArray(whole, { mask }) as MaskedArray as never;
}

/**
 * Ones in the shape, chunks and mask of `x`.
 *
 * @returns shape and dtype of `x`, with its mask
 * @chunks those of `x`; one task per block, none where its reader makes it
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.ones_like.html
 * @example await ma.onesLike(ma.maskedLess(asarray([1, 2]), 2)).filled(9).compute(); // → [9, 1]
 */
export function onesLike<X extends MaskedOperand>(x: X): MaskedOf<X> {
  return likeOf(x, 1);
}

/**
 * Zeros in the shape, chunks and mask of `x`.
 *
 * @returns shape and dtype of `x`, with its mask
 * @chunks those of `x`; one task per block, none where its reader makes it
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.zeros_like.html
 * @example await ma.zerosLike(ma.maskedLess(asarray([1, 2]), 2)).filled(9).compute(); // → [9, 0]
 */
export function zerosLike<X extends MaskedOperand>(x: X): MaskedOf<X> {
  return likeOf(x, 0);
}

/**
 * Values that do not matter yet, zeros, in the shape, chunks and mask of `x`.
 *
 * @returns shape and dtype of `x`, with its mask
 * @chunks those of `x`; one task per block, none where its reader makes it
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.empty_like.html
 * @example
 * const x = ma.emptyLike(ma.maskedLess(asarray([1, 2]), 2));
 * await ma.getmaskarray(x).compute(); // → [1, 0]
 */
export function emptyLike<X extends MaskedOperand>(x: X): MaskedOf<X> {
  return likeOf(x, 0);
}

function likeOf<X extends MaskedOperand>(x: X, value: number): MaskedOf<X> {
  return new MaskedArray({ data: fullLike(getdata(x), value), mask: getmaskarray(x) });
}
