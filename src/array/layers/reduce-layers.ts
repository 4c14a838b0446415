// Turns a reduction into layers: a first step in every block, then a tree that joins neighbouring
// states. The reductions by name are reductions/sum.ts; graph/model/reduction.ts describes states,
// graph/model/reduction-tree.ts the tree.
import { type DType, isBigInt, isComplex, isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { accumulated } from "../../base/promotion.js";
import { setting } from "../../base/settings.js";
import { numBlocks, sizeOf } from "../../graph/model/chunks.js";
import type { BlockwiseLayer, TreeReduceLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import { needsElements, type Reduction, type ReductionName } from "../../graph/model/reduction.js";
import {
  DEFAULT_SPLIT_EVERY,
  leftBy,
  levelCounts,
  spreadGroups,
  treeLevel,
} from "../../graph/model/reduction-tree.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { ProgramBuilder } from "./program-builder.js";

/** How many blocks one task of the tree joins: in all, or along each axis. */
export type SplitEvery = number | { readonly [axis: number]: number };

/** Options of a reduction. */
export interface ReduceOptions {
  readonly keepdims?: boolean;
  readonly splitEvery?: SplitEvery;
  readonly correction?: number;
}

/**
 * The dtypes of a reduction: of its input (by default that of its state), its state and its result.
 */
export interface ReductionDTypes {
  readonly values?: DType;
  readonly state: DType;
  readonly result: DType;
}

/**
 * How elements of `dtype` are added up or multiplied: integers in 64 bits, which wrap around, all
 * others in double precision. Shorter integers are not converted first: that is faster.
 */
export function sumDTypes(dtype: DType, result: DType): ReductionDTypes {
  if (isComplex(result)) return { state: "complex128", result };
  const state = accumulated(result);
  if (!isBigInt(state)) return { state: "float64", result };
  const short = dtype === "bool" || (isInteger(dtype) && !isBigInt(dtype));
  return { values: short ? dtype : state, state, result };
}

/** The node of the reduction `name` over `axis`. */
export function reduceNode(
  x: ChunkedArray,
  name: ReductionName,
  axis: AxisLike,
  dtypes: ReductionDTypes,
  options: ReduceOptions,
): LayerNode {
  const axes = checkAxes(axis, x.ndim);
  const reduction: Reduction = {
    name,
    axes,
    count: sizeOf(axes.map((a) => x.shape[a] as number)),
    correction: options.correction ?? 0,
    stateDType: dtypes.state,
    dtype: dtypes.result,
    keepdims: options.keepdims ?? false,
    shape: x.shape,
  };
  if (name === "argmin" || name === "argmax") checkLengths(name, x.chunks, axes);
  checkReducible(x, reduction);
  const counts = numBlocks(x.chunks);
  // Fewer large states are joined at once: graph/passes/split-reductions.ts.
  const splitEvery =
    options.splitEvery ?? setting<number>("array.splitEvery") ?? DEFAULT_SPLIT_EVERY;
  const groups = groupsPerAxis(counts, axes, splitEvery);
  const space = { reduction, loopChunks: x.chunks, groups };
  const given = options.splitEvery === undefined ? {} : { isGiven: true as const };
  let node = firstStep(x.node, reduction, dtypes.values ?? dtypes.state);
  for (const left of levelCounts(counts, axes, groups)) {
    const { layer, word } = treeLevel(node.layer.name, space, left);
    node = { layer: nameLayer<TreeReduceLayer>(word, { ...layer, ...given }), inputs: [node] };
  }
  return node;
}

function checkReducible(x: ChunkedArray, { name, axes, count }: Reduction): void {
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  if (count === 0 && sizeOf(kept) > 0 && needsElements(name)) {
    throw new ArgumentError(
      "shape",
      `${name} of no elements is not defined: the shape is ${formatShape(x.shape)}`,
      { shape: x.shape, axes },
    );
  }
}

/** Reduces within each block; makes results at once where a block sees all of the reduced axes. */
function firstStep(from: LayerNode, reduction: Reduction, values: DType): LayerNode {
  const loopChunks = from.layer.chunks;
  const builder = new ProgramBuilder();
  const load = builder.load(from, [...loopChunks.keys()]);
  builder.cast(load, values);
  const { inputs, fields } = builder.finish();
  const left = leftBy(reduction, loopChunks);
  const word = left.final ? reduction.name : `${reduction.name}-partial`;
  const layer = nameLayer<BlockwiseLayer>(word, {
    kind: "blockwise",
    ...fields,
    loopChunks,
    reduction,
    ...left,
  });
  return { layer, inputs };
}

/** Per axis, how many neighbouring states one task joins; 1 along axes that are kept. */
function groupsPerAxis(
  counts: readonly number[],
  axes: readonly number[],
  splitEvery: SplitEvery,
): number[] {
  if (typeof splitEvery === "number") {
    return spreadGroups(counts, axes, checkSplit(splitEvery, 1));
  }
  const groups = counts.map(() => 1);
  for (const axis of axes) groups[axis] = 2;
  for (const [key, every] of Object.entries(splitEvery)) {
    const axis = checkAxis(Number(key), counts.length);
    if (axes.includes(axis)) groups[axis] = checkSplit(every, 2);
  }
  return groups;
}

function checkSplit(every: number, least: number): number {
  if (Number.isSafeInteger(every) && every >= least) return every;
  throw new ArgumentError("value", `splitEvery must be a whole number from 2, got ${every}`, {
    splitEvery: every,
  });
}
