// Parses the metadata of Zarr arrays, of both formats:
// https://zarr-specs.readthedocs.io/en/latest/. JSON in, facts out. new-zarr-metadata.ts makes
// metadata.
import {
  DTYPES,
  type DType,
  isBigInt,
  isComplex,
  isDType,
  isInteger,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import type { ZarrCodec } from "../../graph/model/zarr-codec.js";
import { halfBits } from "./half-bits.js";

/** The metadata in `.zarray` or `zarr.json`. */
export type ZarrDocument = Readonly<Record<string, unknown>>;

/** The table at one end of a shard with the places of its chunks. */
export interface ShardIndex {
  /** Whether the table ends with its CRC32C. */
  readonly hasChecksum: boolean;
  readonly isAtStart: boolean;
}

/** A Zarr array. */
export interface ZarrArray {
  readonly dtype: DType;
  /** Whether `dtype` is uint16 for the bits of float16, which is no dtype here. */
  readonly isHalf: boolean;
  readonly shape: readonly number[];
  /** The shape of one file's content: a chunk, or a shard of several. */
  readonly fileShape: readonly number[];
  /** The shape of one compressed piece. */
  readonly chunkShape: readonly number[];
  /** The value of chunks that have no file. */
  readonly fillValue: Scalar;
  /** The key of the file at an index of the grid of files: `c/0/3`. */
  readonly fileKey: (index: readonly number[]) => string;
  /** With shards: how their tables are. */
  readonly shardIndex: ShardIndex | undefined;
  /**
   * Metadata of an array that is a single chunk of this one, for the codecs' sake. Complex numbers
   * are pairs there, along one more axis.
   */
  readonly chunkDocument: ZarrDocument;
  /**
   * Where a chunk is its elements in C order and little-endian, the codecs of their bytes in the
   * order of encoding.
   */
  readonly byteCodecs: readonly ZarrCodec[] | undefined;
}

/**
 * Compressors and filters that can be undone, by their names in format 3 and their ids in format 2.
 */
const CODECS = "blosc lz4 zstd gzip zlib shuffle delta bitround".split(" ");
const CODECS_3 = "transpose bytes crc32c cast_value scale_offset".split(" ");

/** Those that count with the elements. */
const OF_NUMBERS = "delta bitround cast_value scale_offset".split(" ");

/** Those that byte-codecs.ts has. */
const BYTE_CODECS = "blosc lz4 zstd gzip zlib crc32c".split(" ");

/**
 * Parses the metadata of an array, in its own format, 2 or 3.
 *
 * @throws ArgumentError `argument.value` when it is malformed or asks for what we cannot do,
 * `argument.dtype` when its dtype is none of ours
 */
export function parseZarrArray(document: ZarrDocument): ZarrArray {
  if (document.zarr_format === 2) return parseFormat2(document);
  if (document.zarr_format === 3) return parseFormat3(document);
  return malformed(`zarr_format is ${JSON.stringify(document.zarr_format)}: expected 2 or 3`);
}

function parseFormat2(document: ZarrDocument): ZarrArray {
  const shape = lengths(document.shape, "shape");
  const chunks = lengths(document.chunks, "chunks", shape.length);
  const { dtype, byteOrder, isHalf } = parseDescr(document.dtype);
  const codecs = [document.compressor, ...((document.filters ?? []) as unknown[])];
  for (const codec of codecs) {
    if (codec === null || codec === undefined) continue;
    const { id } = codec as { id?: unknown };
    if (!CODECS.includes(String(id)) && id !== "fixedscaleoffset") unknownCodec(id);
  }
  if (isHalf && hasFilters(document)) malformed("float16 behind filters cannot be read");
  const { order } = document;
  if (order !== "C" && order !== "F") {
    malformed(`its order is ${JSON.stringify(order)}: expected "C" or "F"`);
  }
  if (isComplex(dtype) && (order === "F" || document.filters)) {
    malformed("complex numbers in Fortran order or behind filters cannot be read");
  }
  const separator = document.dimension_separator ?? ".";
  if (separator !== "." && separator !== "/") {
    malformed(`its dimension_separator is ${JSON.stringify(separator)}: expected "." or "/"`);
  }
  const isPlain = order === "C" && byteOrder !== ">" && !hasFilters(document);
  return {
    dtype,
    isHalf,
    shape,
    fileShape: chunks,
    chunkShape: chunks,
    fillValue: isHalf ? parseHalf(document.fill_value) : parseFill(document.fill_value, dtype),
    fileKey: (index) => (index.length === 0 ? "0" : index.join(separator)),
    shardIndex: undefined,
    chunkDocument: {
      ...document,
      ...singleChunk(dtype, chunks),
      dtype: byteOrder + DTYPES[dtype].npy.slice(1).replace("c8", "f4").replace("c16", "f8"),
      fill_value: 0,
      dimension_separator: ".",
    },
    byteCodecs: isPlain ? byteCodecs2(document.compressor) : undefined,
  };
}

function hasFilters({ filters }: ZarrDocument): boolean {
  return Array.isArray(filters) && filters.length > 0;
}

/** The compressor of format 2 as a list of codecs, where byte-codecs.ts has it. */
function byteCodecs2(compressor: unknown): readonly ZarrCodec[] | undefined {
  if (compressor === null || compressor === undefined) return [];
  const { id, ...configuration } = compressor as { readonly id: string };
  return BYTE_CODECS.includes(id) ? [{ name: id, configuration }] : undefined;
}

/** The codecs behind `bytes` where no other comes before them and they are byte-codecs.ts's. */
function byteCodecs3(codecs: readonly ZarrCodec[]): readonly ZarrCodec[] | undefined {
  const [bytes, ...rest] = codecs;
  if (bytes?.name !== "bytes" || (bytes.configuration?.endian ?? "little") !== "little") {
    return undefined;
  }
  const short = rest.map((codec) => ({ ...codec, name: codec.name.replace(/^numcodecs\./, "") }));
  return short.every(({ name }) => BYTE_CODECS.includes(name)) ? short : undefined;
}

function singleChunk(dtype: DType, chunkShape: readonly number[]) {
  const shape = isComplex(dtype) ? [...chunkShape, 2] : chunkShape;
  return { shape, chunks: shape };
}

function parseFormat3(document: ZarrDocument): ZarrArray {
  if (document.node_type !== "array") malformed(`it is a ${document.node_type}, not an array`);
  const shape = lengths(document.shape, "shape");
  const isHalf = document.data_type === "float16";
  const dtype = isHalf ? "uint16" : document.data_type;
  if (!isDType(dtype)) return unsupported(dtype);
  const grid = named(document.chunk_grid, "chunk_grid");
  if (grid.name !== "regular") malformed(`its chunk grid is ${grid.name}: expected regular`);
  const fileShape = lengths(grid.configuration?.chunk_shape, "chunk_shape", shape.length);
  const codecs = parseCodecs(document.codecs);
  const sharding = codecs.find(({ name }) => name === "sharding_indexed");
  if (sharding !== undefined && codecs.length > 1) {
    malformed("it has codecs beside sharding_indexed, which cannot be read");
  }
  const shard = sharding?.configuration;
  const chunkShape = shard
    ? lengths(shard.chunk_shape, "chunk_shape of the shards", shape.length)
    : fileShape;
  if (chunkShape.some((length, axis) => (fileShape[axis] as number) % length !== 0)) {
    malformed(`its shards of ${fileShape} are not made of whole chunks of ${chunkShape}`);
  }
  const chunkCodecs = shard ? parseCodecs(shard.codecs) : codecs;
  for (const { name } of chunkCodecs) {
    const short = name.replace(/^numcodecs\./, "");
    if (!CODECS.includes(short) && !CODECS_3.includes(name)) unknownCodec(name);
    if (isHalf && OF_NUMBERS.includes(short)) malformed(`float16 behind ${name} cannot be read`);
  }
  return {
    dtype,
    isHalf,
    shape,
    fileShape,
    chunkShape,
    fillValue: isHalf ? parseHalf(document.fill_value) : parseFill(document.fill_value, dtype),
    fileKey: keyEncoding(document.chunk_key_encoding),
    shardIndex: shard && parseShardIndex(shard),
    chunkDocument: chunkDocument3(dtype, chunkShape, chunkCodecs),
    byteCodecs: byteCodecs3(chunkCodecs.map((codec) => chunkCodec(codec, false))),
  };
}

function chunkDocument3(
  dtype: DType,
  chunkShape: readonly number[],
  codecs: readonly ZarrCodec[],
): ZarrDocument {
  const { shape } = singleChunk(dtype, chunkShape);
  return {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dtype.replace("complex64", "float32").replace("complex128", "float64"),
    chunk_grid: { name: "regular", configuration: { chunk_shape: shape } },
    chunk_key_encoding: { name: "v2", configuration: { separator: "." } },
    codecs: codecs.map((codec) => chunkCodec(codec, shape.length > chunkShape.length)),
    fill_value: 0,
    attributes: {},
  };
}

/**
 * A codec as the codec library takes it, in a chunk that may have one more axis for complex
 * numbers.
 */
function chunkCodec({ name, configuration = {} }: ZarrCodec, isPaired: boolean): ZarrCodec {
  if (name === "transpose" && isPaired) {
    const order = configuration.order as readonly number[];
    return { name, configuration: { order: [...order, order.length] } };
  }
  const shuffles = ["noshuffle", "shuffle", "bitshuffle"];
  const shuffle = shuffles.indexOf(String(configuration.shuffle));
  return { name, configuration: shuffle < 0 ? configuration : { ...configuration, shuffle } };
}

function parseCodecs(codecs: unknown): ZarrCodec[] {
  if (!Array.isArray(codecs)) malformed("it has no list of codecs");
  return codecs.map((codec) => named(codec, "codec"));
}

function named(value: unknown, what: string): ZarrCodec {
  if (typeof value === "string") return { name: value };
  const { name } = (value ?? {}) as { name?: unknown };
  return typeof name === "string" ? (value as ZarrCodec) : malformed(`its ${what} has no name`);
}

function parseShardIndex(shard: Readonly<Record<string, unknown>>): ShardIndex {
  const names = parseCodecs(shard.index_codecs).map(({ name }) => name);
  if (names[0] !== "bytes" || names.slice(1).some((name) => name !== "crc32c")) {
    malformed(
      `the tables of its shards are encoded by ${names.join(", ")}: expected bytes, crc32c`,
    );
  }
  return { hasChecksum: names.length > 1, isAtStart: shard.index_location === "start" };
}

function keyEncoding(encoding: unknown): ZarrArray["fileKey"] {
  const { name, configuration } = named(encoding, "chunk_key_encoding");
  if (name !== "default" && name !== "v2") malformed(`its chunk keys are encoded by ${name}`);
  const separator = String(configuration?.separator ?? (name === "default" ? "/" : "."));
  return name === "default"
    ? (index) => ["c", ...index].join(separator)
    : (index) => (index.length === 0 ? "0" : index.join(separator));
}

function lengths(value: unknown, what: string, ndim?: number): readonly number[] {
  const isList =
    Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isList || (ndim !== undefined && value.length !== ndim)) {
    malformed(`its ${what} is ${JSON.stringify(value)}`);
  }
  return value;
}

