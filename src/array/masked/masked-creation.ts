// Masked arrays from data and a mask, and from data and a condition. The class is masked-array.ts;
// other functions are ../ma.ts.
import { DTYPES, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape, sameShape } from "../chunks/axes.js";
import { asarray } from "../creation/from-array.js";
import * as verbs from "../elementwise/elementwise.js";
import { isclose } from "../elementwise/isclose.js";
import { isChunkedArray, type Operand } from "../layers/array-operands.js";
import { checkNumber } from "../layers/check-arguments.js";
import { MaskedArray, type MaskedOf } from "./masked-array.js";
import { type DataOf, dataOf, fittedMask, isMasked, type MaskedOperand } from "./masked-parts.js";

/** Options of {@link maskedArray}. */
export interface MaskedArrayOptions {
  /** Where elements do not count; default: nowhere. Broadcasts to the data. */
  readonly mask?: Operand;
  /** The value that replaces masked elements; the default depends on the dtype. */
  readonly fillValue?: Scalar;
}

/**
 * A masked array of data and a mask. If the data are a masked array, both masks count.
 *
 * @param data an array, chunked or in memory
 * @returns the data unchanged, with its dtype and shape, and its mask
 * @chunks those of the data; no tasks where the mask is there
 * @throws ArgumentError `argument.shape` when the mask does not broadcast to the data
 * @see https://numpy.org/doc/stable/reference/maskedarray.baseclass.html
 * @example
 * const x = ma.maskedArray(asarray([1, 2, 3]), { mask: [false, true, false] });
 * await x.filled(-1).compute(); // → [1, -1, 3]
 * await x.count().compute(); // → 2n
 */
export function maskedArray<X extends MaskedOperand>(
  data: X,
  options: MaskedArrayOptions = {},
): MaskedOf<X> {
  const { mask = false, fillValue } = options;
  const elements = arrayOf(data);
  const given = fittedMask(mask, elements);
  const joined: ChunkedArray = isMasked(data) ? verbs.logicalOr(data.mask, given) : given;
  const kept = fillValue ?? (data instanceof MaskedArray ? data.fillValue : undefined);
  return new MaskedArray({ data: elements, mask: joined }, kept) as MaskedArray as MaskedOf<X>;
}

/**
 * The array masked where a condition holds.
 *
 * @param condition true for elements to mask
 * @param x a masked array or an array
 * @returns the data unchanged, with its dtype and shape, and its mask
 * @chunks those of the data; no tasks where the mask is there
 * @throws ArgumentError `argument.shape` when the shapes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_where.html
 * @example
 * const x = asarray([1, 2, 3]);
 * await ma.maskedWhere(x.less(2), x).filled(0).compute(); // → [0, 2, 3]
 */
