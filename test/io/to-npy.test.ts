import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { arange, full, zeros } from "../../src/array/index.js";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import { fromNpy } from "../../src/io/from-npy.js";
import { toNpy } from "../../src/io/to-npy.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "./python.js";
import { canMount, onSmallDisk } from "./small-disk.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-to-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

describe("toNpy", () => {
  it("writes what fromNpy reads, whatever the shapes and chunks", async () => {
    const path = join(folder, "any.npy");
    const axis = fc.integer({ min: 0, max: 5 });
    const cuts = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { maxLength: 3 }), cuts, async (shape, [write, read]) => {
        const size = shape.reduce((n, length) => n * length, 1);
        const x = arange(size, { dtype: "float64" }).reshape(shape).rechunk(write);
        await toNpy(x, path, { executor });
        const back = fromNpy(path, { chunks: read });
        expect([back.shape, back.dtype]).toEqual([shape, "float64"]);
        expect(await valuesOf(back)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
      { numRuns: 40 },
    );
  });

  it("leaves what stood there, and nothing else, when a block fails", async () => {
    const home = join(folder, "faults");
    mkdirSync(home);
    const path = join(home, "x.npy");
    writeFileSync(path, "before");
    const broken = arange(4, { chunks: 2 }).mapBlocks((block) => {
      if (block.get(0) === 2) throw new Error("no second block");
      return block;
    });
    await expect(toNpy(broken, path, { executor })).rejects.toThrow("no second");
    expect(readFileSync(path, "utf8")).toBe("before");
    expect(readdirSync(home)).toEqual(["x.npy"]);
  });

  it("names the file that cannot be made", async () => {
    const path = join(folder, "no", "such", "x.npy");
    await expect(toNpy(zeros([2]), path, { executor })).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining(path),
    });
  });

  it("puts no file in place of a folder or a device", async () => {
    const path = join(folder, "stands.npy");
    mkdirSync(path);
    await expect(toNpy(zeros([2]), path)).rejects.toThrow("a folder is there, not a file");
    await expect(toNpy(zeros([2]), "/dev/null")).rejects.toThrow("a device or socket is there");
    expect(statSync("/dev/null").isFile()).toBe(false);
  });

  it.skipIf(!canMount())("leaves nothing on a disk that is full", () =>
    onSmallDisk(async (disk) => {
      const large = zeros([512, 1024], { chunks: [64, 1024] });
      await expect(toNpy(large, join(disk, "x.npy"), { executor })).rejects.toThrow(
        /cannot write block .*ENOSPC/,
      );
      expect(readdirSync(disk)).toEqual([]);
    }),
  );

  it.skipIf(!hasPython("numpy"))("writes what NumPy reads, of every dtype", async () => {
    for (const dtype of Object.keys(DTYPES) as DType[]) {
      await toNpy(full([3, 2], 1, { dtype, chunks: 2 }), join(folder, `${dtype}.npy`), {
        executor,
      });
    }
    const names = JSON.stringify(Object.keys(DTYPES));
    const printed = python(
      `import numpy as np\nfor d in ${names}: a = np.load(f"${folder}/{d}.npy"); print(a.dtype.name == d, a.shape, (a == 1).all())`,
    );
    const lines = printed.trim().split("\n");
    expect(lines).toEqual(Object.keys(DTYPES).map(() => "True (3, 2) True"));
  });
});
