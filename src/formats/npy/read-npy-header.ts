// Reads the header of a `.npy` file, or of an entry of a `.npz` file, with the file's name in
// errors. npy-header.ts parses it.
import { closeSync, fstatSync, readSync } from "node:fs";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { openRegular, versionIn } from "../files/regular-file.js";
import { NPY_HEADER_BYTES_MAX, type NpyHeader, parseNpyHeader } from "./npy-header.js";

/**
 * The header, and a version that changes when the file does.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read or is shorter than by its
 * header; `argument.dtype` when we have no dtype for its elements
 */
export function readNpyHeader(path: string): { header: NpyHeader; version: string } {
  const file = open(path);
  try {
    const status = fstatSync(file);
    const { size } = status;
    const header = parseHeaderOf(readStart(file, path), path);
    requireWhole(header, size, path);
    return { header, version: versionIn(status) };
  } finally {
    closeSync(file);
  }
}

/** Refuses a file that is shorter than its header says. */
export function requireWhole(
  { byteOffset, shape, dtype }: NpyHeader,
  size: number,
  path: string,
): void {
  const needed = byteOffset + sizeOf(shape) * itemBytes(dtype);
  if (size >= needed) return;
  throw new ArgumentError(
    "value",
    `${path} is cut off: its header promises ${needed} bytes, it has ${size}`,
    { path, expected: needed, size },
  );
}

/** Names the file in errors about its header. */
export function parseHeaderOf(start: Uint8Array, path: string): NpyHeader {
  try {
    return parseNpyHeader(start);
  } catch (cause) {
    if (!isTileworkError(cause, "argument.value", "argument.dtype")) throw cause;
    const code = cause.code === "argument.dtype" ? "dtype" : "value";
    throw new ArgumentError(code, `${path}: ${cause.message}`, { path });
  }
}

function open(path: string): number {
  try {
    return openRegular(path).file;
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError("value", `cannot open ${path}: ${shortReason(reason)}`, { path });
  }
}

/** What Node says of a file, without the path, which it says again. */
function shortReason(reason: string): string {
  return reason.replace(/, open '.*'$/, "");
}

function readStart(file: number, path: string): Uint8Array {
  const bytes = new Uint8Array(NPY_HEADER_BYTES_MAX);
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError("value", `cannot read ${path}: ${reason}`, { path });
  }
}
