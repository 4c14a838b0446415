// Datasets of HDF5 and NetCDF 4 files as chunked arrays. Only their description is read here; the
// workers read the blocks (formats/hdf5/read-hdf5.ts).
import { resolve } from "node:path";
import type { Dataset } from "h5wasm/node";
import { ChunkedArray } from "../array/chunked-array.js";
import { type ChunkSpec, normalizeChunks } from "../array/chunks/normalize-chunks.js";
import { withLabels } from "../array/layers/labels.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { itemBytes } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import { hdf5DType } from "../formats/hdf5/hdf5-dtype.js";
import {
  datasetsOf,
  findDataset,
  labelsOfDataset,
  versionOf,
  withHdf5,
} from "../formats/hdf5/hdf5-file.js";
import { floatsOfHalves } from "./half-floats.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";

/** Options of {@link fromHdf5}. */
export interface FromHdf5Options {
  /** The dataset's name: `"t2m"`, `"forecast/t2m"`; needed where the file has several. */
  readonly dataset?: string;
  /**
   * How the array is divided; default: `"auto"`, blocks of whole chunks of the file, of at most
   * 128 MiB.
   */
  readonly chunks?: ChunkSpec;
}

/**
 * A dataset of an HDF5 or NetCDF 4 file. The workers read its blocks. Names of axes and attributes
 * are `x.dims` and `x.attributes`. Values are those in the file: multiply by `scale_factor` and add
 * `add_offset` where attributes name them.
 *
 * The package h5wasm reads the file: `npm install h5wasm` beside tilework.
 *
 * @param path the file; every worker must see it under this path
 * @returns the dtype of the dataset's elements (integers and floats of 8 to 64 bits, and h5py's
 * booleans; float32 for float16), in the dataset's shape
 * @chunks by the options, default: whole chunks of the file, in blocks of at most 128 MiB; one task
 * per block
 * @throws ArgumentError `argument.value` when the file or dataset does not exist, the file is
 * damaged, h5wasm is not installed, and for an unknown option; `argument.dtype` for elements
 * without a dtype here; `argument.chunks` when the chunks do not fit
 * @see https://docs.h5py.org/en/stable/high/dataset.html
 * @example
 * import h5wasm from "h5wasm/node";
 * import { fromHdf5 } from "tilework";
 *
 * await h5wasm.ready;
 * const file = new h5wasm.File("days.h5", "w");
 * const data = Float32Array.of(1, 2, 3, 4);
 * file.create_dataset({ name: "t", data, shape: [2, 2] }).create_attribute("units", "K");
 * file.close();
 *
 * const t = await fromHdf5("days.h5", { dataset: "t" });
 * t.attributes.units; // → "K"
 * await t.mean(0).compute(); // → [2, 3]
 */
export async function fromHdf5(path: string, options: FromHdf5Options = {}): Promise<ChunkedArray> {
  checkReadOptions("fromHdf5", ["dataset", "chunks"], options);
  checkLocalPath("fromHdf5", path);
  const absolute = resolve(path);
  const version = describedVersion(absolute);
  return withHdf5(absolute, undefined, (file, { h5wasm }) => {
    const name = options.dataset ?? onlyOne(datasetsOf(file, h5wasm), path);
    const dataset = findDataset(file, h5wasm, name);
    const shape = dataset?.shape ?? undefined;
    if (dataset === undefined || shape === undefined) {
      const found = datasetsOf(file, h5wasm).join(", ") || "none";
      const text = `there is no dataset ${JSON.stringify(name)} in ${path}: its datasets are ${found}`;
      throw new ArgumentError("value", text, { path, dataset: name });
    }
    const { metadata } = dataset;
    const elements = hdf5DType(metadata);
    if (elements === undefined) {
      const type = JSON.stringify(dataset.dtype);
      const text = `dataset ${name} of ${path} holds ${type}: expected integers, float16, float32 or float64`;
      throw new ArgumentError("dtype", text, { path, dataset: name });
    }
    checkFilters(dataset, name, path);
    const { dtype, isHalf } = elements;
    const own = metadata.chunks ?? undefined;
    const previous = own && normalizeChunks([...own], shape);
    const chunks = normalizeChunks(options.chunks ?? "auto", shape, {
      itemBytes: itemBytes(dtype),
      ...(previous === undefined ? {} : { previous }),
    });
    const generator = { type: "hdf5", path: absolute, version, dataset: name } as const;
    const node = sourceNode("hdf5", generator, shape, dtype, chunks);
    const x = new ChunkedArray(node);
    return withLabels(isHalf ? floatsOfHalves(x) : x, labelsOfDataset(dataset));
  });
}

/** Filters of HDF5 itself have numbers below this; h5wasm has no others. */
const OTHER_FILTERS = 256;

/** Without this, HDF5 would say that it finds no folder of plugins. */
function checkFilters({ filters }: Dataset, name: string, path: string): void {
  const missing = filters.find(({ id }) => id >= OTHER_FILTERS);
  if (missing === undefined) return;
  const text = `dataset ${name} of ${path} is packed by filter ${missing.id} (${missing.name || "no name"}), which h5wasm lacks: repack it with gzip (h5repack -f GZIP=4)`;
  throw new ArgumentError("value", text, { path, dataset: name, filter: missing.id });
}

function describedVersion(path: string): string {
  try {
    return versionOf(path);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError("value", `cannot open ${path}: ${reason}`, { path });
  }
}

function onlyOne(names: readonly string[], path: string): string {
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  const text = `${path} has ${names.length} datasets (${names.join(", ")}): name one by { dataset }`;
  throw new ArgumentError("value", text, { path, datasets: names });
}
