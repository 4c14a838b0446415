// Arrays from NumPy's `.npy` files. Making an array reads only the header; the workers read the
// blocks (formats/npy/read-npy.ts), so every worker must see the file under the same path.
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import type { ChunkSpec } from "../array/chunks/normalize-chunks.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { readNpyHeader } from "../formats/npy/read-npy-header.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";

/** Options of {@link fromNpy}. */
export interface FromNpyOptions {
  /** How the array is divided; default: `"auto"`, blocks of at most 128 MiB. */
  readonly chunks?: ChunkSpec;
}

/**
 * The array in a `.npy` file. The workers read it block by block, never whole. Files in Fortran
 * order or in the other byte order can be read, too.
 *
 * @param path the file; a relative path counts from the working directory of this process
 * @returns the dtype of the file's elements (bool, integers and floats of all widths but float16,
 * complex64 and complex128), in the file's shape
 * @chunks by the options, default: blocks of at most 128 MiB; one task per block, which reads its
 * bytes
 * @throws ArgumentError `argument.value` when the file does not exist, is not a `.npy` file or is
 * shorter than by its header, and for an unknown option; `argument.dtype` for elements without a
 * dtype here; `argument.chunks` when the chunks do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * import { writeFileSync } from "node:fs";
 * import { fromNpy } from "tilework";
 *
 * // What numpy.save("three.npy", numpy.array([1.0, 2.0, 3.0])) writes:
 * const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }".padEnd(117);
 * const start = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, "latin1");
 * writeFileSync("three.npy", Buffer.concat([start, Buffer.from(Float64Array.of(1, 2, 3).buffer)]));
 *
 * await fromNpy("three.npy", { chunks: 2 }).sum().compute(); // → 6
 */
export function fromNpy(path: string, options: FromNpyOptions = {}): ChunkedArray {
  checkReadOptions("fromNpy", ["chunks"], options);
  checkLocalPath("fromNpy", path);
  const absolute = resolve(path);
  const { header, version } = readNpyHeader(absolute);
  const { dtype, shape, ...layout } = header;
  const generator = { type: "npy", path: absolute, version, ...layout } as const;
  return new ChunkedArray(sourceNode("npy", generator, shape, dtype, options.chunks));
}
