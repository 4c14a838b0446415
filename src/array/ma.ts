/**
 * Masked arrays, as numpy.ma and dask.array.ma have them: the namespace `ma` of the entry. Functions
 * take chunked arrays and masked ones.
 *
 * @module
 */
// The class is masked/masked-array.ts, what becomes of data and masks is masked/parts.ts.
import { DTYPES, type Scalar } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { type AxisLike, formatShape, sameShape } from "./axes.js";
import { broadcastShapes } from "./broadcast.js";
import type { ChunkedArray } from "./chunked-array.js";
import { asarray, fullLike } from "./create.js";
import { MaskedArray } from "./masked/masked-array.js";
import { dataOf, fittedMask, isMasked, type MaskedOperand } from "./masked/parts.js";
import { isChunkedArray, type Operand } from "./operands.js";
import { isclose } from "./ops/choosing.js";
import * as verbs from "./ops/elementwise.js";
import type { ReductionOptions } from "./ops/reductions.js";
import { reshape } from "./ops/reshape.js";
import { broadcastTo } from "./ops/transpose.js";

export { type ComputedMasked, MaskedArray, type MaskedElementwise } from "./masked/masked-array.js";
export type {
  MaskedOperand,
  MaskedParts,
  MaskedReduction,
  MaskedReductionOptions,
} from "./masked/parts.js";

/** Options of {@link maskedArray}. */
export interface MaskedArrayOptions {
  /** Where elements do not count; nowhere unless given. Broadcasts to the data. */
  readonly mask?: Operand;
  /** What stands for masked elements; by the dtype unless given. */
  readonly fillValue?: Scalar;
}

/**
 * A masked array of data and a mask. Of a masked array, both masks count.
 *
 * @param data an array, chunked or in memory
 * @returns lazy, in the chunks of the data
 * @throws ArgumentError `argument.shape` when the mask does not broadcast to the data
 * @see https://numpy.org/doc/stable/reference/maskedarray.baseclass.html
 *
 * @example
 * ```ts
 * const x = ma.maskedArray(asarray([1, 2, 3]), { mask: [false, true, false] });
 * await x.filled(-1).compute(); // → [1, -1, 3]
 * await x.count().compute(); // → 2n
 * ```
 */
export function maskedArray(data: MaskedOperand, options: MaskedArrayOptions = {}): MaskedArray {
  const { mask = false, fillValue } = options;
  const elements = arrayOf(data);
  const given = fittedMask(mask, elements);
  const joined: ChunkedArray = isMasked(data) ? verbs.logicalOr(data.mask, given) : given;
  const kept = fillValue ?? (data instanceof MaskedArray ? data.fillValue : undefined);
  return new MaskedArray({ data: elements, mask: joined }, kept);
}

/**
 * The array masked where a condition holds.
 *
 * @returns the data as it is and its mask, lazy and in the chunks of `x`
 * @throws ArgumentError `argument.shape` when the shapes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_where.html
 *
 * @example
 * ```ts
 * const x = asarray([1, 2, 3]);
 * await ma.maskedWhere(x.less(2), x).filled(0).compute(); // → [0, 2, 3]
 * ```
 */
export function maskedWhere(condition: MaskedOperand, x: MaskedOperand): MaskedArray {
  const held = isMasked(condition) ? filled(condition, false) : condition;
  const shape = isChunkedArray(held) ? held.shape : arrayOf(held).shape;
  const data = arrayOf(x);
  if (!sameShape(shape, data.shape)) {
    throw new ArgumentError(
      "shape",
      `a condition of shape ${formatShape(shape)} for an array of shape ${formatShape(data.shape)}`,
    );
  }
  return maskedArray(x, { mask: held });
}

/**
 * The array masked where it equals a number, which becomes the fill value.
 *
 * @returns the data as it is and its mask, lazy and in the chunks of `x`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_equal.html
 *
 * @example
 * ```ts
 * const x = ma.maskedEqual(asarray([1, -9, 3]), -9);
 * await x.mean().compute(); // → { data: 2, mask: false, fillValue: -9 }
 * await x.filled().compute(); // → [1, -9, 3]
 * ```
 */
