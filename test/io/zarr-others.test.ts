// What toZarr writes, read by another implementation of format 3, shards included; and what that
// writes, read by fromZarr.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { arange, fromArray } from "../../src/array/index.js";
import type { ToZarrOptions } from "../../src/array/results/array-files.js";
import { crc32c } from "../../src/formats/zarr/crc32c.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-zarrita-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

/** A folder as zarrita reads it. */
function storeAt(root: string): zarr.AsyncReadable {
  const read = async (key: string) => {
    const path = join(root, key);
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
  };
  return {
    get: read,
    getRange: async (key, range) =>
      (await read(key))?.slice(
        ...("suffixLength" in range
          ? ([-range.suffixLength] as const)
          : ([range.offset, range.offset + range.length] as const)),
      ),
  };
}

describe("zarrita", () => {
  it.each<[ToZarrOptions]>([
    [{ format: 2, compressor: "zlib" }],
    [{ compressor: "gzip" }],
    [{ compressor: "blosc" }],
    [{ chunks: [2, 3], shards: [4, 6] }],
  ])("reads what toZarr wrote with %o", async (options) => {
    const path = join(folder, "x.zarr");
    const x = arange(35, { dtype: "float64" }).reshape([5, 7]).rechunk(3);
    await toZarr(x, path, { ...options, overwrite: true, executor });
    const theirs = await zarr.open(storeAt(path), { kind: "array" });
    expect([theirs.shape, theirs.dtype]).toEqual([[5, 7], "float64"]);
    const { data } = (await zarr.get(theirs)) as zarr.Chunk<"float64">;
    expect(Array.from(data)).toEqual(Array.from({ length: 35 }, (_, i) => i));
  });
});

const BYTES = { name: "bytes", configuration: { endian: "little" } } as const;

describe("fromZarr", () => {
  const DTYPES = [
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "bool",
  ] as const;
  const CODECS: Record<string, zarr.CodecMetadata[]> = {
    plain: [BYTES],
    big: [{ name: "bytes", configuration: { endian: "big" } }],
    turned: [{ name: "transpose", configuration: { order: [1, 0] } }, BYTES],
    gzip: [BYTES, { name: "gzip", configuration: { level: 5 } }],
    zstd: [BYTES, { name: "zstd", configuration: { level: 1, checksum: false } }],
    crc32c: [BYTES, { name: "crc32c", configuration: {} }],
  };

  it.each(Object.keys(CODECS))("reads what zarrita wrote in format 3: %s", async (name) => {
    for (const dtype of DTYPES) {
      const path = join(folder, `${name}-${dtype}.zarr`);
      const files = {
        ...storeAt(path),
        set: async (key: string, value: Uint8Array) => {
          const file = join(path, key);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, value);
        },
      };
      const array = await zarr.create(files, {
        shape: [6, 6],
        chunkShape: [2, 3],
        dtype,
        codecs: CODECS[name] as zarr.CodecMetadata[],
        fillValue: dtype === "bool" ? false : 9,
      } as never);
      const values = Array.from({ length: 24 }, (_, i) => (dtype === "bool" ? i % 3 === 0 : i));
      // The last row of chunks is not there.
      const data = dtype.endsWith("int64") ? values.map(BigInt as never) : values;
      const block = fromArray(data as number[], { dtype, shape: [4, 6] });
      const { data: elements } = (await block.compute({ executor })) as unknown as { data: never };
      const rows = { data: elements, shape: [4, 6], stride: [6, 1] };
      await zarr.set(array as never, [zarr.slice(0, 4), null], rows as never);
      const read = await fromZarr(path);
      expect([read.dtype, read.shape], path).toEqual([dtype, [6, 6]]);
      const fill = dtype === "bool" ? 0 : 9;
      expect(await valuesOf(read), path).toEqual([
        ...values.map(Number),
        ...new Array(12).fill(fill),
      ]);
    }
  });
});

describe("an array of float16", () => {
  const format2 = {
    zarr_format: 2,
    shape: [2, 2],
    chunks: [1, 2],
    dtype: "<f2",
    compressor: null,
    order: "C",
    filters: null,
  };
  const format3 = {
    zarr_format: 3,
    node_type: "array",
    shape: [2, 2],
    data_type: "float16",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 2] } },
    chunk_key_encoding: { name: "v2" },
    codecs: [BYTES],
    attributes: { units: "K" },
  };
  /** An array whose first row is written. */
  const made = (document: { zarr_format: number; [name: string]: unknown }) => {
    const path = mkdtempSync(join(folder, "half-"));
    const key = document.zarr_format === 2 ? ".zarray" : "zarr.json";
    writeFileSync(join(path, key), JSON.stringify(document));
    writeFileSync(join(path, "0.0"), new Uint8Array(Uint16Array.of(0x3c00, 0xc500).buffer));
    return path;
  };

  it.each([
    [0, 0],
    [1.5, 1.5],
    [-0.1, -0.0999755859375],
    [6e-8, 2 ** -24],
    [65_519, 65_504],
    [1e6, Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["NaN", Number.NaN],
    ["0x3e00", 1.5],
    [null, 0],
  ])("is read as float32, %s where no chunk is", async (fill_value, expected) => {
    for (const document of [format2, format3]) {
      const x = await fromZarr(made({ ...document, fill_value }));
      expect(x.dtype).toBe("float32");
      expect(await valuesOf(x)).toEqual([1, -5, expected, expected]);
    }
  });

  it("keeps its labels, and is not written into", async () => {
    const path = made({ ...format3, fill_value: 0 });
    const x = await fromZarr(path);
    expect(x.attributes).toEqual({ units: "K" });
    await expect(toZarr(x, path, { append: 0 })).rejects.toThrow(
      /holds float16, which is read, but not written/,
    );
    const filters = [{ id: "delta", dtype: "<f2" }];
    const filtered = made({ ...format2, filters });
    await expect(fromZarr(filtered)).rejects.toThrow("float16 behind filters cannot be read");
  });
});

describe("crc32c", () => {
  it("gives the check value of its catalogue", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});
