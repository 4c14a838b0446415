// Blocks of `mapBlocks`: calls the user's function with the operands as ndarrays and copies its
// result into the output. Complex numbers have one more axis there: real and imaginary part. How a
// function is rebuilt from its source is functions/. The block of an asynchronous function is
// filled when its promise is fulfilled: then the kernel returns a promise, too.
//
// The function gets its own copies: modifying them has no effect on others. Their `data` is exactly
// the block, row-major, and not shared memory, which some built-ins reject.

import ndarray from "ndarray";
import {
  type Block,
  contiguousBlock,
  emptyBlock,
  type NdData,
  ndLayout,
  reusableBlock,
} from "../../base/block.js";
import {
  type DType,
  isComplex,
  isComplexValue,
  isScalar,
  partsOf,
  type TypedArray,
  typedArrayDType,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { scalarDType } from "../../base/promotion.js";
import { isThenable } from "../../base/thenable.js";
import { buildFunction } from "../../functions/build-function.js";
import { blockIndexOf, blockShape, numBlocks } from "../../graph/model/chunks.js";
import type { MapBlocksLayer, Margin } from "../../graph/model/layer.js";
import type { BlockKernel, DynamicKernel } from "../blocks/kernel.js";
import { fillElements } from "../blocks/scalar-values.js";
import { loopRange } from "../programs/blockwise.js";
import { copyBlock, isContiguous, subBlock } from "../programs/copy-block.js";
import { elementReader, listedItem, perElementBlock } from "./per-element.js";

/**
 * Information for a function given to `mapBlocks` about the block that it makes; passed after its
 * operands.
 */
export interface BlockInfo {
  /** Position of the block in the grid of blocks. */
  readonly blockIndex: readonly number[];
  /** Number of blocks along each axis. */
  readonly numBlocks: readonly number[];
  /** Position of the block's first element in the whole array. */
  readonly offset: readonly number[];
  /** Shape that the result must have; NaN where any length is allowed. */
  readonly shape: readonly number[];
}

/** The kernel of a mapBlocks layer. */
export function compileMapBlocks(layer: MapBlocksLayer): BlockKernel {
  const call = blockCaller(layer, () => false);
  return (block, operands, output) =>
    call(block, operands, output.shape, (result) => copyBlock(result, output));
}

/**
 * Computes a block in memory of its own, which serves until the next block is made: in `room` where
 * it likes.
 */
export type BlockMaker = (
  block: number,
  operands: readonly Block[],
  room: () => Block,
) => Block | Promise<Block>;

/**
 * The same for a block that is only read afterwards: the memory that the function returned, where
 * it can be read as it is.
 *
 * @param isOwn whether an operand's memory is C-contiguous, not shared, and nothing else's: the
 * function gets it as it is; by default it gets copies
 */
export function blockMaker(layer: MapBlocksLayer, isOwn: (operand: number) => boolean): BlockMaker {
  const call = blockCaller(layer, isOwn);
  const { chunks, dtype } = layer;
  return (block, operands, room) =>
    call(block, operands, blockShape(chunks, blockIndexOf(chunks, block)), (result) => {
      if (result.dtype === dtype && isContiguous(result)) return result;
      const copy = room();
      copyBlock(result, copy);
      return copy;
    });
}

/** Calls the function for a block of that shape, and hands its result on. */
function blockCaller(
  layer: MapBlocksLayer,
  isOwn: (operand: number) => boolean,
): <R>(
  block: number,
  operands: readonly Block[],
  own: readonly number[],
  take: (result: Block) => R,
) => R | Promise<R> {
  const apply = functionOf(layer);
  const { margins } = layer;
  // The chunks of the function's results; the output may be only their middle.
  const given = margins === undefined ? layer.chunks : layer.loopChunks;
  const counts = numBlocks(given);
  const copies: Block[] = [];
  return (block, operands, own, take) => {
    const blockIndex = blockIndexOf(given, block);
    const { offsets: offset, extents } = loopRange(given, blockIndex);
    const shape = margins === undefined ? own : extents;
    const info: BlockInfo = { blockIndex, numBlocks: [...counts], offset, shape: [...shape] };
    operands.forEach((operand, i) => {
      copies[i] = isOwn(i) ? operand : copyInto(copies[i], operand);
    });
    const finish = (returned: unknown) => {
      const result = resultBlock(returned, layer, { shape });
      if (margins === undefined) return take(result);
      return take(subBlock(result, middleStarts(margins, layer, blockIndex), own));
    };
    const returned = apply(copies, info);
    if (!isThenable(returned)) return finish(returned);
    // They are its own until it has ended; another block may be begun before.
    copies.length = 0;
    return Promise.resolve(returned).then(finish);
  };
}

/**
 * Where the middle of a block begins: where nothing is beyond the ends, blocks near them have less
 * before it.
 */
function middleStarts(
  margins: readonly Margin[],
  { chunks }: MapBlocksLayer,
  blockIndex: readonly number[],
): readonly number[] {
  const { offsets } = loopRange(chunks, blockIndex);
  return margins.map(({ depth, open, lead = 0 }, axis) =>
    open ? Math.min(depth, lead + (offsets[axis] as number)) : depth,
  );
}

/** The user's function of blocks; or one that calls it element by element, or lane by lane. */
function functionOf(layer: MapBlocksLayer): (blocks: readonly Block[], info: BlockInfo) => unknown {
  const { function: ref, perElement, item } = layer;
  const f = buildFunction(ref);
  if (perElement === true) {
    return (blocks) => asNdarray(perElementBlock(f, ref.name, blocks, layer.dtype, item));
  }
  if (layer.cores !== undefined) return coreFunction(f, layer, layer.cores);
  if (layer.takesRegion === true) {
    return (_, { offset, shape }) =>
      f(offset.map((start, axis) => [start, start + (shape[axis] as number)]));
  }
  const apply = layer.perLane === undefined ? f : laneFunction(f, layer, layer.perLane);
  return (blocks, info) => {
    const given = apply(...blocks.map(asNdarray), info);
    if (item === undefined) return given;
    const pick = (list: unknown) => listedItem(list, item, ref.name);
    return isThenable(given) ? given.then(pick) : pick(given);
  };
}

/**
 * A function of blocks that calls `f` for each lane, for which it returns `count` elements; one
 * that returns nothing has written to its lane. Complex numbers are two each, except for a single
 * `{ re, im }`.
 */
function laneFunction(
  f: (...args: unknown[]) => unknown,
  { function: ref, dtype, operands, laneArguments = [] }: MapBlocksLayer,
  count: number,
): (...args: unknown[]) => unknown {
  const wanted = isComplex(dtype) ? 2 * count : count;
  const last = (operands[0]?.axes.length ?? 1) - 1;
  return (block) => {
    const { data, shape } = block as ndarray.NdArray<NdData>;
    // Complex numbers have an axis of two more.
    const size = shape.slice(last).reduce((n, length) => n * length, 1);
    const results: unknown[] = [];
    for (let start = 0; start < data.length; start += size) {
      const lane = data.subarray(start, start + size);
      const list = laneElements(f(lane, ...laneArguments) ?? lane, dtype);
      if (list.length !== wanted) {
        throw new ArgumentError(
          "shape",
          `function ${ref.name} gave ${list.length} elements for a lane: expected ${wanted}`,
        );
      }
      for (let i = 0; i < wanted; i++) results.push(list[i]);
    }
    return results;
  };
}

/**
 * A function of blocks that calls `f` for each place along the axes before the cores, with the
 * cores alone.
 */
function coreFunction(
  f: (...args: unknown[]) => unknown,
  layer: MapBlocksLayer,
  cores: NonNullable<MapBlocksLayer["cores"]>,
): (blocks: readonly Block[], info: BlockInfo) => unknown {
  const { name } = layer.function;
  return (blocks, { shape }) => {
    const output = emptyBlock(layer.dtype, shape);
    const outer = shape.slice(0, shape.length - cores.result);
    const core = shape.slice(outer.length);
    const coreAt = (block: Block, rank: number) => coreReader(block, outer, rank);
    const readers = blocks.map((block, k) => coreAt(block, cores.operands[k] as number));
    const target = coreReader(output, outer, cores.result);
    const write = (given: unknown, n: number) => {
      const own = layer.item === undefined ? given : listedItem(given, layer.item, name);
      const into = target.blockAt(n);
      copyBlock(resultBlock(own, layer, { ...into, shape: core }), into);
    };
    const waiting: PromiseLike<void>[] = [];
    const count = outer.reduce((size, length) => size * length, 1);
    for (let n = 0; n < count; n++) {
      const given = f(...readers.map(({ valueAt }) => valueAt(n)));
      if (isThenable(given)) waiting.push(given.then((value) => write(value, n)));
      else write(given, n);
    }
    const whole = asNdarray(output);
    return waiting.length === 0 ? whole : Promise.all(waiting).then(() => whole);
  };
}

/** Cores of a contiguous block by their place along axes before them, which broadcast. */
function coreReader(
  block: Block,
  outer: readonly number[],
  rank: number,
): { readonly blockAt: (n: number) => Block; readonly valueAt: (n: number) => unknown } {
  const own = block.shape.length - rank;
  const core = block.shape.slice(own);
  const places = block.stride.slice(0, own);
  const offsetAt = (n: number) => {
    let rest = n;
    let at = block.offset;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const length = outer[axis] as number;
      const mine = axis - (outer.length - own);
      if (mine >= 0 && block.shape[mine] !== 1) at += (rest % length) * (places[mine] as number);
      rest = Math.floor(rest / length);
    }
    return at;
  };
  const parts = partsOf(block.dtype);
  const size = parts * core.reduce((product, length) => product * length, 1);
  const blockAt = (n: number) => {
    const at = parts * offsetAt(n);
    return contiguousBlock(block.dtype, block.data.subarray(at, at + size), core);
  };
  const elementAt = rank === 0 ? elementReader({ ...block, offset: 0 }) : undefined;
  const valueAt = (n: number) =>
    elementAt === undefined ? asNdarray(blockAt(n)) : elementAt(offsetAt(n));
  return { blockAt, valueAt };
}

