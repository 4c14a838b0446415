// Methods that write arrays to files: their options, and the port that io/ implements. src/index.ts
// installs it.
import type { Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import type { ZarrCodec, ZarrCompressor } from "../../graph/model/zarr-codec.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import type { ComputeOptions } from "./compute.js";

/** Options of {@link toZarr}, besides those of `compute()`. */
export interface ToZarrOptions extends ComputeOptions {
  /** The array in a group, which is created if it is missing: `"temperature/2m"`. */
  readonly component?: string;
  /** Whether an existing array or group may be deleted; default: false. */
  readonly overwrite?: boolean;
  /** Zarr's format; default: 3. */
  readonly format?: 2 | 3;
  /** Lengths of the Zarr chunks; default: those of the array's blocks. */
  readonly chunks?: ChunkSpec;
  /** Format 3: lengths of files of several chunks, multiples of theirs. */
  readonly shards?: readonly number[];
  /**
   * The compressor of chunks: `"zstd"` (the default), `"blosc"`, `"gzip"`, in format 2 also
   * `"lz4"`, `"zlib"` or numcodecs' configuration; null for nothing.
   */
  readonly compressor?: ZarrCompressor | Readonly<Record<string, unknown>> | null;
  /** Format 3: all codecs, in place of a compressor. */
  readonly codecs?: readonly ZarrCodec[];
  /** The value of missing chunks; default: 0. */
  readonly fillValue?: Scalar;
  /**
   * A part of an existing array to write in place: `[start, stop]` per axis, null for the whole
   * axis.
   */
  readonly region?: readonly (readonly [start: number, stop: number] | null)[];
  /**
   * The axis along which an existing array grows by this one. Its readers see the old length until
   * all is written.
   */
  readonly append?: number;
  /** Names of the axes; default: `x.dims`. */
  readonly dims?: readonly (string | null)[];
  /** Attributes of the array; default: `x.attributes`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Options of {@link toNpyStack}, besides those of `compute()`. */
export interface NpyStackOptions extends ComputeOptions {
  /** The axis along which the files follow each other; default: 0. */
  readonly axis?: number;
}

/** Arrays into files, as methods. */
export interface FileMethods {
  /**
   * Computes the array and writes it to a `.npy` file, block by block. See {@link toNpy}.
   *
   * @param path the file, which is replaced if it is there
   * @example
   * await ones([2, 3]).toNpy("method.npy");
   * (await fromNpy("method.npy")).shape; // → [2, 3]
   */
  toNpy(path: string, options?: ComputeOptions): Promise<void>;
  /**
   * Computes the array and writes it to a folder of `.npy` files. See {@link toNpyStack}.
   *
   * @param path the folder, which must not exist
   * @param options `axis` along which the files follow each other; default: 0
   * @example
   * await ones([4, 3], { chunks: 2 }).toNpyStack("method-stack");
   * fromNpyStack("method-stack").shape; // → [4, 3]
   */
  toNpyStack(path: string, options?: NpyStackOptions): Promise<void>;
  /**
   * Computes the array and writes it to a Zarr array in a folder. See {@link toZarr}.
   *
   * @param path the folder
   * @param options the `compressor`, `chunks`, `overwrite`, `component` of a group, and more
   * @example
   * await ones([4, 3], { chunks: 2 }).toZarr("method.zarr", { overwrite: true });
   * (await fromZarr("method.zarr")).chunks; // → [[2, 2], [2, 1]]
   */
  toZarr(path: string, options?: ToZarrOptions): Promise<void>;
}

/** The writers of arrays: the functions behind {@link FileMethods}. */
export type ArrayWriters = {
  readonly [Name in keyof FileMethods]: (
    x: ChunkedArray,
    ...given: Parameters<FileMethods[Name]>
  ) => Promise<void>;
};

/** The writers of arrays in this program. */
export const ARRAY_WRITERS = new Service<ArrayWriters>("array writers");

/** The function behind each method, by name. */
export const FILE_METHODS: ArrayWriters = {
  toNpy: async (x, ...given) => writers().toNpy(x, ...given),
  toNpyStack: async (x, ...given) => writers().toNpyStack(x, ...given),
  toZarr: async (x, ...given) => writers().toZarr(x, ...given),
};

/** @throws ArgumentError `argument.value` in a program of `tilework/array` alone */
function writers(): ArrayWriters {
  const found = provided(ARRAY_WRITERS);
  if (found !== undefined) return found;
  throw new ArgumentError("value", 'nothing in this program writes files: import "tilework" first');
}
