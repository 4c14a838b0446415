// Results of unknown sizes in the simulator, made of parts that go all to all: sizes are drawn by
// chance, so that every guess is wrong, and the accounts must be right all the same.
import { describe, expect, it } from "vitest";
import { drawFaults } from "../../src/sim/faults.js";
import { type SimulationOptions, type SimulationReport, simulate } from "../../src/sim/simulate.js";
import { taskCount, unknownLengths } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

const BLOCKS = 12;

function run(options: Omit<SimulationOptions, "graph">, graph = unknownLengths(BLOCKS)) {
  const report: SimulationReport = simulate({ graph, check: true, ...options });
  expect(report.error).toBeUndefined();
  return report;
}

describe("an all-to-all of unknown lengths", () => {
  it.each([1, 3, 6])("on %i workers has a task per block at either end", (workers) => {
    const graph = unknownLengths(BLOCKS);
    // Two sources, split, gathered, doubled; sums and one that reads all.
    expect(taskCount(graph)).toBeLessThanOrEqual(6 * BLOCKS + 8);
    forSeeds(4, (seed) => {
      const { tasksRun } = run({ workers, seed });
      expect(tasksRun).toBe(taskCount(graph));
    });
  });

  it("gives the serial answer on workers that die, leave, join and lose each other", () => {
    forSeeds(25, (seed, rng) => {
      const workers = 2 + rng.below(5);
      const graph = unknownLengths(2 + rng.below(10), 2 + rng.below(10));
      run({ workers, seed, faults: drawFaults(rng, workers, 60) }, graph);
    });
  });

  it("survives faults in little memory", () => {
    forSeeds(25, (seed, rng) => {
      const workers = 2 + rng.below(4);
      const faults = drawFaults(rng, workers, 60);
      // A block may be 160 kB, the one that reads all of them twelve times that.
      const memoryLimitBytes = rng.pick([4, 6, 12]) * 2 ** 20;
      run({ workers, seed, faults, memoryLimitBytes });
    });
  });
});
