// Names of axes, attributes and groups of Zarr: they go to files and come back, zarrita and
// zarr-python read them, and arrays grow along an axis.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import {
  arange,
  type ChunkedArray,
  mapBlocks,
  ones,
  withLabels,
  zeros,
} from "../../src/array/index.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { fromZarrGroup } from "../../src/io/from-zarr-group.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { toZarrGroup } from "../../src/io/to-zarr-group.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-groups-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

const LABELS = { dims: ["time", "x"], attributes: { units: "K", levels: [1, 2.5] } };
const labelled = withLabels(
  arange(12, { dtype: "float64" }).reshape([4, 3]).rechunk([3, 2]),
  LABELS,
);
const labels = ({ dims, attributes }: ChunkedArray) => ({ dims, attributes });
const counting = (from: number, rows: number) =>
  arange(from, from + 3 * rows, { dtype: "float64" })
    .reshape([rows, 3])
    .rechunk([2, 3]);

/** A folder as zarrita reads it. */
function storeAt(root: string): zarr.AsyncReadable {
  return {
    get: async (key) => {
      try {
        return new Uint8Array(readFileSync(join(root, key)));
      } catch {
        return undefined;
      }
    },
  };
}

describe("labels of an array", () => {
  it("stay with rechunk, and not with results of operations", () => {
    expect(labels(labelled.rechunk(-1))).toEqual(LABELS);
    expect(labels(labelled.add(1))).toEqual({ dims: undefined, attributes: {} });
    expect(labels(labelled.withLabels({ dims: [null, "y"] }))).toEqual({
      dims: [null, "y"],
      attributes: LABELS.attributes,
    });
  });

  it.each([
    [{ dims: ["x"] }, /dims is \["x"\]: expected a name or null for each of 2 axes/],
    [{ dims: ["x", 2] as never }, /expected a name or null for each of 2 axes/],
    [{ attributes: { n: 1n } }, /expected an object of values that JSON can hold/],
    [{ dim: ["x", "y"] } as never, /dim/],
    [undefined as never, /withLabels takes options in an object/],
    [{ attributes: [1] as never }, /expected an object of values that JSON can hold/],
  ])("are refused where they do not fit: %#", (given, message) => {
    expect(() => withLabels(zeros([2, 3]), given)).toThrow(message);
  });

  it.each([2, 3] as const)("go to a file and back: format %i", async (format) => {
    const path = join(folder, `labels-${format}.zarr`);
    await toZarr(labelled, path, { format, executor });
    const back = await fromZarr(path, { chunks: 2 });
    expect(labels(back)).toEqual(LABELS);
    await toZarr(labelled, path, { format, executor, dims: ["t", "y"], overwrite: true });
    expect(labels(await fromZarr(path))).toEqual({ ...LABELS, dims: ["t", "y"] });
    await toZarr(zeros([2]), path, { format, executor, overwrite: true });
    expect(labels(await fromZarr(path))).toEqual({ dims: undefined, attributes: {} });
  });

  it("are read by zarrita", async () => {
    const path = join(folder, "for-zarrita.zarr");
    await toZarr(labelled, path, { executor });
    const theirs = await zarr.open.v3(storeAt(path), { kind: "array" });
    expect([theirs.attrs, theirs.dimensionNames]).toEqual([LABELS.attributes, LABELS.dims]);
  });
});

