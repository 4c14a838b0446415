// HDF5 files, of which NetCDF 4 is one kind: what is in them, and boxes of their datasets. The
// package h5wasm reads them.
import { closeSync } from "node:fs";
import type { Dataset, File, Group } from "h5wasm/node";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { fileVersion, openRegular } from "../files/regular-file.js";
import { causeOf, type Hdf5Library, hdf5Library, leaveIfEnded } from "./hdf5-library.js";

type H5Wasm = Hdf5Library["h5wasm"];

/** How long a thread may take to describe a file, and to read a block of it. */
const [DESCRIBE_MS, READ_MS] = [60_000, 600_000];

/**
 * Opens a file for `use`, and closes it.
 *
 * @param version the version that is expected, as {@link versionOf} gives it; default: any
 * @throws ArgumentError `argument.value` with the file and the reason, or where h5wasm is missing
 */
export async function withHdf5<T>(
  path: string,
  version: string | undefined,
  use: (file: File, library: Hdf5Library) => T,
  limitMs: number = version === undefined ? DESCRIBE_MS : READ_MS,
): Promise<T> {
  const library = await hdf5Library();
  try {
    if (version !== undefined && versionOf(path) !== version) {
      throw new Error("it changed since it was opened");
    }
    // What fails in a search for names of axes leaves HDF5 mute.
    library.module.deactivate_throwing_error_handler();
    const used = library.within(limitMs, () => {
      const file = new library.h5wasm.File(path, "r");
      try {
        return use(file, library);
      } finally {
        file.close();
      }
    });
    const errors = library.takeErrors();
    if (errors === "") return used;
    throw new ArgumentError("value", `cannot read ${path}: ${causeOf(errors)}`, { path });
  } catch (error) {
    leaveIfEnded(error);
    const errors = library.takeErrors();
    if (errors === "" && isTileworkError(error)) throw error;
    throw new ArgumentError("value", `cannot read ${path}: ${causeOf(errors, error)}`, { path });
  }
}

/** A word that changes when the file does. */
export function versionOf(path: string): string {
  const { file } = openRegular(path);
  const version = fileVersion(file);
  closeSync(file);
  return version;
}

/** The dataset of that name; undefined if there is none. */
export function findDataset(file: File, h5wasm: H5Wasm, name: string): Dataset | undefined {
  const parts = name.split("/").filter((part) => part !== "");
  let found: unknown = file;
  for (const part of parts) {
    if (!isGroup(found, h5wasm) || !found.keys().includes(part)) return undefined;
    found = found.get(part);
  }
  return found instanceof h5wasm.Dataset ? found : undefined;
}

/** The names of all datasets with elements in a file. */
export function datasetsOf(group: Group, h5wasm: H5Wasm, above = ""): string[] {
  return group.keys().flatMap((key) => {
    const name = `${above}${key}`;
    const found: unknown = group.get(key);
    if (isGroup(found, h5wasm)) return datasetsOf(found, h5wasm, `${name}/`);
    return found instanceof h5wasm.Dataset && found.metadata.shape !== null ? [name] : [];
  });
}

function isGroup(found: unknown, h5wasm: H5Wasm): found is Group {
  return found instanceof h5wasm.Group;
}

/** Attributes by which HDF5 and NetCDF connect datasets: they mean nothing outside of the file. */
const INTERNAL = /^(CLASS|NAME|DIMENSION_LIST|REFERENCE_LIST|DIMENSION_LABELS|_Netcdf4\w+|_NC\w+)$/;

/** The attributes of a dataset that JSON can hold, and the names of its axes if all have one. */
export function labelsOfDataset(dataset: Dataset) {
  const attributes: Record<string, unknown> = {};
  for (const name of Object.keys(dataset.attrs)) {
    if (INTERNAL.test(name)) continue;
    const value = plainValue(dataset.attrs[name]?.value);
    if (value !== undefined) attributes[name] = value;
  }
  const axes = dataset.shape ?? [];
  const dims = axes.map((_, axis) => {
    const scale = dataset.get_attached_scales(axis)[0];
    return scale?.split("/").at(-1) ?? dataset.get_dimension_labels()[axis] ?? null;
  });
  return { attributes, ...(dims.every((name) => name === null) ? {} : { dims }) };
}

/** A number, text or list of them; undefined for other values. */
function plainValue(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (!ArrayBuffer.isView(value) && !Array.isArray(value)) return undefined;
  const items = Array.from(value as ArrayLike<unknown>, plainValue);
  if (items.includes(undefined)) return undefined;
  // NetCDF holds single numbers in lists of one.
  return items.length === 1 ? items[0] : items;
}
