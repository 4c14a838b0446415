import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { ChunkSpec } from "../../src/array/chunks/normalize-chunks.js";
import { arange, type ChunkedArray, full, ones, zeros } from "../../src/array/index.js";
import type { ToZarrOptions } from "../../src/array/results/array-files.js";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "./python.js";
import { canMount, onSmallDisk } from "./small-disk.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-zarr-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

/** 0, 1, 2, … in a shape. */
function counting(shape: readonly number[], chunks: ChunkSpec = 3): ChunkedArray {
  const size = shape.reduce((n, length) => n * length, 1);
  return arange(size, { dtype: "float64" }).reshape(shape).rechunk(chunks);
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** All files below a folder. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
}

describe("toZarr and fromZarr", () => {
  it.each<[string, ToZarrOptions]>([
    ["format 2", { format: 2 }],
    ["format 3", { format: 3 }],
    ["shards", { chunks: [1, 2], shards: [2, 6] }],
    ["shards without compressor", { chunks: [2, 3], shards: [4, 3], compressor: null }],
  ])("round-trips any shape and chunks: %s", async (_, how) => {
    const path = join(folder, "any.zarr");
    const axis = fc.integer({ min: 0, max: 7 });
    const cut = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(axis, axis, cut, cut, async (rows, columns, write, read) => {
        const x = counting([rows, columns], write);
        await toZarr(x, path, { ...how, executor, overwrite: true });
        const back = await fromZarr(path, { chunks: read });
        expect([back.shape, back.dtype]).toEqual([[rows, columns], "float64"]);
        expect(await valuesOf(back)).toEqual(upTo(rows * columns));
      }),
      { numRuns: 25 },
    );
  });

  it.each([2, 3] as const)("round-trips every dtype and no axes: format %i", async (format) => {
    const path = join(folder, `dtypes-${format}.zarr`);
    for (const dtype of Object.keys(DTYPES) as DType[]) {
      await toZarr(full([3, 2], 1, { dtype }), path, {
        component: `of/${dtype}`,
        format,
        executor,
      });
      const back = await fromZarr(path, { component: `of/${dtype}` });
      expect([back.dtype, await valuesOf(back.sum())]).toEqual([
        dtype,
        dtype.startsWith("complex") ? [6, 0] : [6],
      ]);
      await toZarr(full([], 1, { dtype }), path, { component: `no/${dtype}`, format, executor });
      expect((await fromZarr(path, { component: `no/${dtype}` })).shape).toEqual([]);
    }
    expect(await valuesOf(await fromZarr(path, { component: "no/int64" }))).toEqual([1]);
    expect(
      await (await fromZarr(path, { component: "of/complex64" })).sum().compute({ executor }),
    ).toEqual({ re: 6, im: 0 });
  });

  it.each<[ToZarrOptions]>([
    [{ format: 2, compressor: "zstd" }],
    [{ format: 2, compressor: "blosc" }],
    [{ format: 2, compressor: "gzip" }],
    [{ format: 2, compressor: "lz4" }],
    [{ format: 2, compressor: { id: "zlib", level: 9 } }],
    [{ format: 3, compressor: "gzip" }],
    [{ format: 3, compressor: "blosc" }],
    [
      {
        format: 3,
        codecs: [
          { name: "transpose", configuration: { order: [1, 0] } },
          { name: "bytes", configuration: { endian: "big" } },
          { name: "crc32c" },
        ],
      },
    ],
  ])("compresses by %o", async (options) => {
    const path = join(folder, "compressed.zarr");
    await toZarr(counting([5, 7]), path, { ...options, overwrite: true, executor });
    expect(await valuesOf(await fromZarr(path))).toEqual(upTo(35));
  });

  it("cuts at files, so that no two tasks write one", async () => {
    const path = join(folder, "cut.zarr");
    await toZarr(counting([10], [[3, 3, 3, 1]]), path, { chunks: 4, executor });
    expect(await valuesOf(await fromZarr(path))).toEqual(upTo(10));
    expect(filesBelow(path)).toEqual(["c", "c/0", "c/1", "c/2", "zarr.json"]);
    // Irregular blocks have no Zarr chunks: the longest of them decides.
    await toZarr(counting([10], [[2, 5, 3]]), path, { overwrite: true, executor });
    expect((await fromZarr(path)).chunks).toEqual([[5, 5]]);
  });

  it("reads each chunk by one task, whatever the chunks asked for", async () => {
    const path = join(folder, "read.zarr");
    await toZarr(counting([12]), path, { chunks: 4, executor });
    const x = await fromZarr(path, { chunks: 3 });
    expect(x.chunks).toEqual([[3, 3, 3, 3]]);
    expect(x.node.inputs[0]?.layer.chunks).toEqual([[4, 4, 4]]);
  });

  it("writes into a region, and keeps what is around it", async () => {
    const path = join(folder, "region.zarr");
    for (const how of [{}, { chunks: [2, 2], shards: [4, 4] }]) {
      await toZarr(zeros([6, 6], { chunks: 4 }), path, { ...how, overwrite: true, executor });
      await toZarr(ones([3, 4], { chunks: 2 }), path, {
        region: [
          [1, 4],
          [2, 6],
        ],
        executor,
      });
      const back = await fromZarr(path);
      expect(await valuesOf(back.sum(1))).toEqual([0, 4, 4, 4, 0, 0]);
      expect(await valuesOf(back.sum(0))).toEqual([0, 0, 3, 3, 3, 3]);
    }
  });

  it("reads chunks that are not there as fill value", async () => {
    const path = join(folder, "fill.zarr");
    await toZarr(zeros([4], { chunks: 2 }), path, { fillValue: Number.NaN, executor });
    rmSync(join(path, "c", "1"));
    expect(await valuesOf(await fromZarr(path))).toEqual([0, 0, Number.NaN, Number.NaN]);
  });

  it("keeps consolidated metadata whole", async () => {
    const path = join(folder, "consolidated.zarr");
    mkdirSync(path);
    writeFileSync(join(path, ".zmetadata"), '{"zarr_consolidated_format":1,"metadata":{}}');
    await toZarr(zeros([4]), path, { component: "a", format: 2, executor });
    const { metadata } = JSON.parse(readFileSync(join(path, ".zmetadata"), "utf8"));
    expect(metadata["a/.zarray"].shape).toEqual([4]);
  });
});

