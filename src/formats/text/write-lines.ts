// Writes lines into a file, compressed by its extension: in another folder until it is complete, or
// on a server.

import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type { PartitionTarget, TextPacking } from "../../graph/model/partition-steps.js";
import { isUrl } from "../remote/remote-address.js";
import { writeRemote } from "../remote/remote-files.js";

/** Characters that are written at once. */
const PIECE_LENGTH = 1 << 18;

/**
 * Writes each line and a line end after it.
 *
 * @throws ArgumentError `argument.value` for an element that is no text, or when the file cannot be
 * written
 */
export async function writeLines(
  path: string,
  { packing, scratch }: Pick<PartitionTarget, "packing" | "scratch">,
  lines: readonly unknown[],
): Promise<void> {
  const wrong = lines.findIndex((line) => typeof line !== "string");
  if (wrong >= 0) {
    throw new ArgumentError(
      "value",
      `${path}: element ${wrong} is ${kindOf(lines[wrong])}: expected texts, as map(String) or ` +
        "toNdjson() make them",
    );
  }
  try {
    if (isUrl(path)) await writeThere(path, packing, lines as readonly string[]);
    else await writeHere(path, { packing, scratch }, lines as readonly string[]);
  } catch (error) {
    throw new ArgumentError("value", `cannot write ${path}: ${(error as Error).message}`, { path });
  }
}

async function writeHere(
  path: string,
  { packing, scratch }: Pick<PartitionTarget, "packing" | "scratch">,
  lines: readonly string[],
): Promise<void> {
  const temporary = join(dirname(path), scratch, randomUUID());
  try {
    await packInto(createWriteStream(temporary), packing, lines);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A server gets the file as one request, or in parts, and shows it when it has all of it. */
async function writeThere(
  address: string,
  packing: TextPacking,
  lines: readonly string[],
): Promise<void> {
  const packed: Uint8Array[] = [];
  const memory = new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      packed.push(bytes);
      done();
    },
  });
  await packInto(memory, packing, lines);
  await writeRemote(address, Buffer.concat(packed));
}

async function packInto(
  target: Writable,
  packing: TextPacking,
  lines: readonly string[],
): Promise<void> {
  const packer = packerOf(packing);
  const text = Readable.from(pieces(lines));
  await (packer === undefined ? pipeline(text, target) : pipeline(text, packer, target));
}

function packerOf(packing: TextPacking) {
  switch (packing) {
    case "none":
      return undefined;
    case "gzip":
      return zlib.createGzip();
    case "brotli":
      return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } });
    case "zstd":
      return createZstdCompress?.() ?? zstdTransform();
  }
}

/** Only in newer versions of Node. */
const { createZstdCompress } = zlib as { readonly createZstdCompress?: () => Transform };

/** One frame of all bytes: readers of this library's files need not support several. */
function zstdTransform(): Transform {
  const pieces: Uint8Array[] = [];
  return new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      pieces.push(bytes);
      done();
    },
    async flush(done) {
      try {
        const { default: Zstd } = await import("numcodecs/zstd");
        done(null, await Zstd.fromConfig({ id: "zstd", level: 3 }).encode(Buffer.concat(pieces)));
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function* pieces(lines: readonly string[]): Generator<string> {
  let piece = "";
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}
