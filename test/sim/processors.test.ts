// Processors that threads share, main threads that take turns, and what both do to a simulated run.
import { describe, expect, it } from "vitest";
import { random } from "../../src/array/index.js";
import { graphBelow } from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { COST_DEFAULTS } from "../../src/sim/cost-model.js";
import { MainThread, Processors } from "../../src/sim/processors.js";
import { simulate } from "../../src/sim/simulate.js";
import { World } from "../../src/sim/world.js";

/** When each piece of work, of its length and from its beginning, is done. */
function ends(count: number, work: readonly (readonly [fromMs: number, ms: number])[]): number[] {
  const world = new World();
  const processors = new Processors(world, count);
  const ended = new Array<number>(work.length).fill(Number.NaN);
  work.forEach(([fromMs, ms], k) => {
    world.at(fromMs, () => processors.run(ms, () => void (ended[k] = world.nowMs)));
  });
  world.run(() => ended.every((atMs) => !Number.isNaN(atMs)), 1e6);
  return ended;
}

describe("processors", () => {
  it.each([
    [
      "no one waits where there are enough",
      2,
      [
        [0, 10],
        [0, 5],
      ],
      [10, 5],
    ],
    [
      "two share one",
      1,
      [
        [0, 10],
        [0, 10],
      ],
      [20, 20],
    ],
    [
      "the shorter ends first, then the longer has all",
      1,
      [
        [0, 10],
        [0, 2],
      ],
      [12, 4],
    ],
    [
      "who comes later shares from then on",
      1,
      [
        [0, 10],
        [6, 10],
      ],
      [14, 20],
    ],
    [
      "three share two",
      2,
      [
        [0, 6],
        [0, 6],
        [0, 6],
      ],
      [9, 9, 9],
    ],
    [
      "no end of them",
      Number.POSITIVE_INFINITY,
      [
        [0, 10],
        [0, 10],
        [5, 10],
      ],
      [10, 10, 15],
    ],
    ["nothing takes no time", 1, [[3, 0]], [3]],
  ] as const)("%s", (_what, count, work, expected) => {
    const ended = ends(count, work);
    for (const [k, atMs] of expected.entries()) expect(ended[k]).toBeCloseTo(atMs, 9);
  });
});

it("a main thread takes longer for turns that cost more", () => {
  const world = new World();
  const environment = { processors: new Processors(world, 1), costs: { turnMs: 1 }, turns: 0 };
  const thread = new MainThread(environment);
  const taken: number[] = [];
  for (const moreMs of [0, 5, 0]) thread.take(() => taken.push(world.nowMs), moreMs);
  world.run(() => taken.length === 3, 100);
  expect(taken).toEqual([1, 7, 8]);
});

it("a main thread takes one turn after another, in order", () => {
  const world = new World();
  const processors = new Processors(world, 4);
  const environment = { processors, costs: { turnMs: 3 }, turns: 0 };
  const thread = new MainThread(environment);
  const taken: [string, number][] = [];
  for (const name of ["a", "b", "c"]) thread.take(() => taken.push([name, world.nowMs]));
  world.run(() => taken.length === 3, 100);
  expect(taken).toEqual([
    ["a", 3],
    ["b", 6],
    ["c", 9],
  ]);
  expect(environment.turns).toBe(3);
});

describe("a run", () => {
  const x = random([400, 400], { chunks: 50, seed: 1 });
  const graph = optimize(graphBelow([x.add(x.transpose()).mean().node]));
  const run = (costs: Partial<typeof COST_DEFAULTS>) =>
    simulate({ graph, workers: 2, seed: 1, check: true, costs: { ...COST_DEFAULTS, ...costs } });

  it("takes no less than its tasks and turns on the processors that there are", () => {
    const { virtualMs, busyMs, turns } = run({ turnMs: 1, processors: 2 });
    expect(turns).toBeGreaterThan(30);
    expect(virtualMs).toBeGreaterThan((busyMs + turns) / 2);
    expect(virtualMs).toBeGreaterThan(2 * run({}).virtualMs);
  });

  it("takes longer where values from other workers cost something", () => {
    const rows = random([400, 400], { chunks: [50, 400], seed: 1 }).rechunk([400, 50]);
    const exchange = optimize(graphBelow([rows.max().node]));
    const timed = (fetchMs: number) => {
      const costs = { ...COST_DEFAULTS, fetchMs, processors: 2 };
      return simulate({ graph: exchange, workers: 2, threads: 1, seed: 1, costs });
    };
    const { valuesMoved, virtualMs } = timed(1);
    // Eight columns read a piece of each of eight rows, half of which the other worker has.
    expect(valuesMoved).toBeGreaterThan(24);
    expect(virtualMs - timed(0).virtualMs).toBeGreaterThan(valuesMoved / 4);
  });

  it("is the same each time", () => {
    const costs = { turnMs: 0.3, processors: 3 };
    expect(run(costs)).toEqual(run(costs));
  });
});
