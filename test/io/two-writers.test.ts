// Two programs that write one Zarr array at once.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arange, full, ones, zeros } from "../../src/array/index.js";
import { releaseClaim } from "../../src/formats/zarr/zarr-claim.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { makeArray } from "../../src/io/new-zarr-array.js";
import { storeBlocks } from "../../src/io/store-layer.js";
import { openStore, toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";

const executor = new SerialExecutor();
const folder = mkdtempSync(join(tmpdir(), "tilework-writers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files that are left of what was not finished or removed. */
const leftovers = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    /partial|removed/.test(path),
  );

describe("two writers of one Zarr array", () => {
  it.each([2, 3] as const)("make it once: the other has an error (format %i)", async (format) => {
    for (let round = 0; round < 5; round++) {
      const path = join(folder, `${format}-${round}.zarr`);
      const writes = [1, 2].map((value) =>
        toZarr(full([40], value, { chunks: 10 }), path, { format, executor }),
      );
      const ends = await Promise.allSettled(writes);
      const winner = ends.findIndex(({ status }) => status === "fulfilled");
      expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const [failed] = ends.filter((end) => end.status === "rejected");
      expect(String(failed?.reason)).toMatch(
        /another program has made an array there meanwhile|a Zarr array or group exists/,
      );
      expect(await valuesOf(await fromZarr(path))).toEqual(new Array(40).fill(winner + 1));
    }
    expect(leftovers()).toEqual([]);
  });

  it("do not mix where one replaces what the other has begun", async () => {
    const path = join(folder, "replaced.zarr");
    const [first, second] = [zeros([40], { chunks: 10 }), ones([40], { chunks: 10 })];
    const { stored, target } = await openStore(first, path, await makeArray(first, path, "", {}));
    await toZarr(second, path, { overwrite: true, executor });
    await expect(storeBlocks(stored, target, { executor })).rejects.toThrow(
      /cannot write c\/0 .*replaced.zarr \(it was replaced or removed meanwhile/,
    );
    await releaseClaim(target.claim);
    expect(await valuesOf(await fromZarr(path))).toEqual(new Array(40).fill(1));
    expect(leftovers()).toEqual([]);
  });
});

describe("an array that is written where its values come from", () => {
  it("is refused where a task would read what another writes, and else written", async () => {
    const path = join(folder, "own.zarr");
    await toZarr(arange(40, { chunks: 10 }), path, { executor });
    const x = await fromZarr(path);
    const shifted = x.slice("5:25");
    await expect(toZarr(shifted, path, { region: [[20, 40]], executor })).rejects.toThrow(
      /computed from chunks of .*own.zarr that they are written to: write to another path, or persist/,
    );
    // The chunks from 20 on are not read.
    await toZarr(x.slice(":20").add(1), path, { region: [[20, 40]], executor });
    const low = Array.from({ length: 20 }, (_, i) => i);
    const values = [...low, ...low.map((value) => value + 1)];
    expect(await valuesOf(await fromZarr(path))).toEqual(values);
    // Chunks that are there keep what they have.
    const again = await fromZarr(path);
    await toZarr(again, path, { append: 0, executor });
    expect(await valuesOf(await fromZarr(path))).toEqual([...values, ...values]);
  });

  it("is refused inside of another array", async () => {
    const path = join(folder, "outer.zarr");
    await toZarr(arange(4), path, { format: 2, executor });
    for (const component of ["inner", "group/inner"]) {
      await expect(toZarr(arange(4), path, { component, executor })).rejects.toThrow(
        /there is a Zarr array at .*outer.zarr, which holds no others: name another path/,
      );
    }
    expect(readdirSync(path).sort()).toEqual([".zarray", "0"]);
  });
});
