// Blocks of `mapBlocks`: calls the user's function with the operands as ndarrays and copies what it
// returns into the output. How a function is rebuilt from its source is functions/.
//
// The function gets copies of its own: what it writes to them changes nothing that others read, their
// `data` is the block and nothing else, row-major, and not shared memory, which some built-ins refuse.
import ndarray from "ndarray";
import { type Block, contiguousBlock, emptyBlock } from "../base/block.js";
import type { DType, TypedArray } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { buildFunction } from "../functions/build-function.js";
import { blockIndexOf, numBlocks } from "../graph/chunks.js";
import type { MapBlocksLayer } from "../graph/layer.js";
import { loopRange } from "./blockwise.js";
import type { BlockKernel } from "./compile-layer.js";
import { copyBlock } from "./copy.js";

/** What a function given to `mapBlocks` is told about the block it makes, after its operands. */
export interface BlockInfo {
  /** Position of the block in the grid of blocks. */
  readonly blockIndex: readonly number[];
  /** Number of blocks along each axis. */
  readonly numBlocks: readonly number[];
  /** Position of the block's first element in the whole array. */
  readonly offset: readonly number[];
  /** Shape that the result must have. */
  readonly shape: readonly number[];
}

/** The kernel of a mapBlocks layer. */
export function compileMapBlocks(layer: MapBlocksLayer): BlockKernel {
  const apply = buildFunction(layer.function);
  const counts = numBlocks(layer.chunks);
  const copies: Block[] = [];
  return (block, operands, output) => {
    const blockIndex = blockIndexOf(layer.chunks, block);
    const info: BlockInfo = {
      blockIndex,
      numBlocks: [...counts],
      offset: loopRange(layer.chunks, blockIndex).offsets,
      shape: [...output.shape],
    };
    operands.forEach((operand, i) => {
      copies[i] = copyInto(copies[i], operand);
    });
    const result = apply(...copies.map(asNdarray), info);
    copyBlock(resultBlock(result, layer, output), output);
  };
}

/** A copy of the operand, in the memory of the one before where it fits: fresh memory costs more than copying. */
function copyInto(before: Block | undefined, operand: Block): Block {
  const fits =
    before?.shape.length === operand.shape.length &&
    before.shape.every((extent, axis) => extent === operand.shape[axis]);
  const copy = fits ? before : emptyBlock(operand.dtype, operand.shape);
  copyBlock(operand, copy);
  return copy;
}

function asNdarray(block: Block): ndarray.NdArray<TypedArray> {
  return ndarray(block.data, [...block.shape], [...block.stride], block.offset);
}

/** The block that the user's function returned. */
function resultBlock(result: unknown, layer: MapBlocksLayer, output: Block): Block {
  const { shape } = output;
  const size = shape.reduce((n, extent) => n * extent, 1);
  if (typeof result === "number" || typeof result === "boolean") {
    if (size !== 1) refuse(layer, output, "shape", `the number ${result}`);
    return contiguousBlock("float64", Float64Array.of(Number(result)), shape);
  }
  if (isNdarray(result)) {
    const given = `an ndarray of shape [${result.shape.join(", ")}]`;
    const sameShape =
      result.shape.length === shape.length && result.shape.every((n, axis) => n === shape[axis]);
    if (!sameShape) refuse(layer, output, "shape", given);
    const { data, dtype } = typedData(result.data) ?? refuse(layer, output, "dtype", given);
    return { dtype, data, shape, stride: result.stride, offset: result.offset };
  }
  const typed = typedData(result);
  if (typed === undefined) refuse(layer, output, "value", describe(result));
  if (typed.data.length !== size) {
    refuse(layer, output, "shape", `${typed.data.length} elements`);
  }
  return contiguousBlock(typed.dtype, typed.data, shape);
}

function isNdarray(value: unknown): value is ndarray.NdArray<TypedArray> {
  return (
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    "data" in value &&
    Array.isArray((value as { shape?: unknown }).shape) &&
    Array.isArray((value as { stride?: unknown }).stride)
  );
}

/** Numbers in whatever array, as an array that kernels read. */
function typedData(value: unknown): { data: TypedArray; dtype: DType } | undefined {
  if (value instanceof Float64Array) return { data: value, dtype: "float64" };
  if (value instanceof Float32Array) return { data: value, dtype: "float32" };
  if (value instanceof Int32Array) return { data: value, dtype: "int32" };
  if (value instanceof Uint8Array) return { data: value, dtype: "uint8" };
  const otherNumbers =
    (ArrayBuffer.isView(value) &&
      !(value instanceof DataView) &&
      !(value instanceof BigInt64Array) &&
      !(value instanceof BigUint64Array)) ||
    (Array.isArray(value) && value.every((item) => typeof item === "number"));
  if (!otherNumbers) return undefined;
  return { data: Float64Array.from(value as ArrayLike<number>), dtype: "float64" };
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing (is there a `return`?)";
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise (the function must not be async)";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}

function refuse(
  layer: MapBlocksLayer,
  output: Block,
  code: "shape" | "dtype" | "value",
  given: string,
): never {
  const expected = `an ndarray or typed array of shape [${output.shape.join(", ")}]`;
  throw new ArgumentError(
    code,
    `function ${layer.function.name} of mapBlocks returned ${given}: expected ${expected}, ` +
      `whose values become ${layer.dtype}`,
    { given, shape: output.shape, dtype: layer.dtype },
  );
}
