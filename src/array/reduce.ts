// How a reduction becomes layers: a first step in every block, then a tree that joins neighbouring
// states. The reductions by name are ops/reductions.ts; what states look like is graph/reduction.ts.
import { type DType, isBigInt, isComplex, isInteger, itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { accumulated } from "../base/promotion.js";
import { type Chunks, numBlocks, sizeOf, UNKNOWN_LENGTH } from "../graph/chunks.js";
import type { BlockwiseLayer, TreeReduceLayer } from "../graph/layer.js";
import type { LayerNode } from "../graph/layer-node.js";
import { nameLayer } from "../graph/naming.js";
import {
  needsElements,
  type Reduction,
  type ReductionName,
  stateFields,
} from "../graph/reduction.js";
import { type AxisLike, checkAxes, checkAxis, formatShape, longest } from "./axes.js";
import type { ChunkedArray } from "./chunked-array.js";
import { DEFAULT_BLOCK_BYTES } from "./normalize-chunks.js";
import { ProgramBuilder } from "./program-builder.js";
import { checkLengths } from "./unknown-lengths.js";

/** How many blocks one task of the tree joins: in all, or along each axis. */
export type SplitEvery = number | { readonly [axis: number]: number };

/** What a reduction needs besides the array. */
export interface ReduceOptions {
  readonly keepdims?: boolean;
  readonly splitEvery?: SplitEvery;
  readonly correction?: number;
}

/** Blocks that a task of the tree joins at most unless told: Dask's 4 makes many small tasks. */
const DEFAULT_SPLIT_EVERY = 16;
/** Bytes of states that a task of the tree reads at most unless told, or those of two. */
const JOINED_BYTES_MAX = DEFAULT_BLOCK_BYTES;

/** The dtypes of a reduction: of what goes in (its state's unless given), on the way, and out. */
export interface ReductionDTypes {
  readonly values?: DType;
  readonly state: DType;
  readonly result: DType;
}

/**
 * How elements of `dtype` are added up or multiplied: integers in 64 bits, which wrap around, all
 * others in double precision. Shorter integers go in as they are: that is faster.
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
  const every = options.splitEvery ?? affordableSplit(x.chunks, reduction);
  const groups = groupsPerAxis(numBlocks(x.chunks), axes, every);
  let node = firstStep(x.node, reduction, dtypes.values ?? dtypes.state);
  for (let counts = numBlocks(x.chunks); axes.some((a) => (counts[a] as number) > 1); ) {
    counts = counts.map((count, a) => Math.ceil(count / (groups[a] as number)));
    node = treeLevel(node, x.chunks, counts, groups, reduction);
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
  const counts = numBlocks(loopChunks);
  const final = reduction.axes.every((axis) => counts[axis] === 1);
  const layer = nameLayer<BlockwiseLayer>(final ? reduction.name : `${reduction.name}-partial`, {
    kind: "blockwise",
    ...fields,
    loopChunks,
    reduction,
    final,
    chunks: final ? resultGrid(loopChunks, reduction) : stateGrid(loopChunks, counts, reduction),
    dtype: final ? reduction.dtype : reduction.stateDType,
  });
  return { layer, inputs };
}

/** One level of the tree: `counts` states per axis are left after it. */
function treeLevel(
  from: LayerNode,
  loopChunks: Chunks,
  counts: readonly number[],
  groups: readonly number[],
  reduction: Reduction,
): LayerNode {
  const final = reduction.axes.every((axis) => counts[axis] === 1);
  const layer = nameLayer<TreeReduceLayer>(final ? reduction.name : `${reduction.name}-combine`, {
    kind: "treeReduce",
    inputs: [from.layer.name],
    reduction,
    groups,
    final,
    chunks: final ? resultGrid(loopChunks, reduction) : stateGrid(loopChunks, counts, reduction),
    dtype: final ? reduction.dtype : reduction.stateDType,
  });
  return { layer, inputs: [from] };
}

/** One state per block along reduced axes; several fields lie along an extra leading axis. */
function stateGrid(loopChunks: Chunks, counts: readonly number[], reduction: Reduction): Chunks {
  const fields = stateFields(reduction.name, reduction.count);
  // Where a block may turn out to have no elements, a state that needs some may be empty, too.
  const mayBeEmpty = needsElements(reduction.name) && Number.isNaN(reduction.count);
  const length = mayBeEmpty ? UNKNOWN_LENGTH : 1;
  const grid = loopChunks.map((axis, i) =>
    reduction.axes.includes(i) ? new Array<number>(counts[i] as number).fill(length) : axis,
  );
  return fields > 1 ? [[fields], ...grid] : grid;
}

function resultGrid(loopChunks: Chunks, { axes, keepdims }: Reduction): Chunks {
  return loopChunks.flatMap((axis, i) => {
    if (!axes.includes(i)) return [axis];
    return keepdims ? [[1]] : [];
  });
}

/** As many states as a task may read at once: large ones, of long axes that are kept, are joined by twos. */
function affordableSplit(chunks: Chunks, { name, count, axes, stateDType }: Reduction): number {
  const kept = chunks.filter((_, axis) => !axes.includes(axis));
  const stateBytes = kept.reduce(
    (bytes, axis) => bytes * longest(axis),
    stateFields(name, count) * itemBytes(stateDType),
  );
  const affordable = Math.floor(JOINED_BYTES_MAX / stateBytes);
  // Lengths that nobody knows make no number.
  return affordable < DEFAULT_SPLIT_EVERY ? Math.max(2, affordable) : DEFAULT_SPLIT_EVERY;
}

/** Per axis, how many neighbouring states one task joins; 1 along axes that are kept. */
function groupsPerAxis(
  counts: readonly number[],
  axes: readonly number[],
  splitEvery: SplitEvery,
): number[] {
  const groups = counts.map(() => 1);
  if (typeof splitEvery === "number") {
    spread(groups, counts, axes, checkSplit(splitEvery, 1));
    return groups;
  }
  for (const axis of axes) groups[axis] = 2;
  for (const [key, every] of Object.entries(splitEvery)) {
    const axis = checkAxis(Number(key), counts.length);
    if (axes.includes(axis)) groups[axis] = checkSplit(every, 2);
  }
  return groups;
}

/** Spreads `splitEvery` evenly over the axes; what short axes do not need goes to the others. */
function spread(
  groups: number[],
  counts: readonly number[],
  axes: readonly number[],
  splitEvery: number,
): void {
  const cut = axes
    .filter((axis) => (counts[axis] as number) > 1)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number));
  let rest = splitEvery;
  cut.forEach((axis, i) => {
    const share = Math.max(2, Math.floor(rest ** (1 / (cut.length - i)) + 1e-9));
    groups[axis] = Math.min(share, counts[axis] as number);
    rest /= groups[axis];
  });
}

function checkSplit(every: number, least: number): number {
  if (Number.isSafeInteger(every) && every >= least) return every;
  throw new ArgumentError("value", `splitEvery must be a whole number from 2, got ${every}`, {
    splitEvery: every,
  });
}
