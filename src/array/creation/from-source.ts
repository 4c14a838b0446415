// Arrays of anything that can be read by region: the twin of results/store.ts.

import { checkDType, type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { functionRef } from "../../functions/function-ref.js";
import type { MapBlocksLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkShape, type ShapeLike } from "../chunks/axes.js";
import { type ChunkSpec, normalizeChunks } from "../chunks/normalize-chunks.js";
import type { BlockReturn } from "../functions/map-blocks.js";
import type { RankOf } from "../layers/array-types.js";
import { freshSeed } from "../layers/fresh-seed.js";

/** A part of an array of shape `S`: from `start` to before `stop` along each axis. */
export type RegionOf<S extends ShapeLike> = S extends readonly number[]
  ? { readonly [Axis in keyof S]: readonly [start: number, stop: number] }
  : readonly [readonly [start: number, stop: number]];

/** Something of yours that can be read by region: what {@link fromSource} makes an array of. */
export interface BlockSource<S extends ShapeLike = ShapeLike, D extends DType = DType> {
  /** The length of each axis. */
  readonly shape: S;
  /** The dtype of the elements; default: float64. */
  readonly dtype?: D;
  /** How the array is divided; default: `"auto"`, blocks of at most 128 MiB. */
  readonly chunks?: ChunkSpec;
  /** Values of the variables that `read` uses but does not declare, in place of captured ones. */
  readonly captured?: Readonly<Record<string, unknown>>;
  /**
   * Gives the elements of a region, in its shape and row-major. It runs on the workers, where it is
   * sent with what it captured, and may be asynchronous. It has no `this`.
   */
  readonly read: (region: RegionOf<S>) => BlockReturn;
}

/**
 * An array of anything that can be read by region: a format of your own, a database, a service.
 * Each block is read on a worker when it is needed; {@link store} is the way back.
 *
 * @param source its shape, dtype and chunks, and `read(region)`, which gives an ndarray, typed
 * array or list
 * @returns the dtype of the source, default: float64
 * @chunks as the source says; one task per block
 * @throws ArgumentError `argument.function` when `read` cannot be sent, `argument.shape`,
 * `argument.chunks`, `argument.dtype`
 * @throws TaskError `task.failed` when it is computed, where `read` throws or gives another number
 * of elements
 * @see Dask's `from_array`, of anything with a shape, a dtype and slices
 * @example
 * const squares = fromSource({
 *   shape: 4,
 *   chunks: 2,
 *   read: ([[start, stop]]) => Array.from({ length: stop - start }, (_, i) => (start + i) ** 2),
 * });
 * await squares.compute(); // → [0, 1, 4, 9]
 */
export function fromSource<const S extends ShapeLike, D extends DType = "float64">(
  source: BlockSource<S, D>,
): ChunkedArray<D, RankOf<S>> {
  if (typeof source !== "object" || source === null) {
    const text = "fromSource needs an object with shape, dtype, chunks and read(region)";
    throw new ArgumentError("value", `${text}, got ${kindOf(source)}`);
  }
  const dtype = checkDType(source.dtype ?? "float64");
  const function_ = functionRef(source.read, { captured: source.captured, mayWait: true });
  const chunks = normalizeChunks(source.chunks ?? "auto", checkShape(source.shape), {
    itemBytes: itemBytes(dtype),
  });
  const layer = nameLayer<MapBlocksLayer>(
    "fromSource",
    {
      kind: "mapBlocks",
      inputs: [],
      operands: [],
      loopChunks: chunks,
      chunks,
      dtype,
      function: function_,
      takesRegion: true,
    },
    // The source may have changed since it was last read: each call is a new layer.
    { function: `${function_.hash}-${freshSeed()}` },
  );
  return new ChunkedArray({ layer, inputs: [] });
}