/** The elements of a function's result for a lane. */
function laneElements(given: unknown, dtype: DType): ArrayLike<unknown> {
  if (!isScalar(given)) return given as ArrayLike<unknown>;
  if (!isComplex(dtype)) return [given];
  return isComplexValue(given) ? [given.re, given.im] : [Number(given), 0];
}

/** The kernel of a mapBlocks layer whose function decides how large blocks are. */
export function compileDynamicMapBlocks(layer: MapBlocksLayer): DynamicKernel {
  const apply = functionOf(layer);
  const counts = numBlocks(layer.chunks);
  return (block, operands, allocate) => {
    const blockIndex = blockIndexOf(layer.chunks, block);
    const { offsets: offset, extents: shape } = loopRange(layer.chunks, blockIndex);
    const info: BlockInfo = { blockIndex, numBlocks: [...counts], offset, shape };
    const copies = operands.map((operand) => copyInto(undefined, operand));
    const finish = (result: unknown) => {
      const given = allocate(givenShape(result, layer, shape));
      copyBlock(resultBlock(result, layer, given), given);
      return { block: given };
    };
    const result = apply(copies, info);
    return isThenable(result) ? Promise.resolve(result).then(finish) : finish(result);
  };
}

/** The shape of a result where `planned` leaves it open. */
function givenShape(
  result: unknown,
  { dtype }: MapBlocksLayer,
  planned: readonly number[],
): readonly number[] {
  const own = isNdarray(result) ? result.shape.slice(0, planned.length) : [];
  const known = planned.reduce((size, n) => (Number.isNaN(n) ? size : size * n), 1);
  const elements = typedData(result)?.data.length ?? 1;
  const rest = elements / (known * (isComplex(dtype) && typedData(result) !== undefined ? 2 : 1));
  return planned.map((length, axis) => (Number.isNaN(length) ? (own[axis] ?? rest) : length));
}

