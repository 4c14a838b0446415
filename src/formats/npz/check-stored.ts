// The checksum of a `.npy` file that is stored in a zip file. Its blocks are read one by one
// (npy/read-npy.ts), and its checksum is that of all bytes: the task that reads the first block
// checks it.
import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { openRegular, readInto } from "../files/regular-file.js";

type NpyGenerator = Extract<SourceGenerator, { type: "npy" }>;

/** Bytes read at once. */
const READ_BYTES = 2 ** 20;

/**
 * Checks all bytes of an entry.
 *
 * @throws ArgumentError `argument.value` when the file cannot be read, or the bytes are not those
 * of the checksum
 */
export function checkStored({ path, stored }: NpyGenerator): void {
  if (stored === undefined) return;
  const { entry, dataStart, bytes, checksum } = stored;
  try {
    const { file } = openRegular(path);
    try {
      const part = Buffer.allocUnsafe(Math.min(READ_BYTES, bytes));
      let sum = 0;
      for (let at = 0; at < bytes; at += part.length) {
        const wanted = part.subarray(0, Math.min(part.length, bytes - at));
        const count = readInto(file, wanted, dataStart + at);
        if (count < wanted.length) throw new Error(`it ends at byte ${dataStart + at + count}`);
        sum = crc32(wanted, sum);
      }
      if (sum !== checksum) {
        throw new Error("its checksum is not that of its bytes: it was damaged");
      }
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ArgumentError("value", `cannot read ${entry} of ${path}: ${reason}`, { path, entry });
  }
}
