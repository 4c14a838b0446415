// Blocks of datasets of HDF5 files. io/ has described the dataset before.
import type { File } from "h5wasm/node";
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { type ArrayBox, sourceBox } from "../../graph/model/source-region.js";
import { findDataset, withHdf5 } from "./hdf5-file.js";
import type { Hdf5Library } from "./hdf5-library.js";

type Hdf5Generator = Extract<SourceGenerator, { type: "hdf5" }>;

/**
 * Reads block number `block` into `output`, a C-contiguous block.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read, changed or is damaged
 */
export async function readHdf5Block(
  layer: SourceLayer,
  { path, version, dataset }: Hdf5Generator,
  block: number,
  output: Block,
): Promise<void> {
  const box = sourceBox(layer, block);
  const bytesEach = itemBytes(output.dtype);
  const start = output.data.byteOffset + output.offset * bytesEach;
  const bytes = new Uint8Array(output.data.buffer, start, sizeOf(box.lengths) * bytesEach);
  if (bytes.length === 0) return;
  await withHdf5(path, version, (file, library) => {
    const found = findDataset(file, library.h5wasm, dataset);
    // The library fills as many bytes as the file says.
    if (found?.metadata.size !== bytesEach) {
      throw new Error(`block (${box.starts.join(", ")}) of ${dataset} has no elements`);
    }
    readBox(file, library, found.path, box, bytes);
  });
}

/** Reads a box of a dataset as it is in the file, in our byte order: h5wasm has no float16. */
function readBox(
  { file_id }: File,
  { module }: Hdf5Library,
  name: string,
  { starts, lengths }: ArrayBox,
  into: Uint8Array,
): void {
  const memory = module._malloc(into.length);
  if (memory === 0) throw new Error(`the library has no memory for ${into.length} bytes`);
  try {
    const [count, offset] = [lengths.map(BigInt), starts.map(BigInt)];
    const strides = lengths.map(() => 1n);
    const place = BigInt(memory);
    const isWhole = lengths.length === 0;
    const status = isWhole
      ? module.get_dataset_data(file_id, name, null, null, null, place)
      : module.get_dataset_data(file_id, name, count, offset, strides, place);
    if (status < 0) throw new Error(`${name} cannot be read`);
    into.set(module.HEAPU8.subarray(memory, memory + into.length));
  } finally {
    module._free(memory);
  }
}
