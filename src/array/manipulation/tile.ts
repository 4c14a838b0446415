// Arrays repeated as a whole. Repeated elements are repeat.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { along } from "../layers/slice-layer.js";
import { concatenate } from "./concatenate.js";
import { reshape } from "./reshape.js";

/**
 * The array repeated side by side.
 *
 * @param repetitions how often along each axis, counted from the last one; a number for the last
 * axis
 * @returns the dtype of `x`, axes as many times as long
 * @chunks those of `x`, again and again; no tasks
 * @throws ArgumentError `argument.value` for other numbers than whole ones from 0
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.tile.html
 * @example await tile(arange(2), [2, 2]).compute(); // → [[0, 1, 0, 1], [0, 1, 0, 1]]
 */
export function tile<D extends DType>(
  x: ChunkedArray<D>,
  repetitions: number | readonly number[],
): ChunkedArray<D> {
  checkArrays("tile", x);
  const given = typeof repetitions === "number" ? [repetitions] : repetitions;
  checkList("tile needs a number or a list of them", given);
  if (!given.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ArgumentError("value", `tile needs whole numbers from 0, got ${repetitions}`);
  }
  const ndim = Math.max(x.ndim, given.length);
  const start = x.ndim === ndim ? x : reshape(x, [...onesFor(ndim - x.ndim), ...x.shape]);
  const counts = [...onesFor(ndim - given.length), ...given];
  return counts.reduce<ChunkedArray<D>>(
    (tiled, count, axis) => {
      if (count === 0) return along(tiled, axis, 0, 0) as ChunkedArray<D>;
      return count === 1 ? tiled : concatenate(new Array<ChunkedArray<D>>(count).fill(tiled), axis);
    },
    start as ChunkedArray<D>,
  );
}

function onesFor(count: number): number[] {
  return new Array<number>(count).fill(1);
}