/**
 * A copy of the operand, in the memory of the one before where it fits: fresh memory costs more
 * than copying.
 */
function copyInto(before: Block | undefined, operand: Block): Block {
  const copy = reusableBlock(before, operand.dtype, operand.shape);
  copyBlock(operand, copy);
  return copy;
}

function asNdarray(block: Block): ndarray.NdArray<NdData> {
  const { shape, stride, offset } = ndLayout(block);
  return ndarray(block.data as NdData, shape, stride, offset);
}

/** The block that the user's function returned. */
function resultBlock(result: unknown, layer: MapBlocksLayer, output: Pick<Block, "shape">): Block {
  const { shape } = output;
  const size = shape.reduce((n, extent) => n * extent, 1);
  if (isScalar(result)) {
    if (size !== 1) refuse(layer, output, "shape", `the number ${String(result)}`);
    const one = emptyBlock(scalarDType(result), shape);
    fillElements(one, result, 0, 1);
    return one;
  }
  const complex = isComplex(layer.dtype);
  if (isNdarray(result)) {
    const given = `an ndarray of shape [${result.shape.join(", ")}]`;
    const { data, dtype } = typedData(result.data) ?? refuse(layer, output, "dtype", given);
    const { offset } = result;
    if (isSameShape(result.shape, shape)) {
      return { dtype, data, shape, stride: result.stride, offset };
    }
    const parts = [...shape, 2];
    if (!complex || !isSameShape(result.shape, parts)) refuse(layer, output, "shape", given);
    return joinParts({ dtype, data, shape: parts, stride: result.stride, offset }, shape);
  }
  const typed = typedData(result);
  if (typed === undefined) refuse(layer, output, "value", describe(result));
  const { data, dtype } = typed;
  if (data.length === size) return contiguousBlock(dtype, data, shape);
  if (!complex || data.length !== 2 * size)
    refuse(layer, output, "shape", `${data.length} elements`);
  return joinParts(contiguousBlock(dtype, data, [...shape, 2]), shape);
}

