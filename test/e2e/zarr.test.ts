// Workers of a real cluster write and read Zarr arrays, and one dies while it writes.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { arange, fromNpy, fromZarr, LocalCluster, toNpy, toZarr } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-e2e-zarr-"));
let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, log: () => {} });
});

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

// What the function below captures.
declare const wait: number;

/** 0, 1, 2, … in blocks that take a moment, so that there is time to do harm. */
function slowNumbers() {
  return arange(4_000, { dtype: "float64", chunks: 100 }).mapBlocks(
    (block) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
      return block.data;
    },
    { captured: { wait: 30 } },
  );
}

it("a worker that is killed while it writes leaves a whole array", async () => {
  const path = join(folder, "x.zarr");
  let killed = 0;
  await toZarr(slowNumbers(), path, {
    chunks: 50,
    shards: [200],
    onProgress: ({ done }) => {
      if (killed > 0 || done < 5) return;
      killed = cluster.workers[0]?.pid as number;
      process.kill(killed, "SIGKILL");
    },
  });
  expect(killed).toBeGreaterThan(0);
  expect(readdirSync(path)).toEqual(["c", "zarr.json"]);
  const x = await fromZarr(path);
  expect(x.chunks).toEqual([new Array(20).fill(200)]);
  const wrong = await x.notEqual(arange(4_000)).any().compute();
  expect(wrong).toBe(false);
});

it("a .npy file is written through several processes", async () => {
  const path = join(folder, "x.npy");
  await toNpy(slowNumbers(), path);
  expect(await fromNpy(path, { chunks: 300 }).notEqual(arange(4_000)).any().compute()).toBe(false);
});
