// Arrays that are larger than the memory of all workers together: on real processes and disks.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectClient } from "../../src/client/client.js";
import { type ComputeStatistics, LocalCluster, random } from "../../src/index.js";
import { startInProcessEngine } from "../../src/runtime/nodes/in-process-engine.js";
import { canMount, onSmallDisk } from "../io/small-disk.js";
import { until } from "./command.js";

const MB = 1e6;
const LIMIT = 64 * MB;

let directory: string;

beforeAll(async () => {
  expectedValues = [await large().sum().compute(), await large().max().compute()];
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tilework-e2e-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Spill directories, in the private directories of clusters, too. */
const spillDirectories = () =>
  readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    /tilework-spill-[^/]*$/.test(path),
  );

/** An array of 400 MB. */
const large = () => random([10_000, 5_000], { chunks: [1_000, 500], seed: 7 });

/** Its sum and its maximum, by threads of this process. */
let expectedValues: [number, number];

/** What the job that `run` starts has cost. */
async function statisticsOf<T>(
  run: (options: { onStatistics: (given: ComputeStatistics) => void }) => Promise<T>,
) {
  let statistics: ComputeStatistics | undefined;
  const result = await run({ onStatistics: (given) => (statistics = given) });
  return { result, workers: statistics?.workers ?? [] };
}

describe("an array that is larger than the cluster's memory", () => {
  it("is persisted by spilling, and reduced twice, and nothing is left on disk", async () => {
    const [sum, max] = expectedValues;
    const cluster = await LocalCluster.start({
      workers: 2,
      threadsPerWorker: 1,
      memoryLimit: LIMIT,
      localDirectory: directory,
    });
    try {
      const { result: x } = await statisticsOf((options) => large().persist(options));
      // Both workers, unless one was too slow to get more than fits.
      expect(spillDirectories()).not.toEqual([]);
      expect(await x.sum().compute()).toBe(sum);
      const { result, workers } = await statisticsOf((options) => x.max().compute(options));
      expect(result).toBe(max);
      for (const { peakManagedBytes } of workers) expect(peakManagedBytes).toBeLessThan(LIMIT);
      const spilledBytes = workers.reduce((sum, worker) => sum + worker.spilledBytes, 0);
      expect(spilledBytes).toBeGreaterThan(400 * MB - 2 * LIMIT);
    } finally {
      await cluster.close();
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it("survives the death of a worker, whose files go when its successor starts", async () => {
    const [expected] = expectedValues;
    const cluster = await LocalCluster.start({
      workers: 2,
      threadsPerWorker: 1,
      memoryLimit: LIMIT,
      localDirectory: directory,
      memoryTarget: 0.5,
      log: () => {},
    });
    try {
      const x = await large().persist();
      const before = spillDirectories();
      // Which of them had to spill is up to who began first.
      const victim = cluster.workers.find(({ pid }) =>
        before.some((path) => path.includes(`-${pid}-`)),
      );
      expect(victim).toBeDefined();
      process.kill(victim?.pid ?? 0, "SIGKILL");
      expect(await x.sum().compute()).toBe(expected);
      await until(() => spillDirectories().every((path) => !path.includes(`-${victim?.pid}-`)));
    } finally {
      await cluster.close();
    }
  });

  it("makes again what a disk gives back with a flipped bit, and says so", async () => {
    const [expected] = expectedValues;
    const logged: string[] = [];
    const cluster = await LocalCluster.start({
      workers: 2,
      threadsPerWorker: 1,
      memoryLimit: LIMIT,
      localDirectory: directory,
      log: (line) => void logged.push(line),
    });
    try {
      const x = await large().persist();
      const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((path) => /tilework-spill-[^/]*\/\d+$/.test(path))
        .map((path) => join(directory, path));
      expect(files.length).toBeGreaterThan(40);
      for (const file of files.slice(0, 40)) {
        const bytes = readFileSync(file);
        bytes[1_234_567] = (bytes[1_234_567] as number) ^ 0x40;
        writeFileSync(file, bytes);
      }
      expect(await x.sum().compute()).toBe(expected);
      expect(logged.join("\n")).toMatch(
        /could not be read back from disk.*are not those that were/,
      );
    } finally {
      await cluster.close();
    }
  });

  it("fails when one block alone does not fit, and says what it needs", async () => {
    const cluster = await LocalCluster.start({
      workers: 1,
      threadsPerWorker: 1,
      memoryLimit: LIMIT,
      localDirectory: directory,
    });
    try {
      const x = random([5_000, 2_000], { chunks: -1 });
      await expect(x.persist()).rejects.toMatchObject({
        code: "task.memory",
        message: expect.stringMatching(/^random-\w{7}\(0, 0\) needs 80000000 bytes .* 64000000/),
      });
      expect(await large().slice(0).sum().compute()).toBeGreaterThan(0);
    } finally {
      await cluster.close();
    }
  });
});

describe.skipIf(!canMount())("a disk that is full", () => {
  it("fails the job that needs it, saying where and what to do, and loses nothing else", async () => {
    await onSmallDisk(async (localDirectory) => {
      const cluster = await LocalCluster.start({
        workers: 2,
        threadsPerWorker: 1,
        memoryLimit: LIMIT,
        localDirectory,
        log: () => {},
      });
      try {
        const kept = await random([1_000, 1_000], { chunks: 500, seed: 1 }).persist();
        const expected = await kept.sum().compute();
        await expect(large().persist()).rejects.toMatchObject({
          code: "task.memory",
          message: expect.stringMatching(
            new RegExp(
              `needs 4000000 bytes.* ENOSPC.* in ${localDirectory}.* another localDirectory`,
            ),
          ),
        });
        expect(await kept.sum().compute()).toBe(expected);
        expect(await large().slice(0).sum().compute()).toBeGreaterThan(0);
      } finally {
        await cluster.close();
      }
    });
  });
});

describe("an array that is larger than this process may use", () => {
  it("is spilled by the threads that compute without a cluster, too", async () => {
    const engine = await startInProcessEngine({
      threads: 2,
      memoryLimitBytes: LIMIT,
      localDirectory: directory,
    });
    const { transport, address } = engine;
    const client = await connectClient(address, { name: "spill", current: true }, { transport });
    try {
      const small = () => random([4_000, 4_000], { chunks: 500, seed: 7 });
      const x = await small().persist();
      expect(await x.mean().compute()).toBeCloseTo(0.5, 3);
      // Statistics of one of the two jobs have what was written since the last heartbeat before it.
      expect(engine.worker.state.spilledBytesTotal).toBeGreaterThanOrEqual(128 * MB - LIMIT);
      expect(engine.worker.state.peakManagedBytes).toBeLessThanOrEqual(LIMIT);
    } finally {
      await client.close();
      await engine.close();
    }
    expect(readdirSync(directory)).toEqual([]);
  });
});