function parseDescr(descr: unknown): { dtype: DType; byteOrder: string; isHalf: boolean } {
  const text = String(descr);
  if (/^[<>]f2$/.test(text)) return { dtype: "uint16", byteOrder: text.slice(0, 1), isHalf: true };
  for (const [dtype, { npy }] of Object.entries(DTYPES)) {
    if (npy.slice(1) === text.slice(1)) {
      return { dtype: dtype as DType, byteOrder: text.slice(0, 1), isHalf: false };
    }
  }
  return unsupported(descr);
}

function parseFill(fill: unknown, dtype: DType): Scalar {
  if (isComplex(dtype)) {
    const [re, im, ...more] = Array.isArray(fill) ? fill : [fill, 0];
    if (more.length > 0) wrongFill(fill, dtype);
    return { re: parseReal(re, dtype), im: parseReal(im, dtype) };
  }
  if (dtype === "bool") {
    if (![true, false, 0, 1, null, undefined].includes(fill as boolean)) wrongFill(fill, dtype);
    return Boolean(fill);
  }
  if (!isInteger(dtype)) return parseReal(fill, dtype);
  const number = fill ?? 0;
  // Beyond 2^53, as zarr-json.ts reads them.
  if (isBigInt(dtype) && typeof number === "string" && /^-?\d+$/.test(number))
    return BigInt(number);
  if (typeof number !== "number" || !Number.isInteger(number)) return wrongFill(fill, dtype);
  return isBigInt(dtype) ? BigInt(number) : number;
}

