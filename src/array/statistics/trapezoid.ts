// Areas below curves, and angles without jumps: sums along an axis of differences between
// neighbours.
import { DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import {
  abs,
  add,
  equal,
  greater,
  less,
  logicalAnd,
  multiply,
  remainder,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { fractional } from "../elementwise/verb-arguments.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import { along } from "../layers/slice-layer.js";
import { concatenateParts } from "../manipulation/concatenate.js";
import { reshape } from "../manipulation/reshape.js";
import { cumsum } from "../reductions/cumsum.js";
import { sum } from "../reductions/sum.js";
import { diff } from "./diff.js";

/** Options of {@link trapezoid}. */
export interface TrapezoidOptions {
  /** Where the points are: in the shape of `y`, or along the axis only. */
  readonly x?: Operand;
  /** The distance of neighbours, unless `x` is set; default: 1. */
  readonly dx?: number;
  /** The last one by default. */
  readonly axis?: number;
}

/**
 * The area below a curve along an axis, by trapezoids between neighbours.
 *
 * @param y values of a function
 * @returns floating-point (complex for complex numbers), without the axis
 * @chunks kept axes keep theirs; some four tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.axis`, `argument.shape` when `x` does not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.trapezoid.html
 * @example
 * await trapezoid(asarray([1, 2, 3])).compute(); // → 4
 * await trapezoid(asarray([1, 2, 3]), { x: [4, 6, 8] }).compute(); // → 8
 */
export function trapezoid(y: ChunkedArray, options: TrapezoidOptions = {}): ChunkedArray {
  checkArrays("trapezoid", y);
  const { x, dx = 1 } = options;
  const axis = checkAxis(options.axis ?? -1, y.ndim);
  checkLengths("trapezoid", y.chunks, [axis]);
  const length = y.shape[axis] as number;
  const heights = fractional(y);
  const pairs: ChunkedArray = add(
    along(heights, axis, Math.min(1, length), length),
    along(heights, axis, 0, Math.max(0, length - 1)),
  );
  const steps: Operand = x === undefined ? dx : stepsAlong(y, x, axis);
  return sum(multiply(multiply(pairs, steps) as ChunkedArray, 0.5) as ChunkedArray, axis);
}

function stepsAlong(y: ChunkedArray, x: Operand, axis: number): ChunkedArray {
  const points: ChunkedArray = operandArray(y, x);
  const length = y.shape[axis] as number;
  const lying =
    points.ndim === 1 && y.ndim > 1
      ? reshape(points, [points.size, ...new Array<number>(y.ndim - 1 - axis).fill(1)])
      : points;
  const own = lying.shape[lying.ndim - (y.ndim - axis)];
  if (own !== length) {
    throw new ArgumentError(
      "shape",
      `trapezoid needs ${length} points along axis ${axis}, x has ${own ?? 1}`,
    );
  }
  return diff(lying, { axis: lying.ndim - (y.ndim - axis) });
}

/** Options of {@link unwrap}. */
export interface UnwrapOptions {
  /** The smallest jump that is taken out; default: half the period, and never less. */
  readonly discont?: number;
  /** The last one by default. */
  readonly axis?: number;
  /** How far apart values are that are the same; default: 2π. */
  readonly period?: number;
}

/**
 * Angles along an axis without jumps: where neighbours are half a period apart or more, whole
 * periods are added to all that follow.
 *
 * @returns the shape of `x`; floating-point; for integers and a whole period the dtype of `x`, or
 * int64 where that has no negative numbers or does not hold the period
 * @chunks those of {@link diff} and the first elements; some six tasks per block
 * @throws ArgumentError `argument.axis`, `argument.dtype` for complex numbers, `argument.value` for
 * a period that is not above 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.unwrap.html
 * @example
 * await unwrap(asarray([0, 90, 350, 10]), { period: 360 }).compute(); // → [0, 90, -10, 10]
 */
export function unwrap(x: ChunkedArray, options: UnwrapOptions = {}): ChunkedArray {
  checkArrays("unwrap", x);
  const { period = 2 * Math.PI } = options;
  const axis = checkAxis(options.axis ?? -1, x.ndim);
  checkLengths("unwrap", x.chunks, [axis]);
  if (!(period > 0) || !Number.isFinite(period)) {
    throw new ArgumentError(
      "value",
      `the period of unwrap is ${period}: expected a number above 0`,
    );
  }
  if (DTYPES[x.dtype].kind === "complex") {
    throw new ArgumentError("dtype", `unwrap takes real numbers, got ${x.dtype}`);
  }
  const { kind } = DTYPES[x.dtype];
  const keepsWhole = ["int", "uint"].includes(kind) && Number.isInteger(period);
  const isSigned = kind === "int" && fitsInteger(x.dtype, period);
  const p: ChunkedArray = keepsWhole ? astype(x, isSigned ? x.dtype : "int64") : fractional(x);
  const length = p.shape[axis] as number;
  if (length < 2) return p;
  const half = keepsWhole ? Math.floor(period / 2) : period / 2;
  const jumps = diff(p, { axis });
  const turned: ChunkedArray = subtract(remainder(add(jumps, half), period), half);
  // Half a period up or down is the same angle: it keeps its direction.
  const isHalfUp = logicalAnd(equal(turned, -half), greater(jumps, 0));
  const isAmbiguous = !keepsWhole || period % 2 === 0;
  const steps: ChunkedArray = isAmbiguous ? where(isHalfUp, half, turned) : turned;
  const least = Math.max(options.discont ?? 0, period / 2);
  const corrections: ChunkedArray = where(less(abs(jumps), least), 0, subtract(steps, jumps));
  const smooth = add(along(p, axis, 1, length), cumsum(corrections, axis));
  return concatenateParts([along(p, axis, 0, 1), astype(smooth, p.dtype) as ChunkedArray], axis);
}
