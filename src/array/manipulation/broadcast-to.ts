// Arrays stretched to a common shape. Which shape that is, is broadcast.ts.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, sameChunks, shapeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkShape, formatShape } from "../chunks/axes.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { type ChunkSpec, normalizeChunks } from "../chunks/normalize-chunks.js";
import { checkArrays } from "../layers/array-operands.js";
import { remapNode } from "./transpose.js";

/** The node in a shape that differs in axes of length 1 only. */
export function exchangeOnesNode(node: LayerNode, target: readonly number[]): LayerNode {
  const { chunks } = node.layer;
  const long = shapeOf(chunks).flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const places = target.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const loopAxes = chunks.map((_, axis) => places[long.indexOf(axis)] ?? -1);
  const result = target.map((_, axis) => chunks[long[places.indexOf(axis)] ?? -1] ?? [1]);
  return remapNode("reshape", node, loopAxes, result);
}

/**
 * The array repeated, without copies of its blocks in memory, until it has `shape`.
 *
 * @param options.chunks how axes are cut that the array does not have or that have length 1;
 * default: one block
 * @returns the dtype of `x`, in `shape`
 * @chunks those of `x`, one block along axes that stretch unless the options cut them; one task per
 * block
 * @throws ArgumentError `argument.shape` when the array does not broadcast to `shape`
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.broadcast_to.html
 * @example broadcastTo(arange(3), [4, 3]).shape; // → [4, 3]
 */
export function broadcastTo<D extends DType, const S extends readonly number[]>(
  x: ChunkedArray<D, number>,
  shape: S,
  options: { readonly chunks?: ChunkSpec } = {},
): ChunkedArray<D, S["length"]> {
  checkArrays("broadcastTo", x);
  const target = checkShape(shape);
  const together = broadcastShapes(x.shape, target);
  if (together.length !== target.length || together.some((n, axis) => n !== target[axis])) {
    throw new ArgumentError(
      "shape",
      `an array of shape ${formatShape(x.shape)} does not broadcast to ${formatShape(target)}`,
      { shape: x.shape, target },
    );
  }
  const lead = target.length - x.ndim;
  const stretched = target.map((n, axis) => axis < lead || (x.shape[axis - lead] === 1 && n !== 1));
  const free = options.chunks === undefined ? undefined : normalizeChunks(options.chunks, target);
  const chunks: Chunks = target.map((length, axis) =>
    stretched[axis] ? (free?.[axis] ?? [length]) : (x.chunks[axis - lead] as readonly number[]),
  );
  target.forEach((length, axis) => {
    const given = free?.[axis];
    if (!stretched[axis] && given !== undefined && !sameChunks([given], [chunks[axis] ?? []])) {
      throw new ArgumentError(
        "chunks",
        `axis ${axis} of length ${length} is not stretched: it keeps its chunks (rechunk it first)`,
        { axis, chunks: given },
      );
    }
  });
  if (!stretched.includes(true)) return x as ChunkedArray<D, S["length"]>;
  const loopAxes = x.shape.map((_, axis) => (stretched[axis + lead] ? -1 : axis + lead));
  return x.derive(remapNode("broadcastTo", x.node, loopAxes, chunks));
}

/**
 * The arrays stretched to their common shape.
 *
 * @param arrays of shapes that fit together
 * @returns the arrays in order, each with its dtype, in the shape that all broadcast to
 * @chunks those of each, one block along axes that stretch; one task per block, none for arrays
 * that do not stretch
 * @throws ArgumentError `argument.shape` when they do not broadcast
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.broadcast_arrays.html
 * @example broadcastArrays(zeros([3, 1]), zeros(4)).map((x) => x.shape); // → [[3, 4], [3, 4]]
 */
export function broadcastArrays(...arrays: readonly ChunkedArray[]): ChunkedArray[] {
  checkArrays("broadcastArrays", ...arrays);
  const shape = broadcastShapes(...arrays.map((x) => x.shape));
  return arrays.map((x) => broadcastTo(x, shape));
}
