// What the plan of an array costs after all passes. Nothing is read or computed.
import type { ChunkedArray } from "../../../src/array/index.js";
import { blockCount, shapeOf, sizeOf } from "../../../src/graph/model/chunks.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { countTasks, type NeededLayer } from "../../../src/graph/tasks/count-tasks.js";

/** Bytes of the blocks that sources make, by themselves or as steps of another layer. */
function sourceBytesOf({ layer, bytes, tasks }: NeededLayer): number {
  if (layer.kind === "source") return bytes;
  if (layer.kind !== "fused") return 0;
  const share = tasks / blockCount(layer.chunks);
  return layer.steps
    .filter((step) => step.layer.kind === "source")
    .reduce((sum, step) => sum + share * 8 * sizeOf(shapeOf(step.layer.chunks)), 0);
}

/** Tasks that run, and megabytes that sources read or make. */
export function costOf(array: ChunkedArray): string {
  const graph = optimize(graphBelow([array.node]));
  const needed = countTasks(layersOf(graph), outputsOf(graph));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const bytes = sum(needed.map(sourceBytesOf));
  return `${sum(needed.map(({ tasks }) => tasks))} tasks, ${Number((bytes / 1e6).toFixed(4))} MB`;
}
