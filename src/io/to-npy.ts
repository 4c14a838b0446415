// Arrays into NumPy's `.npy` files, block by block: io/ makes the file, the workers write the
// blocks (formats/npy/write-npy.ts). Files on servers have no places to write to: their bytes pass
// through this process. Reading is from-npy.ts.
import { truncate, writeFile } from "node:fs/promises";
import type { ChunkedArray } from "../array/chunked-array.js";
import { checkArrays } from "../array/layers/array-operands.js";
import type { ComputeOptions } from "../array/results/compute.js";
import { cannotWrite, writeAtomically, writingFailed } from "../formats/files/atomic-file.js";
import { formatNpyHeader } from "../formats/npy/npy-header.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { writeRemoteStream } from "../formats/remote/write-remote-stream.js";
import { npyBytes } from "./npy-bytes.js";
import { checkStoreOptions, requireLengths, storeBlocks } from "./store-layer.js";

/**
 * Writes an array to a `.npy` file, which `numpy.load` and {@link fromNpy} read. The workers write
 * each block as soon as it is computed, so only a few are in memory at a time. What goes to a
 * server passes through this process: to S3 in rows of blocks of at most 128 MiB, to others as a
 * whole.
 *
 * @param x any shape and dtype
 * @param path the file, or its `s3://` or `https://` address; a relative path starts at the working
 * directory of this process. It appears when it is complete; an existing file stays until then
 * @param options as of `compute()`
 * @returns nothing, once the file is complete: little-endian, in C order
 * @chunks those of `x`, each written to its place in the file; one task per block, and those of `x`
 * @throws ArgumentError `argument.value` when the file cannot be created, or the server refuses it
 * @throws TaskError `task.failed` when a block cannot be computed or written; then nothing is left
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * import { arange, fromNpy, toNpy } from "tilework";
 *
 * await toNpy(arange(6, { chunks: 2 }).reshape([2, 3]), "six.npy");
 * await fromNpy("six.npy").sum(0).compute(); // → [3n, 5n, 7n]
 */
export async function toNpy(
  x: ChunkedArray,
  path: string,
  options: ComputeOptions = {},
): Promise<void> {
  checkArrays("toNpy", x);
  requireLengths(x);
  checkStoreOptions("toNpy", [], options);
  const header = formatNpyHeader(x.dtype, x.shape);
  if (isUrl(path)) {
    const bytes = npyBytes(x, options);
    return writeRemoteStream(path, bytes, header.length + x.nbytes).catch((cause) =>
      writingFailed(path, cause),
    );
  }
  await writeAtomically(path, async (temporary) => {
    await writeFile(temporary, header).catch((cause) => cannotWrite(path, cause));
    await truncate(temporary, header.length + x.nbytes).catch((cause) => cannotWrite(path, cause));
    const target = { type: "npy", path: temporary, byteOffset: header.length } as const;
    await storeBlocks(x, target, options);
  });
}
