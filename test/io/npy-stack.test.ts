import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arange, zeros } from "../../src/array/index.js";
import { fromNpyStack, toNpyStack } from "../../src/io/npy-stack.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-stack-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const matrix = arange(35, { dtype: "float64" }).reshape([5, 7]).rechunk([2, 3]);

describe("toNpyStack and fromNpyStack", () => {
  it.each([0, 1, -1])("round-trip along axis %i", async (axis) => {
    const path = join(folder, `axis${axis}`);
    await toNpyStack(matrix, path, { axis, executor });
    const back = fromNpyStack(path);
    expect(back.chunks).toEqual(axis === 0 ? [[2, 2, 1], [7]] : [[5], [3, 3, 1]]);
    expect(await valuesOf(back)).toEqual(upTo(35));
  });

  it("leave nothing of what failed, and write over nothing", async () => {
    const before = readdirSync(folder);
    const broken = matrix.mapBlocks(() => {
      throw new Error("no block");
    });
    await expect(toNpyStack(broken, join(folder, "new"), { executor })).rejects.toThrow("no block");
    await expect(toNpyStack(matrix, folder)).rejects.toThrow("a file or folder exists there");
    await expect(toNpyStack(matrix, join(folder, "new"), { axis: 2 })).rejects.toMatchObject({
      code: "argument.axis",
    });
    expect(readdirSync(folder)).toEqual(before);
  });

  it("name the file that is not there", async () => {
    expect(() => fromNpyStack(join(folder, "none"))).toThrow(/no folder .*none/);
    expect(() => fromNpyStack(join(folder, "none"), { axis: 0 })).toThrow(/0.npy/);
    expect(() => fromNpyStack("s3://bucket/none")).toThrow(/no URLs .*fromRemoteNpy/);
    const path = join(folder, "odd");
    await toNpyStack(zeros([2]), path, { executor });
    writeFileSync(join(path, "info"), "");
    expect(fromNpyStack(path, { axis: 0 }).shape).toEqual([2]);
  });

  it.skipIf(!hasPython("dask.array"))("go to Dask and come from there", async () => {
    const ours = join(folder, "ours");
    const theirs = join(folder, "theirs");
    await toNpyStack(matrix, ours, { axis: 1, executor });
    const printed = python(`
import numpy as np, dask.array as da
x = da.from_npy_stack("${ours}", mmap_mode=None)
print(x.chunks, (x.compute() == np.arange(35.0).reshape(5, 7)).all())
da.to_npy_stack("${theirs}", x, axis=1)
`);
    expect(printed.trim()).toBe("((5,), (3, 3, 1)) True");
    expect(await valuesOf(fromNpyStack(theirs))).toEqual(upTo(35));
  });
});
