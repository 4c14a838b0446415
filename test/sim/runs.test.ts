// The same graph again and again on one cluster, which forgets what it made and keeps what it has
// learnt.

import { describe, expect, it } from "vitest";
import { layersOf } from "../../src/graph/model/layer-graph.js";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { simulate } from "../../src/sim/simulate.js";
import { columns, product } from "./example-graphs.js";

const RUNS = 4;

describe("a graph that is computed again and again", () => {
  const options = { graph: product(4), workers: 2, threads: 1, seed: 1, check: true };
  const report = simulate({ ...options, runs: RUNS });

  it("runs all of its tasks each time", () => {
    const { tasksRun } = simulate(options);
    const tasks = report.runs.map(({ tasksPerWorker }) =>
      tasksPerWorker.reduce((sum, count) => sum + count, 0),
    );
    expect(tasks).toEqual(new Array(RUNS).fill(tasksRun));
    expect(report.tasksRun).toBe(RUNS * tasksRun);
  });

  it.each(["bytesMoved", "valuesMoved", "busyMs", "turns"] as const)(
    "counts %s of each run",
    (name) => {
      const sum = report.runs.reduce((all, run) => all + run[name], 0);
      expect(sum).toBeCloseTo(report[name], 6);
      for (const run of report.runs) expect(run[name]).toBeGreaterThan(0);
    },
  );

  it("says how long each took from when it was submitted", () => {
    // Before the first there are handshakes.
    expect(report.runs[0]?.virtualMs).toBeLessThan(report.virtualMs);
    for (const { virtualMs } of report.runs) expect(virtualMs).toBeLessThan(2 * report.virtualMs);
  });

  it("makes ready for a layer in each run again", () => {
    const prepareMsOf = new Map(layersOf(options.graph).map(({ name }) => [name, 50]));
    const costs = { ...COST_DEFAULTS, prepareMsOf };
    const { runs } = simulate({ ...options, costs, runs: 2 });
    for (const [k, { busyMs }] of runs.entries()) {
      expect(busyMs).toBeGreaterThan((report.runs[k]?.busyMs ?? 0) + 50);
    }
  });

  it("ends with the first run that fails", () => {
    const { runs, error } = simulate({ ...options, throwChance: 1, runs: RUNS });
    expect(error).toMatch(/thrown by the simulation/);
    expect(runs).toHaveLength(1);
  });

  it("moves what the scheduler has learnt to be cheap to move", () => {
    const moved = (bytesPerMs: number) => {
      const { runs } = simulate({
        ...options,
        graph: columns(8),
        runs: 12,
        network: { bytesPerMs, latencyMs: [0.05, 0.1] },
      });
      return runs.at(-1)?.bytesMoved ?? 0;
    };
    expect(moved(1e9)).toBeGreaterThanOrEqual(moved(1e5));
  });
});
