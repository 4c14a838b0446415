// A user's function of whole blocks. How its source travels is functions/; how it is called is
// kernels/map-blocks.ts.

import type { NdArray } from "ndarray";
import type { NdData } from "../../base/block.js";
import { checkDType, type DType, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { functionRef } from "../../functions/function-ref.js";
import { type Chunks, shapeOf } from "../../graph/chunks.js";
import type { Operand as LayerOperand, MapBlocksLayer } from "../../graph/layer.js";
import type { LayerNode } from "../../graph/layer-node.js";
import { nameLayer } from "../../graph/naming.js";
import type { BlockInfo } from "../../kernels/map-blocks.js";
import type { ElementsOf } from "../array-types.js";
import { broadcastShapes, trailingLabels, unifiedOperand, unifyChunks } from "../broadcast.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../operands.js";
import { rechunkNode } from "./rechunk.js";

/** What a function of blocks may return: the block as an ndarray, its elements, or its one number. */
export type BlockResult =
  | NdArray
  | NdArray<NdData>
  | ArrayLike<number>
  | ArrayLike<bigint>
  | Scalar;

/** The same, or a promise of it, which is waited for. */
export type BlockGiven = BlockResult | PromiseLike<BlockResult>;

/** Blocks of several arrays, as a function of blocks gets them. */
type BlocksOf<O extends readonly ChunkedArray[]> = {
  -readonly [K in keyof O]: O[K] extends ChunkedArray<infer D, number>
    ? NdArray<ElementsOf<D>>
    : never;
};

/**
 * A function of blocks: gets the block of the array, blocks of the other arrays, and where it is. The
 * blocks are copies, row-major, the function's own until it returns. What it uses of its surroundings
 * travels with it, as it is when the function is given. It may be asynchronous.
 */
export type BlockFunction<D extends DType, O extends readonly ChunkedArray[] = []> = (
  block: NdArray<ElementsOf<D>>,
  ...rest: [...BlocksOf<O>, BlockInfo]
) => BlockGiven;

/** The result's rank: other arrays may bring more axes. */
export type MapRank<R extends number, O> = O extends readonly [] ? R : number;

/** Options of {@link mapBlocks}. */
export interface MapBlocksOptions<T extends DType, O extends readonly ChunkedArray[] = []> {
  /** The result's dtype; that of the array unless given. */
  readonly dtype?: T;
  /**
   * Block lengths of the result, where the function changes them: per axis a length that all blocks
   * have, or every length. The number of blocks stays.
   */
  readonly chunks?: readonly (number | readonly number[])[];
  /** Values of variables that the function uses but does not declare, instead of those around it. */
  readonly captured?: Readonly<Record<string, unknown>>;
  /** Arrays whose blocks the function gets as well; shapes broadcast, chunks are unified. */
  readonly others?: O;
}

/**
 * Applies `f` to every block.
 *
 * @param f called as `f(block, ...blocks of others, { blockIndex, numBlocks, offset, shape })` with
 * ndarrays; its source is sent to the workers with the variables that it captured. Blocks of complex
 * arrays, and what it returns for one, have one more axis: real and imaginary part. A promise is waited for
 * @returns the dtype of `x` unless the options name one
 * @chunks those of `x` unless the options say; one task per block
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.chunks` when they do
 * not fit the blocks, `argument.shape` when others do not broadcast
 * @see https://docs.dask.org/en/stable/generated/dask.array.map_blocks.html
 *
 * @example
 * ```ts
 * const factor = 3;
 * const scaled = arange(4, { chunks: 2 }).mapBlocks((block) => block.data.map((v) => v * factor));
 * await scaled.compute(); // → [0, 3, 6, 9]
 * ```
 */
export function mapBlocks<
  D extends DType,
  R extends number,
  T extends DType = D,
  const O extends readonly ChunkedArray[] = [],
>(
  x: ChunkedArray<D, R>,
  f: BlockFunction<D, O>,
  options: MapBlocksOptions<T, O> = {},
): ChunkedArray<T, MapRank<R, O>> {
  checkArrays("mapBlocks", x);
  return x.derive(mapBlocksNode(x, f, options));
}

/**
 * The node of {@link mapBlocks}.
 *
 * @param middle the chunks of the result where it is the middle of what the function gives
 */
export function mapBlocksNode<
  D extends DType,
  T extends DType,
  const O extends readonly ChunkedArray[],
>(
  x: ChunkedArray<D>,
  f: BlockFunction<D, O>,
  options: MapBlocksOptions<T, O>,
  middle?: Pick<MapBlocksLayer, "chunks" | "margins">,
): LayerNode {
  const ref = functionRef(f, { captured: options.captured, mayWait: true });
  const arrays: readonly ChunkedArray[] = [x, ...(options.others ?? [])];
  const { inputs, operands, loopChunks } = alignBlocks(arrays.map(({ node }) => node));
  const layer = nameLayer<MapBlocksLayer>(
    wordFor(ref.name),
    {
      kind: "mapBlocks",
      inputs: inputs.map((input) => input.layer.name),
      operands,
      loopChunks,
      chunks: options.chunks === undefined ? loopChunks : resultChunks(options.chunks, loopChunks),
      dtype: checkDType(options.dtype ?? x.dtype),
      function: ref,
      ...middle,
    },
    { function: ref.hash },
  );
  return { layer, inputs };
}

/** A layer is called after the user's function, where that has a plain name. */
function wordFor(name: string): string {
  return /^\w+$/.test(name) && name !== "anonymous" ? name : "mapBlocks";
}

/** Brings arrays to one grid; an array that stands twice is one input. */
export function alignBlocks(nodes: readonly LayerNode[]): {
  readonly inputs: readonly LayerNode[];
  readonly operands: readonly LayerOperand[];
  readonly loopChunks: Chunks;
} {
  const shape = broadcastShapes(...nodes.map((node) => shapeOf(node.layer.chunks)));
  const labelled = nodes.map((node) => trailingLabels(node.layer.chunks, shape.length));
  const unified = unifyChunks(labelled);
  const inputs = new Map<string, LayerNode>();
  const operands = labelled.map((operand, i): LayerOperand => {
    const node = rechunkNode(nodes[i] as LayerNode, unifiedOperand(operand, unified));
    inputs.set(node.layer.name, inputs.get(node.layer.name) ?? node);
    const lengths = shapeOf(node.layer.chunks);
    return {
      input: [...inputs.keys()].indexOf(node.layer.name),
      axes: operand.labels.map((axis, j) => (lengths[j] === 1 && shape[axis] !== 1 ? -1 : axis)),
    };
  });
  const loopChunks = shape.map((_, axis) => unified.get(axis) as readonly number[]);
  return { inputs: [...inputs.values()], operands, loopChunks };
}

function resultChunks(given: readonly (number | readonly number[])[], loopChunks: Chunks): Chunks {
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
