// The bytes of a `.npy` file from start to end, for what cannot be written in any order: parts of a
// `.npz` file, and files on servers.
import type { NdArray } from "ndarray";
import type { ChunkedArray } from "../array/chunked-array.js";
import type { ComputeOptions } from "../array/results/compute.js";
import { blocksInOrder } from "../array/results/iterate.js";
import { formatNpyHeader } from "../formats/npy/npy-header.js";

/** Rows of blocks up to this size stay whole; larger ones are cut. */
const SLAB_BYTES_MAX = 128 * 2 ** 20;

/** The bytes of a `.npy` file, row of blocks by row of blocks. */
export async function* npyBytes(
  x: ChunkedArray,
  options: ComputeOptions,
): AsyncGenerator<Uint8Array> {
  yield formatNpyHeader(x.dtype, x.shape);
  const table = x.ndim === 0 ? x.reshape([1]) : x;
  const rows = table.chunks[0] as readonly number[];
  const rowBytes = table.nbytes / Math.max(table.shape[0] as number, 1);
  const longest = rows.reduce((most, length) => Math.max(most, length), 0);
  const most = Math.max(Math.floor(SLAB_BYTES_MAX / Math.max(rowBytes, 1)), 1);
  const chunks = table.shape.map((_, axis) => (axis > 0 ? -1 : longest > most ? most : rows));
  const slabs = blocksInOrder(table.rechunk(chunks), { ...options, lookAhead: 1 });
  for await (const { block } of slabs) {
    const { data } = block as NdArray<Float64Array>;
    if (data.byteLength > 0) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}
