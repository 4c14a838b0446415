// Work that is uneven, or is where it cannot all be done: how soon it is spread out, in virtual
// time. The bounds are against what no scheduler could beat: all threads busy to the end, and the
// longest task.
import { describe, expect, it } from "vitest";
import { graphBelow } from "../../src/graph/model/layer-graph.js";
import { COST_DEFAULTS, type CostModel } from "../../src/sim/cost-model.js";
import { drawFaults, type Fault } from "../../src/sim/faults.js";
import { type SimulationOptions, simulate } from "../../src/sim/simulate.js";
import { blocks, elementwise, rechunk, source } from "../graph/example-layers.js";
import { forSeeds } from "./seeds.js";

const TASKS = 500;
const MEAN_MS = 20;
/** Of 8,000 bytes, so that two of them make a task of MEAN_MS. */
const LENGTH = 1_000;

/** So many blocks that are made in no time. */
const x = source([blocks(TASKS, LENGTH)]);

/** Tasks of their own: roots that take as long as `costs` say. */
const roots = graphBelow([x]);

/** Tasks with an input each, which is where it was made. */
const consumers = graphBelow([elementwise("sqrt", x)]);

function costs(slow: "source" | "blockwise", unevenness = 0): CostModel {
  const bytes = (slow === "source" ? 1 : 2) * 8 * LENGTH;
  const bytesPerMs = { ...COST_DEFAULTS.bytesPerMs, [slow]: bytes / MEAN_MS };
  return { ...COST_DEFAULTS, bytesPerMs, unevenness };
}

function run(options: SimulationOptions) {
  const report = simulate({ check: true, ...options });
  expect(report.error).toBeUndefined();
  expect(report.movesPerTaskMax).toBeLessThanOrEqual(3);
  return report;
}

describe("500 tasks of lognormal length", () => {
  it.each([
    ["roots", roots, costs("source", 1.2)],
    ["with inputs", consumers, costs("blockwise", 1.2)],
  ] as const)("keep 20 threads busy: %s", (_name, graph, model) => {
    forSeeds(2, (seed) => {
      const report = run({ graph, workers: 10, seed, costs: model });
      expect(report.virtualMs).toBeLessThan(1.1 * (report.busyMs / 20) + report.longestMs + 20);
    });
  });
});

describe("a straggler, ten times slower than the others", () => {
  it.each([
    ["roots", roots, costs("source")],
    ["with inputs", consumers, costs("blockwise")],
  ] as const)("does not hold up the job: %s", (_name, graph, model) => {
    forSeeds(2, (seed) => {
      const faults: Fault[] = [{ type: "slow", atMs: 0, worker: 3, factor: 10 }];
      const report = run({ graph, workers: 10, seed, costs: model, faults });
      // 18 threads do it all in 556 ms; two tasks that the straggler has begun take up to 240 ms
      // each.
      expect(report.virtualMs).toBeLessThan(560 + 2 * 240 + 50);
    });
  });
});

describe("workers that join in the middle of a job", () => {
  it.each([
    ["roots", roots, costs("source")],
    ["with inputs that the first worker holds", consumers, costs("blockwise")],
  ] as const)("take their share: %s", (_name, graph, model) => {
    forSeeds(2, (seed) => {
      const joinMs = 1_000;
      const faults = Array.from({ length: 19 }, () => ({ type: "join", atMs: joinMs }) as const);
      const report = run({ graph, workers: 1, seed, costs: model, faults });
      // One worker alone takes 5,000 ms; 400 tasks are left for 40 threads: ten each, 200 ms.
      expect(report.virtualMs).toBeLessThan(joinMs + 1.5 * 200 + 50);
      expect(Math.min(...report.tasksPerWorker)).toBeGreaterThanOrEqual(5);
    });
  });
});

describe("moves under way while workers die, leave, slow down and are cut off", () => {
  it("lose nothing and run nothing twice for good", () => {
    let moved = 0;
    const few = source([blocks(60, LENGTH)]);
    const graph = graphBelow([elementwise("sqrt", few), elementwise("negative", few)]);
    forSeeds(10, (seed, rng) => {
      const workers = 1 + rng.below(5);
      const faults: Fault[] = [
        { type: "slow", atMs: rng.between(0, 100), worker: 0, factor: 5 },
        ...drawFaults(rng, workers, 300),
      ];
      const network = { latencyMs: [0.05, rng.pick([0.2, 10, 40])], bytesPerMs: 1e6 } as const;
      const report = run({ graph, workers, seed, faults, network, costs: costs("blockwise", 1) });
      moved += report.tasksMoved;
    });
    // One seed alone may have had nothing to move.
    if (process.env.SIM_SEED === undefined) expect(moved).toBeGreaterThan(100);
  });
});

describe("tasks that are not worth moving", () => {
  it("stay: 1,000 tiny ones that read one block", () => {
    const root = source([[131_000]]);
    const graph = graphBelow([rechunk(root, [blocks(1_000, 131)])]);
    const bytesPerMs = { ...COST_DEFAULTS.bytesPerMs, rechunk: 1e12 };
    const instant = { ...COST_DEFAULTS, bytesPerMs };
    const report = run({ graph, workers: 4, threads: 1, seed: 1, costs: instant });
    expect(report.tasksMoved).toBe(0);
  });
});
