// Positions of elements that are not 0; their number is unknown until they are computed.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { compressAlong } from "../indexing/chunked-masks.js";
import { getSlice } from "../indexing/get-slice.js";
import { checkArrays } from "../layers/array-operands.js";
import { sourceNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { ravel } from "../manipulation/reshape.js";

/**
 * The row-major positions of the elements that are not 0.
 *
 * @returns int64 along one axis, whose length is not known before it is computed
 * @chunks a block of unknown length for each of `x`; some five tasks for each
 * @throws ArgumentError `argument.chunks` when lengths of `x` are not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.flatnonzero.html
 * @example await flatnonzero(asarray([0, 3, 0, 1])).compute(); // → [1n, 3n]
 */
export function flatnonzero(x: ChunkedArray): ChunkedArray<"int64", 1> {
  checkArrays("flatnonzero", x);
  checkLengths("flatnonzero", x.chunks);
  const flags = astype(ravel(x), "bool") as ChunkedArray;
  return compressAlong(positionsOf(x, flags), flags, 0) as ChunkedArray<"int64", 1>;
}

/** The row-major positions of an array's elements, in the chunks of `flat`. */
export function positionsOf(x: ChunkedArray, flat: ChunkedArray): ChunkedArray<"int64"> {
  const counting = { type: "arange", start: 0n, step: 1n } as const;
  return x.derive(sourceNode("arange", counting, flat.shape, "int64", flat.chunks));
}

/**
 * Where the elements are that are not 0: a row for each, with its index along every axis.
 *
 * @returns int64 of shape (NaN, ndim): how many there are is not known before it is computed
 * @chunks a block of unknown length for each of `x`; some six tasks for each
 * @throws ArgumentError `argument.chunks` when lengths of `x` are not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argwhere.html
 * @example await argwhere(asarray([[0, 3], [1, 0]])).compute(); // → [[0n, 1n], [1n, 0n]]
 */
export function argwhere(x: ChunkedArray): ChunkedArray<"int64", 2> {
  checkArrays("argwhere", x);
  const positions = flatnonzero(x);
  const rows = positions.chunks[0] as readonly number[];
  const operands = [{ node: positions.node, axes: [0] }];
  const grids = { loopChunks: [rows], chunks: [rows, [x.ndim]] };
  const routine = { name: "unravel", shape: x.shape } as const;
  return x.derive(routineNode(routine, operands, grids, "int64"));
}

/**
 * Where the elements are that are not 0: for each axis their indices along it, in row-major order.
 *
 * @param x at least one axis
 * @returns as many int64 arrays as axes, of a length that is not known before it is computed
 * @chunks a block of unknown length for each of `x`; some eight tasks for each
 * @throws ArgumentError `argument.shape` for an array without axes, `argument.chunks` when lengths
 * of `x` are not known
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.nonzero.html
 * @example
 * const [rows, columns] = nonzero(asarray([[0, 3], [1, 0]]));
 * await columns.compute(); // → [1n, 0n]
 */
export function nonzero(x: ChunkedArray): ChunkedArray<"int64", 1>[] {
  checkArrays("nonzero", x);
  if (x.ndim === 0) throw new ArgumentError("shape", "nonzero needs an axis, got a single value");
  const rows = argwhere(x);
  return x.shape.map((_, axis) => getSlice(rows, [null, axis]) as ChunkedArray<"int64", 1>);
}
