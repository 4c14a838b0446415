// Writes zip files from start to end, the format of `.npz`. io/to-npz.ts chooses the arrays.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** Entries that may exceed 4 GiB once deflated have 64-bit sizes. */
const ZIP32_BYTES_MAX = 0xff000000;

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** About how many bytes it has. */
  readonly nbytes: number;
  /** Its bytes; requested once the earlier entries are written. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** Writes entry after entry, each deflated where `compress` is true. */
export async function writeZip(
  path: string,
  entries: readonly ZipEntry[],
  compress: boolean,
): Promise<void> {
  const zip = new ZipFile();
  const fail = (error: Error) => (zip.outputStream as Readable).destroy(error);
  zip.on("error", fail);
  for (const { name, nbytes, bytes } of entries) {
    const forceZip64Format = nbytes > ZIP32_BYTES_MAX;
    zip.addReadStreamLazy(name, { compress, forceZip64Format }, (give) => {
      give(null, Readable.from(bytes(), { objectMode: false }).on("error", fail));
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
