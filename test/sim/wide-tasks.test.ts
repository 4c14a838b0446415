// Tasks that take several threads or a share of memory, among others, on the production cores in
// virtual time. The simulated workers fail when tasks take more threads than there are.
import { expect, test } from "vitest";
import type { Rng } from "../../src/base/rng.js";
import type { Layer } from "../../src/graph/model/layer.js";
import {
  graphBelow,
  graphOf,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import { MEMORY, THREADS } from "../../src/graph/model/resources.js";
import { drawFaults } from "../../src/sim/faults.js";
import { simulate } from "../../src/sim/simulate.js";
import { blocks, elementwise, reduce, source } from "../graph/example-layers.js";
import { columns, headline, taskCount } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

const THREADS_PER_WORKER = 4;
const MEMORY_LIMIT_BYTES = 2 ** 30;

/** The graph with the shares that `shareOf` gives the tasks of each layer. */
function withShares(graph: LayerGraph, shareOf: (layer: Layer) => Layer["resources"]): LayerGraph {
  const layers = layersOf(graph).map((layer) => {
    const resources = shareOf(layer);
    return resources === undefined ? layer : { ...layer, resources };
  });
  return graphOf(layers, outputsOf(graph));
}

/** Shares by chance: of some layers none. */
function drawShares(rng: Rng, limitBytes: number): Layer["resources"] {
  if (rng.chance(0.3)) return undefined;
  return {
    [THREADS]: 1 + rng.below(THREADS_PER_WORKER),
    ...(rng.chance(0.5) ? { [MEMORY]: rng.between(1, 0.5 * limitBytes) } : {}),
  };
}

test("all is done, with workers that die, spill and wait, and no thread is given out twice", () => {
  forSeeds(12, (seed, rng) => {
    // A few blocks of 8 MB: most of what is held goes to disk and comes back.
    const memoryLimitBytes = seed % 3 === 0 ? 1e8 : MEMORY_LIMIT_BYTES;
    const example = seed % 2 === 0 ? headline(4) : columns(3);
    const graph = withShares(example, () => drawShares(rng, memoryLimitBytes));
    const { error, tasksRun } = simulate({
      graph,
      workers: 3,
      threads: THREADS_PER_WORKER,
      memoryLimitBytes,
      seed,
      check: true,
      faults: seed % 4 === 0 ? drawFaults(rng, 3, 30) : [],
      suspendChance: seed % 5 === 0 ? 0.2 : 0,
    });
    expect(error).toBeUndefined();
    expect(tasksRun).toBeGreaterThanOrEqual(taskCount(graph));
  });
});

test("a wide job has its turn beside a flood of narrow tasks of another client", () => {
  const flood = graphBelow([reduce(square(20, 1), "sum")]);
  const wideSum = reduce(elementwise("add", square(2, 2), square(2, 3)), "sum");
  const wide = withShares(graphBelow([wideSum]), () => ({ [THREADS]: THREADS_PER_WORKER }));
  const wideNames = new Set(layersOf(wide).map(({ name }) => name));
  forSeeds(4, (seed) => {
    const endedMs = { wide: 0, narrow: 0 };
    const { error, furtherErrors } = simulate({
      graph: flood,
      furtherGraphs: [{ graph: wide, atMs: 5 }],
      workers: 2,
      threads: THREADS_PER_WORKER,
      seed,
      onTaskRun: (run) => {
        endedMs[wideNames.has(run.layer) ? "wide" : "narrow"] = run.endedMs;
      },
    });
    expect([error, ...furtherErrors]).toEqual([undefined, undefined]);
    expect(endedMs.wide).toBeLessThan(0.7 * endedMs.narrow);
  });
});

test("tasks that take half of a worker's memory run two by two", () => {
  const graph = withShares(graphBelow([reduce(square(4, 1), "sum")]), ({ kind }) =>
    kind === "source" ? { [MEMORY]: 0.39 * MEMORY_LIMIT_BYTES } : undefined,
  );
  const ofKind = layersOf(graph).filter(({ kind }) => kind === "source");
  const sources = new Set(ofKind.map(({ name }) => name));
  const spans: (readonly [startMs: number, endMs: number])[] = [];
  const { error } = simulate({
    graph,
    workers: 1,
    threads: THREADS_PER_WORKER,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    seed: 1,
    check: true,
    onTaskRun: ({ endedMs, durationMs, layer }) => {
      if (sources.has(layer)) spans.push([endedMs - durationMs + 1e-6, endedMs]);
    },
  });
  expect(error).toBeUndefined();
  expect(spans).toHaveLength(16);
  const atOnce = spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length);
  expect(Math.max(...atOnce)).toBe(2);
});

function square(blocksPerSide: number, seed: number) {
  const axis = blocks(blocksPerSide, 1_000);
  return source([axis, axis], { type: "uniform", seed, low: 0, high: 1 });
}