describe("groups", () => {
  const group = {
    attributes: { title: "a run" },
    arrays: { t: labelled, n: ones([5], { chunks: 2 }) },
    groups: { deep: { attributes: { level: 1 }, arrays: { z: zeros([2, 2]) } }, empty: {} },
  };

  it.each([2, 3] as const)("go to a folder and back: format %i", async (format) => {
    const path = join(folder, `group-${format}.zarr`);
    await toZarrGroup(path, group, { format, executor });
    const check = async () => {
      const back = await fromZarrGroup(path);
      expect(back.attributes).toEqual(group.attributes);
      expect(Object.keys(back.arrays).sort()).toEqual(["n", "t"]);
      expect(labels(back.arrays.t as ChunkedArray)).toEqual(LABELS);
      expect(await valuesOf(back.arrays.t as ChunkedArray)).toEqual(await valuesOf(labelled));
      expect(Object.keys(back.groups).sort()).toEqual(["deep", "empty"]);
      expect(back.groups.deep?.attributes).toEqual({ level: 1 });
      expect(back.groups.deep?.arrays.z?.shape).toEqual([2, 2]);
      expect((await fromZarrGroup(path, { component: "deep" })).attributes).toEqual({ level: 1 });
    };
    await check();
    // Without consolidated metadata, by the folders.
    if (format === 2) rmSync(join(path, ".zmetadata"));
    else {
      const place = join(path, "zarr.json");
      const { consolidated_metadata, ...rest } = JSON.parse(readFileSync(place, "utf8"));
      expect(Object.keys(consolidated_metadata.metadata)).toHaveLength(5);
      writeFileSync(place, JSON.stringify(rest));
    }
    await check();
    await expect(toZarrGroup(path, group, { executor })).rejects.toThrow(/overwrite: true/);
    const files = readdirSync(path, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.includes("partial"))).toEqual([]);
  });

  it("are refused before anything is written", async () => {
    const path = join(folder, "refused.zarr");
    const t = zeros([2]);
    for (const [given, message] of [
      [{ arrays: { "a/b": t } }, /"a\/b" cannot be a name in a Zarr group/],
      [{ arrays: { a: t }, groups: { a: {} } }, /a is an array and a group/],
      [{ attributes: { n: 1n } }, /values that JSON can hold/],
    ] as const) {
      await expect(toZarrGroup(path, given, { executor })).rejects.toThrow(message);
    }
    await expect(fromZarrGroup(path)).rejects.toThrow(/no Zarr group at .*: nothing is there/);
    await toZarr(t, path, { executor });
    await expect(fromZarrGroup(path)).rejects.toThrow(/an array is there: use fromZarr/);
  });

  it.skipIf(!hasPython("zarr"))("are read and written by zarr-python", async () => {
    const path = join(folder, "python.zarr");
    await toZarrGroup(path, group, { format: 2, compressor: "blosc", executor });
    const theirs = join(folder, "theirs.zarr");
    const printed = python(`
import json, zarr, numpy as np
g = zarr.open_consolidated(${JSON.stringify(path)})
print(json.dumps([dict(g.attrs), sorted(g.array_keys()), sorted(g.group_keys()), dict(g["t"].attrs), g["t"][:].tolist(), dict(g["deep"].attrs)]))
h = zarr.open_group(${JSON.stringify(theirs)}, mode="w")
h.attrs["title"] = "theirs"
a = h.array("of/a", np.arange(6.0).reshape(2, 3), chunks=(1, 3))
a.attrs.update({"_ARRAY_DIMENSIONS": ["y", "x"], "units": "m"})
`);
    expect(JSON.parse(printed)).toEqual([
      group.attributes,
      ["n", "t"],
      ["deep", "empty"],
      { ...LABELS.attributes, _ARRAY_DIMENSIONS: LABELS.dims },
      [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
      ],
      { level: 1 },
    ]);
    const { attributes, groups } = await fromZarrGroup(theirs);
    const a = groups.of?.arrays.a as ChunkedArray;
    expect([attributes, labels(a)]).toEqual([
      { title: "theirs" },
      { dims: ["y", "x"], attributes: { units: "m" } },
    ]);
    expect(await valuesOf(a)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("append", () => {
  it.each([
    { format: 2, chunks: [4, 2] },
    { format: 3, chunks: [4, 2] },
    { format: 3, chunks: [1, 3], shards: [4, 3] },
  ] as const)("makes an array longer, also in the middle of a chunk: %o", async (options) => {
    const path = join(folder, `append-${options.format}-${"shards" in options}.zarr`);
    const into = { component: "a", executor };
    await toZarrGroup(path, {}, { format: options.format, executor });
    await toZarr(counting(0, 5), path, { ...into, ...options, dims: ["y", "x"] });
    await toZarr(counting(15, 4), path, { ...into, append: 0 });
    await toZarr(counting(27, 1), path, { ...into, append: -2 });
    const back = await fromZarr(path, { component: "a" });
    expect([back.shape, back.dims]).toEqual([
      [10, 3],
      ["y", "x"],
    ]);
    expect(await valuesOf(back)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect((await fromZarrGroup(path)).arrays.a?.shape).toEqual([10, 3]);
  });

  it("leaves the old array where it fails, and refuses what does not fit", async () => {
    const path = join(folder, "fails.zarr");
    await toZarr(counting(0, 4), path, { executor });
    const failing = mapBlocks(counting(12, 4), () => {
      throw new Error("no more");
    });
    await expect(toZarr(failing, path, { append: 0, executor })).rejects.toThrow(/no more/);
    const back = await fromZarr(path);
    expect([back.shape, (await valuesOf(back)).at(-1)]).toEqual([[4, 3], 11]);
    const refused = (x: ChunkedArray, options: object) =>
      expect(toZarr(x, path, { ...options, executor })).rejects;
    await refused(zeros([2, 4]), { append: 0 }).toThrow(/all other axes must be as long/);
    await refused(zeros([2, 3]), { append: 2 }).toThrow(/axis 2/);
    await refused(zeros([2, 3]), { append: 0, compressor: null }).toThrow(/given with append/);
    await refused(zeros([2, 3], { dtype: "int8" }), { append: 0 }).toThrow(/use astype/);
  });
});
