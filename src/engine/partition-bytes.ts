// A partition of a table as bytes: files of Parquet, each after its length. Joining partitions is
// putting their bytes one after another, and no bytes are no rows. Of 1 million rows the engine
// writes them in 0.28 s and reads them in 0.17 s on one core; taking the values out of the engine's
// vectors, text by text, takes 1.2 s.
import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";

/** The bytes before each file: its length, in a float64. */
const LENGTH_BYTES = 8;

/**
 * Writes the files of a partition; returns their paths.
 *
 * @param counted whether only the number of their rows is read: then only their footers are written
 */
export function unpackPartition(
  bytes: Uint8Array,
  pathOf: (ending: string) => string,
  counted = false,
): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const paths: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = view.getFloat64(at, true);
    const from = at + LENGTH_BYTES;
    const path = pathOf("parquet");
    const file = bytes.subarray(from, from + length);
    if (counted) writeFooter(path, file);
    else writeWhole(path, file);
    paths.push(path);
    at = from + length;
  }
  return paths;
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}

/** The bytes after a footer: its length, and a word. */
const FOOTER_END_BYTES = 8;

/** A file as long as the whole, with nothing but its last bytes: the rest is a hole. */
function writeFooter(path: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - FOOTER_END_BYTES;
  const start = end - view.getUint32(end, true);
  const file = openSync(path, "w");
  try {
    for (let at = start; at < bytes.length; )
      at += writeSync(file, bytes.subarray(at), 0, undefined, at);
  } finally {
    closeSync(file);
  }
}

/** How many bytes the partition of these files takes. */
export function packedBytes(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + LENGTH_BYTES + statSync(path).size, 0);
}

/** Puts the files into `bytes`, from `at` on; returns where they end. */
export function packPartition(paths: readonly string[], bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = at;
  for (const path of paths) {
    const file = openSync(path, "r");
    try {
      const from = end + LENGTH_BYTES;
      const length = readWhole(file, bytes.subarray(from));
      view.setFloat64(end, length, true);
      end = from + length;
    } finally {
      closeSync(file);
    }
  }
  return end;
}

function readWhole(file: number, into: Uint8Array): number {
  let at = 0;
  while (at < into.length) {
    const read = readSync(file, into, at, into.length - at, null);
    if (read === 0) break;
    at += read;
  }
  return at;
}
