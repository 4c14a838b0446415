// The bytes of text files, decompressed as they arrive.
import { createReadStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { ArgumentError } from "../../base/errors.js";
import type { TextPacking } from "../../graph/model/partition-steps.js";
import { isUrl } from "../remote/remote-address.js";
import { remoteBytes } from "../remote/remote-stream.js";

/** Bytes read at once. */
const READ_BYTES = 256 << 10;

/**
 * The bytes of a file, on a disk or a server, from `start` on, up to `end` where given. Packed
 * files are read from their start.
 */
export function openBytes(
  path: string,
  packing: TextPacking,
  start = 0,
  end = Number.POSITIVE_INFINITY,
): Readable {
  const file: Readable = isUrl(path)
    ? Readable.from(remoteBytes(path, start, end), { objectMode: false })
    : createReadStream(path, { highWaterMark: READ_BYTES, start, end: end - 1 });
  const unpack = unpacker(packing);
  if (unpack === undefined) return file;
  file.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => file.destroy());
  return file.pipe(unpack);
}

function unpacker(packing: TextPacking): Transform | undefined {
  const chunkSize = READ_BYTES;
  switch (packing) {
    case "none":
      return undefined;
    case "gzip":
      return zlib.createGunzip({ chunkSize });
    case "brotli":
      return zlib.createBrotliDecompress({ chunkSize });
    case "zstd":
      return createZstdDecompress?.({ chunkSize }) ?? zstdTransform();
  }
}

/** Only in newer versions of Node. */
const { createZstdDecompress } = zlib as {
  readonly createZstdDecompress?: (options: { chunkSize: number }) => Transform;
};

function zstdTransform(): Transform {
  const stream: Transform = new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      attempt(() => decompress.push(bytes), done);
    },
    flush(done) {
      attempt(() => decompress.push(new Uint8Array(0), true), done);
    },
  });
  const decompress = new Decompress((bytes) => void stream.push(bytes));
  return stream;
}

function attempt(action: () => void, done: (error?: Error) => void): void {
  try {
    action();
  } catch (error) {
    // The decompressor throws errors with numbers for codes.
    done(new ArgumentError("value", `not zstd: ${(error as Error).message}`));
    return;
  }
  done();
}
