import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { arange, full, ones, zeros } from "../../src/array/index.js";
import { defined } from "../../src/base/assert.js";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import { fromNpz } from "../../src/io/from-npz.js";
import { toNpz } from "../../src/io/to-npz.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "./python.js";
import { canMount, onSmallDisk } from "./small-disk.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("toNpz and fromNpz", () => {
  it.each([false, true])("round-trip any shape and chunks; compressed: %s", async (compress) => {
    const path = join(folder, "any.npz");
    const cut = fc.integer({ min: 1, max: 5 });
    const lengths = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(lengths, cut, cut, async (shape, write, read) => {
        const size = shape.reduce((n, length) => n * length, 1);
        const a = arange(size, { dtype: "float64" }).reshape(shape).rechunk(write);
        await toNpz(path, { a, "in/b": a.add(1) }, { compress, executor });
        const back = await fromNpz(path, { chunks: read });
        expect(Object.keys(back)).toEqual(["a", "in/b"]);
        expect(back.a?.shape).toEqual(shape);
        expect(await valuesOf(defined(back.a, "a"))).toEqual(upTo(size));
        expect(await valuesOf(defined(back["in/b"], "b"))).toEqual(upTo(size).map((n) => n + 1));
      }),
      { numRuns: 20 },
    );
  });

  it("name the file and the entry that are damaged", async () => {
    const path = join(folder, "damaged.npz");
    await expect(fromNpz(join(folder, "none.npz"))).rejects.toThrow(
      /cannot read .*none.npz.*ENOENT/,
    );
    writeFileSync(path, "no zip file at all, but long enough for one");
    await expect(fromNpz(path)).rejects.toThrow(/cannot read .*damaged.npz as a .npz file/);
    const a = arange(10_000, { dtype: "float64" });
    await toNpz(path, { a }, { compress: true, executor });
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 40));
    await expect(fromNpz(path)).rejects.toThrow(/cannot read .*damaged.npz as a .npz file/);
    // One bit in the middle of what is compressed.
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 4;
    writeFileSync(path, bytes);
    const { a: damaged } = await fromNpz(path);
    await expect(damaged?.compute({ executor })).rejects.toThrow(
      /cannot read a.npy of .*damaged.npz/,
    );
  });

  it("leave nothing when an array cannot be computed, named or written", async () => {
    const before = readdirSync(folder);
    const broken = ones([2]).mapBlocks(() => {
      throw new Error("no block");
    });
    const path = join(folder, "new.npz");
    await expect(toNpz(path, { a: zeros([2]), broken }, { executor })).rejects.toThrow("no block");
    await expect(toNpz(path, { "../a": zeros([2]) }, { executor })).rejects.toThrow(
      "cannot be a name",
    );
    const nowhere = join(folder, "no", "new.npz");
    await expect(toNpz(nowhere, { a: zeros([2]) }, { executor })).rejects.toThrow(nowhere);
    expect(readdirSync(folder)).toEqual(before);
  });

  it.skipIf(!canMount())("leave nothing on a disk that is full", () =>
    onSmallDisk(async (disk) => {
      const path = join(disk, "x.npz");
      const large = zeros([512, 1024], { chunks: [64, 1024] });
      await expect(toNpz(path, { large }, { executor })).rejects.toThrow(/cannot write .*ENOSPC/);
      expect(readdirSync(disk)).toEqual([]);
    }),
  );
});

describe.skipIf(!hasPython("numpy"))("NumPy's .npz files", () => {
  it("are read, stored and compressed, in both orders", async () => {
    python(`
import numpy as np
a = np.arange(35.0).reshape(5, 7)
np.savez("${folder}/stored.npz", a=a, f=np.asfortranarray(a), big=a.astype(">i4"), zero=np.float64(7))
np.savez_compressed("${folder}/deflated.npz", a=a, f=np.asfortranarray(a), big=a.astype(">i4"), zero=np.float64(7))
`);
    for (const file of ["stored.npz", "deflated.npz"]) {
      const { a, f, big, zero } = await fromNpz(join(folder, file), { chunks: 2 });
      for (const x of [a, f, big])
        expect(await valuesOf(defined(x, "an entry")), file).toEqual(upTo(35));
      expect(await valuesOf(defined(zero, "zero"))).toEqual([7]);
      expect([a?.dtype, big?.dtype, a?.numblocks]).toEqual(["float64", "int32", [3, 4]]);
    }
  });

  it("are read beside texts, which say why they are not", async () => {
    python(`
import numpy as np
np.savez("${folder}/mixed.npz", a=np.arange(3.0), names=np.array(["ab", "c"]))
np.savez("${folder}/texts.npz", names=np.array(["ab", "c"]))
`);
    const arrays = await fromNpz(join(folder, "mixed.npz"));
    expect(Object.keys(arrays)).toEqual(["a"]);
    expect(await valuesOf(defined(arrays.a, "a"))).toEqual([0, 1, 2]);
    expect(() => arrays.names).toThrow('the .npy file has dtype "<U2": expected one of bool');
    await expect(fromNpz(join(folder, "texts.npz"))).rejects.toThrow('has dtype "<U2"');
  });

  it("are written, of every dtype", async () => {
    const dtypes = Object.keys(DTYPES) as DType[];
    const arrays = dtypes.map((dtype) => [dtype, full([3, 2], 1, { dtype, chunks: 2 })] as const);
    for (const compress of [false, true]) {
      const path = join(folder, "ours.npz");
      await toNpz(path, Object.fromEntries(arrays), { compress, executor });
      const printed = python(`
import numpy as np
z = np.load("${path}")
for d in ${JSON.stringify(dtypes)}: print(z[d].dtype.name == d, z[d].shape, (z[d] == 1).all())
`);
      expect(printed.trim().split("\n")).toEqual(dtypes.map(() => "True (3, 2) True"));
    }
  });
});
