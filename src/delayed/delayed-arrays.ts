// Arrays from delayed calls, and delayed calls from the blocks of arrays. Calls themselves are
// delayed.ts.

import type { NdArray } from "ndarray";
import { ChunkedArray, type ShapeLike } from "../array/index.js";
import type { NdData } from "../base/block.js";
import { checkDType, type DType, isComplex, type Scalar } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { functionRef } from "../functions/function-ref.js";
import { type Chunks, UNKNOWN_LENGTH } from "../graph/model/chunks.js";
import type { MapBlocksLayer, PartitionsLayer } from "../graph/model/layer.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { nameLayer } from "../graph/model/naming.js";
import { COLLECTION } from "../graph/ports/collection.js";
import { Delayed, delayed } from "./delayed.js";

/** Options of {@link fromDelayed}. */
export interface FromDelayedOptions<D extends DType> {
  /** The result's dtype; default: float64. */
  readonly dtype?: D;
}

/**
 * The value of a delayed call as an array of one block. Several of them are put together by
 * `concatenate`, `stack` or `block`, which cost nothing.
 *
 * @param value a call that returns an ndarray, a typed array, nested lists or a number; complex
 * numbers as `{ re, im }`, or as pairs along one more axis
 * @param shape the value's shape, which is unknown before the call runs
 * @returns lazy; one block, and the call with three small tasks for it. Computing it throws a
 * TaskError if the value has another shape
 * @throws ArgumentError `argument.value` for anything but a delayed call, `argument.shape`,
 * `argument.dtype`
 * @see https://docs.dask.org/en/stable/generated/dask.array.from_delayed.html
 * @example
 * const load = delayed((from: number) => [[from, from + 1]]);
 * const parts = [0, 10].map((from) => fromDelayed(load(from), [1, 2]));
 * await concatenate(parts).compute(); // → [[0, 1], [10, 11]]
 */
export function fromDelayed<D extends DType = "float64">(
  value: Delayed,
  shape: ShapeLike,
  options: FromDelayedOptions<D> = {},
): ChunkedArray<D> {
  if (!(value instanceof Delayed)) {
    throw new ArgumentError(
      "value",
      `fromDelayed was given ${kindOf(value)}: expected a delayed call, ` +
        "as delayed(f)(…) gives it",
    );
  }
  const lengths = typeof shape === "number" ? [shape] : shape;
  if (!Array.isArray(lengths) || !lengths.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ArgumentError(
      "shape",
      `a shape is a list of whole numbers from 0, got ${JSON.stringify(shape)}`,
      { shape },
    );
  }
  const dtype = checkDType(options.dtype ?? "float64");
  const flat = delayed(flatValues, { pure: true, name: "flatValues" })(
    value,
    lengths,
    isComplex(dtype),
  );
  const { node } = flat[COLLECTION]([flat]);
  return new ChunkedArray<D>(blockNode(numbersNode(node, dtype), lengths, dtype));
}

/** The numbers that a call gave as a list, as a block of one axis. */
function numbersNode(node: LayerNode, wanted: DType): LayerNode {
  const dtype = isComplex(wanted) ? "float64" : wanted;
  const layer = nameLayer<PartitionsLayer>("numbers", {
    kind: "partitions",
    array: dtype,
    inputs: [node.layer.name],
    chunks: [[UNKNOWN_LENGTH]],
    dtype,
    functions: [],
    constants: [],
    feed: { type: "operands" },
    steps: [],
    operandStart: Int32Array.of(0, 1),
    operandInput: Int32Array.of(0),
    operandBlock: Int32Array.of(0),
  });
  return { layer, inputs: [node] };
}

/** A block of numbers in the shape that was promised. */
function blockNode(node: LayerNode, shape: readonly number[], dtype: DType): LayerNode {
  const chunks: Chunks = shape.map((length) => [length]);
  const layer = nameLayer<MapBlocksLayer>("fromDelayed", {
    kind: "mapBlocks",
    inputs: [node.layer.name],
    operands: [{ input: 0, axes: [-1] }],
    loopChunks: chunks,
    chunks,
    dtype,
    function: functionRef((block: { readonly data: ArrayLike<number> }) => block.data),
  });
  return { layer, inputs: [node] };
}

/**
 * The elements of a value in row-major order; complex ones by turns. Runs on a worker, all by
 * itself.
 */
function flatValues(
  value: unknown,
  shape: readonly number[],
  complex: boolean,
): ArrayLike<unknown> {
  const expected = `fromDelayed expected a value of shape (${shape.join(", ")})`;
  const parts = complex ? 2 : 1;
  const size = shape.reduce((n, length) => n * length, 1) * parts;
  const checked = <L extends ArrayLike<unknown>>(list: L, what: string): L => {
    if (list.length === size) return list;
    throw new RangeError(`${expected}, the call gave ${what}`);
  };
  const isObject = typeof value === "object" && value !== null;
  if (isObject && ArrayBuffer.isView(value)) {
    const list = value as unknown as ArrayLike<unknown>;
    return checked(list, `${list.length} elements`);
  }
  const listOf = (each: unknown): unknown[] => {
    if (Array.isArray(each)) return each.flatMap(listOf);
    if (!complex) return [each];
    const { re = each, im = 0 } = (typeof each === "object" && each !== null ? each : {}) as {
      readonly re?: unknown;
      readonly im?: unknown;
    };
    return [re, im];
  };
  const view = value as {
    readonly shape?: readonly number[];
    readonly stride?: readonly number[];
    readonly offset?: number;
    readonly data?: ArrayLike<unknown>;
  };
  if (!isObject || Array.isArray(value) || !Array.isArray(view.shape) || view.data === undefined) {
    return checked(listOf(value), "another number of elements");
  }
  const { shape: own, stride = [], offset = 0, data } = view;
  const wanted = own.length > shape.length && complex ? [...shape, 2] : shape;
  if (own.length !== wanted.length || own.some((length, axis) => length !== wanted[axis])) {
    throw new RangeError(`${expected}, the call gave one of shape (${own.join(", ")})`);
  }
  let positions = [offset];
  own.forEach((length, axis) => {
    const step = stride[axis] as number;
    positions = positions.flatMap((at) => Array.from({ length }, (_, i) => at + i * step));
  });
  const list = positions.map((at) => data[at]);
  return own.length === shape.length && complex ? list.flatMap(listOf) : list;
}

/**
 * The blocks of an array as delayed calls. Each returns its block as an ndarray.
 *
 * @returns a call for each block, in row-major order of the grid of blocks: that of block (i, j) is
 * at `i * x.numblocks[1] + j`; lazy, one small task per block
 * @throws ArgumentError `argument.chunks` when lengths of blocks are not known
 * @see https://docs.dask.org/en/stable/generated/dask.array.Array.to_delayed.html
 * @example
 * const [first, second] = toDelayed(arange(4, { chunks: 2 }));
 * type Block = { get(i: number): number };
 * const total = delayed((a: Block, b: Block) => a.get(0) + b.get(1));
 * await total(first, second).compute(); // → 3
 */
export function toDelayed(x: ChunkedArray): Delayed<NdArray<NdData> | Scalar>[] {
  const block = delayed(blockItself, { pure: true, name: "block" });
  const indices = x.numblocks.reduce<readonly (readonly number[])[]>(
    (all, count) => all.flatMap((index) => Array.from({ length: count }, (_, i) => [...index, i])),
    [[]],
  );
  return indices.map((index) => block(x.blocks(...index)) as Delayed<NdArray<NdData> | Scalar>);
}

function blockItself(block: unknown): unknown {
  return block;
}
