// Lines of text files, as their bytes come: whole files, packed or not, or runs of bytes that begin
// and end where lines do.
import { createReadStream } from "node:fs";
import { type Readable, Transform } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { defined } from "../base/assert.js";
import { ArgumentError } from "../base/errors.js";
import type { TextFeed, TextPacking } from "../graph/partitions.js";
import type { Sink } from "../kernels/bag/sink.js";

/** Bytes read at once. */
const READ_BYTES = 256 << 10;

/** Pushes the lines of block number `block`. */
export async function pushText(feed: TextFeed, block: number, sink: Sink): Promise<void> {
  const end = feed.fileStart[block + 1] as number;
  for (let k = feed.fileStart[block] as number; k < end; k++) {
    const file = feed.fileOf[k] as number;
    const path = defined(feed.paths[file], "a text file's path");
    try {
      const run = [feed.from[k] as number, feed.to[k] as number] as const;
      if (await pushFile(feed, file, path, run, sink)) return;
    } catch (error) {
      throw readable(error, path);
    }
  }
}

/** Errors of the file system and of packed bytes name no file, or not in words. */
function readable(error: unknown, path: string): unknown {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== "string" || !/^(E[A-Z]+$|Z_|ERR_|CSV_|argument.value)/.test(code))
    return error;
  const failed = new ArgumentError("value", `cannot read ${path}: ${(error as Error).message}`, {
    path,
  });
  failed.cause = error;
  return failed;
}

/** True when no more elements are wanted. */
async function pushFile(
  feed: TextFeed,
  file: number,
  path: string,
  [from, to]: readonly [number, number],
  sink: Sink,
): Promise<boolean> {
  const packing = defined(feed.packings[file], "a file's packing");
  const delimiter = Buffer.from(feed.delimiter, feed.encoding);
  // A run of bytes begins where a line end may lie just before it: a line belongs to where it begins.
  const stream = openBytes(path, packing, Math.max(from - delimiter.length, 0));
  try {
    if (feed.gives === "documents") {
      const pieces: Uint8Array[] = [];
      for await (const bytes of stream as AsyncIterable<Uint8Array>) pieces.push(bytes);
      return sink.push(Buffer.concat(pieces).toString(feed.encoding)) === true;
    }
    if (feed.gives === "records") return await pushRecords(stream, feed, sink);
    const lines = new LineCutter(delimiter, from, to);
    const push = (text: string | undefined) =>
      text !== undefined && pushLines(text, path, feed, sink);
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      if (push(lines.take(bytes)?.toString(feed.encoding))) return true;
      if (lines.isAtEnd) return false;
    }
    return push(lines.rest()?.toString(feed.encoding));
  } finally {
    stream.destroy();
  }
}

/** Pushes the lines of a text that ends where a line ends, without its end. */
function pushLines(text: string, path: string, feed: TextFeed, sink: Sink): boolean {
  const withPaths = feed.gives === "linesWithPaths";
  const mayHaveReturns = feed.delimiter === "\n" && text.includes("\r");
  for (const whole of text.split(feed.delimiter)) {
    const line = mayHaveReturns && whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (sink.push(withPaths ? [line, path] : line) === true) return true;
  }
  return false;
}

async function pushRecords(stream: Readable, { csv }: TextFeed, sink: Sink): Promise<boolean> {
  const { parse } = await import("csv-parse");
  const parser = parse({ ...csv });
  stream.on("error", (error) => parser.destroy(error));
  for await (const record of stream.pipe(parser)) if (sink.push(record) === true) return true;
  return false;
}

/** Cuts bytes at line ends: of a run of a file, those of the lines that begin in it. */
class LineCutter {
  isAtEnd = false;
  readonly #delimiter: Buffer;
  readonly #to: number;
  #isSkipping: boolean;
  /** Where the bytes that are kept begin in the file. */
  #position: number;
  #kept: Buffer[] = [];

  constructor(delimiter: Buffer, from: number, to: number) {
    this.#delimiter = delimiter;
    this.#to = to;
    this.#isSkipping = from > 0;
    this.#position = Math.max(from - delimiter.length, 0);
  }

  /** Whole lines up to the last line end in what is there now, without that. */
  take(bytes: Buffer): Buffer | undefined {
    // A line as long as many pieces is put together once.
    const single = this.#delimiter.length === 1;
    this.#kept.push(bytes);
    if (single && !bytes.includes(this.#delimiter)) return undefined;
    let all = this.#kept.length === 1 ? bytes : Buffer.concat(this.#kept);
    if (this.#isSkipping) {
      const first = all.indexOf(this.#delimiter);
      if (first < 0) return this.#keep(all);
      all = this.#drop(all, first + this.#delimiter.length);
      this.#isSkipping = false;
    }
    if (this.#position >= this.#to) {
      this.isAtEnd = true;
      return undefined;
    }
    // The line after a line end that reaches `to` belongs to who comes next.
    const last = Math.max(this.#to - this.#delimiter.length - this.#position, 0);
    const end = last < all.length ? all.indexOf(this.#delimiter, last) : -1;
    if (end >= 0) {
      this.isAtEnd = true;
      return all.subarray(0, end);
    }
    const cut = all.lastIndexOf(this.#delimiter);
    if (cut < 0) return this.#keep(all);
    this.#keep(this.#drop(all, cut + this.#delimiter.length));
    return all.subarray(0, cut);
  }

  /** The line that the file ends with, where no line end does. */
  rest(): Buffer | undefined {
    const all = Buffer.concat(this.#kept);
    return this.#isSkipping || this.#position >= this.#to || all.length === 0 ? undefined : all;
  }

  #keep(bytes: Buffer): undefined {
    this.#kept = bytes.length === 0 ? [] : [bytes];
  }

  #drop(bytes: Buffer, count: number): Buffer {
    this.#position += count;
    return bytes.subarray(count);
  }
}

function openBytes(path: string, packing: TextPacking, start: number): Readable {
  const file = createReadStream(path, { highWaterMark: READ_BYTES, start });
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

/** What newer versions of Node have. */
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
