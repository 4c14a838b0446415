// The lines `@chunks` in the docstrings of files: which chunks arrays get, and how many tasks read
// and write them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ChunkedArray, zeros } from "../../src/array/index.js";
import {
  graphBelow,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import type { Executor } from "../../src/graph/ports/executor.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import { fromNpy } from "../../src/io/from-npy.js";
import { fromNpz } from "../../src/io/from-npz.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { fromNpyStack, toNpyStack } from "../../src/io/npy-stack.js";
import { toNpy } from "../../src/io/to-npy.js";
import { toNpz } from "../../src/io/to-npz.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-tasks-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

function tasksOf(graph: LayerGraph): number {
  const made = optimize(graph);
  return expandLayers(layersOf(made), outputsOf(made)).layerOf.length;
}

const tasksTo = (x: ChunkedArray) => tasksOf(graphBelow([x.node]));

/** Computes, and counts the tasks of what it was given. */
class CountingExecutor extends SerialExecutor {
  tasks = 0;

  override compute(...args: Parameters<Executor["compute"]>): Promise<void> {
    this.tasks += tasksOf(args[0]);
    return super.compute(...args);
  }
}

// In 2 × 3 blocks; full of zeros, which tasks of other layers make themselves.
const x = zeros([4, 9], { chunks: [2, 3] });

describe("files", () => {
  it("are written by one task per block", async () => {
    const writers: [(executor: Executor) => Promise<void>, number][] = [
      [(executor) => toNpy(x, path("a.npy"), { executor }), 6],
      [(executor) => toZarr(x, path("a.zarr"), { executor }), 6],
      // Blocks of 2 × 3 would share the shards of 4 × 9.
      [(executor) => toZarr(x, path("s.zarr"), { executor, chunks: [2, 3], shards: [4, 9] }), 1],
      [(executor) => toNpyStack(x, path("stack"), { executor }), 2],
    ];
    for (const [write, files] of writers) {
      const executor = new CountingExecutor();
      await write(executor);
      expect(executor.tasks).toBeGreaterThanOrEqual(files);
      expect(executor.tasks, String(write)).toBeLessThanOrEqual(2 * files);
    }
  });

  it("are read by one task per block, which has the chunks that were asked for", async () => {
    const executor = new SerialExecutor();
    await toNpy(x, path("b.npy"), { executor });
    await toNpz(path("b.npz"), { x }, { executor });
    await toNpz(path("c.npz"), { x }, { executor, compress: true });
    await toZarr(x, path("b.zarr"), { executor });
    await toZarr(x, path("t.zarr"), { executor, shards: [4, 9] });
    await toNpyStack(x, path("other"), { executor });
    const halves = [[2, 2], [9]];
    const read: [ChunkedArray | undefined, readonly (readonly number[])[], number][] = [
      [fromNpy(path("b.npy")), [[4], [9]], 1],
      [fromNpy(path("b.npy"), { chunks: [2, -1] }), halves, 2],
      [(await fromNpz(path("b.npz"), { chunks: [2, -1] })).x, halves, 2],
      [(await fromNpz(path("c.npz"), { chunks: [2, -1] })).x, halves, 3],
      [await fromZarr(path("b.zarr")), x.chunks, 6],
      [await fromZarr(path("t.zarr")), [[4], [9]], 1],
      [fromNpyStack(path("other")), halves, 2],
    ];
    for (const [array, chunks, tasks] of read) {
      expect(array?.chunks).toEqual(chunks);
      expect([array?.dtype, tasksTo(array as ChunkedArray)]).toEqual(["float64", tasks]);
    }
  });
});