describe("mistakes with Zarr arrays", () => {
  it("are notified before anything is written", async () => {
    const path = join(folder, "mistakes.zarr");
    const x = zeros([4, 4], { chunks: 2 });
    await toZarr(x, path, { executor });
    await expect(toZarr(x, path)).rejects.toThrow(/a Zarr array .* overwrite: true/);
    const region = [[0, 2], null] as const;
    await expect(toZarr(x, path, { region })).rejects.toMatchObject({ code: "argument.shape" });
    await expect(toZarr(ones([2, 4], { dtype: "int8" }), path, { region })).rejects.toMatchObject({
      code: "argument.dtype",
    });
    await expect(toZarr(ones([2, 4]), path, { region, chunks: 2 })).rejects.toThrow(
      "chunks was given with region",
    );
    const fresh = join(folder, "fresh.zarr");
    await expect(toZarr(ones([2, 4]), fresh, { region })).rejects.toThrow("no Zarr array");
    await expect(toZarr(x, fresh, { format: 2, shards: [4, 4] })).rejects.toThrow("format 3");
    await expect(toZarr(x, fresh, { shards: [3, 3] })).rejects.toThrow("not made of whole chunks");
    await expect(toZarr(x, fresh, { compressor: "lz4" })).rejects.toThrow("no compressor");
    await expect(toZarr(x, fresh, { chunks: [[1, 3], 4] })).rejects.toMatchObject({
      code: "argument.chunks",
    });
    await expect(toZarr(x, fresh, { component: "../a" })).rejects.toThrow("inside the hierarchy");
    await expect(toZarr(x, "s3:///x")).rejects.toThrow("names no bucket");
    expect(existsSync(fresh)).toBe(false);
  });

  it("name the array and what is wrong with it", async () => {
    await expect(fromZarr(join(folder, "none"))).rejects.toThrow(/no Zarr array at .*none/);
    const path = join(folder, "wrong.zarr");
    await toZarr(zeros([2]), path, { component: "a", executor });
    await expect(fromZarr(path)).rejects.toThrow(/a group.*: name the array/);
    const file = join(path, "a", "zarr.json");
    const document = JSON.parse(readFileSync(file, "utf8"));
    const rewrite = (changes: object) =>
      writeFileSync(file, JSON.stringify({ ...document, ...changes }));
    rewrite({ data_type: "string" });
    await expect(fromZarr(path, { component: "a" })).rejects.toMatchObject({
      code: "argument.dtype",
    });
    rewrite({ codecs: [{ name: "bytes" }, { name: "squeeze" }] });
    await expect(fromZarr(path, { component: "a" })).rejects.toThrow(/encoded by "squeeze"/);
    rewrite({ chunk_grid: { name: "hexagonal" } });
    await expect(fromZarr(path, { component: "a" })).rejects.toThrow(/chunk grid is hexagonal/);
    writeFileSync(file, "{");
    await expect(fromZarr(path, { component: "a" })).rejects.toThrow(/zarr.json holds no JSON/);
  });

  it("name options that there are not, and leave what is there", async () => {
    const path = join(folder, "options.zarr");
    const unknown = { compresor: "gzip" } as object;
    const text =
      "there is no option compresor of toZarr (did you mean compressor?): expected component, overwrite, format";
    await expect(toZarr(ones([2]), path, unknown)).rejects.toThrow(text);
    expect(existsSync(path)).toBe(false);
    await toZarr(ones([2]), path, { executor });
    const passes = { culling: false } as object;
    for (const wrong of [unknown, { passes }, { retries: -1 }]) {
      await expect(toZarr(zeros([2]), path, { overwrite: true, ...wrong })).rejects.toThrow();
    }
    expect(await valuesOf(await fromZarr(path))).toEqual([1, 1]);
  });

  it("say what was looked for, what is there and what to do", async () => {
    const says = (path: string, text: string) => expect(fromZarr(path)).rejects.toThrow(text);
    const looked = "looked for zarr.json and .zarray, but ";
    await says(join(folder, "nothing.zarr"), `${looked}there is no such folder: check the path`);
    const holder = join(folder, "holder");
    mkdirSync(holder);
    await says(holder, `${looked}the folder is empty`);
    writeFileSync(join(holder, "notes.txt"), "");
    await says(holder, `${looked}the folder holds notes.txt: name an array in it by { component }`);
    await expect(toZarr(zeros([2]), join(holder, "notes.txt"))).rejects.toThrow("cannot write");
    // The system lets no one make folders there, and says that what is to be made is missing.
    await expect(toZarr(zeros([2]), "/proc/x")).rejects.toThrow("cannot write /proc/x");
    await says(join(holder, "notes.txt"), `${looked}this is a file: give the folder`);
  });

  it("name the chunk that is damaged", async () => {
    const path = join(folder, "damaged.zarr");
    for (const how of [
      { compressor: null },
      { compressor: "gzip" },
      { shards: [4], compressor: null },
    ] as const) {
      await toZarr(counting([8], 4), path, { ...how, chunks: 2, overwrite: true, executor });
      const [last = ""] = filesBelow(path).filter((file) => /^c.1$/.test(file));
      truncateSync(join(path, last), 9);
      const x = await fromZarr(path);
      await expect(x.compute({ executor })).rejects.toThrow(
        /cannot read chunk \(\d\).*damaged.zarr/,
      );
    }
  });

  it("name the folder that a worker does not see", async () => {
    const path = join(folder, "gone.zarr");
    await toZarr(counting([8], 4), path, { executor });
    const x = await fromZarr(path);
    rmSync(path, { recursive: true });
    await expect(x.compute({ executor })).rejects.toThrow(/every worker must see/);
  });

  it.skipIf(!canMount())("leave no half chunks on a disk that is full", () =>
    onSmallDisk(async (disk) => {
      const path = join(disk, "x.zarr");
      const large = zeros([512, 1024], { chunks: [64, 1024] });
      await expect(toZarr(large, path, { compressor: null, executor })).rejects.toThrow(
        /cannot write c\/\d\/0 of the Zarr array .*ENOSPC/,
      );
      const back = await fromZarr(path);
      expect(await valuesOf(back.sum())).toEqual([0]);
      expect(filesBelow(path).filter((file) => file.includes("partial"))).toEqual([]);
    }),
  );
});

