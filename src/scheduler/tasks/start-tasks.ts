// Sets the tasks of a graph going that its outputs need. Users come before what they read, which
// they make needed; roots come last, in their order, so that workers begin with those that come
// first, however far the graph has come.
import { inRanges, type Sliced } from "../../base/sliced.js";
import type { LayerId } from "../../protocol/values/ids.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, MEMORY } from "../state/task-status.js";
import { activate, isNeeded, setGoing } from "./liveness.js";
import { sliceTasks } from "./slices.js";

/** The cost of looking at a task, and of starting it if that is due. */
const TASK_COST = 0.4;

/**
 * Sets the graph's tasks going.
 *
 * @returns how many tasks of each layer are to be run
 */
export function* startTasks(
  state: SchedulerState,
  graph: GraphRecord,
  sequence: Int32Array,
  slots: Int32Array,
): Sliced<Map<LayerId, number>> {
  const counts = new Map<LayerId, number>();
  const { length } = sequence;
  yield* inRanges(
    length,
    (from, end) => {
      for (let at = from; at < end; at++) {
        const slot = slots[sequence[length - 1 - at] as number] as number;
        if ((state.tasks.operandCount[slot] as number) > 0) start(state, graph, slot, counts);
      }
    },
    TASK_COST,
    sliceTasks(state),
  );
  yield* inRanges(
    length,
    (from, end) => {
      for (let at = from; at < end; at++) {
        const slot = slots[sequence[at] as number] as number;
        if (state.tasks.operandCount[slot] === 0) start(state, graph, slot, counts);
      }
    },
    TASK_COST,
    sliceTasks(state),
  );
  return counts;
}

/** Sets a task going that is needed and has no result, and counts it if it is to be run. */
function start(
  state: SchedulerState,
  graph: GraphRecord,
  slot: number,
  counts: Map<LayerId, number>,
): void {
  const { tasks } = state;
  if (!isActive(tasks.status[slot] as number)) {
    if (tasks.status[slot] === MEMORY || !isNeeded(state, slot)) return;
    // What other graphs brought may read tasks that are not among this one's.
    if (tasks.graphCount[slot] === 1) setGoing(state, slot);
    else activate(state, slot);
  }
  const layer = tasks.layer[slot] as LayerId;
  counts.set(layer, (counts.get(layer) ?? 0) + 1);
  graph.total++;
}
