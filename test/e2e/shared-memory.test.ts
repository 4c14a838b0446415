// Workers and clients of one machine read each other's results where they are; without that they
// are sent. Nothing of it is left when the processes are gone, whatever ended them. How a worker's
// death in the midst of a job is survived is chaos.test.ts, whose workers share memory.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { LocalCluster, random } from "../../src/index.js";
import { findMemoryCalls } from "../../src/system/memory-calls.js";

let cluster: LocalCluster | undefined;

afterEach(async () => {
  await cluster?.close();
});

async function start(sharedMemory: boolean): Promise<LocalCluster> {
  cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    memoryLimit: "256MB",
    sharedMemory,
    log: () => {},
  });
  return cluster;
}

/** The names of files in memory that a process has mapped. */
function mapped(pid: number | "self"): Set<string> {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return new Set([...maps.matchAll(/memfd:(tilework-[-0-9a-f]+)/g)].map(([, name = ""]) => name));
}

const shuffle = (seed: number) =>
  random([1_000, 1_000], { chunks: [50, 1_000], seed })
    .rechunk([1_000, 50])
    .multiply(2)
    .rechunk([50, 1_000]);

async function answers(): Promise<[number, Float64Array]> {
  const sum = await shuffle(1).sum().compute({ optimizeGraph: false });
  const block = await random([500, 500], { chunks: 500, seed: 2 }).compute();
  return [sum, Float64Array.from(block.data as Float64Array)];
}

describe.skipIf("missing" in findMemoryCalls())("shared memory", () => {
  it("gives what sockets give, is used by workers and clients alike, and is given back after jobs", async () => {
    // Tests before this one shared memory of their own in this process.
    const before = mapped("self");
    const mappedHere = () => [...mapped("self")].filter((name) => !before.has(name)).length;
    const { workers } = await start(true);
    const shared = await answers();
    const seen = workers.map(({ pid }) => mapped(pid));
    const all = new Set(seen.flatMap((names) => [...names]));
    expect(all.size).toBe(2);
    for (const names of seen) expect(names).toEqual(all);
    expect(mappedHere()).toBeGreaterThan(0);
    for (let seed = 0; seed < 3; seed++)
      await shuffle(seed).sum().compute({ optimizeGraph: false });
    const managedBytes = async () =>
      (await cluster?.describe())?.workers.map((worker) => worker.managedBytes);
    await expect.poll(managedBytes).toEqual([0, 0]);
    await cluster?.close();
    // The client has released it; the workers are gone.
    await expect.poll(mappedHere).toBe(0);

    const { workers: others } = await start(false);
    expect(await answers()).toEqual(shared);
    expect(others.map(({ pid }) => mapped(pid).size)).toEqual([0, 0]);
    expect(mappedHere()).toBe(0);
  });
});
