// Runs with so little memory that values go to disk and come back all the time: right results,
// nothing left, and never above the limit while the disk works.
import { describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { drawFaults } from "../../src/sim/faults.js";
import { type SimulationOptions, simulate } from "../../src/sim/simulate.js";
import {
  columns,
  headline,
  onPersisted,
  product,
  products,
  regridded,
  twoReductions,
  unfusedHeadline,
} from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

/** Bytes of one block of the example graphs. */
const BLOCK = 8e6;

/** Tasks of a block take a tenth of a second and more. */
const RATE = 1e5;
const bytesPerMs = { ...COST_DEFAULTS.bytesPerMs, source: RATE, reshape: RATE, slice: RATE };
const SLOW = { ...COST_DEFAULTS, bytesPerMs: { ...bytesPerMs, blockwise: RATE } };

/** A persisted array of 36 blocks and two reductions of it. */
function persistThenReduce(options: Omit<SimulationOptions, "graph">) {
  const { persist, above, expected } = onPersisted(6);
  return simulate({
    graph: persist,
    check: true,
    ...options,
    furtherGraphs: [{ graph: above, expected, atMs: 5 }],
  });
}

describe("spilling", () => {
  it("lets a persisted array be several times as large as the memory of all workers", () => {
    forSeeds(6, (seed) => {
      const memoryLimitBytes = 6 * BLOCK;
      const report = persistThenReduce({ workers: 2, seed, memoryLimitBytes });
      expect([report.error, ...report.furtherErrors]).toEqual([undefined, undefined]);
      expect(report.spilledBytes).toBeGreaterThan(36 * BLOCK - 2 * memoryLimitBytes);
      expect(Math.max(...report.peakBytesPerWorker)).toBeLessThanOrEqual(memoryLimitBytes);
    });
  });

  it.each([
    ["the headline, unfused", unfusedHeadline(5), 4],
    ["a product", product(3), 8],
    ["columns", columns(4), 10],
  ])("is constant and harmless with too little memory for %s", (_name, graph, blocks) => {
    forSeeds(8, (seed, rng) => {
      const memoryLimitBytes = rng.between(1, 1.5) * blocks * BLOCK;
      const workers = 1 + rng.below(3);
      const report = simulate({ graph, check: true, workers, seed, memoryLimitBytes });
      expect(report.error).toBeUndefined();
      expect(Math.max(...report.peakBytesPerWorker)).toBeLessThanOrEqual(memoryLimitBytes);
    });
  });

  it("survives workers that die, leave and join", () => {
    forSeeds(10, (seed, rng) => {
      const workers = 2 + rng.below(4);
      const faults = drawFaults(rng, workers, 60);
      const report = persistThenReduce({ workers, seed, faults, memoryLimitBytes: 6 * BLOCK });
      expect(report.error).toBeUndefined();
    });
  });

  it("survives disks that fail: what cannot be read back is computed again", () => {
    forSeeds(10, (seed, rng) => {
      const report = persistThenReduce({
        workers: 1 + rng.below(3),
        seed,
        memoryLimitBytes: 6 * BLOCK,
        diskFailChance: rng.pick([0.02, 0.2]),
      });
      expect(report.error).toBeUndefined();
    });
  });

  it("ends with an error that says so where there is no disk, and leaves nothing behind", () => {
    forSeeds(5, (seed) => {
      const report = persistThenReduce({
        workers: 2,
        seed,
        memoryLimitBytes: 6 * BLOCK,
        diskFailChance: 1,
      });
      expect(report.error).toMatch(/^task.memory: .* they cannot be written to disk/);
      expect(Math.max(...report.peakBytesPerWorker)).toBeLessThanOrEqual(6 * BLOCK);
      expect(report.spilledBytes).toBe(0);
    });
  });

  it("ends though processes keep more than the pause threshold for other things", () => {
    forSeeds(4, (seed) => {
      const memoryLimitBytes = 10 * BLOCK;
      const worker = { otherBytes: 2 * memoryLimitBytes };
      const options = { workers: 2, seed, memoryLimitBytes, worker };
      expect(persistThenReduce(options).error).toBeUndefined();
      const report = simulate({ graph: columns(4), check: true, ...options });
      expect(report.error).toBeUndefined();
      expect(report.spilledBytes).toBeGreaterThan(0);
    });
  });

  it("is not needed by the headline, however large the array", () => {
    forSeeds(2, (seed) => {
      const memoryLimitBytes = 48 * BLOCK;
      const graph = headline(16);
      const report = simulate({ graph, check: true, workers: 2, seed, memoryLimitBytes });
      expect(report.error).toBeUndefined();
      expect(report.spilledBytes).toBe(0);
    });
  });

  it.each([
    ["are copied and cut", regridded(12), 2],
    ["are reduced in two ways", twoReductions(12), 1],
    ["meet those of another field", products(12), 2],
  ])("is not needed by large blocks that %s: few are held or moved", (_name, graph, blocks) => {
    forSeeds(2, (seed) => {
      const memoryLimitBytes = 6 * BLOCK;
      const options = { graph, check: true, workers: 2, threads: 1, costs: SLOW, memoryLimitBytes };
      const report = simulate({ ...options, seed });
      expect(report.error).toBeUndefined();
      expect(report.spilledBytes).toBe(0);
      expect(Math.max(...report.peakBytesPerWorker)).toBeLessThan((blocks + 0.1) * BLOCK);
      expect(report.bytesMoved).toBeLessThan(1.1 * BLOCK);
    });
  });

  it("fails what can never fit, with an error that says what it needs", () => {
    const report = simulate({
      graph: headline(3),
      workers: 2,
      seed: 1,
      memoryLimitBytes: BLOCK / 2,
    });
    expect(report.error).toMatch(/^task.memory: .* needs \d+ bytes .* more than the 4000000 bytes/);
  });

  it("replays exactly", () => {
    const again = () => {
      const faults = drawFaults(new Rng(7), 4, 60);
      return persistThenReduce({ workers: 4, seed: 7, faults, memoryLimitBytes: 6 * BLOCK });
    };
    expect(again()).toEqual(again());
  });
});
