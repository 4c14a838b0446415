// Sample tasks: kernels are given what they would be given on a worker, as much of it as there
// would be.
import { describe, expect, it } from "vitest";
import { argsort, type ChunkedArray, random } from "../../../src/array/index.js";
import { emptyBlock } from "../../../src/base/block.js";
import { ColdBuffers } from "../../../src/diagnostics/calibration/cold-buffers.js";
import { type SampleTask, sampleTasks } from "../../../src/diagnostics/calibration/sample-tasks.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";

const HEAP = { allocate: emptyBlock, release: () => {} };

/** Runs all sample tasks of an array, and hands each to `look` before. */
function walk(x: ChunkedArray, look: (task: SampleTask) => void): void {
  const graph = optimize(graphBelow([x.node]));
  const tasks = sampleTasks(expandLayers(layersOf(graph), outputsOf(graph)), HEAP, false);
  let next = tasks.next();
  while (!next.done) {
    const { layer, block, operands, compile } = next.value;
    look(next.value);
    const made = compile()(block, operands, (shape) => emptyBlock(layer.dtype, shape));
    next = tasks.next(made);
  }
}

const vector = random([40_000], { chunks: 5_000, seed: 1 });

describe("runs that are merged", () => {
  it.each([
    ["merge", vector.sort(), 1],
    ["mergeOrder", argsort(vector), 2],
  ] as const)("are as long together as what %s makes of them", (name, sorted, kinds) => {
    let seen = 0;
    walk(sorted, ({ layer, operands }) => {
      if (layer.kind !== "routine" || layer.routine.name !== name) return;
      seen++;
      const lengths = operands.map(({ shape }) => shape[0] as number);
      const sum = lengths.reduce((all, length) => all + length, 0);
      // All parts are those of one sample, so that they may be a little shorter, but never longer.
      expect(sum).toBeLessThanOrEqual(kinds * 5_000);
      expect(sum).toBeGreaterThan(kinds * 4_500);
      const half = operands.length / kinds;
      expect(lengths.slice(0, half)).toEqual(lengths.slice(-half));
      // Equal runs would be merged in half of the time.
      const runs = operands.slice(0, half).map(({ data }) => Array.from(data, Number));
      for (const run of runs) expect(run).toEqual(run.toSorted((a, b) => a - b));
      expect(new Set(runs.map((run) => run[100])).size).toBe(half);
    });
    expect(seen).toBe(1);
  });
});

describe("cold places", () => {
  it("are others for each run, as far as there is room", () => {
    walk(random([100, 100], { chunks: 100, seed: 2 }).add(1).rechunk([100, 50]).max(), (task) => {
      if (task.operands.length === 0) return;
      const once = task.operands.reduce((sum, { data }) => sum + data.byteLength, 0);
      const places = new ColdBuffers(task, HEAP, { runs: 4, bytes: 1e6 });
      const read = [0, 1, 2, 3].map((nth) => places.operands(nth));
      expect(read[0]).toBe(task.operands);
      expect(new Set(read.map(([first]) => first?.data)).size).toBe(4);
      for (const [first] of read) expect(first?.data).toEqual(task.operands[0]?.data);
      expect(places.operands(4)).toBe(read[0]);
      const few = new ColdBuffers(task, HEAP, { runs: 4, bytes: once });
      expect(few.operands(1)).toBe(task.operands);
      const result = places.allocate(1)([5]);
      expect(places.allocate(1)([5])).toBe(result);
      expect(places.allocate(2)([5])).not.toBe(result);
      expect(places.allocate(1)([6])).not.toBe(result);
    });
  });
});
