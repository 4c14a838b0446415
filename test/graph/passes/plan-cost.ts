// What the plan of an array costs after all passes. Nothing is read or computed.
import type { ChunkedArray } from "../../../src/array/index.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { countTasks } from "../../../src/graph/tasks/count-tasks.js";
import { sourceBytesOf } from "../../../src/graph/tasks/source-bytes.js";

/** Tasks that run, and megabytes that sources read or make. */
export function costOf(array: ChunkedArray): string {
  const graph = optimize(graphBelow([array.node]));
  const needed = countTasks(layersOf(graph), outputsOf(graph));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const bytes = sum(needed.map(sourceBytesOf));
  return `${sum(needed.map(({ tasks }) => tasks))} tasks, ${Number((bytes / 1e6).toFixed(4))} MB`;
}
