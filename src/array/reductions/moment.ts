// Central moments of any order.
import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { divide, multiply, pow, subtract } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { mean, sum, type VarianceOptions } from "./sum.js";

/**
 * The central moment of some order: the mean of that power of distances from the mean; for order 2,
 * the variance.
 *
 * @param order the power of the deviation: 2 for the variance
 * @param axis the axis or axes; default: all
 * @param options `correction` is subtracted from the number of elements that is divided by
 * @returns floating-point without the axis; two passes over the array
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.value` when the order is no whole number from 0, `argument.axis`
 * @see https://docs.dask.org/en/stable/generated/dask.array.moment.html
 * @example await moment(asarray([1, 2, 3, 6]), 3).compute(); // → 4.5
 */
export function moment(
  x: ChunkedArray,
  order: number,
  axis?: AxisLike,
  options: VarianceOptions = {},
): ChunkedArray {
  checkArrays("moment", x);
  if (!Number.isSafeInteger(order) || order < 0) {
    throw new ArgumentError(
      "value",
      `the order of a moment is a whole number from 0, got ${order}`,
      {
        order,
      },
    );
  }
  const { correction = 0, ...rest } = options;
  const numbers: ChunkedArray = astype(x, floating(x.dtype));
  const distance: ChunkedArray = subtract(
    numbers,
    mean(numbers, axis, { ...rest, keepdims: true }),
  );
  const count = sizeOf(checkAxes(axis, x.ndim).map((a) => x.shape[a] as number));
  // The first central moment is zero; without this, the rounding of the mean would remain.
  const power: ChunkedArray = order === 1 ? multiply(distance, 0) : pow(distance, order);
  return divide(sum(power, axis, rest), count - correction);
}
