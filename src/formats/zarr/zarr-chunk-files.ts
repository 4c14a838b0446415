// The files of a Zarr array, in a folder or behind a URL: reads a whole file or a range of bytes.
// Writing, in folders only, never leaves an incomplete file.
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openRegular, readInto } from "../files/regular-file.js";
import { isUrl, placeOf } from "./zarr-location.js";

/** A part of a file: from its start, or its last bytes. */
export type ByteRange =
  | { readonly offset: number; readonly length: number }
  | { readonly lastBytes: number };

/** Memory of a length, into which a file is read. */
export type RoomFor = (bytes: number) => Uint8Array;

/** A range of a file, and the place that it is read into. */
export interface KeyRead {
  readonly range?: ByteRange | undefined;
  /** New memory by default; what comes from a server has its own. */
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
  return isUrl(place) ? await download(place, timeoutMs, read.range) : readLocal(place, read);
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
    const { offset, length } =
      range === undefined ? { offset: 0, length: size } : rangeWithin(range, size);
    const bytes = roomFor?.(length) ?? new Uint8Array(length);
    const count = readInto(file, bytes, offset);
    if (count < length) throw tooShort(offset + count, { offset, length });
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

async function download(
  url: string,
  timeoutMs: number,
  range: ByteRange | undefined,
): Promise<Uint8Array | undefined> {
  let response: Response;
  let body: Uint8Array;
  try {
    response = await fetch(url, {
      headers: range === undefined ? {} : { Range: rangeHeader(range) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    body = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Error(networkReason(error, timeoutMs));
  }
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw new Error(`the server answered ${response.status} ${response.statusText}`);
  // Servers may send the whole file for any range.
  if (range === undefined || response.status === 206) return body;
  const { offset, length } = rangeWithin(range, body.length);
  return body.subarray(offset, offset + length);
}

function rangeHeader(range: ByteRange): string {
  return "lastBytes" in range
    ? `bytes=-${range.lastBytes}`
    : `bytes=${range.offset}-${range.offset + range.length - 1}`;
}

/** `fetch` reports only that it failed; the reason is in its cause. */
function networkReason(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError")
    return `the server did not answer within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Writes the file under a key atomically: readers find the old bytes or the new ones. */
export function writeKey(location: string, key: string, bytes: Uint8Array, scratch: string): void {
  const path = placeOf(location, key);
  const temporary = join(scratch, randomUUID());
  try {
    writeFileSync(temporary, bytes);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
