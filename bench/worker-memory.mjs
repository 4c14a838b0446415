// How much memory do workers take beside their limit? Two workers of 500 MB do work whose data are
// several times that; each worker's proportional set size (shared memory counted once) is read from
// the system every 20 ms. node bench/worker-memory.mjs [case ...]: persist, rechunk, svd, sort,
// fullDisk, which needs a small file system: SMALL_DISK=/a/folder/on/it
import { readFileSync } from "node:fs";
import { LocalCluster, linalg, random, sort } from "tilework";

const LIMIT = 500e6;
const given = process.argv.slice(2);

const cases = {
  persist: () => random([20_000, 10_000], { chunks: 1_000, seed: 1 }).persist(),
  rechunk: () =>
    random([16_000, 16_000], { chunks: [500, 16_000], seed: 1 })
      .rechunk([16_000, 500])
      .sum(0)
      .compute({ passes: { mergeRechunks: false, fuseSources: false } }),
  svd: () => {
    const x = random([1_000_000, 100], { chunks: [50_000, 100], seed: 1 });
    return linalg.svdvals(x).compute();
  },
  sort: async () => {
    const sorted = sort(random([100_000_000], { chunks: 2_000_000, seed: 1 }));
    const value = await sorted.slice({ start: 0, stop: 100_000_000, step: 1_000_000 }).compute();
    for (let k = 1; k < 100; k++)
      if (value.get(k - 1) > value.get(k)) throw new Error("not sorted");
  },
  fullDisk: () => random([20_000, 10_000], { chunks: 1_000, seed: 1 }).persist(),
};

function pssBytes(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

for (const name of given.length > 0 ? given : ["persist", "rechunk", "svd", "sort"]) {
  const cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    memoryLimit: LIMIT,
    ...(name === "fullDisk" ? { localDirectory: process.env.SMALL_DISK } : {}),
  });
  let [most, ends] = [0, 0];
  const seen = new Set();
  const look = setInterval(async () => {
    for (const { pid } of cluster.workers) {
      seen.add(pid);
      most = Math.max(most, pssBytes(pid));
    }
    ends = seen.size - 2;
  }, 20);
  const startMs = performance.now();
  const result = await Promise.resolve(cases[name]()).then(
    () => "done",
    (error) => `${error.code}: ${error.message.slice(0, 120)}`,
  );
  clearInterval(look);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(
    `${name.padEnd(10)} ${seconds.padStart(6)} s   at most ${(most / 1e6).toFixed(0)} MB, ${(most / LIMIT).toFixed(2)} of the limit; ${ends} workers ended   ${result}`,
  );
  await cluster.close();
}
