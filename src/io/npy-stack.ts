// Folders of `.npy` files, one per block along an axis, as Dask writes them: `0.npy`, `1.npy`, …
// and `info`, a Python pickle of chunks, dtype and axis.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ChunkedArray } from "../array/chunked-array.js";
import { checkAxis } from "../array/chunks/axes.js";
import { blocks } from "../array/indexing/take.js";
import { checkArrays } from "../array/layers/array-operands.js";
import { concatenate } from "../array/manipulation/concatenate.js";
import type { NpyStackOptions } from "../array/results/array-files.js";
import { ArgumentError } from "../base/errors.js";
import { cannotWrite } from "../formats/files/atomic-file.js";
import { formatNpyHeader } from "../formats/npy/npy-header.js";
import { axisOfStackInfo, formatStackInfo } from "../formats/npy/npy-stack-info.js";
import { fromNpy } from "./from-npy.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";
import { checkLocalTarget, checkStoreOptions, requireLengths, storeAll } from "./store-layer.js";

/**
 * Writes an array to a folder of `.npy` files, one per block along an axis; the workers write them.
 *
 * @param x at least one axis; the others are rechunked into one block
 * @param path the folder, which must not exist; it appears when it is complete
 * @returns nothing, once the folder is complete: files of the dtype of `x`
 * @chunks those of `x` along the axis, one block along the others; one task per file, and those of
 * `x` and the rechunk
 * @throws ArgumentError `argument.axis` when there is no such axis, `argument.value` when the
 * folder exists or cannot be made
 * @throws TaskError as `compute()`; then nothing is left
 * @see https://docs.dask.org/en/stable/generated/dask.array.to_npy_stack.html
 * @example
 * import { arange, fromNpyStack, toNpyStack } from "tilework";
 *
 * await toNpyStack(arange(6, { chunks: 2 }), "stack");
 * fromNpyStack("stack").chunks; // → [[2, 2, 2]]
 */
export async function toNpyStack(
  x: ChunkedArray,
  path: string,
  options: NpyStackOptions = {},
): Promise<void> {
  const { axis: given = 0, ...computeOptions } = options;
  checkArrays("toNpyStack", x);
  checkStoreOptions("toNpyStack", ["axis"], options);
  checkLocalTarget("toNpyStack", path);
  requireLengths(x);
  const axis = checkAxis(given, x.ndim);
  const folder = resolve(path);
  if (existsSync(folder)) {
    throw new ArgumentError("value", `cannot write ${path}: a file or folder exists there`, {
      path,
    });
  }
  const others = x.shape.flatMap((_, i) => (i === axis ? [] : [[i, -1]]));
  const stacked = x.rechunk(Object.fromEntries(others));
  const temporary = `${folder}.${randomUUID().slice(0, 8)}.partial`;
  await mkdir(temporary).catch((cause) => cannotWrite(path, cause));
  try {
    const files = (stacked.chunks[axis] as readonly number[]).map(async (_, i) => {
      const index = stacked.shape.map((_, other) => (other === axis ? i : 0));
      const part = blocks(stacked, index);
      const header = formatNpyHeader(x.dtype, part.shape);
      const file = join(temporary, `${i}.npy`);
      await writeFile(file, header);
      await truncate(file, header.length + part.nbytes);
      return [part, { type: "npy", path: file, byteOffset: header.length }] as const;
    });
    const targets = await Promise.all(files).catch((cause) => cannotWrite(path, cause));
    await storeAll(targets, computeOptions);
    await writeFile(join(temporary, "info"), formatStackInfo(x.dtype, stacked.chunks, axis));
    await rename(temporary, folder).catch((cause) => cannotWrite(path, cause));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The array in a folder of `.npy` files, one block per file.
 *
 * @param path the folder, which every worker must see under this path
 * @param options.axis the axis along which the files follow each other; default: from `info`
 * @returns the dtype of the files, in their shape, as long along the axis as all of them
 * @chunks one block per file; one task per block
 * @throws ArgumentError `argument.value` when the files do not exist or cannot be read, or `info`
 * has no axis, `argument.shape` or `argument.dtype` when they do not fit together
 * @see https://docs.dask.org/en/stable/generated/dask.array.from_npy_stack.html
 * @example
 * await toNpyStack(asarray([[1, 2], [3, 4]], { chunks: [1, 2] }), "rows");
 * const x = await fromNpyStack("rows");
 * x.chunks; // → [[1, 1], [2]]
 * await x.compute(); // → [[1, 2], [3, 4]]
 */
export function fromNpyStack(path: string, options: { readonly axis?: number } = {}): ChunkedArray {
  checkReadOptions("fromNpyStack", ["axis"], options);
  checkLocalPath(
    "fromNpyStack",
    path,
    "concatenate() what fromRemoteNpy(address) reads of each file",
  );
  const folder = resolve(path);
  const axis = options.axis ?? axisOfInfo(folder);
  const parts: ChunkedArray[] = [];
  for (let file = join(folder, "0.npy"); existsSync(file) || parts.length === 0; ) {
    parts.push(fromNpy(file, { chunks: -1 }));
    file = join(folder, `${parts.length}.npy`);
  }
  return concatenate(parts, axis);
}

function axisOfInfo(folder: string): number {
  const path = join(folder, "info");
  const axis = existsSync(path) ? axisOfStackInfo(readFileSync(path, "latin1")) : undefined;
  if (axis !== undefined) return axis;
  if (!existsSync(folder)) {
    throw new ArgumentError("value", `there is no folder ${folder}: check the path`, { folder });
  }
  const reason = `${path} does not give the axis of the files: pass { axis: 0 }`;
  throw new ArgumentError("value", reason, { path });
}
