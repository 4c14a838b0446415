// Nodes that take listed elements. parse-index.ts and get-slice.ts interpret a user's index.
import { itemBytes, type TypedArray } from "../../base/dtype.js";
import { type Chunks, isUnknownAxis, longest, shapeOf, sizeOf } from "../../graph/model/chunks.js";
import type {
  AxisSelection,
  LayerOperand,
  RoutineLayer,
  TakeLayer,
} from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { Routine } from "../../graph/model/routine.js";
import { normalizeChunks } from "../chunks/normalize-chunks.js";

/** Points along some axes of an array; all lists are equally long. */
export interface Points {
  readonly axes: readonly number[];
  readonly indices: readonly TypedArray[];
}

/**
 * The node of the points, whose axis is at `place` among the axes that are not indexed.
 *
 * @param lengths how the axis of points is cut; default: about as the indexed axes
 */
export function takeNode(
  from: LayerNode,
  points: Points,
  place: number,
  lengths?: readonly number[],
): LayerNode {
  const { axes, indices } = points;
  const { chunks, dtype } = from.layer;
  const order = [...axes.keys()].sort((a, b) => (axes[a] as number) - (axes[b] as number));
  const kept: (readonly number[])[] = chunks.filter((_, axis) => !axes.includes(axis));
  const count = indices[0]?.length ?? 0;
  const indexed = axes.map((axis) => chunks[axis] as readonly number[]);
  kept.splice(place, 0, lengths ?? pointChunks(count, indexed, kept, itemBytes(dtype)));
  const layer = nameLayer<TakeLayer>("take", {
    kind: "take",
    inputs: [from.layer.name],
    chunks: kept,
    dtype,
    axes: order.map((k) => axes[k] as number),
    indices: order.map((k) => indices[k] as TypedArray),
    place,
  });
  return { layer, inputs: [from] };
}

/**
 * How many times as many blocks points come in as their source has, but for the limit of their
 * bytes.
 */
const BLOCKS_GROWTH_MAX = 4;

/**
 * Blocks of points about as long as the blocks they come from, longer where positions repeat much;
 * never of more than 128 MiB.
 */
function pointChunks(
  count: number,
  indexed: Chunks,
  kept: Chunks,
  bytesPerElement: number,
): readonly number[] {
  if (count === 0) return [0];
  const blocks = indexed.reduce((product, axis) => product * axis.length, 1);
  const perBlock = Math.max(1, sizeOf(shapeOf(indexed)) / blocks);
  // Positions that repeat make longer blocks, not many more: tasks stay near those of the source.
  const wanted = Math.min(Math.round(count / perBlock), BLOCKS_GROWTH_MAX * blocks);
  const even = evenBlocks(count, Math.max(1, wanted));
  const limit = limitedLengths(count, kept, bytesPerElement);
  return longest(even) <= longest(limit) ? even : limit;
}

/**
 * Divides an axis of `count` so that no block exceeds 128 MiB, given the chunks `others` of the
 * other axes; one block if that is small enough.
 */
export function limitedLengths(
  count: number,
  others: Chunks,
  bytesPerElement: number,
): readonly number[] {
  const lengthOf = (axis: readonly number[]) => (isUnknownAxis(axis) ? 1 : longest(axis));
  const shape = [count, ...others.map((axis) => Math.max(1, lengthOf(axis)))];
  const [lengths = []] = normalizeChunks(["auto", ...shape.slice(1)], shape, {
    itemBytes: bytesPerElement,
  });
  return lengths;
}

/** About `blocks` blocks of one length; the last takes the remainder. */
function evenBlocks(count: number, blocks: number): number[] {
  const length = Math.round(count / blocks);
  const result: number[] = [];
  let rest = count;
  while (result.length < blocks - 1 && rest > length) {
    result.push(length);
    rest -= length;
  }
  return [...result, rest];
}

/** Positions that follow one another by 1 or -1, as a slice; undefined for others. */
export function asRange(positions: TypedArray): AxisSelection | undefined {
  const count = positions.length;
  const start = Number(positions[0] ?? 0);
  const step = count > 1 ? Number(positions[1]) - start : 1;
  if (Math.abs(step) !== 1) return undefined;
  for (let i = 1; i < count; i++) if (Number(positions[i]) !== start + i * step) return undefined;
  return { type: "range", start, step, count };
}

/**
 * A routine's node: `operands` are nodes with the loop axes that their axes run along.
 *
 * @param word the readable part of the layer's name
 */
export function routineNode(
  routine: Routine,
  operands: readonly (Omit<LayerOperand, "input"> & { readonly node: LayerNode })[],
  grids: { readonly loopChunks: Chunks; readonly chunks?: Chunks },
  dtype: RoutineLayer["dtype"],
  word: string = routine.name,
): LayerNode {
  const inputs = [...new Map(operands.map(({ node }) => [node.layer.name, node])).values()];
  const names = inputs.map((input) => input.layer.name);
  const layer = nameLayer<RoutineLayer>(word, {
    kind: "routine",
    inputs: names,
    routine,
    operands: operands.map(
      ({ node, ...rest }): LayerOperand => ({ input: names.indexOf(node.layer.name), ...rest }),
    ),
    loopChunks: grids.loopChunks,
    chunks: grids.chunks ?? grids.loopChunks,
    dtype,
  });
  return { layer, inputs };
}
