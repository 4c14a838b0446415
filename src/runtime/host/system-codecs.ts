// Finds and binds the system's codecs on request: Blosc, zstd and libdeflate. Each is optional:
// formats/zarr/byte-codecs.ts has slower ways for what is missing.
import type { LibraryHandle } from "koffi";
import type { Decode, NativeCodecs } from "../../formats/zarr/native-codecs.js";
import { loadLibrary } from "../../system/native-library.js";

type Names = Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>>;

/** File names of the libraries, in the order in which they are tried. */
const BLOSC: Names = {
  linux: ["libblosc.so.1"],
  darwin: ["/opt/homebrew/lib/libblosc.dylib", "/usr/local/lib/libblosc.dylib"],
};
const ZSTD: Names = {
  linux: ["libzstd.so.1"],
  darwin: ["/opt/homebrew/lib/libzstd.dylib", "/usr/local/lib/libzstd.dylib"],
};
const DEFLATE: Names = {
  linux: ["libdeflate.so.0"],
  darwin: ["/opt/homebrew/lib/libdeflate.dylib", "/usr/local/lib/libdeflate.dylib"],
};

/** Older versions trust the lengths inside a chunk. */
const BLOSC_VERSION_MIN = [1, 21] as const;

let found: NativeCodecs | undefined;

/**
 * The codecs that this system has, looked for once per thread; none if `TILEWORK_CODECS` is `off`.
 */
export function findSystemCodecs(): NativeCodecs {
  found ??= process.env.TILEWORK_CODECS === "off" ? {} : bindSystemCodecs();
  return found;
}

/** The codecs that this system has. */
export function bindSystemCodecs(): NativeCodecs {
  return {
    ...bound(BLOSC, bindBlosc),
    ...bound(ZSTD, bindZstd),
    ...bound(DEFLATE, bindDeflate),
  };
}

/** The functions of a library; none where it is missing, or is not the expected one. */
function bound(names: Names, bind: (library: LibraryHandle) => NativeCodecs): NativeCodecs {
  for (const name of names[process.platform] ?? []) {
    const library = loadLibrary(name);
    if (library === undefined) continue;
    try {
      return bind(library);
    } catch {
      // A library of that name without these functions.
    }
  }
  return {};
}

/** https://github.com/Blosc/c-blosc/blob/main/blosc/blosc.h */
function bindBlosc(library: LibraryHandle): NativeCodecs {
  const version = library.func("blosc_get_version_string", "str", [])() as string;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = BLOSC_VERSION_MIN;
  if (major !== majorMin || minor < minorMin) return {};
  const decompress = library.func("blosc_decompress_ctx", "int", [
    "void *",
    "void *",
    "size_t",
    "int",
  ]);
  const compress = library.func("blosc_compress_ctx", "int", [
    "int",
    "int",
    "size_t",
    "size_t",
    "void *",
    "void *",
    "size_t",
    "str",
    "size_t",
    "int",
  ]);
  return {
    decodeBlosc: (bytes, into) => decompress(bytes, into, into.length, 1) === into.length,
    encodeBlosc: (bytes, { level, shuffle, typeSize, codec, blockBytes }, roomFor) => {
      const target = roomFor(bytes.length + BLOSC_OVERHEAD);
      const sizes = [typeSize, bytes.length];
      const rest = [target.length, codec, blockBytes, 1];
      const length = compress(level, shuffle, ...sizes, bytes, target, ...rest) as number;
      return length > 0 ? target.subarray(0, length) : undefined;
    },
  };
}

const BLOSC_OVERHEAD = 16;

/** https://facebook.github.io/zstd/zstd_manual.html */
function bindZstd(library: LibraryHandle): NativeCodecs {
  const simple = ["void *", "size_t", "void *", "size_t"];
  const decompress = library.func("ZSTD_decompress", "size_t", simple);
  const compress = library.func("ZSTD_compress", "size_t", [...simple, "int"]);
  const bound = library.func("ZSTD_compressBound", "size_t", ["size_t"]);
  const isError = library.func("ZSTD_isError", "uint", ["size_t"]);
  return {
    decodeZstd: (bytes, into) =>
      Number(decompress(into, into.length, bytes, bytes.length)) === into.length,
    encodeZstd: (bytes, level, roomFor) => {
      const target = roomFor(Number(bound(bytes.length)));
      const length = compress(target, target.length, bytes, bytes.length, level) as number;
      if (isError(length) !== 0) throw new Error("zstd cannot compress the chunk");
      return target.subarray(0, Number(length));
    },
  };
}

/** https://github.com/ebiggers/libdeflate/blob/master/libdeflate.h */
function bindDeflate(library: LibraryHandle): NativeCodecs {
  const decompressor = library.func("libdeflate_alloc_decompressor", "void *", [])() as unknown;
  if (decompressor === null) return {};
  const parameters = ["void *", "void *", "size_t", "void *", "size_t", "void *", "void *"];
  const decoder = (name: string): Decode => {
    const decode = library.func(name, "int", parameters);
    const read = new BigUint64Array(1);
    return (bytes, into) => {
      // Without a place for the decoded length, the library fails unless it is the target's.
      const failed = decode(decompressor, bytes, bytes.length, into, into.length, read, null);
      // What follows the first member is left to zlib.
      return failed === 0 && read[0] === BigInt(bytes.length);
    };
  };
  return {
    decodeGzip: decoder("libdeflate_gzip_decompress_ex"),
    decodeZlib: decoder("libdeflate_zlib_decompress_ex"),
  };
}
