// Wants the outputs of a graph that is taken in: which task's result each of their blocks is, and
// which of these are in memory already.
import type { Sliced } from "../../base/sliced.js";
import { increase } from "../state/columns.js";
import type { GraphRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY } from "../state/task-status.js";
import type { GraphPlan } from "./graph-plan.js";
import { sliceTasks } from "./slices.js";

/** The cost of a row. */
const ROW_COST = 0.3;

/** Notes the rows of all output blocks, and counts those that are not in memory. */
export function* wantOutputs(
  state: SchedulerState,
  graph: GraphRecord,
  table: GraphPlan["table"],
  slots: Int32Array,
): Sliced<void> {
  const { starts } = graph.outputs;
  const size = sliceTasks(state);
  // From the last to the first, so that a task's rows come in order.
  for (let output = table.outputs.length - 1; output >= 0; output--) {
    const blocks = table.outputs[output] as Int32Array;
    for (let block = blocks.length - 1; block >= 0; block--) {
      const row = (starts[output] as number) + block;
      const task = blocks[block] as number;
      // A call that cannot be run has none.
      noteRow(graph, row, output, block, task < 0 ? -1 : (slots[task] as number));
      if (task >= 0) wantRow(state, graph, row);
      if (row % size === 0) yield size * ROW_COST;
    }
  }
}

function noteRow(
  { outputs }: GraphRecord,
  row: number,
  output: number,
  block: number,
  slot: number,
): void {
  outputs.output[row] = output;
  outputs.block[row] = block;
  outputs.slot[row] = slot;
}

function wantRow({ tasks, layers }: SchedulerState, graph: GraphRecord, row: number): void {
  const { slot: slotOf, firstRow, next } = graph.outputs;
  const slot = slotOf[row] as number;
  const first = firstRow.get(slot);
  next[row] = first ?? -1;
  firstRow.set(slot, row);
  increase(tasks.wanted, slot, 1);
  if (first !== undefined) return;
  const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
  layer.inlineBytesMax = Math.max(layer.inlineBytesMax, graph.inlineBytesMax);
  if (tasks.status[slot] === MEMORY) graph.arrived.push(slot);
  else graph.missing++;
}
