// The contents of a source's blocks: generated numbers, data of the caller, a file.
import type { Scalar, TypedArray } from "../../base/dtype.js";
import type { Draw, ListDraw } from "./distribution.js";

/** The generator of a source's blocks. */
export type SourceGenerator =
  /** Uniform on [low, high): counter-based, a function of seed and position in the whole array. */
  | {
      readonly type: "uniform";
      readonly seed: number;
      readonly low: number;
      readonly high: number;
    }
  /** Any other distribution, counter-based likewise. */
  | { readonly type: "draw"; readonly draw: Draw }
  | { readonly type: "listDraw"; readonly seed: number; readonly draw: ListDraw }
  | { readonly type: "full"; readonly value: Scalar }
  /** `start + step * position`, one-dimensional; in 64 bits when both are BigInts. */
  | {
      readonly type: "arange";
      readonly start: number | bigint;
      readonly step: number | bigint;
    }
  /** `count` evenly spaced numbers; the last one is exactly `stop` when `endpoint`. */
  | {
      readonly type: "linspace";
      readonly start: number;
      readonly stop: number;
      readonly count: number;
      readonly endpoint: boolean;
    }
  /** Ones on the diagonal `column - row == offset`. */
  | { readonly type: "eye"; readonly offset: number }
  /**
   * The whole array, C-contiguous, carried by the layer itself (in shared memory in one process).
   */
  | { readonly type: "data"; readonly data: TypedArray }
  /** The whole array is held by a client, which serves blocks of it at `address`. */
  | { readonly type: "held"; readonly address: string }
  /** A `.npy` file that workers read by block. */
  | {
      readonly type: "npy";
      /** Where the file is: a path, or with `timeoutMs` an address. */
      readonly path: string;
      /** How long a server may take to answer. */
      readonly timeoutMs?: number;
      /** Changes when the file does, so that the layer's name does, too. */
      readonly version?: string;
      /** Where the elements begin. */
      readonly byteOffset: number;
      readonly fortranOrder: boolean;
      readonly bigEndian: boolean;
      /** The `.npy` file is stored in a zip file: its name there, its bytes, and their CRC-32. */
      readonly stored?: {
        readonly entry: string;
        readonly dataStart: number;
        readonly bytes: number;
        readonly checksum: number;
      };
    }
  /** A `.npy` file that is deflated in a zip file; blocks are runs of it. */
  | {
      readonly type: "deflated";
      readonly path: string;
      readonly version: string;
      /** The name of the `.npy` file. */
      readonly entry: string;
      /** Where the compressed bytes begin. */
      readonly dataStart: number;
      readonly compressedBytes: number;
      readonly inflatedBytes: number;
      /** CRC-32 of the inflated bytes. */
      readonly checksum: number;
      /** Where the elements begin in the inflated bytes. */
      readonly byteOffset: number;
      readonly fortranOrder: boolean;
      readonly bigEndian: boolean;
    }
  /** A Zarr array whose chunks workers read. */
  | {
      readonly type: "zarr";
      /** The array's folder or URL. */
      readonly location: string;
      /** Its metadata: `.zarray` or `zarr.json`. */
      readonly document: Readonly<Record<string, unknown>>;
      /** How long a server may take to answer. */
      readonly timeoutMs: number;
      /** Another number for every array that is opened: chunks may have changed meanwhile. */
      readonly opened: number;
    }
  /** A dataset of an HDF5 file that workers read by block. */
  | {
      readonly type: "hdf5";
      readonly path: string;
      /** Changes when the file does. */
      readonly version: string;
      /** Its name, with those of the groups above it: `"a/b"`. */
      readonly dataset: string;
    }
  /** Images of one size, a file each, whose axes are files, rows, columns and channels. */
  | {
      readonly type: "images";
      readonly paths: readonly string[];
      /** Change when the files do. */
      readonly versions: readonly string[];
    }
  /** An image of a GeoTIFF file, whose axes are bands, rows and columns. */
  | {
      readonly type: "geotiff";
      /** The file's path or address. */
      readonly location: string;
      /** Changes when the file does. */
      readonly version: string;
      /** Its number in the file. */
      readonly image: number;
      /** How long a server may take to answer. */
      readonly timeoutMs: number;
    };