export function maskedWhere<X extends MaskedOperand>(condition: MaskedOperand, x: X): MaskedOf<X> {
  const held: Operand = isMasked(condition) ? filled(condition, false) : condition;
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
 * @param value what is masked
 * @returns the data unchanged, with its dtype and shape, and a mask
 * @chunks those of `x`; one task per block of the mask
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_equal.html
 * @example
 * const x = ma.maskedEqual(asarray([1, -9, 3]), -9);
 * await x.mean().compute(); // → { data: 2, mask: false, fillValue: -9 }
 * await x.filled().compute(); // → [1, -9, 3]
 */
export function maskedEqual<X extends MaskedOperand>(x: X, value: number): MaskedOf<X> {
  return maskedArray(x, { mask: verbs.equal(arrayOf(x), value), fillValue: value });
}

/**
 * Masks an array by a comparison.
 *
 * @returns as {@link maskedEqual}
 * @chunks those of `x`; one task per block of the mask
 * @throws ArgumentError `argument.shape` when `value` does not broadcast to `x`
 */
export type MaskedComparison = <X extends MaskedOperand>(x: X, value: Operand) => MaskedOf<X>;

/**
 * The array masked where it differs from `value`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_not_equal.html
 * @example await ma.maskedNotEqual(asarray([1, 2, 1]), 1).filled(0).compute(); // → [1, 0, 1]
 */
export const maskedNotEqual: MaskedComparison = (x, value) =>
  maskedArray(x, { mask: verbs.notEqual(arrayOf(x), value) });

/**
 * The array masked where it is above `value`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_greater.html
 * @example await ma.maskedGreater(asarray([1, 2, 3]), 2).filled(0).compute(); // → [1, 2, 0]
 */
export const maskedGreater: MaskedComparison = (x, value) =>
  maskedArray(x, { mask: verbs.greater(arrayOf(x), value) });

/**
 * The array masked where it is `value` or above.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_greater_equal.html
 * @example await ma.maskedGreaterEqual(asarray([1, 2, 3]), 2).filled(0).compute(); // → [1, 0, 0]
 */
export const maskedGreaterEqual: MaskedComparison = (x, value) =>
  maskedArray(x, { mask: verbs.greaterEqual(arrayOf(x), value) });

/**
 * The array masked where it is below `value`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_less.html
 * @example await ma.maskedLess(asarray([1, 2, 3]), [3, 2, 1]).filled(0).compute(); // → [0, 2, 3]
 */
export const maskedLess: MaskedComparison = (x, value) =>
  maskedArray(x, { mask: verbs.less(arrayOf(x), value) });

/**
 * The array masked where it is `value` or below.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_less_equal.html
 * @example await ma.maskedLessEqual(asarray([1, 2, 3]), 2).sum().filled().compute(); // → 3
 */
export const maskedLessEqual: MaskedComparison = (x, value) =>
  maskedArray(x, { mask: verbs.lessEqual(arrayOf(x), value) });

/**
 * The array masked between two numbers, in either order, and where it equals one of them.
 *
 * @param first an end of the interval
 * @param second the other end, in any order
 * @returns as {@link maskedEqual}
 * @chunks those of `x`; one task per block of the mask
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_inside.html
 * @example
 * await ma.maskedInside(asarray([1, 2, 3, 4]), 3, 2).filled(0).compute(); // → [1, 0, 0, 4]
 */
export function maskedInside<X extends MaskedOperand>(
  x: X,
  first: number,
  second: number,
): MaskedOf<X> {
  for (const end of [first, second]) checkNumber("an end of maskedInside", end);
  const data = arrayOf(x);
  const [least, most] = [Math.min(first, second), Math.max(first, second)];
  const inside = verbs.logicalAnd(verbs.greaterEqual(data, least), verbs.lessEqual(data, most));
  return maskedArray(x, { mask: inside });
}

/**
 * The array masked where it is outside of two numbers, in either order.
 *
 * @param first an end of the interval
 * @param second the other end, in any order
 * @returns as {@link maskedEqual}
 * @chunks those of `x`; one task per block of the mask
 * @throws ArgumentError as {@link maskedInside}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_outside.html
 * @example
 * await ma.maskedOutside(asarray([1, 2, 3, 4]), 2, 3).filled(0).compute(); // → [0, 2, 3, 0]
 */
export function maskedOutside<X extends MaskedOperand>(
  x: X,
  first: number,
  second: number,
): MaskedOf<X> {
  for (const end of [first, second]) checkNumber("an end of maskedOutside", end);
  const data = arrayOf(x);
  const [least, most] = [Math.min(first, second), Math.max(first, second)];
  const outside = verbs.logicalOr(verbs.less(data, least), verbs.greater(data, most));
  return maskedArray(x, { mask: outside });
}

/**
 * The array masked where it is infinite or NaN.
 *
 * @returns as {@link maskedEqual}
 * @chunks those of `x`; one task per block of the mask
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_invalid.html
 * @example
 * const x = ma.maskedInvalid(asarray([1, NaN, Infinity, 5]));
 * await x.sum().filled().compute(); // → 6
 * await x.count().compute(); // → 2n
 */
export function maskedInvalid<X extends MaskedOperand>(x: X): MaskedOf<X> {
  return maskedArray(x, { mask: verbs.logicalNot(verbs.isfinite(arrayOf(x)) as ChunkedArray) });
}

/** Options of {@link maskedValues}. */
export interface MaskedValuesOptions {
  /** Allowed distance as a share of the value; default: 1e-5. */
  readonly rtol?: number;
  /** The allowed absolute distance; default: 1e-8. */
  readonly atol?: number;
}

/**
 * The array masked where it is close to a number, which becomes the fill value; integers are
 * compared exactly.
 *
 * @param value what is masked, also if it is only close
 * @returns as {@link maskedEqual}
 * @chunks those of `x`; one task per block of the mask
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.masked_values.html
 * @example
 * const x = ma.maskedValues(asarray([1, 1.1, 2]), 1.1);
 * (await x.compute()).fillValue; // → 1.1
 */
export function maskedValues<X extends MaskedOperand>(
  x: X,
  value: number,
  options: MaskedValuesOptions = {},
): MaskedOf<X> {
  const data = arrayOf(x);
  const near = DTYPES[data.dtype].kind === "float" ? isclose(data, value, options) : null;
  return maskedArray(x, { mask: near ?? verbs.equal(data, value), fillValue: value });
}

/**
 * The elements with a value in place of masked ones: by default the array's fill value.
 *
 * @param value what masked elements become; default: the fill value
 * @returns dtype and shape of `x`; an array that is not masked itself
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.filled.html
 * @example
 * await ma.filled(ma.maskedLess(asarray([1, 2]), 2), 7).compute(); // → [7, 2]
 * await ma.filled(asarray([1, 2]), 7).compute(); // → [1, 2]
 */
export function filled<X extends MaskedOperand>(x: X, value?: Scalar): DataOf<X> {
  if (!isMasked(x)) return arrayOf(x) as ChunkedArray as DataOf<X>;
  return asMasked(x).filled(value) as ChunkedArray as DataOf<X>;
}

/** `x` as a masked array; an unmasked array gets an empty mask. */
export function asMasked(x: MaskedOperand): MaskedArray {
  return x instanceof MaskedArray ? x : maskedArray(x);
}

/** The elements as a chunked array, masked ones, too. */
export function arrayOf(x: MaskedOperand): ChunkedArray {
  const data = dataOf(x);
  return isChunkedArray(data) ? data : asarray(data);
}
