// Blocks of datasets of HDF5 files. io/ has described the dataset before.
import type { Block } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import { findDataset, withHdf5 } from "./hdf5-file.js";

type Hdf5Generator = Extract<SourceGenerator, { type: "hdf5" }>;

/**
 * Reads block number `block` into `output`, a C-contiguous block.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read, changed or is damaged
 */
export async function readHdf5Block(
  layer: SourceLayer,
  { path, version, dataset: name }: Hdf5Generator,
  block: number,
  output: Block,
): Promise<void> {
  const { starts, lengths } = sourceBox(layer, block);
  const size = sizeOf(lengths);
  if (size === 0) return;
  const ranges = starts.map((start, axis): [number, number] => [
    start,
    start + (lengths[axis] as number),
  ]);
  await withHdf5(path, version, (file, h5wasm) => {
    const dataset = findDataset(file, h5wasm, name);
    const values: unknown = starts.length === 0 ? dataset?.value : dataset?.slice(ranges);
    if (starts.length === 0 && !ArrayBuffer.isView(values)) {
      output.data[output.offset] = values as never;
      return;
    }
    if (!ArrayBuffer.isView(values) || (values as TypedArray).length !== size) {
      const text = `cannot read ${path}: block (${starts.join(", ")}) of ${name} has no elements`;
      throw new ArgumentError("value", text, { path, dataset: name });
    }
    output.data.set(values as never, output.offset);
  });
}
