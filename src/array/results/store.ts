// Writes blocks into memory or an object of the caller, in this process. The workers write files:
// io/.

import type { NdArray } from "ndarray";
import { type Block, contiguousBlock, type NdData, ndLayout } from "../../base/block.js";
import { type DType, isComplex, type TypedArray, typedArrayDType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { realPart } from "../../base/promotion.js";
import { blockIndexOf, blockOffsets, sizeOf } from "../../graph/model/chunks.js";
import { graphBelow } from "../../graph/model/layer-graph.js";
import { computeGraph } from "../../graph/ports/run-graph.js";
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import type { ComputedValue } from "../layers/array-types.js";
import type { ComputeOptions } from "./compute.js";
import { blocksInOrder, type IterationOptions } from "./iterate.js";

/** Something of yours that takes blocks. */
export interface BlockTarget<D extends DType = DType, R extends number = number> {
  /**
   * Takes a block, as `compute()` returns it, for the part of the array from `start` to before
   * `stop` along each axis. The next block comes when the returned promise has settled.
   */
  set(
    region: readonly (readonly [start: number, stop: number])[],
    block: ComputedValue<D, R>,
  ): unknown;
}

/** A destination of {@link store}: memory, or an object that accepts blocks. */
export type StoreDestination = NdArray<NdData> | TypedArray | BlockTarget<DType, number>;

/**
 * Writes an array into memory that is there, or hands its blocks to an object of yours, one after
 * the other and a few ahead, so that never all of them are in memory.
 *
 * @param x an array, or a list of them
 * @param target an ndarray of the array's shape (complex numbers along one more axis, the last), a
 * typed array of its size, or an object with `set(region, block)`
 * @param options as of `compute()`, and for objects `lookAhead` as of {@link blocksInOrder}
 * @returns when everything is written
 * @throws ArgumentError `argument.shape` or `argument.dtype` when the memory does not fit
 * @throws TaskError as `compute()`
 * @see Dask's `store`
 * @example
 * const values = new Float64Array(6);
 * await store(arange(6, { dtype: "float64", chunks: 4 }), values);
 * values; // → [0, 1, 2, 3, 4, 5]
 */
export function store(
  x: ChunkedArray,
  target: NdArray<NdData> | TypedArray,
  options?: ComputeOptions,
): Promise<void>;
export function store<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  target: BlockTarget<D, R>,
  options?: IterationOptions,
): Promise<void>;
export async function store<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  target: NdArray<NdData> | TypedArray | BlockTarget<D, R>,
  options: IterationOptions = {},
): Promise<void> {
  checkArrays("store", x);
  if (typeof target !== "object" || target === null) {
    const text = "store needs an ndarray, a typed array or an object with set(region, block)";
    throw new ArgumentError("value", `${text}, got ${kindOf(target)}`);
  }
  const memory = memoryOf(x, target);
  if (memory !== undefined) {
    const { lookAhead: _, ...rest } = options;
    await storeInMemory(x, memory, rest);
    return;
  }
  const { set } = target as BlockTarget<D, R>;
  if (typeof set !== "function") {
    const text = "store needs an ndarray, a typed array or an object with set(region, block)";
    throw new ArgumentError("value", text);
  }
  for await (const { offset, shape, block } of blocksInOrder(x, options)) {
    const region = offset.map((start, axis) => [start, start + (shape[axis] as number)] as const);
    await set.call(target, region, block);
  }
}

async function storeInMemory(
  x: ChunkedArray,
  whole: Block,
  options: ComputeOptions,
): Promise<void> {
  const put = (_output: number, number: number, value: Block) => {
    const index = blockIndexOf(x.chunks, number);
    const start = x.chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
    copyBlock(value, subBlock(whole, start, value.shape));
  };
  await computeGraph(graphBelow([x.node]), put, options);
}

/**
 * The target as a block of the array's shape and dtype; undefined when it is an object of the
 * caller's.
 */
function memoryOf(x: ChunkedArray, target: object): Block | undefined {
  if (ArrayBuffer.isView(target)) {
    const data = target as TypedArray;
    const expected = sizeOf(ndLayout(contiguousBlock(x.dtype, data, x.shape)).shape);
    checkDType(x.dtype, data);
    if (data.length === expected) return contiguousBlock(x.dtype, data, x.shape);
    const text = `a typed array of ${data.length} elements was given to store ${expected}`;
    throw new ArgumentError("shape", text, { given: data.length, expected });
  }
  const { data, shape, stride, offset } = target as Partial<NdArray<NdData>>;
  if (!ArrayBuffer.isView(data) || shape === undefined || stride === undefined) return undefined;
  checkDType(x.dtype, data);
  const expected = ndLayout(contiguousBlock(x.dtype, data, x.shape)).shape;
  if (expected.join() !== shape.join()) {
    const text = `an ndarray of shape ${formatShape(shape)} was given to store ${formatShape(expected)}`;
    throw new ArgumentError("shape", text, { given: shape, expected });
  }
  if (!isComplex(x.dtype)) return { dtype: x.dtype, data, shape, stride, offset: offset ?? 0 };
  const steps = stride.slice(0, -1);
  if (stride.at(-1) !== 1 || [...steps, offset ?? 0].some((step) => step % 2 !== 0)) {
    throw new ArgumentError(
      "value",
      "an ndarray of complex numbers must have its parts side by side",
    );
  }
  return {
    dtype: x.dtype,
    data,
    shape: x.shape,
    stride: steps.map((step) => step / 2),
    offset: (offset ?? 0) / 2,
  };
}

function checkDType(dtype: DType, data: ArrayBufferView): void {
  const given = typedArrayDType(data);
  const expected = dtype === "bool" ? "uint8" : isComplex(dtype) ? realPart(dtype) : dtype;
  if (given === expected) return;
  const text = `${dtype} is stored in ${data.constructor.name}: expected elements of ${expected}, or use astype`;
  throw new ArgumentError("dtype", text, { given, expected });
}
