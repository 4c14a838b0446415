// What explain() predicts of bytes, against what is then measured: on one worker, where nobody takes work
// from anybody, the most bytes held; on two, the bytes of an all-to-all. Times are bench/prediction.mjs.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predictCost } from "../../src/diagnostics/predicted-cost.js";
import type { ComputeStatistics } from "../../src/graph/executor.js";
import { LayerGraph } from "../../src/graph/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { type ChunkedArray, LocalCluster, random } from "../../src/index.js";

const noise = (seed: number) => random([1_000, 1_000], { chunks: 100, seed });
const rows = (seed: number) => random([1_000, 1_000], { chunks: [50, 1_000], seed });

/** Programs that hold most of what they make, and hand it on. */
const KEEPING: Readonly<Record<string, (seed: number) => ChunkedArray>> = {
  "x − x.mean(), then std": (seed) => {
    const x = noise(seed);
    return x.subtract(x.mean()).std();
  },
  matmul: (seed) =>
    noise(seed)
      .matmul(noise(seed + 1))
      .sum(),
  "rows to columns": (seed) => rows(seed).sin().rechunk([1_000, 50]).max(),
  sort: (seed) => random([400_000], { chunks: 10_000, seed }).sort().sum(),
};

async function measure(x: ChunkedArray): Promise<ComputeStatistics> {
  let statistics: ComputeStatistics | undefined;
  await x.compute({ onStatistics: (given) => (statistics = given) });
  return statistics as ComputeStatistics;
}

function predict(x: ChunkedArray, workers: number) {
  const cost = predictCost(optimize(LayerGraph.below([x.node])), { workers, threads: 1 });
  if (typeof cost === "string") throw new Error(cost);
  return cost;
}

describe("on one worker", () => {
  it.each(Object.entries(KEEPING))("%s holds as much as predicted", async (_name, make) => {
    const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
    try {
      const x = make(1);
      const { bytesMoved, tasks, peakBytes } = predict(x, 1);
      const measured = await measure(x);
      expect(measured.bytesMoved).toBe(bytesMoved);
      expect(measured.tasksRun).toBe(tasks);
      const ratio = (measured.workers[0]?.peakManagedBytes ?? 0) / (peakBytes[0] as number);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.2);
    } finally {
      await cluster.close();
    }
  });
});

describe("on two workers", () => {
  let cluster: LocalCluster;
  beforeAll(async () => {
    cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  });
  afterAll(() => cluster.close());

  it("an all-to-all moves about as much as predicted, or less where one did most of it", async () => {
    const x = rows(1).sin().rechunk([1_000, 50]).max();
    const predicted = predict(x, 2);
    expect(predicted.bytesMoved / 8e6).toBeGreaterThan(0.4);
    const measured = await measure(x);
    expect(measured.bytesMoved / predicted.bytesMoved).toBeLessThan(1.5);
  });
});
