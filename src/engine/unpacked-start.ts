// The first lines of packed files, unpacked: the engine infers columns from them.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ArgumentError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import { openBytes } from "../formats/text/unpack-text.js";
import type { TextPacking } from "../graph/model/partition-steps.js";
import type { Scratch } from "./scratch.js";

/** Packed files are unpacked as far as this for their first rows. */
export const SAMPLE_BYTES = 8 << 20;

/**
 * The beginning of a packed file, up to the end of a row.
 *
 * @throws ArgumentError `argument.value` naming the file, where it cannot be unpacked
 */
export async function unpackedStart(
  path: string,
  packing: TextPacking,
  scratch: Scratch,
  ending: string,
): Promise<string> {
  const copy = scratch.path(ending);
  const pieces = async function* () {
    let left = SAMPLE_BYTES;
    for await (const bytes of openBytes(path, packing) as AsyncIterable<Buffer>) {
      if (bytes.length >= left) {
        const end = bytes.lastIndexOf(0x0a, left);
        yield bytes.subarray(0, end + 1);
        return;
      }
      left -= bytes.length;
      yield bytes;
    }
  };
  try {
    await pipeline(Readable.from(pieces()), createWriteStream(copy));
  } catch (cause) {
    throw new ArgumentError("value", `cannot read ${path}: ${reasonOf(cause)}`, { path });
  }
  return copy;
}
