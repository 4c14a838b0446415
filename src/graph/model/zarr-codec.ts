// How chunks of Zarr arrays are compressed, in the words of their metadata.

/** Compressors that users can name. */
export type ZarrCompressor = "zstd" | "blosc" | "gzip" | "lz4" | "zlib";

/** A codec of format 3. */
export interface ZarrCodec {
  readonly name: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
}
