// Joins arrays along an axis. The result's blocks are the parts' blocks: nothing is copied.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { promote } from "../../base/promotion.js";
import type { ConcatenateLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape, sameShape } from "../chunks/axes.js";
import { unifyChunks } from "../chunks/broadcast.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankPlusOne } from "../layers/array-types.js";
import { checkArrayList } from "../layers/check-arguments.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { expandDims, squeeze } from "./expand-dims.js";
import { ravel } from "./reshape.js";

/**
 * The arrays one after the other along `axis`.
 *
 * @param arrays at least one; all other axes must have equal lengths
 * @param axis null for all elements of each array, in row-major order
 * @returns the promoted dtype; the lengths along `axis` together
 * @chunks those of all, one after the other along the axis and unified along others; no tasks
 * @throws ArgumentError `argument.shape` when other axes differ, `argument.axis` for no such axis
 * @see https://numpy.org/doc/stable/reference/generated/numpy.concatenate.html
 * @example concatenate([zeros([2, 3]), ones([4, 3])]).shape; // → [6, 3]
 */
export function concatenate<D extends DType, R extends number>(
  arrays: readonly ChunkedArray<D, R>[],
  axis: number | null = 0,
): ChunkedArray<D, R> {
  return concatenateAs("concatenate", arrays, axis);
}

/** The same under a name of several, for messages. */
function concatenateAs<D extends DType, R extends number>(
  name: string,
  arrays: readonly ChunkedArray<D, R>[],
  axis: number | null,
): ChunkedArray<D, R> {
  checkArrayList(name, arrays);
  if (axis === null) {
    const flat = arrays.map((x): ChunkedArray => ravel(x as ChunkedArray));
    return concatenateAs(name, flat, 0) as ChunkedArray<D> as ChunkedArray<D, R>;
  }
  const first = arrays[0];
  if (first === undefined) {
    throw new ArgumentError("value", `${name} needs at least one array, got none`);
  }
  const along = checkAxis(axis, first.ndim);
  for (const other of arrays) checkFits(first, other, along);
  return concatenateParts(arrays, along);
}

/**
 * The same for arrays that are known to fit, such as parts of one array whose lengths are unknown.
 */
export function concatenateParts<D extends DType, R extends number>(
  arrays: readonly ChunkedArray<D, R>[],
  along: number,
): ChunkedArray<D, R> {
  const first = arrays[0] as ChunkedArray<D, R>;
  const dtype = promote(...(arrays.map((x) => x.dtype) as [D, ...D[]])) as D;
  const labels = first.shape.map((_, i) => i);
  // Those without elements add nothing but their dtype: no blocks of length 0.
  const some = arrays.filter((x) => x.shape[along] !== 0);
  const joined = some.length > 0 ? some : arrays;
  const unified = unifyChunks(
    joined.map((x) => ({
      chunks: x.chunks.filter((_, i) => i !== along),
      labels: labels.filter((i) => i !== along),
    })),
  );
  const parts = joined.map((x) =>
    rechunkTo(
      astype(x, dtype),
      x.chunks.map((own, i) => unified.get(i) ?? own),
    ),
  );
  if (parts.length === 1) return parts[0] as ChunkedArray<D, R>;
  return first.derive(
    concatenateNode(
      parts.map((x) => x.node),
      along,
      dtype,
    ),
  );
}

/**
 * {@link concatenate} by its name in the array API standard.
 *
 * @param arrays of the same shape along all other axes
 * @param axis an axis; null for one axis of all elements
 * @returns as {@link concatenate}
 * @chunks as {@link concatenate}
 * @throws ArgumentError as {@link concatenate}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.concat.html
 * @example
 * concat([ones([2]), ones([3])]).chunks; // → [[2, 3]]
 * await concat([asarray([[1], [2]]), asarray([[3]])], null).compute(); // → [1, 2, 3]
 */
export function concat<D extends DType, R extends number>(
  arrays: readonly ChunkedArray<D, R>[],
  axis: number | null = 0,
): ChunkedArray<D, R> {
  return concatenateAs("concat", arrays, axis);
}

/**
 * The arrays one after the other along a new axis.
 *
 * @param arrays at least one, all of one shape
 * @param axis the new axis' place in the result
 * @returns the promoted dtype, with an axis as long as the list
 * @chunks those of all, unified, and blocks of length 1 along the new axis; one task per block
 * @throws ArgumentError `argument.shape` when shapes differ, `argument.axis` for no such axis
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.stack.html
 * @example stack([zeros(3), ones(3)]).shape; // → [2, 3]
 */
export function stack<D extends DType, R extends number>(
  arrays: readonly ChunkedArray<D, R>[],
  axis = 0,
): ChunkedArray<D, RankPlusOne<R>> {
  checkArrayList("stack", arrays);
  const first = arrays[0];
  if (first === undefined) {
    throw new ArgumentError("value", "stack needs at least one array, got none");
  }
  for (const x of arrays) if (arrays.length > 1) checkLengths("stack", x.chunks);
  const other = arrays.find((x) => !sameShape(x.shape, first.shape));
  if (other !== undefined) {
    throw new ArgumentError(
      "shape",
      `stack needs arrays of one shape, got ${formatShape(first.shape)} and ${formatShape(other.shape)}`,
      { shapes: arrays.map((x) => x.shape) },
    );
  }
  const place = checkAxis(axis, first.ndim + 1);
  return concatenate(
    arrays.map((x) => expandDims(x, place)),
    place,
  );
}

function checkFits(first: ChunkedArray, other: ChunkedArray, along: number): void {
  const others = [...other.chunks.keys()].filter((axis) => axis !== along);
  if (other !== first) checkLengths("concatenate along another axis", other.chunks, others);
  const fits =
    other.ndim === first.ndim &&
    other.shape.every((n, i) => i === along || Object.is(n, first.shape[i]));
  if (fits) return;
  throw new ArgumentError(
    "shape",
    `arrays of shape ${formatShape(first.shape)} and ${formatShape(other.shape)} cannot be ` +
      `joined along axis ${along}: all other axes must have equal lengths`,
    { shapes: [first.shape, other.shape], axis: along },
  );
}

function concatenateNode(parts: readonly LayerNode[], axis: number, dtype: DType): LayerNode {
  const inputs = [...new Map(parts.map((part) => [part.layer.name, part])).values()];
  const names = inputs.map((input) => input.layer.name);
  const [first] = parts;
  const layer = nameLayer<ConcatenateLayer>("concatenate", {
    kind: "concatenate",
    inputs: names,
    chunks: (first as LayerNode).layer.chunks.map((own, i) =>
      i === axis ? parts.flatMap((part) => part.layer.chunks[i] ?? []) : own,
    ),
    dtype,
    axis,
    parts: parts.map((part) => names.indexOf(part.layer.name)),
  });
  return { layer, inputs };
}

/**
 * The slabs of the array along an axis, one array each.
 *
 * @param axis the axis that goes
 * @returns arrays without the axis, in the dtype of `x`
 * @chunks those of `x` along the other axes; two tasks per block of each
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.unstack.html
 * @example unstack(zeros([3, 4])).map((row) => row.shape); // → [[4], [4], [4]]
 */
export function unstack<D extends DType>(x: ChunkedArray<D>, axis = 0): ChunkedArray<D>[] {
  checkArrays("unstack", x);
  const at = checkAxis(axis, x.ndim);
  checkLengths("unstack", x.chunks, [at]);
  return Array.from(
    { length: x.shape[at] as number },
    (_, i) => squeeze(along(x, at, i, i + 1), at) as ChunkedArray<D>,
  );
}
