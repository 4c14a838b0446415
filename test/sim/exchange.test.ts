// All-to-alls in the simulator: how much is moved and held when nothing goes wrong, and that the
// answer is right when much does.
import { describe, expect, it } from "vitest";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { drawFaults } from "../../src/sim/faults.js";
import { type SimulationOptions, type SimulationReport, simulate } from "../../src/sim/simulate.js";
import { allToAll, severalExchanges, taskCount } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

const BLOCKS = 16;
/** Of the whole matrix: rows, or columns. */
const BYTES = (BLOCKS * 100) ** 2 * 8;

function run(options: Omit<SimulationOptions, "graph">, graph = allToAll(BLOCKS)) {
  const report: SimulationReport = simulate({ graph, check: true, ...options });
  expect(report.error).toBeUndefined();
  return report;
}

describe("an all-to-all", () => {
  it.each([2, 4, 8])("on %i workers has a task per block and moves each byte once", (workers) => {
    const graph = allToAll(BLOCKS);
    // Made, put together, reduced in three levels: no task splits anything.
    expect(taskCount(graph)).toBeLessThanOrEqual(5 * BLOCKS);
    forSeeds(4, (seed) => {
      const { tasksRun, bytesMoved } = run({ workers, seed });
      expect(tasksRun).toBe(taskCount(graph));
      expect(bytesMoved).toBeLessThanOrEqual(1.02 * BYTES);
      expect(bytesMoved).toBeGreaterThan(0.4 * BYTES * (1 - 1 / workers));
    });
  });

  it("holds its input, and pieces within their share beside it", () => {
    forSeeds(8, (seed) => {
      const workers = 4;
      const memoryLimitBytes = BYTES;
      const { peakBytesPerWorker } = run({ workers, seed, memoryLimitBytes });
      const peakBytes = Math.max(...peakBytesPerWorker);
      expect(peakBytes).toBeLessThan(0.9 * BYTES);
    });
  });

  it("takes main threads time to copy columns of rows together", () => {
    const costs = { ...COST_DEFAULTS, cutBytesPerMs: 1e6 };
    const { copyMs, bytesMoved } = run({ workers: 2, seed: 1, costs });
    expect(copyMs).toBeGreaterThan((0.99 * bytesMoved) / 1e6);
    expect(copyMs).toBeLessThan((1.5 * bytesMoved) / 1e6);
  });

  it("ends in little memory", () => {
    forSeeds(12, (seed, rng) => {
      const workers = 2 + rng.below(3);
      const memoryLimitBytes = rng.pick([0.3, 0.5, 1]) * BYTES;
      run({ workers, seed, memoryLimitBytes });
    });
  });

  it("gives the serial answer on workers that die, leave, join and lose each other", () => {
    forSeeds(20, (seed, rng) => {
      const workers = 2 + rng.below(6);
      run({ workers, seed, faults: drawFaults(rng, workers, 60) });
    });
  });

  it("survives faults in little memory, and after one another", () => {
    const graph = severalExchanges(10);
    forSeeds(15, (seed, rng) => {
      const workers = 2 + rng.below(4);
      const memoryLimitBytes = rng.pick([4e6, 8e6, 64e6]);
      run({ workers, seed, memoryLimitBytes, faults: drawFaults(rng, workers, 60) }, graph);
    });
  });

  it("is joined by late workers", () => {
    forSeeds(5, (seed) => {
      const faults = [{ type: "join", atMs: 20 } as const, { type: "join", atMs: 30 } as const];
      const costs = { ...COST_DEFAULTS, overheadMs: 5 };
      const { tasksRun, bytesMoved } = run({ workers: 1, threads: 1, seed, faults, costs });
      expect(tasksRun).toBe(taskCount(allToAll(BLOCKS)));
      expect(bytesMoved).toBeGreaterThan(0.2 * BYTES);
    });
  });
});
