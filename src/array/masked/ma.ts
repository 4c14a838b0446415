/**
 * Masked arrays, as numpy.ma and dask.array.ma have them: the namespace `ma` of the entry.
 * Functions take chunked arrays and masked ones.
 *
 * @module
 */
// The class is masked/masked-array.ts; masked/masked-parts.ts computes data and masks.
import type { Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, formatShape, sameShape } from "../chunks/axes.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { fullLike } from "../creation/create.js";
import * as verbs from "../elementwise/elementwise.js";
import type { Operand } from "../layers/array-operands.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { reshape } from "../manipulation/reshape.js";
import type { ReductionOptions } from "../reductions/sum.js";
import { nonzero as nonzeroOf } from "../searching/nonzero.js";
import { MaskedArray } from "./masked-array.js";
import {
  arrayOf,
  asMasked,
  filled,
  type MaskedArrayOptions,
  maskedArray,
} from "./masked-creation.js";
import { dataOf, fittedMask, isMasked, type MaskedOperand } from "./masked-parts.js";

export { type ComputedMasked, MaskedArray, type MaskedElementwise } from "./masked-array.js";
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
} from "./masked-functions.js";
export type {
  MaskedOperand,
  MaskedParts,
  MaskedReduction,
  MaskedReductionOptions,
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
export function fixInvalid(x: MaskedOperand, options: MaskedArrayOptions = {}): MaskedArray {
  const masked = maskedArray(x, options);
  const invalid: ChunkedArray = verbs.logicalNot(verbs.isfinite(masked.data) as ChunkedArray);
  const parts = { data: masked.data, mask: invalid };
  return new MaskedArray(
    {
      data: new MaskedArray(parts).filled(masked.fillValue),
      mask: verbs.logicalOr(masked.mask, invalid),
    },
    masked.fillValue,
  );
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
export function getdata(x: MaskedOperand): ChunkedArray {
  return arrayOf(x);
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
export function getmaskarray(x: MaskedOperand): ChunkedArray {
  return isMasked(x) ? x.mask : fittedMask(false, arrayOf(x));
}

/**
 * The array with another fill value; default: by its dtype. Arrays are immutable: a new one.
 *
 * @returns the data and the mask of `x`
 * @chunks those of `x`; no tasks
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.set_fill_value.html
 * @example
 * const x = ma.setFillValue(ma.maskedLess(asarray([1, 2]), 2), -1);
 * await x.filled().compute(); // → [-1, 2]
 */
export function setFillValue(x: MaskedOperand, value?: Scalar): MaskedArray {
  return new MaskedArray({ data: arrayOf(x), mask: getmaskarray(x) }, value);
}

/**
 * How many elements count: int64.
 *
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.count.html
 * @example
 * const x = ma.maskedLess(asarray([[1, 2], [3, 4]]), 2);
 * await ma.count(x, 0).compute(); // → [1n, 2n]
 */
export function count(x: MaskedOperand, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  return asMasked(x).count(axis, options);
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

/**
 * The weighted mean of the elements that count.
 *
 * @returns floating-point without the axis; masked where nothing counts, along an axis also where
 * weights are NaN
 * @chunks kept axes keep theirs; about three tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.shape` when the weights do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.average.html
 * @example
 * const x = ma.maskedEqual(asarray([1, 2, 6]), 2);
 * (await ma.average(x, null, { weights: [1, 1, 4] }).compute()).data; // → 5
 */
export function average(
  x: MaskedOperand,
  axis?: AxisLike,
  options: MaskedAverageOptions = {},
): MaskedArray {
  const { weights, ...rest } = options;
  const masked = asMasked(x);
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
  const [total, weight] = [masked.multiply(each).sum(axis, rest), each.sum(axis, rest)];
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
export function where(condition: MaskedOperand, x: MaskedOperand, y: MaskedOperand): MaskedArray {
  const held = isMasked(condition) ? filled(condition, false) : arrayOf(condition);
  const data: ChunkedArray = verbs.where(held, dataOf(x), dataOf(y));
  const maskOf = (operand: MaskedOperand): Operand => (isMasked(operand) ? operand.mask : false);
  const chosen: ChunkedArray = verbs.where(held, maskOf(x), maskOf(y));
  const mask = isMasked(condition) ? verbs.logicalOr(condition.mask, chosen) : chosen;
  const shape = broadcastShapes(held.shape, data.shape);
  return maskedArray(sameShape(shape, data.shape) ? data : broadcastTo(data, shape), { mask });
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
export function onesLike(x: MaskedOperand): MaskedArray {
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
export function zerosLike(x: MaskedOperand): MaskedArray {
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
export function emptyLike(x: MaskedOperand): MaskedArray {
  return likeOf(x, 0);
}

function likeOf(x: MaskedOperand, value: number): MaskedArray {
  const data = arrayOf(x);
  return new MaskedArray({ data: fullLike(data, value), mask: getmaskarray(x) });
}
