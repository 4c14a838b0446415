// The codecs of Zarr from bytes to bytes: each result has the length that its format and the chunk
// imply, or is rejected. The system's libraries decode where there are some (native-codecs.ts).
// Otherwise gzip and zlib are Node's, LZ4 and Blosc of LZ4 are our own WebAssembly, zstd is Node's
// where it has it, and numcodecs has all others. docs/internals/files.md has the reasons.
import * as zlib from "node:zlib";
import { unshared } from "../files/unshared.js";
import type { RoomFor } from "../remote/remote-request.js";
import { BLOSC_DATA_AT, checkBloscStreams, parseBloscHeader } from "./blosc-header.js";
import { decodeBloscBlocks, decodeLz4 } from "./codecs-in-wasm.js";
import { withChecksum, withoutChecksum } from "./crc32c.js";
import { type BloscSettings, type Decode, nativeCodecs } from "./native-codecs.js";
import { zstdContentBytes } from "./zstd-frames.js";

/** A codec with its configuration. */
export interface ByteCodec {
  /** @param roomFor memory that the result may be in; new memory by default */
  encode(bytes: Uint8Array, roomFor?: RoomFor): Uint8Array | Promise<Uint8Array>;
  /**
   * @param expected how many bytes come out, where that is known before
   * @param into memory of that length, which the result may be in
   * @throws Error when the bytes are damaged, as far as the format lets one see
   */
  decode(bytes: Uint8Array, expected?: number, into?: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The encoded size of `length` bytes, if it does not depend on their values. */
  encodedBytes?(length: number): number;
}

type Configuration = Readonly<Record<string, unknown>>;

/** The interface of numcodecs' modules. */
interface ForeignCodec {
  encode(bytes: Uint8Array): Promise<Uint8Array>;
  decode(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Memory of its own for each result. */
const newRoom: RoomFor = (bytes) => new Uint8Array(bytes);

/** Constructors of codecs from their configurations, by name. */
export const BYTE_CODECS: Readonly<Record<string, (configuration: Configuration) => ByteCodec>> = {
  gzip: ({ level }) => ({
    encode: (bytes) => zlib.gzipSync(unshared(bytes), levelOf(level)),
    decode: (bytes, expected, into) =>
      decodedBy(nativeCodecs().decodeGzip, bytes, expected, into) ??
      zlib.gunzipSync(bytes, room(expected)),
  }),
  zlib: ({ level }) => ({
    encode: (bytes) => zlib.deflateSync(unshared(bytes), levelOf(level)),
    decode: (bytes, expected, into) =>
      decodedBy(nativeCodecs().decodeZlib, bytes, expected, into) ??
      zlib.inflateSync(bytes, room(expected)),
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

/**
 * What a codec of the system makes of the bytes; undefined if there is none, or it fails: then the
 * slower one says why.
 */
function decodedBy(
  decode: Decode | undefined,
  bytes: Uint8Array,
  expected: number | undefined,
  into: Uint8Array | undefined,
): Uint8Array | undefined {
  if (decode === undefined || expected === undefined || expected === 0) return undefined;
  const target = into ?? new Uint8Array(expected);
  return decode(bytes, target) ? target : undefined;
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
  const { level = ZSTD_LEVEL, checksum } = configuration;
  return {
    encode: async (bytes, roomFor = newRoom) => {
      const { encodeZstd } = nativeCodecs();
      if (encodeZstd === undefined || checksum === true) return (await foreign()).encode(bytes);
      return encodeZstd(bytes, Number(level), roomFor);
    },
    decode: async (bytes, expected, into) => {
      const length = zstdContentBytes(bytes) ?? expected;
      if ((expected ?? length) !== length) {
        throw new Error(`its header says that ${length} bytes come out, ${expected} were expected`);
      }
      const decoded =
        decodedBy(nativeCodecs().decodeZstd, bytes, expected, into) ??
        native.zstdDecompressSync?.(bytes) ??
        (await (await foreign()).decode(bytes));
      return ofLength(decoded, length);
    },
  };
}

/** numcodecs' own level. */
const ZSTD_LEVEL = 1;

/** Decodes a stream of zstd inside of a chunk of Blosc's; undefined where only numcodecs can. */
function zstdStreams(): Decode | undefined {
  const { decodeZstd } = nativeCodecs();
  const { zstdDecompressSync } = native;
  if (decodeZstd !== undefined || zstdDecompressSync === undefined) return decodeZstd;
  return (bytes, into) => {
    const decoded = zstdDecompressSync(bytes);
    if (decoded.length !== into.length) return false;
    into.set(decoded);
    return true;
  };
}

function bloscCodec(configuration: Configuration): ByteCodec {
  const foreign = once(async () => {
    const { default: Blosc } = await import("numcodecs/blosc");
    return Blosc.fromConfig(configuration as never) as ForeignCodec;
  });
  return {
    encode: async (bytes, roomFor = newRoom) =>
      nativeCodecs().encodeBlosc?.(bytes, bloscSettings(configuration), roomFor) ??
      (await (await foreign()).encode(bytes)),
    decode: (bytes, expected, into) => {
      const header = parseBloscHeader(bytes, expected);
      if (header.isCopied) return bytes.subarray(BLOSC_DATA_AT);
      checkBloscStreams(bytes, header);
      const whole = decodedBy(nativeCodecs().decodeBlosc, bytes, expected, into);
      if (whole !== undefined) return whole;
      const streams = header.codec === "zstd" ? zstdStreams() : undefined;
      if (header.codec === "lz4" || streams !== undefined) {
        const decoded = into ?? new Uint8Array(header.bytes);
        decodeBloscBlocks(bytes, header, decoded, streams);
        return decoded;
      }
      return foreign()
        .then((codec) => codec.decode(bytes))
        .then((decoded) => ofLength(decoded, header.bytes));
    },
  };
}

function bloscSettings({
  cname = "lz4",
  clevel = 5,
  shuffle = 1,
  typesize = 1,
  blocksize = 0,
}: Configuration): BloscSettings {
  const typeSize = Number(typesize);
  // -1 is the choice by the elements: bits of those of one byte, bytes of others.
  const automatic = typeSize === 1 ? 2 : 1;
  return {
    codec: String(cname),
    level: Number(clevel),
    shuffle: Number(shuffle) < 0 ? automatic : Number(shuffle),
    typeSize,
    blockBytes: Number(blocksize),
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