export function maskedEqual(x: MaskedOperand, value: number): MaskedArray {
  return maskedArray(x, { mask: verbs.equal(arrayOf(x), value), fillValue: value });
}

/**
 * The array masked where it differs from `value`.
 *
 * @returns as {@link maskedEqual}
 * @throws ArgumentError `argument.shape` when `value` does not broadcast to `x`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_not_equal.html
 *
 * @example
 * ```ts
 * await ma.maskedNotEqual(asarray([1, 2, 1]), 1).filled(0).compute(); // → [1, 0, 1]
 * ```
 */
export function maskedNotEqual(x: MaskedOperand, value: Operand): MaskedArray {
  return maskedArray(x, { mask: verbs.notEqual(arrayOf(x), value) });
}

/**
 * The array masked where it is above `value`.
 *
 * @returns as {@link maskedEqual}
 * @throws ArgumentError as {@link maskedNotEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_greater.html
 *
 * @example
 * ```ts
 * await ma.maskedGreater(asarray([1, 2, 3]), 2).filled(0).compute(); // → [1, 2, 0]
 * ```
 */
export function maskedGreater(x: MaskedOperand, value: Operand): MaskedArray {
  return maskedArray(x, { mask: verbs.greater(arrayOf(x), value) });
}

/**
 * The array masked where it is `value` or above.
 *
 * @returns as {@link maskedEqual}
 * @throws ArgumentError as {@link maskedNotEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_greater_equal.html
 *
 * @example
 * ```ts
 * await ma.maskedGreaterEqual(asarray([1, 2, 3]), 2).filled(0).compute(); // → [1, 0, 0]
 * ```
 */
export function maskedGreaterEqual(x: MaskedOperand, value: Operand): MaskedArray {
  return maskedArray(x, { mask: verbs.greaterEqual(arrayOf(x), value) });
}

/**
 * The array masked where it is below `value`.
 *
 * @returns as {@link maskedEqual}
 * @throws ArgumentError as {@link maskedNotEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_less.html
 *
 * @example
 * ```ts
 * await ma.maskedLess(asarray([1, 2, 3]), [3, 2, 1]).filled(0).compute(); // → [0, 2, 3]
 * ```
 */
export function maskedLess(x: MaskedOperand, value: Operand): MaskedArray {
  return maskedArray(x, { mask: verbs.less(arrayOf(x), value) });
}

/**
 * The array masked where it is `value` or below.
 *
 * @returns as {@link maskedEqual}
 * @throws ArgumentError as {@link maskedNotEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_less_equal.html
 *
 * @example
 * ```ts
 * await ma.maskedLessEqual(asarray([1, 2, 3]), 2).sum().filled().compute(); // → 3
 * ```
 */
export function maskedLessEqual(x: MaskedOperand, value: Operand): MaskedArray {
  return maskedArray(x, { mask: verbs.lessEqual(arrayOf(x), value) });
}

/**
 * The array masked between two numbers, in either order, and where it equals one of them.
 *
 * @returns as {@link maskedEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_inside.html
 *
 * @example
 * ```ts
 * await ma.maskedInside(asarray([1, 2, 3, 4]), 3, 2).filled(0).compute(); // → [1, 0, 0, 4]
 * ```
 */
export function maskedInside(x: MaskedOperand, first: number, second: number): MaskedArray {
  const data = arrayOf(x);
  const [least, most] = [Math.min(first, second), Math.max(first, second)];
  const inside = verbs.logicalAnd(verbs.greaterEqual(data, least), verbs.lessEqual(data, most));
  return maskedArray(x, { mask: inside });
}

/**
 * The array masked where it is outside of two numbers, in either order.
 *
 * @returns as {@link maskedEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_outside.html
 *
 * @example
 * ```ts
 * await ma.maskedOutside(asarray([1, 2, 3, 4]), 2, 3).filled(0).compute(); // → [0, 2, 3, 0]
 * ```
 */
