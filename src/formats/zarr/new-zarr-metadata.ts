// The metadata of a new Zarr array, of either format. Parsing it is zarr-metadata.ts.
import {
  DTYPES,
  type DType,
  isComplex,
  isInteger,
  itemBytes,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ZarrCodec, ZarrCompressor } from "../../graph/model/zarr-codec.js";
import type { ZarrDocument } from "./zarr-metadata.js";

/** The input of {@link zarrDocument}. */
export interface ZarrSpecification {
  readonly format: 2 | 3;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  /** Format 3: the shape of a file of several chunks. */
  readonly shardShape?: readonly number[];
  /** Null for none; in format 2 also numcodecs' configuration, `{ id: "zlib", level: 9 }`. */
  readonly compressor: ZarrCompressor | Readonly<Record<string, unknown>> | null;
  /** Format 3: all codecs, in place of a compressor. */
  readonly codecs?: readonly ZarrCodec[];
  readonly fillValue: Scalar;
}

/**
 * The metadata of a new array.
 *
 * @throws ArgumentError `argument.value` when the format has no such compressor, codecs or shards
 */
export function zarrDocument(specification: ZarrSpecification): ZarrDocument {
  return specification.format === 2 ? documentOf2(specification) : documentOf3(specification);
}

function documentOf2(specification: ZarrSpecification): ZarrDocument {
  const { shape, chunkShape, shardShape, dtype, compressor, codecs, fillValue } = specification;
  if (shardShape !== undefined) wrong("shards are of format 3: give { format: 3 }");
  if (codecs !== undefined) wrong("codecs are of format 3: give a compressor, or { format: 3 }");
  return {
    zarr_format: 2,
    shape,
    chunks: chunkShape,
    dtype: DTYPES[dtype].npy,
    compressor: typeof compressor === "string" ? numcodec(compressor) : compressor,
    fill_value: fillJson(dtype, fillValue),
    order: "C",
    filters: null,
    dimension_separator: ".",
  };
}

function documentOf3(specification: ZarrSpecification): ZarrDocument {
  const { shape, chunkShape, shardShape, dtype, fillValue } = specification;
  const codecs = chunkCodecs(specification);
  const index_codecs = [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }];
  const configuration = { chunk_shape: chunkShape, codecs, index_codecs, index_location: "end" };
  return {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: shardShape ?? chunkShape } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: fillJson(dtype, fillValue),
    codecs: shardShape === undefined ? codecs : [{ name: "sharding_indexed", configuration }],
    attributes: {},
  };
}

/** Chunks end with a checksum: most compressors have none. */
function chunkCodecs({ codecs, compressor, dtype }: ZarrSpecification): readonly ZarrCodec[] {
  if (codecs !== undefined) return codecs;
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  const checksum = { name: "crc32c" };
  if (compressor === null) return [bytes, checksum];
  switch (compressor) {
    case "zstd":
      return [bytes, { name: "zstd", configuration: { level: 3, checksum: false } }, checksum];
    case "gzip":
      return [bytes, { name: "gzip", configuration: { level: 5 } }];
    case "blosc": {
      const typesize = isComplex(dtype) ? itemBytes(dtype) / 2 : itemBytes(dtype);
      const fixed = { cname: "lz4", clevel: 5, shuffle: "shuffle", blocksize: 0 };
      return [bytes, { name: "blosc", configuration: { ...fixed, typesize } }, checksum];
    }
    default:
      return wrong(
        `format 3 has no compressor ${JSON.stringify(compressor)}: expected "zstd", "gzip", "blosc" ` +
          "or null, or codecs",
      );
  }
}

/** The metadata by which numcodecs finds the compressor. */
function numcodec(id: ZarrCompressor): ZarrDocument {
  switch (id) {
    case "zstd":
      return { id, level: 3 };
    case "gzip":
      return { id, level: 5 };
    case "zlib":
      return { id, level: 1 };
    case "lz4":
      return { id, acceleration: 1 };
    case "blosc":
      return { id, cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 };
    default:
      return wrong(`there is no compressor ${JSON.stringify(id)}`);
  }
}

function fillJson(dtype: DType, value: Scalar): unknown {
  if (isComplex(dtype)) {
    const { re, im } = typeof value === "object" ? value : { re: Number(value), im: 0 };
    return [realJson(re), realJson(im)];
  }
  const real = typeof value === "object" ? value.re : value;
  if (dtype === "bool") return Boolean(real);
  return isInteger(dtype) ? integerJson(dtype, real) : realJson(Number(real));
}

/** An integer as a number, or as its digits where a number would not be exact. */
function integerJson(dtype: DType, value: number | bigint | boolean): unknown {
  if (typeof value === "number" && !Number.isInteger(value)) return realJson(value);
  const integer = BigInt(value);
  const bits = 8 * itemBytes(dtype);
  const kept = dtype.startsWith("u") ? BigInt.asUintN(bits, integer) : BigInt.asIntN(bits, integer);
  if (kept !== integer) wrong(`fillValue is ${integer}: expected one of ${dtype}`);
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : String(integer);
}

function realJson(value: number): unknown {
  return Number.isFinite(value) ? value : String(value);
}

function wrong(text: string): never {
  throw new ArgumentError("value", text);
}
