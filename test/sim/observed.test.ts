// What the scheduler says it has observed, beside what the simulator saw itself: with workers that
// die, join and leave, moves and little memory, from a seed.
import { expect, it } from "vitest";
import { drawFaults } from "../../src/sim/faults.js";
import { simulate } from "../../src/sim/simulate.js";
import { columns, unfusedHeadline } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

it("has every run of every task, by layer and by worker, and all bytes that moved", () => {
  const report = simulate({ graph: unfusedHeadline(6), workers: 3, seed: 1, runs: 60 });
  const { layers, workers, jobs, overview, spans } = report.observation;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(sum(layers.map(({ done }) => done))).toBe(report.tasksRun);
  const byName = [...workers].sort((a, b) => a.name.localeCompare(b.name));
  expect(byName.map(({ done }) => done)).toEqual(report.tasksPerWorker);
  expect(sum(layers.flatMap(({ durations }) => durations))).toBe(report.tasksRun);
  expect(sum(layers.map(({ busyMs }) => busyMs))).toBeCloseTo(report.busyMs);
  expect(overview.movedBytes).toBe(report.bytesMoved);
  expect(sum(layers.map(({ movedBytes }) => movedBytes))).toBe(report.bytesMoved);
  expect(new Set(jobs.map(({ state }) => state))).toEqual(new Set(["finished"]));
  expect(sum(jobs.map(({ tasksRun }) => tasksRun))).toBe(report.tasksRun);
  expect(spans.startMs.length).toBeGreaterThan(100);
  expect(layers.map(({ heldBytes }) => heldBytes)).toEqual(layers.map(() => 0));
  for (const [k, durationMs] of spans.durationMs.entries()) {
    expect(spans.startMs[k]).toBeGreaterThanOrEqual(0);
    expect((spans.startMs[k] as number) + durationMs).toBeLessThan(overview.nowMs + 1);
  }
});

it("adds up with faults, too: no run is counted twice or lost from the totals", () => {
  forSeeds(6, (seed, rng) => {
    const workers = 2 + rng.below(3);
    const faults = drawFaults(rng, workers, 60);
    const graph = columns(5);
    const memoryLimitBytes = 16 * 8e6;
    const { observation, tasksRun } = simulate({ graph, workers, seed, faults, memoryLimitBytes });
    const { layers, workers: seen, overview, errors } = observation;
    const done = layers.reduce((sum, layer) => sum + layer.done, 0);
    expect(seen.reduce((sum, worker) => sum + worker.done, 0)).toBe(done);
    expect(overview.tasks).toMatchObject({ done, waiting: 0, ready: 0, running: 0, inMemory: 0 });
    // Runs whose report died with their worker are the simulator's alone.
    expect(done).toBeLessThanOrEqual(tasksRun);
    expect(done).toBeGreaterThan(0);
    expect(overview.tasks.failed).toBe(errors.length);
  });
});
