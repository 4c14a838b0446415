// Clusters that change their size: by advice, by retirement, by workers that come back.
import { describe, expect, it } from "vitest";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { type SimulationReport, simulate } from "../../src/sim/simulate.js";
import { headline, product } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

/** Tasks of 50 ms and more. */
const costs = { ...COST_DEFAULTS, overheadMs: 50 };
const autoscale = { minimum: 1, maximum: 8, intervalMs: 100, targetDurationMs: 500 };

/** How often the number of workers turned from growing to shrinking or back. */
function turns({ workerCounts }: SimulationReport): number {
  let turns = 0;
  let direction = 1;
  let last = 0;
  for (const { workers } of workerCounts) {
    const change = Math.sign(workers - last);
    if (change !== 0 && change !== direction) {
      turns++;
      direction = change;
    }
    last = workers;
  }
  return turns;
}

describe("an adaptive cluster", () => {
  it("grows with the work, once, and gives the serial answer", () => {
    forSeeds(15, (seed) => {
      const report = simulate({
        graph: headline(8),
        workers: 1,
        seed,
        costs,
        autoscale,
        check: true,
      });
      expect(report.error).toBeUndefined();
      const most = Math.max(...report.workerCounts.map(({ workers }) => workers));
      expect(most).toBeGreaterThan(4);
      expect(most).toBeLessThanOrEqual(8);
      // Up, and down once the work runs out: never back and forth.
      expect(turns(report)).toBeLessThanOrEqual(1);
    });
  });

  it("does not flap between jobs that follow each other closely", () => {
    forSeeds(10, (seed) => {
      const furtherGraphs = [1_200, 2_400, 3_600].map((atMs) => ({ graph: product(3), atMs }));
      const report = simulate({
        graph: headline(6),
        workers: 1,
        seed,
        costs,
        autoscale: { ...autoscale, intervalMs: 500 },
        furtherGraphs,
        check: true,
      });
      expect(report.error).toBeUndefined();
      expect(turns(report)).toBeLessThanOrEqual(3);
    });
  });

  it("survives retirements, replication and workers that come back, all at once", () => {
    forSeeds(15, (seed, rng) => {
      const workers = 3 + rng.below(3);
      const report = simulate({
        graph: headline(6),
        workers,
        seed,
        check: true,
        faults: [
          { type: "cutOff", atMs: rng.between(0, 20), worker: 1, forMs: 5_000 },
          { type: "arrange", atMs: rng.between(0, 40), copies: 2 },
          { type: "retire", atMs: rng.between(0, 40), worker: 2 },
          { type: "kill", atMs: rng.between(0, 40), worker: 0, noticed: rng.chance(0.5) },
        ],
      });
      expect(report.error).toBeUndefined();
    });
  });
});