/** Complex numbers out of a block whose last axis has their real and imaginary parts. */
function joinParts(parts: Block, shape: readonly number[]): Block {
  const joined = emptyBlock("complex128", shape);
  copyBlock(parts, contiguousBlock("float64", joined.data, parts.shape));
  return joined;
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

function isNdarray(value: unknown): value is ndarray.NdArray<NdData> {
  return (
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    "data" in value &&
    Array.isArray((value as { shape?: unknown }).shape) &&
    Array.isArray((value as { stride?: unknown }).stride)
  );
}

/** Numbers in any kind of array, as an array that kernels read. */
function typedData(value: unknown): { data: TypedArray; dtype: DType } | undefined {
  if (ArrayBuffer.isView(value)) {
    const dtype = typedArrayDType(value);
    return dtype === undefined ? undefined : { data: value as TypedArray, dtype };
  }
  if (!Array.isArray(value)) return undefined;
  if (value.length > 0 && value.every((item) => typeof item === "bigint")) {
    return { data: BigInt64Array.from(value), dtype: "int64" };
  }
  if (!value.every((item) => typeof item === "number")) return undefined;
  return { data: Float64Array.from(value), dtype: "float64" };
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing (is there a `return`?)";
  return isThenable(value) ? "a promise" : kindOf(value);
}

function refuse(
  layer: MapBlocksLayer,
  output: Pick<Block, "shape">,
  code: "shape" | "dtype" | "value",
  given: string,
): never {
  const shape = isComplex(layer.dtype) ? [...output.shape, 2] : output.shape;
  const expected = `an ndarray or typed array of shape [${shape.join(", ")}]`;
  throw new ArgumentError(
    code,
    `the function ${layer.function.name} returned ${given}: expected ${expected}, ` +
      `whose values become ${layer.dtype}`,
    { given, shape: output.shape, dtype: layer.dtype },
  );
}
