// The graph of tasks in graphology, for users. Nothing in the library computes with it: 100,000
// tasks take a second there, and milliseconds in the scheduler's form (expand.ts).
import { DirectedGraph } from "graphology";
import type { DType } from "../../base/dtype.js";
import { GraphError } from "../../base/errors.js";
import { blockIndexOf, blockShape } from "../model/chunks.js";
import { countText } from "../model/describe-layer.js";
import type { Layer, LayerKind, LayerName } from "../model/layer.js";
import type { OperandAttributes } from "../model/layer-graph.js";
import { shortName } from "../model/naming.js";
import { outputBytes } from "../model/output-bytes.js";
import type { TaskTable } from "./expand.js";

/** More tasks would take gigabytes of the process's own memory. */
const TASKS_MAX = 1_000_000;

/** Attributes of a node in a graph of tasks. */
export interface TaskAttributes {
  /** The name of its layer. */
  readonly layer: LayerName;
  /** The kind of its layer; blocks that were persisted are there already. */
  readonly kind: LayerKind;
  /** Where the block that it makes is in its layer's grid. */
  readonly block: readonly number[];
  /** The block's shape; NaN where a length is not known before. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Bytes of the block; a guess if its lengths are not known before. */
  readonly bytes: number;
}

/** Attributes of a graph of tasks. */
export interface TaskGraphAttributes {
  /** Per collection, in order: the keys of the tasks that make its blocks, row-major. */
  readonly outputs: readonly (readonly string[])[];
}

/** Tasks by key, with edges from each to those that read its block. */
export type TaskGraph = DirectedGraph<TaskAttributes, OperandAttributes, TaskGraphAttributes>;

/**
 * The tasks of an expanded graph.
 *
 * @throws GraphError `graph.tooLarge` for more than a million
 */
export function tasksInGraph(table: TaskTable): TaskGraph {
  const { layers, layerOf, blockOf, outputs } = table;
  const count = layerOf.length;
  if (count > TASKS_MAX) {
    const text = `a graph of ${countText(count)} tasks is too large for graphology, the most is ${countText(TASKS_MAX)}: use larger chunks, or look at its layers`;
    throw new GraphError("tooLarge", text, { tasks: count });
  }
  const graph: TaskGraph = new DirectedGraph();
  const names = distinctNames(layers);
  const keys: string[] = [];
  for (let task = 0; task < count; task++) {
    const at = layerOf[task] as number;
    const { name, kind, chunks, dtype } = layers[at] as Layer;
    const number = blockOf[task] as number;
    const block = blockIndexOf(chunks, number);
    const bytes = outputBytes(layers[at] as Layer, number);
    const key = `${names[at]}(${block.join(", ")})`;
    keys.push(key);
    const shape = blockShape(chunks, block);
    graph.addNode(key, { layer: name, kind, block, shape, dtype, bytes });
    addReads(graph, table, task, keys);
  }
  graph.setAttribute(
    "outputs",
    outputs.map((tasks) => Array.from(tasks, (task) => keys[task] as string)),
  );
  return graph;
}

/** Edges to a task from all that it reads, once each, with the positions in which it does. */
function addReads(
  graph: TaskGraph,
  { operandStart, operands }: TaskTable,
  task: number,
  keys: readonly string[],
): void {
  const key = keys[task] as string;
  const positionsOf = new Map<number, number[]>();
  const row = operands.subarray(operandStart[task], operandStart[task + 1]);
  row.forEach((operand, position) => {
    const known = positionsOf.get(operand);
    if (known === undefined) positionsOf.set(operand, [position]);
    else known.push(position);
  });
  for (const [operand, positions] of positionsOf) {
    const input = keys[operand] as string;
    graph.addDirectedEdgeWithKey(`${input}->${key}`, input, key, { positions });
  }
}

/** Short names, and full ones for layers whose short names are the same. */
function distinctNames(layers: readonly Layer[]): string[] {
  const counts = new Map<string, number>();
  const short = layers.map(({ name }) => shortName(name));
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1);
  return layers.map(
    ({ name }, at) => (counts.get(short[at] as string) === 1 ? short[at] : name) as string,
  );
}
