// A user's function of whole blocks. functions/ sends its source;
// kernels/user-functions/map-blocks-kernel.ts calls it.
import type { NdArray } from "ndarray";
import type { NdData } from "../../base/block.js";
import { checkDType, type DType, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { functionRef } from "../../functions/function-ref.js";
import { type Chunks, shapeOf } from "../../graph/model/chunks.js";
import type { LayerOperand, MapBlocksLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { BlockInfo } from "../../kernels/user-functions/map-blocks-kernel.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes } from "../chunks/axes.js";
import {
  broadcastShapes,
  trailingLabels,
  unifiedOperand,
  unifyChunks,
} from "../chunks/broadcast.js";
import { checkArrays } from "../layers/array-operands.js";
import type { ElementsOf } from "../layers/array-types.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { elementwiseReach } from "./local-functions.js";

/**
 * The return value of a function of blocks: an ndarray, a list of elements, or the single number of
 * a block.
 */
export type BlockResult =
  | NdArray
  | NdArray<NdData>
  | ArrayLike<number>
  | ArrayLike<bigint>
  | Scalar;

/** The same, or a promise of it, which is waited for. */
export type BlockReturn = BlockResult | PromiseLike<BlockResult>;

/** Blocks of several arrays, as a function of blocks gets them. */
export type BlocksOf<O extends readonly ChunkedArray[]> = {
  -readonly [K in keyof O]: O[K] extends ChunkedArray<infer D, number>
    ? NdArray<ElementsOf<D>>
    : never;
};

/**
 * A function of blocks. It receives the block of the array, blocks of the other arrays, and its
 * position. The blocks are row-major copies, which it may change. The variables that it captures
 * are sent with it, with their values at the call of `mapBlocks`. It may be asynchronous.
 */
export type BlockFunction<D extends DType, O extends readonly ChunkedArray[] = []> = (
  block: NdArray<ElementsOf<D>>,
  ...rest: [...BlocksOf<O>, BlockInfo]
) => BlockReturn;

/** The result's rank: other arrays may bring more axes, options may drop and add some. */
export type MapRank<R extends number, O, A = undefined, N = undefined> = [A, N] extends [
  undefined,
  undefined,
]
  ? O extends readonly []
    ? R
    : number
  : number;

/** Options of {@link mapBlocks}. */
export interface MapBlocksOptions<
  T extends DType,
  O extends readonly ChunkedArray[] = [],
  A extends AxisLike = AxisLike,
  N extends AxisLike = AxisLike,
> {
  /** The result's dtype; default: that of the array. */
  readonly dtype?: T;
  /**
   * Block lengths of the result, if the function changes them: per axis one length for all blocks,
   * or every length. The number of blocks stays.
   */
  readonly chunks?: readonly (number | readonly number[])[];
  /** Axes that the result lacks. The function receives them as one block. */
  readonly dropAxis?: A;
  /**
   * Axes of the result, counted without those dropped, that the function adds: each of length 1
   * unless `chunks` sets another.
   */
  readonly newAxis?: N;
  /** Values of variables that the function uses but does not declare, in place of captured ones. */
  readonly captured?: Readonly<Record<string, unknown>>;
  /** Further arrays whose blocks the function receives. Shapes broadcast, chunks are unified. */
  readonly others?: O;
  /**
   * Declares that each element of the result depends only on the elements at its position:
   * `x.mapBlocks(f)[i]` is `f` of element i. Slices of the result are then taken before the
   * function is called, on shorter blocks. Without it they are taken of whole blocks.
   */
  readonly elementwise?: boolean;
}

/**
 * Applies `f` to every block.
 *
 * @param f called as `f(block, ...blocks of others, { blockIndex, numBlocks, offset, shape })` with
 * ndarrays; its source is sent to the workers with the variables that it captured. Blocks of
 * complex arrays, and what it returns for one, have one more axis: real and imaginary part. A
 * promise is waited for
 * @returns the dtype of `x` unless the options name one
 * @chunks those of `x` by default; one task per block
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.chunks` when they do
 * not fit the blocks, `argument.shape` when others do not broadcast, `argument.value` when a
 * function declared elementwise takes its position, or changes chunks or axes
 * @see https://docs.dask.org/en/stable/generated/dask.array.map_blocks.html
 * @example
 * const factor = 3;
 * const scaled = arange(4, { chunks: 2 }).mapBlocks((block) => block.data.map((v) => v * factor));
 * await scaled.compute(); // → [0, 3, 6, 9]
 */
export function mapBlocks<
  D extends DType,
  R extends number,
  T extends DType = D,
  const O extends readonly ChunkedArray[] = [],
  A extends AxisLike = undefined,
  N extends AxisLike = undefined,
>(
  x: ChunkedArray<D, R>,
  f: BlockFunction<D, O>,
  options: MapBlocksOptions<T, O, A, N> = {},
): ChunkedArray<T, MapRank<R, O, A, N>> {
  checkArrays("mapBlocks", x);
  const nodes = [x, ...(options.others ?? [])].map(({ node }) => node);
  const grid = resultAxes(alignBlocks(nodes, options.dropAxis), options);
  const chunks =
    options.chunks === undefined ? grid.loopChunks : blockChunks(options.chunks, grid.loopChunks);
  const place = options.elementwise === true ? elementwiseReach(f, grid, options) : {};
  return x.derive(blocksNode(f, { ...grid, chunks }, options, x.dtype, place));
}

/** The node of a function of blocks, over a grid of them. */
export function blocksNode<D extends DType, const O extends readonly ChunkedArray[]>(
  f: BlockFunction<D, O>,
  grid: Omit<BlockGrid, "axes"> & { readonly chunks: Chunks },
  options: Pick<MapBlocksOptions<DType>, "captured" | "dtype">,
  dtype: DType,
  margins: Pick<MapBlocksLayer, "margins" | "reach"> = {},
): LayerNode {
  const ref = functionRef(f, { captured: options.captured, mayWait: true });
  const layer = nameLayer<MapBlocksLayer>(
    wordFor(ref.name),
    {
      kind: "mapBlocks",
      inputs: grid.inputs.map((input) => input.layer.name),
      operands: grid.operands,
      loopChunks: grid.loopChunks,
      chunks: grid.chunks,
      dtype: checkDType(options.dtype ?? dtype),
      function: ref,
      ...margins,
    },
    { function: ref.hash },
  );
  return { layer, inputs: grid.inputs };
}

/** A layer is called after the user's function, where that has a plain name. */
function wordFor(name: string): string {
  return /^\w+$/.test(name) && name !== "anonymous" ? name : "mapBlocks";
}

/** Arrays in one grid of blocks: an array that occurs twice is one input. */
export interface BlockGrid {
  readonly inputs: readonly LayerNode[];
  readonly operands: readonly LayerOperand[];
  readonly loopChunks: Chunks;
  /** Which axis of the arrays, broadcast, each axis of the grid is; -1 for new ones. */
  readonly axes: readonly number[];
}

/** Brings arrays to one grid, the axes to drop in one block. */
export function alignBlocks(nodes: readonly LayerNode[], dropped?: AxisLike): BlockGrid {
  const shape = broadcastShapes(...nodes.map((node) => shapeOf(node.layer.chunks)));
  const whole = new Set(dropped === undefined ? [] : checkAxes(dropped, shape.length));
  const labelled = nodes.map((node) => trailingLabels(node.layer.chunks, shape.length));
  const unified = unifyChunks(labelled);
  for (const axis of whole) {
    if ((unified.get(axis)?.length ?? 1) > 1) unified.set(axis, [shape[axis] as number]);
  }
  const aligned = labelled.map((operand, i) =>
    rechunkNode(nodes[i] as LayerNode, unifiedOperand(operand, unified)),
  );
  const axes = [...shape.keys()];
  const operands = labelled.map((operand, i): LayerOperand => {
    const lengths = shapeOf((nodes[i] as LayerNode).layer.chunks);
    return {
      input: i,
      axes: operand.labels.map((axis, j) => (lengths[j] === 1 && shape[axis] !== 1 ? -1 : axis)),
    };
  });
  const loopChunks = axes.map((axis) => unified.get(axis) as readonly number[]);
  return gridOf(aligned, { inputs: aligned, operands, loopChunks, axes });
}

/** A grid with these arrays, one for each operand, instead of its own. */
export function gridOf(nodes: readonly LayerNode[], grid: BlockGrid): BlockGrid {
  const inputs = new Map<string, LayerNode>();
  const operands = grid.operands.map(({ axes }, i): LayerOperand => {
    const node = nodes[i] as LayerNode;
    inputs.set(node.layer.name, inputs.get(node.layer.name) ?? node);
    return { input: [...inputs.keys()].indexOf(node.layer.name), axes };
  });
  return { ...grid, inputs: [...inputs.values()], operands };
}

/** The grid without the axes to drop, and with new ones of one block. */
export function resultAxes(
  grid: BlockGrid,
  { dropAxis, newAxis }: Pick<MapBlocksOptions<DType>, "dropAxis" | "newAxis">,
): BlockGrid {
  const dropped = dropAxis === undefined ? [] : checkAxes(dropAxis, grid.axes.length);
  const axes = grid.axes.filter((axis) => !dropped.includes(axis));
  if (newAxis !== undefined && newAxis !== null) {
    const count = typeof newAxis === "number" ? 1 : newAxis.length;
    for (const axis of checkAxes(newAxis, axes.length + count)) axes.splice(axis, 0, -1);
  }
  if (axes.join() === grid.axes.join()) return grid;
  return {
    inputs: grid.inputs,
    operands: grid.operands.map((operand) => ({
      ...operand,
      axes: operand.axes.map((axis) => (axis < 0 ? -1 : axes.indexOf(axis))),
    })),
    loopChunks: axes.map((axis) => (axis < 0 ? [1] : (grid.loopChunks[axis] as readonly number[]))),
    axes,
  };
}

/** The chunks of an option, over the blocks of a grid. */
export function blockChunks(
  given: readonly (number | readonly number[])[],
  loopChunks: Chunks,
): Chunks {
  const chunks = given.map((axis, i) =>
    typeof axis === "number" ? new Array<number>(loopChunks[i]?.length ?? 1).fill(axis) : axis,
  );
  const fits =
    chunks.length === loopChunks.length &&
    chunks.every((axis, i) => axis.length === loopChunks[i]?.length);
  if (!fits || !chunks.flat().every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new ArgumentError(
      "chunks",
      `mapBlocks makes ${loopChunks.map((axis) => axis.length).join(" × ")} blocks: chunks must ` +
        "name a length, or as many lengths, for each axis",
      { chunks: given },
    );
  }
  return chunks;
}
