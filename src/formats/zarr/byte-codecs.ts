// The codecs of Zarr from bytes to bytes: each result has the length that its format and the chunk
// imply, or is rejected. gzip and zlib are Node's, LZ4 and Blosc of LZ4 are our own WebAssembly;
// zstd is Node's where it has it. numcodecs has all others. docs/internals/files.md has the
// reasons.
import * as zlib from "node:zlib";
import { BLOSC_DATA_AT, checkBloscStreams, parseBloscHeader } from "./blosc-header.js";
import { decodeBloscLz4, decodeLz4 } from "./codecs-in-wasm.js";
import { withChecksum, withoutChecksum } from "./crc32c.js";
import { zstdContentBytes } from "./zstd-frames.js";

/** A codec with its configuration. */
export interface ByteCodec {
  encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * @param expected how many bytes come out, where that is known before
   * @throws Error when the bytes are damaged, as far as the format lets one see
   */
  decode(bytes: Uint8Array, expected?: number): Uint8Array | Promise<Uint8Array>;
  /** The encoded size of `length` bytes, if it does not depend on their values. */
  encodedBytes?(length: number): number;
}

type Configuration = Readonly<Record<string, unknown>>;

/** The interface of numcodecs' modules. */
interface ForeignCodec {
  encode(bytes: Uint8Array): Promise<Uint8Array>;
  decode(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Constructors of codecs from their configurations, by name. */
export const BYTE_CODECS: Readonly<Record<string, (configuration: Configuration) => ByteCodec>> = {
  gzip: ({ level }) => ({
    encode: (bytes) => zlib.gzipSync(bytes, levelOf(level)),
    decode: (bytes, expected) => zlib.gunzipSync(bytes, room(expected)),
  }),
  zlib: ({ level }) => ({
    encode: (bytes) => zlib.deflateSync(bytes, levelOf(level)),
    decode: (bytes, expected) => zlib.inflateSync(bytes, room(expected)),
  }),
  crc32c: () => ({
    encode: withChecksum,
    decode: withoutChecksum,
    encodedBytes: (length) => length + 4,
  }),
  lz4: lz4Codec,
  zstd: zstdCodec,
  blosc: bloscCodec,
};

function levelOf(level: unknown): { readonly level?: number } {
  return typeof level === "number" ? { level } : {};
}

/** Room for all that comes out, so that it is not copied; no more than that may come. */
function room(expected: number | undefined): zlib.ZlibOptions {
  if (expected === undefined) return {};
  return { chunkSize: expected + 64, maxOutputLength: expected + 64 };
}

/** The most bytes to which one byte of LZ4 can expand. */
const LZ4_GROWTH_MAX = 255;

function lz4Codec(configuration: Configuration): ByteCodec {
  const foreign = once(async () => {
    const { default: Lz4 } = await import("numcodecs/lz4");
    return Lz4.fromConfig(configuration as never) as ForeignCodec;
  });
  return {
    encode: async (bytes) => (await foreign()).encode(bytes),
    decode: (bytes, expected) => {
      if (bytes.length < 4) throw new Error(`${bytes.length} bytes are too few for its length`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const length = view.getUint32(0, true);
      if (length > LZ4_GROWTH_MAX * bytes.length || (expected ?? length) !== length) {
        const wanted = expected === undefined ? "" : `, ${expected} were expected`;
        throw new Error(`it says that ${length} bytes come out of ${bytes.length}${wanted}`);
      }
      return decodeLz4(bytes.subarray(4), length);
    },
  };
}

/** Only in newer versions of Node. */
const native = zlib as {
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
};

function zstdCodec(configuration: Configuration): ByteCodec {
  const foreign = once(async () => {
    const { default: Zstd } = await import("numcodecs/zstd");
    return Zstd.fromConfig(configuration as never) as ForeignCodec;
  });
  return {
    encode: async (bytes) => (await foreign()).encode(bytes),
    decode: async (bytes, expected) => {
      const length = zstdContentBytes(bytes) ?? expected;
      if ((expected ?? length) !== length) {
        throw new Error(`its header says that ${length} bytes come out, ${expected} were expected`);
      }
      const decoded = native.zstdDecompressSync?.(bytes) ?? (await (await foreign()).decode(bytes));
      return ofLength(decoded, length);
    },
  };
}

function bloscCodec(configuration: Configuration): ByteCodec {
  const foreign = once(async () => {
    const { default: Blosc } = await import("numcodecs/blosc");
    return Blosc.fromConfig(configuration as never) as ForeignCodec;
  });
  return {
    encode: async (bytes) => (await foreign()).encode(bytes),
    decode: (bytes, expected) => {
      const header = parseBloscHeader(bytes, expected);
      if (header.isCopied) return bytes.subarray(BLOSC_DATA_AT);
      if (header.codec === "lz4") {
        const decoded = new Uint8Array(header.bytes);
        decodeBloscLz4(bytes, header, decoded);
        return decoded;
      }
      checkBloscStreams(bytes, header);
      return foreign()
        .then((codec) => codec.decode(bytes))
        .then((decoded) => ofLength(decoded, header.bytes));
    },
  };
}

function ofLength(bytes: Uint8Array, expected: number | undefined): Uint8Array {
  if (expected === undefined || bytes.length === expected) return bytes;
  throw new Error(`${bytes.length} bytes come out, ${expected} were expected`);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
