// The files of a Zarr array, in a folder or on a server: reads a whole file or a range of bytes.
// Writing never leaves an incomplete file.
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileVersion, openRegular, readInto } from "../files/regular-file.js";
import { unshared } from "../files/unshared.js";
import { isUrl, placeOf } from "../remote/remote-address.js";
import { type ByteRange, readRemote, writeRemote } from "../remote/remote-files.js";
import type { RoomFor } from "../remote/remote-request.js";

/** A range of a file, and the place that it is read into. */
export interface KeyRead {
  readonly range?: ByteRange | undefined;
  /** New memory by default; what comes from a server has its own, since several come at once. */
  readonly roomFor?: RoomFor | undefined;
}

/**
 * The bytes under a key, undefined when there is no such file.
 *
 * @throws Error when it cannot be read, or is shorter than the range
 */
export async function readKey(
  location: string,
  key: string,
  timeoutMs: number,
  read: KeyRead = {},
): Promise<Uint8Array | undefined> {
  const place = placeOf(location, key);
  return isUrl(place)
    ? await readRemote(place, { range: read.range, timeoutMs })
    : readLocal(place, read);
}

function readLocal(path: string, read: KeyRead): Uint8Array | undefined {
  try {
    return readRange(path, read);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function readRange(path: string, { range, roomFor }: KeyRead): Uint8Array {
  const { file, bytes: size } = openRegular(path);
  try {
    const version = fileVersion(file);
    const { offset, length } =
      range === undefined ? { offset: 0, length: size } : rangeWithin(range, size);
    const bytes = roomFor?.(length) ?? new Uint8Array(length);
    const count = readInto(file, bytes, offset);
    if (count < length) throw tooShort(offset + count, { offset, length });
    if (fileVersion(file) !== version) throw new Error("it changed while it was read");
    return bytes;
  } finally {
    closeSync(file);
  }
}

function rangeWithin(range: ByteRange, size: number): { offset: number; length: number } {
  const { offset, length } =
    "lastBytes" in range ? { offset: size - range.lastBytes, length: range.lastBytes } : range;
  if (offset < 0 || offset + length > size) throw tooShort(size, range);
  return { offset, length };
}

function tooShort(size: number, range: ByteRange): Error {
  const wanted =
    "lastBytes" in range
      ? `the last ${range.lastBytes} bytes`
      : `bytes ${range.offset} to ${range.offset + range.length}`;
  return new Error(`it is cut off: it has ${size} bytes, but ${wanted} are needed`);
}

/**
 * Writes the file under a key atomically: readers find the old bytes or the new ones.
 *
 * @param claim a folder for files that are not whole yet; servers need none
 */
export async function writeKey(
  location: string,
  key: string,
  bytes: Uint8Array,
  claim: string | undefined,
): Promise<void> {
  const path = placeOf(location, key);
  if (isUrl(path) || claim === undefined) return writeRemote(path, unshared(bytes));
  const temporary = join(claim, randomUUID());
  try {
    writeFileSync(temporary, bytes);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
