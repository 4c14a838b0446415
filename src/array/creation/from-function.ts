// Arrays that follow from positions: grids of coordinates, triangles, functions of coordinates or
// of blocks. Plain fills and ranges are create.ts.

import { checkDType, type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { functionRef } from "../../functions/function-ref.js";
import type { MapBlocksLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { BlockInfo } from "../../kernels/user-functions/map-blocks-kernel.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkShape, type ShapeLike } from "../chunks/axes.js";
import { normalizeChunks } from "../chunks/normalize-chunks.js";
import { astype } from "../data-types/astype.js";
import type { BlockReturn } from "../functions/map-blocks.js";
import { checkArrays } from "../layers/array-operands.js";
import type { RankOf } from "../layers/array-types.js";
import { checkFunction } from "../layers/check-arguments.js";
import { sourceNode } from "../layers/source-layer.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { stack } from "../manipulation/concatenate.js";
import { reshape } from "../manipulation/reshape.js";
import { type CreateOptions, ones, zeros } from "./create.js";
import { tril } from "./tril.js";

/**
 * An array of arbitrary values, here zeros. As `zeros`.
 *
 * @param shape the length of each axis
 * @returns float64 unless the options name a dtype, in the shape given
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.empty.html
 * @example empty([4, 6], { chunks: 3 }).chunks; // → [[3, 1], [3, 3]]
 */
export function empty<const S extends ShapeLike, D extends DType = "float64">(
  shape: S,
  options: CreateOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  return zeros(shape, options);
}

/**
 * An array like `x` of arbitrary values, here zeros. As `zerosLike`.
 *
 * @returns shape and dtype of `x` unless the options name a dtype
 * @chunks those of `x` by default; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link zeros}
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.empty_like.html
 * @example emptyLike(ones([2, 3], { dtype: "int8" })).dtype; // → "int8"
 */
export function emptyLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  checkArrays("emptyLike", x);
  const { dtype, chunks } = x;
  return zeros(x.shape, { dtype, chunks, ...options }) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/** Options of {@link tri}. */
export interface TriOptions<D extends DType> extends CreateOptions<D> {
  /** Which diagonal ends the ones: 0 (by default) the main one, positive ones above it. */
  readonly k?: number;
}

/**
 * A matrix with ones at and below a diagonal, zeros above.
 *
 * @param rows how many rows
 * @param columns as many as rows by default; or the options
 * @returns float64 unless the options name a dtype; ones at and below a diagonal, zeros above it
 * @chunks by the options; one task per block
 * @throws ArgumentError `argument.shape`, `argument.value`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tri.html
 * @example
 * await tri(2, 3).compute(); // → [[1, 0, 0], [1, 1, 0]]
 * await tri(2, { dtype: "int8" }).compute(); // → [[1, 0], [1, 1]]
 */
export function tri<D extends DType = "float64">(
  rows: number,
  columns: number | null | TriOptions<D> = rows,
  options: TriOptions<D> = {},
): ChunkedArray<D, 2> {
  if (typeof columns === "object" && columns !== null) return tri(rows, null, columns);
  const { k = 0, ...rest } = options;
  return tril(ones([rows, columns ?? rows], rest), { k });
}

/**
 * The coordinates of every element of a grid: `indices(shape).slice(a)` holds positions along axis
 * a.
 *
 * @param options.dtype int32 by default
 * @returns int32 unless the options name a dtype; an axis more than `shape`, in front
 * @chunks one block for each axis, then as the options say; one task per block, none where it is
 * used in arithmetic
 * @throws ArgumentError `argument.shape`, `argument.dtype`, `argument.chunks`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.indices.html
 * @example await indices([2, 2]).compute(); // → [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 */
export function indices<D extends DType = "int32">(
  shape: ShapeLike,
  options: CreateOptions<D> = {},
): ChunkedArray<D> {
  const lengths = checkShape(shape);
  if (lengths.length === 0) {
    return zeros([0], {
      dtype: checkDType(options.dtype ?? "int32"),
    }) as ChunkedArray as ChunkedArray<D>;
  }
  return stack(coordinates(lengths, options), 0) as ChunkedArray<D>;
}

/**
 * The result of a function of coordinates, called once with an array of positions for each axis.
 *
 * @param f takes chunked arrays of positions, gives one chunked array
 * @param shape the length of each axis
 * @param options.dtype that of the coordinates; default: float64
 * @returns the results of `f` for the positions
 * @chunks by the options; one task per block
 * @throws ArgumentError `argument.shape`, `argument.chunks`, `argument.function` when `f` gives no
 * array
 * @see https://docs.dask.org/en/stable/generated/dask.array.fromfunction.html
 * @example
 * await fromFunction((i, j) => i.mul(10).add(j), [2, 3]).compute(); // → [[0, 1, 2], [10, 11, 12]]
 */
export function fromFunction<D extends DType = DType>(
  f: (...positions: ChunkedArray[]) => ChunkedArray<D>,
  shape: ShapeLike,
  options: CreateOptions<DType> = {},
): ChunkedArray<D> {
  checkFunction("fromFunction needs a function of positions", f);
  const dtype = checkDType(options.dtype ?? "float64");
  const result: unknown = f(...coordinates(checkShape(shape), { ...options, dtype }));
  if (result instanceof ChunkedArray) return result as ChunkedArray<D>;
  throw new ArgumentError(
    "function",
    `the function of fromFunction gave ${kindOf(result)}: expected a chunked array made of its positions`,
  );
}

/** Per axis, the positions along it as an array of the whole shape. */
function coordinates(
  shape: readonly number[],
  { dtype, chunks }: CreateOptions<DType>,
): ChunkedArray[] {
  const wanted = checkDType(dtype ?? "int32");
  const grid = normalizeChunks(chunks ?? "auto", shape, { itemBytes: itemBytes(wanted) });
  return shape.map((length, axis) => {
    const generator = { type: "arange", start: 0, step: 1 } as const;
    const line = new ChunkedArray(
      sourceNode("arange", generator, [length], "float64", [grid[axis] as readonly number[]]),
    );
    const lying = reshape(
      astype(line, wanted),
      shape.map((n, i) => (i === axis ? n : 1)),
    );
    const free = grid.map((own, i) => (i === axis ? (lying.chunks[i] ?? own) : own));
    return broadcastTo(lying, shape, { chunks: free });
  });
}

/** Options of {@link fromBlocks}. */
export interface FromBlocksOptions<D extends DType> extends CreateOptions<D> {
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * An array whose blocks a function of yours makes.
 *
 * @param f called on a worker for each block, as `f({ blockIndex, numBlocks, offset, shape })`;
 * gives an ndarray, typed array or list of the block's shape. Its source is sent, as for
 * `mapBlocks`
 * @param options.dtype float64 by default
 * @returns the dtype of the options, default: float64
 * @chunks by the options; one task per block
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.shape`,
 * `argument.chunks`
 * @see https://docs.dask.org/en/stable/generated/dask.array.map_blocks.html
 * @example
 * const x = fromBlocks(({ offset, shape }) => new Array(shape[0]).fill(offset[0]), 4, { chunks: 2 });
 * await x.compute(); // → [0, 0, 2, 2]
 */
export function fromBlocks<const S extends ShapeLike, D extends DType = "float64">(
  f: (info: BlockInfo) => BlockReturn,
  shape: S,
  options: FromBlocksOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  const dtype = checkDType(options.dtype ?? "float64");
  const ref = functionRef(f, { captured: options.captured, mayWait: true });
  const chunks = normalizeChunks(options.chunks ?? "auto", checkShape(shape), {
    itemBytes: itemBytes(dtype),
  });
  const layer = nameLayer<MapBlocksLayer>(
    "fromBlocks",
    {
      kind: "mapBlocks",
      inputs: [],
      operands: [],
      loopChunks: chunks,
      chunks,
      dtype,
      function: ref,
    },
    { function: ref.hash },
  );
  return new ChunkedArray({ layer, inputs: [] });
}
