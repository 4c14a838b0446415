// From layers to tasks, on the scheduler's side: walks back from the outputs, so that unneeded
// blocks never become tasks. Tasks are dense integers and edges typed arrays. Blocks of concatenate
// layers, rechunked blocks that keep their bounds and slices that take a whole block are other
// layers' blocks and never become tasks: users' operands name the block behind them. Persisted
// blocks become placeholders without operands.
//
// Layers come after their inputs, so two sweeps over them suffice: backwards to mark and count the
// needed blocks, forwards to number them. No walk over tasks, no stack, no growing arrays.
import { assert } from "../../base/assert.js";
import type { Layer, LayerName } from "../model/layer.js";
import { type Expansion, findExpansion, markRead, prepareExpansions } from "./layer-expansions.js";
import { countBlocks, tooManyTasks } from "./task-limit.js";

/** Tasks of a graph: numbers from 0, each after its dependencies. */
export interface TaskTable {
  /** Layers, as given. */
  readonly layers: readonly Layer[];
  /** Per task: position in `layers`. */
  readonly layerOf: Int32Array;
  /** Per task: block number within the layer. */
  readonly blockOf: Int32Array;
  /**
   * Operands of task t are `operands[operandStart[t] … operandStart[t + 1] - 1]`, in kernel order.
   */
  readonly operandStart: Int32Array;
  /** Task numbers; with repeats where one block is used twice. */
  readonly operands: Int32Array;
  /** Per output, per block of it: the task that makes it. */
  readonly outputs: readonly Int32Array[];
  /** Tasks of persisted blocks: they exist already and do not run. */
  readonly persisted: Int32Array;
}

/**
 * Expands `layers` (each after its inputs) down from all blocks of `outputs`.
 *
 * @throws GraphError `graph.missingLayer` when an input or output is missing, `graph.invalidLayer`
 * when a layer does not fit its inputs, `graph.tooLarge` when there are more than `tasksMax` tasks,
 * or more blocks than fit memory
 */
export function expandLayers(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
  tasksMax: number = Number.POSITIVE_INFINITY,
): TaskTable {
  const { order, wanted } = prepareOutputs(layers, outputs);
  const { taskCount, operandCount } = markNeeded(order, layers, tasksMax);
  const table: TaskTable = {
    layers,
    layerOf: new Int32Array(taskCount),
    blockOf: new Int32Array(taskCount),
    operandStart: new Int32Array(taskCount + 1),
    operands: new Int32Array(operandCount),
    outputs: [],
    persisted: new Int32Array(0),
  };
  numberTasks(order, table);
  return {
    ...table,
    outputs: wanted.map((output) => output.taskOf),
    persisted: persistedTasks(order),
  };
}

/**
 * Checks that a graph has at most `tasksMax` tasks.
 *
 * @throws GraphError `graph.tooLarge` when it has more
 */
export function checkTaskCount(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
  tasksMax: number,
): void {
  // Most have so few blocks that none needs to be examined.
  if (countBlocks(layers) <= tasksMax) return;
  markNeeded(prepareOutputs(layers, outputs).order, layers, tasksMax);
}

/** All layers, of whose blocks those of `outputs` are needed. */
function prepareOutputs(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
): { order: Expansion[]; wanted: Expansion[] } {
  const expansions = prepareExpansions(layers);
  const wanted = outputs.map((name) => findExpansion(expansions, name, "the outputs"));
  for (const output of wanted) output.needed = new Uint8Array(output.blocks).fill(1);
  return { order: [...expansions.values()], wanted };
}

/** Marks needed blocks from the last layer to the first, and counts tasks and operands. */
function markNeeded(
  order: readonly Expansion[],
  layers: readonly Layer[],
  tasksMax: number,
): { taskCount: number; operandCount: number } {
  let taskCount = 0;
  let operandCount = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const expansion = order[k] as Expansion;
    markRead(expansion, false, (block, reads) => {
      if (expansion.isAlias?.(block)) return;
      if (++taskCount > tasksMax) throw tooManyTasks(layers, tasksMax);
      operandCount += reads;
    });
  }
  return { taskCount, operandCount };
}

/** Layers are checked before: this catches what their checks miss. */
/** Gives needed blocks their numbers, from the first layer to the last, and fills the table. */
function numberTasks(order: readonly Expansion[], table: TaskTable): void {
  const { layerOf, blockOf, operandStart, operands } = table;
  let task = 0;
  let filled = 0;
  for (let k = 0; k < order.length; k++) {
    const expansion = order[k] as Expansion;
    const { needed, inputs, dependencies, isAlias } = expansion;
    if (needed.length === 0) continue;
    const taskOf = new Int32Array(expansion.blocks).fill(-1);
    expansion.taskOf = taskOf;
    const fill = (input: number, block: number) => {
      operands[filled++] = (inputs[input] as Expansion).taskOf[block] as number;
    };
    let behind = -1;
    const follow = (input: number, block: number) => {
      behind = (inputs[input] as Expansion).taskOf[block] as number;
    };
    for (let block = 0; block < needed.length; block++) {
      if (needed[block] === 0) continue;
      if (isAlias?.(block)) {
        dependencies(block, follow);
        taskOf[block] = behind;
        continue;
      }
      dependencies(block, fill);
      layerOf[task] = k;
      blockOf[task] = block;
      taskOf[block] = task++;
      operandStart[task] = filled;
    }
  }
  assert(filled === operands.length, "expansion counted other operands than it filled");
}

function persistedTasks(order: readonly Expansion[]): Int32Array {
  const tasks: number[] = [];
  for (const { layer, taskOf } of order) {
    if (layer.kind !== "persisted") continue;
    for (const task of taskOf) if (task >= 0) tasks.push(task);
  }
  return Int32Array.from(tasks);
}

/** Tasks to run per layer of an expanded graph; persisted blocks do not count. */
export function tasksPerLayer(table: TaskTable): number[] {
  const counts = table.layers.map(() => 0);
  for (const at of table.layerOf) counts[at] = (counts[at] as number) + 1;
  for (const task of table.persisted) counts[table.layerOf[task] as number] = 0;
  return counts;
}
