// Whole runs of the production cores in virtual time, many seeds each. A seed that fails is named
// with the command that runs it alone.
import { describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import type { LayerGraph } from "../../src/graph/model/layer-graph.js";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { drawFaults, type Fault } from "../../src/sim/faults.js";
import { type SimulationOptions, type SimulationReport, simulate } from "../../src/sim/simulate.js";
import type { ClientEnd } from "../../src/sim/simulated-client.js";
import {
  columns,
  headline,
  onPersisted,
  product,
  taskCount,
  unfusedHeadline,
} from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

function run(graph: LayerGraph, options: Omit<SimulationOptions, "graph">): SimulationReport {
  const report = simulate({ graph, check: true, ...options });
  expect(report.error).toBeUndefined();
  return report;
}

describe("the headline graph", () => {
  const graph = headline(6);

  it.each([1, 2, 10, 100])("gives the serial answer on %i workers", (workers) => {
    forSeeds(5, (seed) => {
      const report = run(graph, { workers, seed });
      expect(report.tasksRun).toBe(taskCount(graph));
    });
  });

  it.each([2, 10, 100])(
    "gives the serial answer on %i workers that die, leave and join",
    (workers) => {
      forSeeds(workers === 100 ? 2 : 10, (seed, rng) => {
        run(graph, { workers, seed, faults: drawFaults(rng, workers, 30) });
      });
    },
  );

  it("runs each block's pair on one worker: little is moved", () => {
    forSeeds(5, (seed) => {
      const { bytesMoved } = run(headline(10), { workers: 4, seed });
      expect(bytesMoved).toBeLessThan(4 * 8e6);
    });
  });

  it("replays exactly: one seed, one report", () => {
    const options = (seed: number) => {
      const faults = drawFaults(new Rng(seed), 5, 30);
      return { graph, workers: 5, seed, faults };
    };
    expect(simulate(options(3))).toEqual(simulate(options(3)));
    expect(simulate(options(3))).not.toEqual(simulate(options(4)));
  });
});

describe("other graphs", () => {
  it.each([
    ["unfused", unfusedHeadline(4)],
    ["a product", product(4)],
    ["columns of rows", columns(4)],
  ] as const)("survive faults: %s", (_name, graph) => {
    forSeeds(8, (seed, rng) => {
      const workers = 2 + rng.below(6);
      run(graph, { workers, seed, faults: drawFaults(rng, workers, 60) });
    });
  });

  it("share a cluster with clients that give up, take leave or vanish", () => {
    forSeeds(10, (seed, rng) => {
      const workers = 1 + rng.below(4);
      const ends = (how: ClientEnd) => ({ afterMs: rng.between(0, 40), how });
      const furtherGraphs = [
        { graph: columns(3), atMs: rng.between(0, 20), ends: ends("release") },
        { graph: headline(5), atMs: rng.between(0, 20) },
        { graph: headline(5), atMs: rng.between(0, 40), ends: ends("close") },
        { graph: product(2), atMs: rng.between(0, 20), ends: ends("vanish") },
      ];
      run(headline(5), { workers, seed, furtherGraphs, faults: drawFaults(rng, workers, 40) });
    });
  });

  it("read persisted blocks, even when those are lost on the way", () => {
    const { persist, above, expected } = onPersisted(4);
    forSeeds(10, (seed, rng) => {
      const workers = 1 + rng.below(4);
      const furtherGraphs = [{ graph: above, expected, atMs: rng.between(0, 20) }];
      const faults = drawFaults(rng, workers, 40);
      const { furtherErrors } = run(persist, { workers, seed, furtherGraphs, faults });
      expect(furtherErrors).toEqual([undefined]);
    });
  });

  it("fail when the persisted blocks were released", () => {
    const { persist, above } = onPersisted(2);
    const furtherGraphs = [{ graph: above, atMs: 1_000 }];
    const { furtherErrors } = run(persist, { workers: 2, seed: 1, furtherGraphs });
    expect(furtherErrors[0]).toContain("graph.lostData");
  });

  it("fail with the task's error, and leave nothing behind, when a task throws", () => {
    let failures = 0;
    forSeeds(20, (seed, rng) => {
      const workers = 1 + rng.below(4);
      const furtherGraphs = [{ graph: product(2), atMs: rng.between(0, 20) }];
      const faults = drawFaults(rng, workers, 40);
      const options = { workers, seed, furtherGraphs, faults, throwChance: 0.04, check: true };
      const { error } = simulate({ graph: headline(6), ...options });
      if (error === undefined) return;
      expect(error).toBe("task.failed: thrown by the simulation");
      failures++;
    });
    // One seed alone may have been lucky.
    if (process.env.SIM_SEED === undefined) expect(failures).toBeGreaterThan(10);
  });

  it("cross links of very different speed", () => {
    forSeeds(8, (seed, rng) => {
      const workers = 2 + rng.below(4);
      const network = { latencyMs: [0.05, rng.pick([1, 10, 50])], bytesPerMs: 1e5 } as const;
      const faults = drawFaults(rng, workers, 200);
      run(unfusedHeadline(3), { workers, seed, network, faults });
    });
  });

  it("fit into workers with little memory", () => {
    forSeeds(10, (seed) => {
      run(product(4), { workers: 2, seed, memoryLimitBytes: 100e6 });
      run(product(4), { workers: 2, seed, memoryLimitBytes: 44e6 });
    });
  });

  it("wait for a first worker", () => {
    const report = run(headline(3), {
      workers: 0,
      seed: 1,
      faults: [{ type: "join", atMs: 5_000 }],
    });
    expect(report.virtualMs).toBeGreaterThan(5_000);
  });

  it.each([
    ["two that are alone", 2, [[0, 1]]],
    ["two of three", 3, [[0, 1]]],
    ["two halves", 4, [0, 1].flatMap((near) => [2, 3].map((far) => [near, far]))],
    ["one and all others", 4, [1, 2, 3].map((other) => [0, other])],
  ] as const)("are done by workers that never reach each other: %s", (_name, workers, pairs) => {
    for (const graph of [headline(4), unfusedHeadline(4), product(3), columns(3)]) {
      forSeeds(3, (seed, rng) => {
        const faults = pairs.map(([a = 0, b = 0]): Fault => {
          const atMs = rng.pick([0, rng.between(0, 20)]);
          return { type: "part", atMs, workers: [a, b], forMs: Number.POSITIVE_INFINITY };
        });
        const { virtualMs } = run(graph, { workers, seed, faults });
        expect(virtualMs).toBeLessThan(60_000);
      });
    }
  });

  it("fail when too many workers die of a task", () => {
    const faults = Array.from({ length: 5 }, (_, worker) => [
      { type: "kill", atMs: 10 * worker + 9, worker, noticed: true } as const,
      { type: "join", atMs: 10 * worker + 10 } as const,
    ]).flat();
    const costs = { ...COST_DEFAULTS, overheadMs: 100 };
    const graph = headline(1);
    const report = simulate({ graph, workers: 1, threads: 1, seed: 1, faults, check: true, costs });
    expect(report.error).toContain("task.workerDied");
  });
});
