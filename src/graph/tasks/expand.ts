// From layers to tasks, on the scheduler's side: walks back from the outputs, so that unneeded
// blocks never become tasks. Tasks are dense integers and edges typed arrays. Blocks of concatenate
// layers, rechunked blocks that keep their bounds and slices that take a whole block are other
// layers' blocks and never become tasks: users' operands name the block behind them. Persisted
// blocks become placeholders without operands.
//
// Layers come after their inputs, so two sweeps over them suffice: backwards to mark and count the
// needed blocks, forwards to number them. No walk over tasks, no stack, no growing arrays. The
// scheduler does it in slices, since one client's graph must not keep others waiting.
import { assert } from "../../base/assert.js";
import { finish, type Sliced } from "../../base/sliced.js";
import type { Layer, LayerName } from "../model/layer.js";
import {
  type Expansion,
  findExpansion,
  markReadBelow,
  prepareInSlices,
} from "./layer-expansions.js";
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
  return finish(expandInSlices(layers, outputs, tasksMax));
}

/** The same as {@link expandLayers}, in slices. */
export function* expandInSlices(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
  tasksMax: number = Number.POSITIVE_INFINITY,
): Sliced<TaskTable> {
  const { order, wanted } = yield* prepareOutputs(layers, outputs);
  const needed = yield* markNeeded(order, layers, tasksMax);
  const layerOf = new Int32Array(needed.tasks);
  const blockOf = new Int32Array(needed.tasks);
  const operandStart = new Int32Array(needed.tasks + 1);
  const operands = new Int32Array(needed.operands);
  yield (needed.tasks + needed.operands) * ROOM_COST;
  const columns = { layerOf, blockOf, operandStart, operands };
  const persisted = yield* numberTasks(order, columns);
  const outputTasks = wanted.map(({ taskOf }) => taskOf);
  return { layers, layerOf, blockOf, operandStart, operands, outputs: outputTasks, persisted };
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
  finish(markNeeded(finish(prepareOutputs(layers, outputs)).order, layers, tasksMax));
}

/** All layers, of whose blocks those of `outputs` are needed. */
function* prepareOutputs(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
): Sliced<{ order: Expansion[]; wanted: Expansion[] }> {
  const expansions = yield* prepareInSlices(layers);
  const wanted = outputs.map((name) => findExpansion(expansions, name, "the outputs"));
  for (const output of wanted) output.needed = new Uint8Array(output.blocks).fill(1);
  return { order: [...expansions.values()], wanted };
}

/** Tasks and operands: counted so far, or numbered. */
interface Counts {
  tasks: number;
  operands: number;
  /** The same of the last slice; blocks that need no task count, too. */
  entries: number;
}

/** Marks needed blocks from the last layer to the first, and counts tasks and operands. */
function* markNeeded(
  order: readonly Expansion[],
  layers: readonly Layer[],
  tasksMax: number,
): Sliced<Counts> {
  const counts = { tasks: 0, operands: 0, entries: 0 };
  for (let k = order.length - 1; k >= 0; k--) {
    const expansion = order[k] as Expansion;
    if (expansion.needed.length === 0) continue;
    for (let end = expansion.blocks; end > 0; ) {
      const from = end;
      end = markBlocks(expansion, end, counts);
      if (counts.tasks > tasksMax) throw tooManyTasks(layers, tasksMax);
      yield sliceCost(counts, from - end);
    }
  }
  return counts;
}

/** Most tasks and operands of one slice, and the blocks that it looks at to find them. */
const SLICE_ENTRIES = 4_096;
const SLICE_BLOCKS = 65_536;
/** The cost of a slice: by its tasks and operands, by the blocks that it passes, and by itself. */
const ENTRY_COST = 0.2;
const LOOK_COST = 0.002;
const SLICE_COST = 1;
/** What room for a task or an operand costs. */
const ROOM_COST = 0.002;

function sliceCost({ entries }: Counts, blocks: number): number {
  return entries * ENTRY_COST + blocks * LOOK_COST + SLICE_COST;
}

/** Marks what the blocks before `end` read, until a slice is full; returns where it stopped. */
function markBlocks(expansion: Expansion, end: number, counts: Counts): number {
  const { isAlias } = expansion;
  counts.entries = 0;
  const stop = Math.max(0, end - SLICE_BLOCKS);
  return markReadBelow(expansion, false, end, stop, (block, reads) => {
    counts.entries += 1 + reads;
    if (!isAlias?.(block)) {
      counts.tasks++;
      counts.operands += reads;
    }
    return counts.entries < SLICE_ENTRIES;
  });
}

/** The columns of a table that are filled. */
type Columns = Pick<TaskTable, "layerOf" | "blockOf" | "operandStart" | "operands">;

/**
 * Gives needed blocks their numbers, from the first layer to the last, and fills the table; returns
 * the tasks of persisted blocks.
 */
function* numberTasks(order: readonly Expansion[], table: Columns): Sliced<Int32Array> {
  const counts = { tasks: 0, operands: 0, entries: 0 };
  const persisted: number[] = [];
  for (let k = 0; k < order.length; k++) {
    const expansion = order[k] as Expansion;
    if (expansion.needed.length === 0) continue;
    expansion.taskOf = new Int32Array(expansion.blocks);
    for (let from = 0; from < expansion.blocks; ) {
      const { tasks } = counts;
      const first = from;
      from = numberBlocks(expansion, k, from, counts, table);
      if (expansion.layer.kind === "persisted") {
        for (let task = tasks; task < counts.tasks; task++) persisted.push(task);
      }
      yield sliceCost(counts, from - first);
    }
  }
  assert(counts.operands === table.operands.length, "expansion counted other operands");
  return Int32Array.from(persisted);
}

/**
 * Numbers the blocks of a layer from `from` on, until a slice is full; returns where it stopped.
 */
function numberBlocks(
  expansion: Expansion,
  layer: number,
  from: number,
  counts: Counts,
  { layerOf, blockOf, operandStart, operands }: Columns,
): number {
  const { needed, inputs, dependencies, isAlias, taskOf } = expansion;
  let task = counts.tasks;
  let filled = counts.operands;
  const fill = (input: number, block: number) => {
    operands[filled++] = (inputs[input] as Expansion).taskOf[block] as number;
  };
  let behind = -1;
  const follow = (input: number, block: number) => {
    behind = (inputs[input] as Expansion).taskOf[block] as number;
  };
  const before = task + filled;
  let aliases = 0;
  const stop = Math.min(needed.length, from + SLICE_BLOCKS);
  let block = from;
  for (; block < stop && task + filled + aliases - before < SLICE_ENTRIES; block++) {
    if (needed[block] === 0) continue;
    if (isAlias?.(block)) {
      dependencies(block, follow);
      taskOf[block] = behind;
      aliases++;
      continue;
    }
    dependencies(block, fill);
    layerOf[task] = layer;
    blockOf[task] = block;
    taskOf[block] = task++;
    operandStart[task] = filled;
  }
  counts.tasks = task;
  counts.operands = filled;
  counts.entries = task + filled + aliases - before;
  return block;
}

/** Tasks to run per layer of an expanded graph; persisted blocks do not count. */
export function tasksPerLayer(table: TaskTable): number[] {
  const counts = table.layers.map(() => 0);
  for (const at of table.layerOf) counts[at] = (counts[at] as number) + 1;
  for (const task of table.persisted) counts[table.layerOf[task] as number] = 0;
  return counts;
}