export function maskedOutside(x: MaskedOperand, first: number, second: number): MaskedArray {
  const data = arrayOf(x);
  const [least, most] = [Math.min(first, second), Math.max(first, second)];
  const outside = verbs.logicalOr(verbs.less(data, least), verbs.greater(data, most));
  return maskedArray(x, { mask: outside });
}

/**
 * The array masked where it is infinite or NaN.
 *
 * @returns as {@link maskedEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_invalid.html
 *
 * @example
 * ```ts
 * const x = ma.maskedInvalid(asarray([1, NaN, Infinity, 5]));
 * await x.sum().filled().compute(); // → 6
 * await x.count().compute(); // → 2n
 * ```
 */
export function maskedInvalid(x: MaskedOperand): MaskedArray {
  return maskedArray(x, { mask: verbs.logicalNot(verbs.isfinite(arrayOf(x)) as ChunkedArray) });
}

/** Options of {@link maskedValues}. */
export interface MaskedValuesOptions {
  /** Allowed distance as a share of the value; 1e-5 unless given. */
  readonly rtol?: number;
  /** Allowed distance besides; 1e-8 unless given. */
  readonly atol?: number;
}

/**
 * The array masked where it is close to a number, which becomes the fill value; integers are compared
 * exactly.
 *
 * @returns as {@link maskedEqual}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_values.html
 *
 * @example
 * ```ts
 * const x = ma.maskedValues(asarray([1, 1.1, 2]), 1.1);
 * (await x.compute()).fillValue; // → 1.1
 * ```
 */
export function maskedValues(
  x: MaskedOperand,
  value: number,
  options: MaskedValuesOptions = {},
): MaskedArray {
  const data = arrayOf(x);
  const near = DTYPES[data.dtype].kind === "float" ? isclose(data, value, options) : null;
  return maskedArray(x, { mask: near ?? verbs.equal(data, value), fillValue: value });
}

/**
 * The elements with a value in place of masked ones: the array's fill value unless given.
 *
 * @returns dtype, shape and chunks of `x`, lazy; an array that is not masked itself
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.filled.html
 *
 * @example
 * ```ts
 * await ma.filled(ma.maskedLess(asarray([1, 2]), 2), 7).compute(); // → [7, 2]
 * await ma.filled(asarray([1, 2]), 7).compute(); // → [1, 2]
 * ```
 */
export function filled(x: MaskedOperand, value?: Scalar): ChunkedArray {
  if (!isMasked(x)) return arrayOf(x);
  return asMasked(x).filled(value);
}

/**
 * The array masked where it is infinite or NaN, with the fill value in the data there.
 *
 * @returns lazy, in the chunks of `x`
 * @throws ArgumentError as {@link maskedArray}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.fix_invalid.html
 *
 * @example
 * ```ts
 * const x = ma.fixInvalid(asarray([1, NaN]), { fillValue: 7 });
 * await ma.getdata(x).compute(); // → [1, 7]
 * ```
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
 * @returns dtype, shape and chunks of `x`, lazy
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.getdata.html
 *
 * @example
 * ```ts
 * await ma.getdata(ma.maskedLess(asarray([1, 2]), 2)).compute(); // → [1, 2]
 * ```
 */
export function getdata(x: MaskedOperand): ChunkedArray {
  return arrayOf(x);
}

/**
 * Where elements do not count: bool in the shape of the array; false everywhere without a mask.
 *
 * @returns lazy, in the chunks of `x`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.getmaskarray.html
 *
 * @example
 * ```ts
 * await ma.getmaskarray(ma.maskedLess(asarray([1, 2]), 2)).compute(); // → [1, 0]
 * await ma.getmaskarray(asarray([1, 2])).compute(); // → [0, 0]
 * ```
 */
export function getmaskarray(x: MaskedOperand): ChunkedArray {
  return isMasked(x) ? x.mask : fittedMask(false, arrayOf(x));
}

/**
 * The array with another fill value; by its dtype unless given. Arrays are immutable: a new one.
 *
 * @returns the data and the mask of `x`, lazy
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.set_fill_value.html
 *
 * @example
 * ```ts
 * const x = ma.setFillValue(ma.maskedLess(asarray([1, 2]), 2), -1);
 * await x.filled().compute(); // → [-1, 2]
 * ```
 */
