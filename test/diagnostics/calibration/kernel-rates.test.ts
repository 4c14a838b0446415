// Tasks tried out on this machine: which layers are, what is remembered, and that predictions take
// it in.
import { describe, expect, it } from "vitest";
import { type ChunkedArray, fft, linalg, ones, random } from "../../../src/array/index.js";
import { measuredCosts } from "../../../src/diagnostics/calibration/kernel-rates.js";
import { contendedRate } from "../../../src/diagnostics/predictions/machine-costs.js";
import { predictCost } from "../../../src/diagnostics/predictions/predicted-cost.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import { graphBelow, type LayerGraph, layersOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { COST_DEFAULTS } from "../../../src/sim/cost-model.js";

const graphOf = (x: ChunkedArray) => optimize(graphBelow([x.node]));
const noise = (...shape: number[]) => random(shape, { chunks: 50, seed: 1 });

/** Names of the layers whose rates are known, without the hash. */
function measured(graph: LayerGraph, runFunctions = false): string[] {
  const rates = measuredCosts(graph, runFunctions).bytesPerMsOf ?? new Map<string, number>();
  for (const rate of rates.values()) expect(rate).toBeGreaterThan(0);
  return [...rates.keys()].map((name) => name.replace(/-[0-9a-f]+$/, ""));
}

describe("trying out", () => {
  it("runs each kernel on what the kernels below made", () => {
    expect(measured(graphOf(noise(100, 100).matmul(noise(100, 100)).sum()))).toEqual([
      "random",
      "contract",
      "sum-partial-squeeze",
      "sum",
    ]);
    // A matrix that has a Cholesky factor, sorted runs, and complex numbers.
    const x = random([40, 40], { chunks: 40, seed: 2 });
    const positive = x.matmul(x.transpose()).add(ones([40, 40], { chunks: 40 }));
    expect(measured(graphOf(linalg.cholesky(positive)))).toContain("cholesky");
    expect(measured(graphOf(noise(400).sort()))).toContain("partition");
    expect(measured(graphOf(fft.fft(noise(10, 50))))).toContain("fourier");
  });

  it("knows layers again", () => {
    const graph = graphOf(noise(100, 100).sin().sum());
    const first = measuredCosts(graph, false).bytesPerMsOf;
    expect(measuredCosts(graph, false).bytesPerMsOf).toEqual(first);
  });

  it("knows how many processors there are, and what a turn costs", () => {
    const { processors, turnMs } = measuredCosts(graphOf(noise(50).sum()), false);
    expect(Number.isInteger(processors)).toBe(true);
    // A hundredth of a millisecond is less than any machine takes; 0 says that it had no time to
    // find out.
    expect(turnMs === 0 || (turnMs > 0.01 && turnMs < 1_000)).toBe(true);
  });

  it("counts what a layer takes a thread before its first task, once for each", () => {
    const graph = graphOf(noise(100, 100).sum());
    const names = layersOf(graph).map(({ name }) => name);
    const prepareMsOf = new Map(names.map((name) => [name, 1_000] as const));
    const times = (workers: number) => {
      const costs = { ...COST_DEFAULTS, prepareMsOf };
      const predicted = predictCost(graph, { workers, threads: 1 }, () => costs);
      return Math.floor((predicted as { processorMs: number }).processorMs / 1_000);
    };
    expect(times(1)).toBe(names.length);
    // The last step runs on one of them.
    expect(times(2)).toBeGreaterThan(names.length);
    expect(times(2)).toBeLessThan(2 * names.length);
  });

  it("leaves functions of users alone by default", () => {
    const graph = graphOf(noise(100).mapBlocks((block) => block));
    expect(measured(graph)).toEqual([]);
    expect(measured(graph, true)).toEqual(["mapBlocks-random"]);
  });
});

describe("where all processors have work", () => {
  const contention = { calculation: 1.2, memory: 2, bytesPerMs: 1_000 };

  it("what copies takes as much longer as copies, what calculates as arithmetic", () => {
    expect(contendedRate(1_000, contention, 1)).toBeCloseTo(500);
    // Of ten milliseconds, one for the memory.
    expect(1_000 / contendedRate(100, contention, 1)).toBeCloseTo(2 + 9 * 1.2);
    // Faster than memory: from a cache.
    expect(contendedRate(4_000, contention, 1)).toBeCloseTo(2_000);
  });

  it("follows how many have", () => {
    expect(contendedRate(100, contention, 0)).toBeCloseTo(100);
    expect(1_000 / contendedRate(100, contention, 0.5)).toBeCloseTo(1.5 + 9 * 1.1);
  });

  it("is in the prediction", () => {
    const graph = graphOf(noise(100, 100).sum());
    const rates = new Map(layersOf(graph).map(({ name }) => [name, 1_000] as const));
    const costs = { ...COST_DEFAULTS, bytesPerMsOf: rates, processors: 2, contention };
    const wallMs = (threads: number) => {
      const predicted = predictCost(graph, { workers: 1, threads }, () => costs);
      return (predicted as { wallMs: number }).wallMs;
    };
    // Two threads at half the speed each.
    expect(wallMs(2) / wallMs(1)).toBeGreaterThan(0.85);
  });
});

describe("a prediction", () => {
  const cluster = { workers: 2, threads: 1 };

  it("takes as long as the tasks do", () => {
    const graph = graphOf(noise(100, 100).sum());
    const [source] = layersOf(graph) as [Layer];
    const bytesPerMsOf = new Map([[source.name, 1_000]]);
    const costs = { ...measuredCosts(graph, false), bytesPerMsOf };
    const predicted = predictCost(graph, cluster, () => costs);
    // Four blocks of 20,000 bytes on two threads.
    expect(predicted).toMatchObject({ error: undefined });
    expect((predicted as { wallMs: number }).wallMs).toBeGreaterThan(35);
  });

  it("takes parts of sorted runs to be equally long", () => {
    const x = random([8_000], { chunks: 1_000, seed: 1 });
    const predicted = predictCost(graphOf(x.sort()), cluster);
    expect(predicted).toMatchObject({ error: undefined, sourceBytes: 64_056 });
    const { bytesMoved } = predicted as { bytesMoved: number };
    // Every block needs parts of all runs, of which the other worker has half.
    expect(bytesMoved / 64_000).toBeGreaterThan(0.3);
    expect(bytesMoved / 64_000).toBeLessThan(0.8);
  });
});
