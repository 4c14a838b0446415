// Arrays into NumPy's `.npz` files. A zip file is written from start to end, so the blocks come to
// this process, a few at a time, in the order of the file. Reading is from-npz.ts.
import type { ChunkedArray } from "../array/chunked-array.js";
import { checkArrays } from "../array/layers/array-operands.js";
import type { ComputeOptions } from "../array/results/compute.js";
import { ArgumentError } from "../base/errors.js";
import { writeAtomically, writingFailed } from "../formats/files/atomic-file.js";
import { writeZip } from "../formats/npz/write-zip.js";
import { npyBytes } from "./npy-bytes.js";
import { checkLocalTarget, checkStoreOptions, requireLengths } from "./store-layer.js";

/** Options of {@link toNpz}, besides those of `compute()`. */
export interface ToNpzOptions extends ComputeOptions {
  /** Whether the arrays are deflated, as by `numpy.savez_compressed`; default: false. */
  readonly compress?: boolean;
}

/**
 * Writes arrays to a `.npz` file, which `numpy.load` and {@link fromNpz} read. The blocks pass
 * through this process, never more than a few rows of them at a time.
 *
 * @param path the file; it appears when it is complete, and an existing file stays until then
 * @param arrays the arrays by their names in the file
 * @returns nothing, once the file is complete: arrays of any shape and dtype, little-endian, in C
 * order
 * @chunks the other axes come together in rows of blocks, of at most 128 MiB where a row of
 * elements allows that; the tasks of the arrays, and those of the rechunk
 * @throws ArgumentError `argument.value` when the file cannot be created or a name is invalid
 * @throws TaskError as `compute()`; then nothing is left
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @example
 * import { arange, toNpz } from "tilework";
 *
 * await toNpz("three.npz", { a: arange(3), b: arange(4) }, { compress: true });
 */
export async function toNpz(
  path: string,
  arrays: Readonly<Record<string, ChunkedArray>>,
  options: ToNpzOptions = {},
): Promise<void> {
  checkArrays("toNpz", ...Object.values(arrays));
  checkStoreOptions("toNpz", ["compress"], options);
  checkLocalTarget("toNpz", path);
  const { compress = false, ...computeOptions } = options;
  for (const [name, x] of Object.entries(arrays)) {
    requireLengths(x);
    if (name !== "" && !/^[/\\]|\\|(^|\/)\.\.?(\/|$)/.test(name)) continue;
    throw new ArgumentError("value", `${JSON.stringify(name)} cannot be a name in a .npz file`);
  }
  const entries = Object.entries(arrays).map(([name, x]) => ({
    name: `${name}.npy`,
    nbytes: x.nbytes,
    bytes: () => npyBytes(x, computeOptions),
  }));
  await writeAtomically(path, (temporary) =>
    writeZip(temporary, entries, compress).catch((cause) => writingFailed(path, cause)),
  );
}
