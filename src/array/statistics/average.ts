// Averages, weighted or not, and reductions of boxes of neighbours.

import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis, formatShape, sameShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { divide, multiply, subtract } from "../elementwise/elementwise.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { checkFunction } from "../layers/check-arguments.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { reshape } from "../manipulation/reshape.js";
import { max, mean, min, type ReductionOptions, sum } from "../reductions/sum.js";

/**
 * The distance from the smallest to the largest element.
 *
 * @returns the dtype of `x` without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.shape` for no elements, `argument.axis`, `argument.dtype` for
 * booleans
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ptp.html
 * @example await ptp(asarray([3, 9, 4])).compute(); // → 6
 */
export function ptp(x: ChunkedArray, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  checkArrays("ptp", x);
  return subtract(max(x, axis, options), min(x, axis, options));
}

/** Options of {@link average}. */
export interface AverageOptions extends ReductionOptions {
  /** The weight of each element: in the shape of the array, or a vector along the one axis. */
  readonly weights?: Operand;
  /** Whether to return the sums of the weights, too; default: false. */
  readonly returned?: boolean;
}

/** The result of {@link average} with `returned: true`. */
export interface WeightedAverage {
  readonly average: ChunkedArray;
  /**
   * The divisor of the average, in its shape: the sum of the weights, or the number of elements
   * without weights.
   */
  readonly sumOfWeights: ChunkedArray;
}

/** An average; with its divisor if `returned` is true. */
export type Averaged<O extends AverageOptions> = O extends { readonly returned: true }
  ? WeightedAverage
  : ChunkedArray;

/**
 * The weighted mean.
 *
 * @param axis the axis or axes; default: all
 * @returns floating-point without the axis; with `returned` an object of `average` and
 * `sumOfWeights`
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above, three with weights
 * @throws ArgumentError `argument.shape` when the weights do not fit, `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.average.html
 * @example await average(asarray([1, 2, 6]), null, { weights: [1, 1, 2] }).compute(); // → 3.75
 */
export function average<const O extends OnlyKnown<AverageOptions, O> = Record<never, never>>(
  x: ChunkedArray,
  axis?: AxisLike,
  options?: O,
): Averaged<O> {
  checkArrays("average", x);
  const { weights, returned = false, ...rest } = (options ?? {}) as AverageOptions;
  const given = (average: ChunkedArray, sumOfWeights: () => ChunkedArray) =>
    (returned ? { average, sumOfWeights: sumOfWeights() } : average) as Averaged<O>;
  if (weights === undefined) {
    const result: ChunkedArray = mean(x, axis, rest);
    const ones: ChunkedArray = broadcastTo(x.derive(dataNode(1)), x.shape, { chunks: x.chunks });
    return given(result, () => astype(sum(ones, axis, rest), result.dtype) as ChunkedArray);
  }
  const own = operandArray(x, weights);
  const fitted = sameShape(own.shape, x.shape)
    ? own
    : broadcastTo(weightsAlong(x, own, axis), x.shape);
  const total: ChunkedArray = sum(fitted, axis, rest);
  // Products of integers might not fit their dtype.
  const weighed = multiply(astype(x, floating(x.dtype)), fitted) as ChunkedArray;
  const result: ChunkedArray = divide(sum(weighed, axis, rest), total);
  return given(result, () => astype(total, result.dtype) as ChunkedArray);
}

function weightsAlong(x: ChunkedArray, weights: ChunkedArray, axis: AxisLike): ChunkedArray {
  checkLengths("a weighted average", x.chunks);
  const [only, ...more] = checkAxes(axis, x.ndim);
  if (
    weights.ndim !== 1 ||
    more.length > 0 ||
    only === undefined ||
    weights.size !== x.shape[only]
  ) {
    throw new ArgumentError(
      "shape",
      `weights of shape ${formatShape(weights.shape)} fit neither ${formatShape(x.shape)} nor one axis`,
    );
  }
  return reshape(
    weights,
    x.shape.map((length, i) => (i === only ? length : 1)),
  );
}

/** A reduction as {@link coarsen} takes it: `sum`, `mean`, `max` and their like. */
export type AxisReduction = (x: ChunkedArray, axis: AxisLike) => ChunkedArray;

/** Options of {@link coarsen}. */
export interface CoarsenOptions {
  /** Whether the remainder at the end of an axis is dropped; default: an error. */
  readonly trimExcess?: boolean;
}

/**
 * Every box of neighbours made one element by a reduction.
 *
 * @param reduction a reduction along axes, such as `mean`
 * @param factors how long boxes are, by axis
 * @returns the dtype that `reduce` gives, each axis divided by its factor
 * @chunks those of `x`, cut where boxes end, each box one element; two tasks per block
 * @throws ArgumentError `argument.value` when an axis is no multiple of its factor
 * @see https://docs.dask.org/en/stable/generated/dask.array.coarsen.html
 * @example await coarsen(sum, arange(6), { 0: 2 }).compute(); // → [1n, 5n, 9n]
 */
export function coarsen(
  reduction: AxisReduction,
  x: ChunkedArray,
  factors: Readonly<Record<number, number>>,
  options: CoarsenOptions = {},
): ChunkedArray {
  checkArrays("coarsen", x);
  checkFunction("coarsen needs a reduction such as sum", reduction);
  if (typeof factors !== "object" || factors === null) {
    throw new ArgumentError("value", "coarsen needs the length of boxes by axis, as in { 0: 2 }");
  }
  const boxes = x.shape.map(() => 1);
  for (const [axis, factor] of Object.entries(factors)) {
    boxes[checkAxis(Number(axis), x.ndim)] = factor;
  }
  checkLengths("coarsen", x.chunks);
  let trimmed = x;
  boxes.forEach((box, axis) => {
    const length = x.shape[axis] as number;
    const whole = Number.isSafeInteger(box) && box > 0;
    if (!whole || (length % box !== 0 && options.trimExcess !== true)) {
      throw new ArgumentError(
        "value",
        `axis ${axis} of length ${length} is not made of boxes of ${box}: pass { trimExcess: true }`,
        { axis, length, factor: box },
      );
    }
    trimmed = along(trimmed, axis, 0, length - (length % box));
  });
  const cut = rechunkTo(
    trimmed,
    trimmed.chunks.map((lengths, axis) => cutAtBoxes(lengths, boxes[axis] as number)),
  );
  const split = reshape(
    cut,
    cut.shape.flatMap((length, axis) => [length / (boxes[axis] as number), boxes[axis] as number]),
  );
  return reduction(
    split,
    boxes.map((_, axis) => 2 * axis + 1),
  );
}

/** Blocks about as long as they were that end where boxes do. */
function cutAtBoxes(lengths: readonly number[], box: number): readonly number[] {
  if (box === 1) return lengths;
  const result: number[] = [];
  let carried = 0;
  for (const length of lengths) {
    carried += length;
    const whole = carried - (carried % box);
    if (whole > 0) result.push(whole);
    carried -= whole;
  }
  return result.length === 0 ? [0] : result;
}