export function setFillValue(x: MaskedOperand, value?: Scalar): MaskedArray {
  return new MaskedArray({ data: arrayOf(x), mask: getmaskarray(x) }, value);
}

/**
 * How many elements count: int64.
 *
 * @returns int64, lazy; along axes that are kept, chunks stay
 * @throws ArgumentError `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.count.html
 *
 * @example
 * ```ts
 * const x = ma.maskedLess(asarray([[1, 2], [3, 4]]), 2);
 * await ma.count(x, 0).compute(); // → [1n, 2n]
 * ```
 */
export function count(x: MaskedOperand, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  return asMasked(x).count(axis, options);
}

/** Options of {@link average}. */
export interface MaskedAverageOptions extends ReductionOptions {
  /** What each element counts: in the shape of the array, or a vector along the one axis. */
  readonly weights?: MaskedOperand;
}

/**
 * The weighted mean of the elements that count.
 *
 * @returns a masked array, lazy; masked where nothing counts
 * @throws ArgumentError `argument.shape` when the weights do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.average.html
 *
 * @example
 * ```ts
 * const x = ma.maskedEqual(asarray([1, 2, 6]), 2);
 * (await ma.average(x, null, { weights: [1, 1, 4] }).compute()).data; // → 5
 * ```
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
  return masked.multiply(each).sum(axis, rest).divide(each.sum(axis, rest));
}

function at(axis: AxisLike, ndim: number): number {
  const only = Array.isArray(axis) ? (axis.length === 1 ? axis[0] : undefined) : axis;
  if (typeof only === "number") return only < 0 ? only + ndim : only;
  return ndim === 1 ? 0 : -1;
}

/**
 * Elements of `x` where a condition holds, of `y` elsewhere; masked where the one chosen is, and where
 * the condition is.
 *
 * @returns the broadcast shape, the promoted dtype of `x` and `y`, lazy
 * @throws ArgumentError `argument.shape` when the three do not broadcast
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.where.html
 *
 * @example
 * ```ts
 * const x = ma.maskedLess(asarray([1, 2, 3]), 2);
 * await ma.where([true, false, true], x, 0).filled(-1).compute(); // → [-1, 0, 3]
 * ```
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
 * @returns the dtype of `x`, lazy
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.ones_like.html
 *
 * @example
 * ```ts
 * await ma.onesLike(ma.maskedLess(asarray([1, 2]), 2)).filled(9).compute(); // → [9, 1]
 * ```
 */
export function onesLike(x: MaskedOperand): MaskedArray {
  return likeOf(x, 1);
}

/**
 * Zeros in the shape, chunks and mask of `x`.
 *
 * @returns the dtype of `x`, lazy
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.zeros_like.html
 *
 * @example
 * ```ts
 * await ma.zerosLike(ma.maskedLess(asarray([1, 2]), 2)).filled(9).compute(); // → [9, 0]
 * ```
 */
export function zerosLike(x: MaskedOperand): MaskedArray {
  return likeOf(x, 0);
}

/**
 * Values that do not matter yet, zeros, in the shape, chunks and mask of `x`.
 *
 * @returns the dtype of `x`, lazy
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.empty_like.html
 *
 * @example
 * ```ts
 * const x = ma.emptyLike(ma.maskedLess(asarray([1, 2]), 2));
 * await ma.getmaskarray(x).compute(); // → [1, 0]
 * ```
 */
export function emptyLike(x: MaskedOperand): MaskedArray {
  return likeOf(x, 0);
}

function likeOf(x: MaskedOperand, value: number): MaskedArray {
  const data = arrayOf(x);
  return new MaskedArray({ data: fullLike(data, value), mask: getmaskarray(x) });
}

function asMasked(x: MaskedOperand): MaskedArray {
  return x instanceof MaskedArray ? x : maskedArray(x);
}

function arrayOf(x: MaskedOperand): ChunkedArray {
  const data = dataOf(x);
  return isChunkedArray(data) ? data : asarray(data);
}
