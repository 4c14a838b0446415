// Other shapes for the same elements in row-major order. How an array must be cut for it is
// ../reshape-plan.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import {
  type Chunks,
  hasUnknownLengths,
  isUnknownAxis,
  shapeOf,
  sizeOf,
  UNKNOWN_LENGTH,
} from "../../graph/model/chunks.js";
import type { ReshapeLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape, type ShapeLike, sameShape } from "../chunks/axes.js";
import { flattenedBetween, planReshape } from "../chunks/reshape-plan.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankOf } from "../layers/array-types.js";
import { checkList } from "../layers/check-arguments.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { exchangeOnesNode } from "./broadcast-to.js";

/** Options of {@link reshape}. */
export interface ReshapeOptions {
  /**
   * Whether blocks may be merged along leading axes where axes are merged; default: true
   * otherwise. False cuts the leading axes to 1 instead: more blocks, each within one old block.
   */
  readonly mergeChunks?: boolean;
}

/**
 * The same elements, in row-major order, in another shape.
 *
 * @param x an array
 * @param shape lengths; one of them may be -1 and is worked out
 * @returns the same dtype
 * @chunks rows of blocks, cut again where blocks must be contiguous and no larger than that needs;
 * one task per block, and those of the cut
 * @throws ArgumentError `argument.shape` when `shape` holds another number of elements
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.reshape.html
 * @example
 * await reshape(arange(6), [2, 3]).compute(); // → [[0, 1, 2], [3, 4, 5]]
 * reshape(zeros([4, 5, 6]), [-1, 6]).shape; // → [20, 6]
 */
export function reshape<D extends DType, const S extends ShapeLike>(
  x: ChunkedArray<D>,
  shape: S,
  options: ReshapeOptions = {},
): ChunkedArray<D, RankOf<S>> {
  checkArrays("reshape", x);
  if (typeof shape !== "number") checkList("a shape is a list of lengths", shape, "shape");
  if (hasUnknownLengths(x.chunks)) {
    return reshapeUnknown(x, typeof shape === "number" ? [shape] : shape) as ChunkedArray as never;
  }
  const target = completeShape(typeof shape === "number" ? [shape] : shape, x.shape);
  let { node } = x;
  const isOne = x.chunks.every((axis) => axis.length === 1);
  if (options.mergeChunks === false && x.ndim > target.length && !isOne) {
    const cut = x.ndim - target.length;
    node = rechunkNode(
      node,
      x.chunks.map((axis, i) => (i < cut ? new Array<number>(x.shape[i] as number).fill(1) : axis)),
    );
  }
  return x.derive(reshapeNode(node, target));
}

/**
 * The array with all its elements along one axis. As `reshape(x, -1)`.
 *
 * @returns one axis, the dtype of `x`
 * @chunks as {@link reshape}
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ravel.html
 * @example await ravel(asarray([[1, 2], [3, 4]], { chunks: 1 })).compute(); // → [1, 2, 3, 4]
 */
export function ravel<D extends DType>(x: ChunkedArray<D>): ChunkedArray<D, 1> {
  checkArrays("ravel", x);
  return reshape(x, [-1]);
}

/**
 * Where only the first axis is unknown and the others are not cut, each block can be reshaped by
 * itself.
 */
function reshapeUnknown<D extends DType>(
  x: ChunkedArray<D>,
  target: readonly number[],
): ChunkedArray<D> {
  const [rows = [], ...others] = x.chunks;
  const [first, ...rest] = target;
  if (!others.some(isUnknownAxis) && others.some((axis) => axis.length > 1)) {
    const whole = x.shape.slice(1).map((length) => [length]);
    return reshapeUnknown(x.derive(rechunkNode(x.node, [rows, ...whole])), target);
  }
  if (sameShape(x.shape, target) || (x.ndim === 1 && target.length === 1 && first === -1)) return x;
  const isWhole = others.every((axis) => axis.length === 1 && !Number.isNaN(axis[0]));
  const rowSize = sizeOf(others.map(([length = 1]) => length));
  const isRest = rest.every((length) => Number.isSafeInteger(length) && length > 0);
  if (first !== -1 || !isWhole || !isRest || rowSize % sizeOf(rest) !== 0) {
    checkLengths("reshape", x.chunks);
  }
  const lengths = rows.map(() => UNKNOWN_LENGTH);
  return x.derive(blockReshape(x.node, [lengths, ...rest.map((length) => [length])]));
}

function reshapeNode(node: LayerNode, target: readonly number[]): LayerNode {
  const shape = shapeOf(node.layer.chunks);
  if (sameShape(shape, target)) return node;
  if (sizeOf(target) === 0) {
    return sourceNode("empty", { type: "full", value: 0 }, target, node.layer.dtype, -1);
  }
  if (sameShape(withoutOnes(shape), withoutOnes(target))) return exchangeOnesNode(node, target);
  if (node.layer.chunks.every((axis) => axis.length === 1)) {
    return blockReshape(
      node,
      target.map((length) => [length]),
    );
  }
  const between = flattenedBetween(shape, target);
  if (!sameShape(between, target)) return reshapeNode(reshapeNode(node, between), target);
  const plan = planReshape(shape, target, node.layer.chunks);
  return blockReshape(rechunkNode(node, plan.inputChunks), plan.outputChunks);
}

/** Each block in another shape: block number n of grid `chunks` is block number n of the node. */
export function blockReshape(from: LayerNode, chunks: Chunks): LayerNode {
  const layer = nameLayer<ReshapeLayer>("reshape", {
    kind: "reshape",
    inputs: [from.layer.name],
    chunks,
    dtype: from.layer.dtype,
  });
  return { layer, inputs: [from] };
}

function completeShape(shape: readonly number[], current: readonly number[]): readonly number[] {
  const size = sizeOf(current);
  const open = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== open));
  const whole = shape.every((n, axis) => axis === open || (Number.isSafeInteger(n) && n >= 0));
  const complete = open < 0 ? shape : shape.map((n, axis) => (axis === open ? size / known : n));
  if (
    !whole ||
    (open >= 0 && known === 0) ||
    sizeOf(complete) !== size ||
    !complete.every(Number.isInteger)
  ) {
    throw new ArgumentError(
      "shape",
      `cannot reshape ${formatShape(current)} with ${size} elements to ${formatShape(shape)}`,
      { shape: current, target: shape },
    );
  }
  return complete;
}

function withoutOnes(shape: readonly number[]): number[] {
  return shape.filter((length) => length !== 1);
}