/** Numbers that JSON lacks are words, and in format 3 any float may be its bits: `0x7fc00000`. */
function parseReal(fill: unknown, dtype: DType | "float16"): number {
  if (fill === null || fill === undefined) return 0;
  if (typeof fill === "number") return fill;
  if (fill === "NaN") return Number.NaN;
  if (fill === "Infinity") return Number.POSITIVE_INFINITY;
  if (fill === "-Infinity") return Number.NEGATIVE_INFINITY;
  if (typeof fill !== "string" || !/^0x[0-9a-f]{1,16}$/i.test(fill)) return wrongFill(fill, dtype);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(fill));
  return dtype === "float32" || dtype === "complex64" ? view.getFloat32(4) : view.getFloat64(0);
}

/** The bits of a float16. */
function parseHalf(fill: unknown): number {
  const bits = /^0x([0-9a-f]{1,4})$/i.exec(String(fill))?.[1];
  return bits === undefined ? halfBits(parseReal(fill, "float16")) : Number.parseInt(bits, 16);
}

function wrongFill(fill: unknown, dtype: DType | "float16"): never {
  return malformed(`its fill_value is ${JSON.stringify(fill)}: expected one of ${dtype}`);
}

function unknownCodec(name: unknown): never {
  return malformed(
    `it is encoded by ${JSON.stringify(name)}: expected ${[...CODECS, ...CODECS_3].join(", ")}`,
  );
}

function unsupported(given: unknown): never {
  const known = [...Object.keys(DTYPES), "float16"].join(", ");
  const text = `the Zarr array has dtype ${JSON.stringify(given)}: expected one of ${known}`;
  throw new ArgumentError("dtype", text, { given });
}

function malformed(reason: string): never {
  throw new ArgumentError("value", `the Zarr array cannot be read: ${reason}`, { reason });
}

/** The metadata of the array at `place`, which errors name. */
export function parseZarrArrayAt(place: string, document: ZarrDocument): ZarrArray {
  try {
    return parseZarrArray(document);
  } catch (cause) {
    if (!isTileworkError(cause, "argument.value", "argument.dtype")) throw cause;
    const code = cause.code === "argument.dtype" ? "dtype" : "value";
    throw new ArgumentError(code, `${place}: ${cause.message}`, { location: place });
  }
}
