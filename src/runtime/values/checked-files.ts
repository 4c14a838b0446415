// Files whose bytes are checked when they are read back: a checksum for each page is kept in
// memory, so that parts are checked as well as wholes. After any damage to a file, reading it
// returns the written bytes or an error.
import type { FileHandle } from "node:fs/promises";
import { checksum } from "../../kernels/wasm/checksum.js";

/** Reading a part of a value reads at most this many other bytes at either end. */
const PAGE_BYTES = 32 * 1024;

/** Bytes that are checked before the event loop turns. */
const SLICE_BYTES = 32 * PAGE_BYTES;

/** The size and checksum of a written file. */
export interface WrittenFile {
  readonly bytes: number;
  /** Of each page. */
  readonly checksums: Uint32Array;
}

/** Writes all of `from`. */
export async function writeChecked(file: FileHandle, from: Uint8Array): Promise<WrittenFile> {
  const checksums = new Uint32Array(Math.ceil(from.length / PAGE_BYTES));
  for (let start = 0; start < from.length; start += SLICE_BYTES) {
    const slice = from.subarray(start, start + SLICE_BYTES);
    for (const [page, bytes] of pagesOf(slice, start)) checksums[page] = checksum(bytes);
    for (let at = 0; at < slice.length; ) {
      at += (await file.write(slice, at, slice.length - at, start + at)).bytesWritten;
    }
  }
  return { bytes: from.length, checksums };
}

/**
 * Fills `into` from `position` of the file on.
 *
 * @throws Error when the file is too short, or differs from the written bytes
 */
export async function readChecked(
  file: FileHandle,
  into: Uint8Array,
  written: WrittenFile,
  position = 0,
): Promise<void> {
  const start = position - (position % PAGE_BYTES);
  const end = Math.min(written.bytes, roundUp(position + into.length));
  const isWhole = start === position && end === position + into.length;
  const pages = isWhole ? into : new Uint8Array(end - start);
  for (let at = 0; at < pages.length; at += SLICE_BYTES) {
    const slice = pages.subarray(at, at + SLICE_BYTES);
    await readAt(file, slice, start + at);
    checkPages(slice, start + at, written);
  }
  if (!isWhole) into.set(pages.subarray(position - start, position - start + into.length));
}

/** The most bytes that are read for `bytes` of a file, wherever they begin. */
export function readBytes(bytes: number): number {
  return bytes + PAGE_BYTES;
}

function checkPages(slice: Uint8Array, start: number, { checksums }: WrittenFile): void {
  for (const [page, bytes] of pagesOf(slice, start)) {
    if (checksum(bytes) === checksums[page]) continue;
    const from = page * PAGE_BYTES;
    throw new Error(
      `bytes ${from} to ${from + bytes.length - 1} of the file are not those that were written`,
    );
  }
}

/** The pages of a slice that begins at `start` of the file, where a page begins. */
function* pagesOf(slice: Uint8Array, start: number): Generator<[page: number, bytes: Uint8Array]> {
  for (let at = 0; at < slice.length; at += PAGE_BYTES) {
    yield [(start + at) / PAGE_BYTES, slice.subarray(at, at + PAGE_BYTES)];
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

async function readAt(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, into.length - at, position + at);
    if (bytesRead === 0) {
      throw new Error(
        `the file ends after ${position + at} bytes, expected ${position + into.length}`,
      );
    }
    at += bytesRead;
  }
}