describe.skipIf(!hasPython("numpy", "zarr"))("Zarr arrays of zarr-python", () => {
  it("are read", async () => {
    const path = join(folder, "theirs.zarr");
    python(`
import numpy as np, zarr, numcodecs
g = zarr.open_group("${path}", mode="w")
a = np.arange(35).reshape(5, 7)
for c in [None, numcodecs.Blosc(), numcodecs.Zstd(), numcodecs.GZip(), numcodecs.LZ4(), numcodecs.Zlib()]:
  name = "none" if c is None else c.codec_id
  for dtype in ["<i4", ">i4", "<f8", ">f8", "|u1", "<i8", "<f2", ">f2"]:
    for order in "CF":
      g.array(f"{name}/{dtype[1:]}{'big' if dtype[0] == '>' else ''}{order}", a.astype(dtype), chunks=(2, 3), compressor=c, order=order)
g.array("nested", a, chunks=(2, 3), dimension_separator="/", filters=[numcodecs.Delta("<i8")], dtype="<i8")
g.array("bool", a % 2 == 0, chunks=(5, 2))
g.array("complex", a * (1 + 2j), chunks=(5, 2))
g.create("empty", shape=(3,), chunks=(2,), dtype="f4", fill_value=np.nan)
g.array("scalar", np.float64(7))
zarr.consolidate_metadata("${path}")
`);
    const compressors = ["none", "blosc", "zstd", "gzip", "lz4", "zlib"];
    for (const compressor of compressors) {
      for (const kind of ["i4", "i4big", "f8", "f8big", "u1", "i8", "f2", "f2big"]) {
        for (const order of "CF") {
          const x = await fromZarr(path, { component: `${compressor}/${kind}${order}` });
          expect(await valuesOf(x), `${compressor} ${kind} ${order}`).toEqual(upTo(35));
        }
      }
    }
    const of = (component: string) => fromZarr(path, { component });
    expect(await valuesOf(await of("nested"))).toEqual(upTo(35));
    expect(await valuesOf((await of("bool")).sum())).toEqual([18]);
    expect(await (await of("complex")).sum().compute({ executor })).toEqual({ re: 595, im: 1190 });
    expect(await valuesOf(await of("empty"))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(await valuesOf(await of("scalar"))).toEqual([7]);
  });

  it("are written, of every dtype and compressor", async () => {
    const path = join(folder, "ours.zarr");
    for (const dtype of Object.keys(DTYPES) as DType[]) {
      const x = full([5, 3], 1, { dtype, chunks: 2 });
      await toZarr(x, path, { component: dtype, format: 2, executor });
    }
    const compressors = ["zstd", "blosc", "gzip", "lz4", "zlib", null] as const;
    for (const compressor of compressors) {
      const component = `by/${compressor}`;
      await toZarr(counting([5, 7]), path, { component, compressor, format: 2, executor });
    }
    const printed = python(`
import numpy as np, zarr
g = zarr.open_group("${path}", mode="r")
for d in ${JSON.stringify(Object.keys(DTYPES))}: print(g[d].dtype.name == d and g[d].chunks == (2, 2) and (g[d][:] == 1).all())
for c in ${JSON.stringify(compressors.map(String))}: print((g["by"][c][:] == np.arange(35).reshape(5, 7)).all())
`);
    const expected = [...Object.keys(DTYPES), ...compressors].map(() => "True");
    expect(printed.trim().split("\n")).toEqual(expected);
  });
});
