// Elements picked by a computed condition: their number is unknown before. Masks in an index are
// chunked-masks.ts, masks in memory index-lists.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import { along } from "../layers/slice-layer.js";
import { ravel } from "../manipulation/reshape.js";
import { compressAlong } from "./chunked-masks.js";

/**
 * The slabs of `x` along an axis where `condition` is true.
 *
 * @param condition one axis; where it is shorter than the axis, elements beyond its end are left
 * out
 * @param axis of the array with all its elements along one axis by default
 * @returns the dtype of `x`; the length along `axis` is not known before it is computed
 * @chunks a block of unknown length for each along the axis; two tasks for each
 * @throws ArgumentError `argument.shape` when `condition` is longer than the axis or has several
 * axes, `argument.axis` when there is no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.compress.html
 * @example await compress([true, false, true], arange(4)).compute(); // → [0, 2]
 */
export function compress<D extends DType>(
  condition: Operand,
  x: ChunkedArray<D>,
  axis?: number | null,
): ChunkedArray<D> {
  checkArrays("compress", x);
  const flags = astype(operandArray(x, condition), "bool") as ChunkedArray;
  const array: ChunkedArray<D> = axis === undefined || axis === null ? ravel(x) : x;
  const at = checkAxis(axis ?? 0, array.ndim);
  const [length = Number.NaN] = flags.shape;
  if (flags.ndim !== 1 || length > (array.shape[at] as number)) {
    throw new ArgumentError(
      "shape",
      `compress needs a condition of one axis, at most ${array.shape[at]} long, got ${formatShape(flags.shape)}`,
      { shape: flags.shape },
    );
  }
  const isShorter = length < (array.shape[at] as number);
  return compressAlong(isShorter ? along(array, at, 0, length) : array, flags, at);
}

/**
 * The elements of `x` where `condition`, of as many elements, is not 0, in row-major order.
 *
 * @returns the dtype of `x`; one axis, whose length is not known before it is computed
 * @chunks a block of unknown length for each of `x`; some five tasks for each
 * @throws ArgumentError as {@link compress}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.extract.html
 * @example
 * const x = arange(6).reshape([2, 3]);
 * await extract(x.greater(2), x).compute(); // → [3, 4, 5]
 */
export function extract<D extends DType>(
  condition: Operand,
  x: ChunkedArray<D>,
): ChunkedArray<D, 1> {
  checkArrays("extract", x);
  const flags = operandArray(x, condition);
  return compress(ravel(flags), ravel(x) as ChunkedArray<D>) as ChunkedArray<D, 1>;
}
