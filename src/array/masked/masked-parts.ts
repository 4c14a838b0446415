// The parts of a masked array, and operations on them: elementwise ones combine the masks,
// reductions skip masked elements. The class is masked-array.ts.
import { DTYPES, type DType, type Scalar } from "../../base/dtype.js";
import { floating, integerRange } from "../../base/promotion.js";
import type { Operation } from "../../graph/model/operations.js";
import type { ReductionName } from "../../graph/model/reduction.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike } from "../chunks/axes.js";
import { sameShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import * as verbs from "../elementwise/elementwise.js";
import { isChunkedArray, type Operand } from "../layers/array-operands.js";
import type { DataDType, DataRank } from "../layers/array-types.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import type { ReductionOptions, SumOptions, VarianceOptions } from "../reductions/sum.js";
import * as reductions from "../reductions/sum.js";

/** Elements, and where they do not count; both in one shape and the same chunks. */
export interface MaskedParts<out D extends DType = DType, out R extends number = number> {
  readonly data: ChunkedArray<D, R>;
  /** True where an element does not count. */
  readonly mask: ChunkedArray<DType, R>;
}

/**
 * An operand of functions of masked arrays: a masked array, a chunked array, a number, or values in
 * memory.
 */
export type MaskedOperand = MaskedParts | Operand;

/** The dtype of an operand, as far as the compiler knows. */
export type DTypeOf<X> =
  X extends MaskedParts<infer D, number>
    ? D
    : X extends ChunkedArray<infer D, number>
      ? D
      : DataDType<X>;

/** The rank of an operand, as far as the compiler knows. */
export type RankOfMasked<X> =
  X extends MaskedParts<DType, infer R>
    ? R
    : X extends ChunkedArray<DType, infer R>
      ? R
      : DataRank<X>;

/** What an operand is without its mask. */
export type Unmasked<X> =
  X extends MaskedParts<infer D, infer R> ? ChunkedArray<D, R> : Extract<X, Operand>;

/** The elements of an operand as a chunked array. */
export type DataOf<X> = ChunkedArray<DTypeOf<X>, RankOfMasked<X>>;

/** Whether `value` has a mask. */
export function isMasked(value: unknown): value is MaskedParts {
  if (typeof value !== "object" || value === null) return false;
  const { data, mask } = value as Partial<MaskedParts>;
  return isChunkedArray(data) && isChunkedArray(mask);
}

/** The elements of an operand, without its mask. */
export function dataOf(x: MaskedOperand): Operand {
  return isMasked(x) ? x.data : x;
}

/** `mask` in the shape and chunks of `data`, as booleans. */
export function fittedMask(mask: Operand, data: ChunkedArray): ChunkedArray {
  const given: ChunkedArray = isChunkedArray(mask) ? mask : data.derive(dataNode(mask));
  const whole: ChunkedArray = sameShape(given.shape, data.shape)
    ? given
    : broadcastTo(given, data.shape);
  return rechunkTo(astype(whole, "bool") as ChunkedArray, data.chunks);
}

/**
 * An elementwise operation. The result is masked where an argument is masked or outside of the
 * operation's domain: divisors of 0, logarithms of numbers that are not positive. Results of such
 * an operation that are infinite or NaN are masked, too.
 */
export function maskedElementwise(op: Operation, args: readonly MaskedOperand[]): MaskedParts {
  const operands = args.map(dataOf);
  const data = elementwise(op, operands);
  const masks = args.flatMap((arg) => (isMasked(arg) ? [arg.mask] : []));
  const test = OUTSIDE[op];
  if (test !== undefined) {
    const outside = test(...operands);
    if (outside !== undefined) masks.push(outside);
    const isFloat = ["float", "complex"].includes(DTYPES[data.dtype].kind);
    if (isFloat) masks.push(verbs.logicalNot(verbs.isfinite(data) as ChunkedArray));
  }
  const joined = masks.reduce((a, b) => verbs.logicalOr(a, b) as ChunkedArray);
  return { data, mask: fittedMask(joined, data) };
}

/** Where an operation is not defined, as numpy.ma has it. */
const OUTSIDE: { readonly [O in Operation]?: (...args: Operand[]) => ChunkedArray | undefined } = {
  divide: zeroDivisor,
  floorDivide: zeroDivisor,
  remainder: zeroDivisor,
  fmod: zeroDivisor,
  sqrt: (x) => ofReal(x, (real) => verbs.less(real, 0)),
  log: (x) => ofReal(x, (real) => verbs.lessEqual(real, 0)),
  log2: (x) => ofReal(x, (real) => verbs.lessEqual(real, 0)),
  log10: (x) => ofReal(x, (real) => verbs.lessEqual(real, 0)),
  asin: (x) => ofReal(x, (real) => verbs.greater(verbs.abs(real), 1)),
  acos: (x) => ofReal(x, (real) => verbs.greater(verbs.abs(real), 1)),
  acosh: (x) => ofReal(x, (real) => verbs.less(real, 1)),
  atanh: (x) => ofReal(x, (real) => verbs.greaterEqual(verbs.abs(real), 1 - 1e-15)),
};

/** The smallest normal number: a quotient by less than its share would overflow. */
const TINY = 2 ** -1022;

function zeroDivisor(x1: Operand = 0, x2: Operand = 1): ChunkedArray {
  const sizeOf = (x: Operand): Operand =>
    typeof x === "number" ? Math.abs(x) : isChunkedArray(x) ? size(x) : x;
  const size = (x: ChunkedArray): ChunkedArray => {
    const real: ChunkedArray = verbs.abs(x);
    return DTYPES[real.dtype].kind === "float" ? real : astype(real, "float64");
  };
  const share = elementwiseProduct(sizeOf(x1), TINY);
  return verbs.greaterEqual(share, sizeOf(x2)) as ChunkedArray;
}

function elementwiseProduct(x: Operand, factor: number): Operand {
  return typeof x === "number" ? x * factor : (verbs.multiply(x, factor) as ChunkedArray);
}

function ofReal(
  x: Operand | undefined,
  test: (real: ChunkedArray) => ChunkedArray,
): ChunkedArray | undefined {
  if (!isChunkedArray(x) || DTYPES[x.dtype].kind === "complex" || x.dtype === "bool")
    return undefined;
  return test(x);
}

/** The elements with `value` in place of masked ones. */
export function filledData({ data, mask }: MaskedParts, value: Scalar): ChunkedArray {
  return astype(verbs.where(mask, value, data) as ChunkedArray, data.dtype);
}

/** How many elements count, along an axis or of all. */
export function countUnmasked(
  { mask }: MaskedParts,
  axis?: AxisLike,
  options: ReductionOptions = {},
): ChunkedArray {
  return reductions.sum(verbs.logicalNot(mask) as ChunkedArray, axis, options);
}

/** The reductions of masked arrays. */
export type MaskedReduction = Exclude<ReductionName, "argmin" | "argmax" | "nanmean">;

/**
 * Options of reductions of masked arrays; which of them a reduction heeds is as for plain arrays.
 */
export interface MaskedReductionOptions extends SumOptions, VarianceOptions {}

/** A reduction over the elements that count; masked where there are none. */
export function maskedReduce(
  name: MaskedReduction,
  x: MaskedParts,
  axis: AxisLike,
  options: MaskedReductionOptions = {},
): MaskedParts {
  const { keepdims = false } = options;
  const none: ChunkedArray = reductions.all(x.mask, axis, { keepdims });
  switch (name) {
    case "mean":
      return { data: maskedMean(x, axis, options), mask: none };
    case "var":
    case "std":
      return maskedVariance(name, x, axis, options);
    default: {
      const filled = filledData(x, identityOf(name, x.data.dtype));
      const reduce = REDUCE[name] as typeof reductions.sum;
      const { correction: _, ...summing } = options;
      const data = reduce(filled, axis, summing) as ChunkedArray;
      return { data: rechunkTo(data, none.chunks), mask: none };
    }
  }
}

const { sum, prod, min, max, any, all } = reductions;
const REDUCE = { sum, prod, min, max, any, all } as const;

/** The identity element of a reduction. */
function identityOf(name: MaskedReduction, dtype: DType): Scalar {
  if (name === "sum") return 0;
  if (name === "prod") return 1;
  if (name === "any") return false;
  if (name === "all") return true;
  const { kind } = DTYPES[dtype];
  if (kind === "bool") return name === "min";
  if (kind === "float" || kind === "complex") {
    return name === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
  const [least, most] = integerRange(dtype);
  return name === "min" ? most : least;
}

function maskedMean(x: MaskedParts, axis: AxisLike, options: MaskedReductionOptions): ChunkedArray {
  const { dtype = floating(x.data.dtype), correction: _, ...rest } = options;
  const wide = DTYPES[dtype].kind === "complex" ? "complex128" : "float64";
  const total: ChunkedArray = reductions.sum(filledData(x, 0), axis, { ...rest, dtype: wide });
  return astype(verbs.divide(total, countUnmasked(x, axis, rest)) as ChunkedArray, dtype);
}

function maskedVariance(
  name: "var" | "std",
  x: MaskedParts,
  axis: AxisLike,
  options: MaskedReductionOptions,
): MaskedParts {
  const { correction = 0, dtype: _, ...rest } = options;
  const wide: ChunkedArray = astype(
    x.data,
    DTYPES[x.data.dtype].kind === "complex" ? "complex128" : "float64",
  );
  const centre = maskedMean({ data: wide, mask: x.mask }, axis, { ...rest, keepdims: true });
  const distance: ChunkedArray = verbs.abs(verbs.subtract(wide, centre) as ChunkedArray);
  const squares = filledData({ data: verbs.square(distance), mask: x.mask }, 0);
  const freedom: ChunkedArray = verbs.subtract(
    astype(countUnmasked(x, axis, rest), "float64"),
    correction,
  );
  const spread: ChunkedArray = verbs.divide(reductions.sum(squares, axis, rest), freedom);
  const data: ChunkedArray = name === "std" ? verbs.sqrt(spread) : spread;
  const short =
    DTYPES[floating(x.data.dtype)].itemBytes <= (DTYPES[x.data.dtype].kind === "complex" ? 8 : 4);
  return {
    data: astype(data, short ? "float32" : "float64"),
    mask: verbs.lessEqual(freedom, 0),
  };
}
