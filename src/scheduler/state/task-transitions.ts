// The machine of a task: its legal transitions, and the one function that changes a state. Any
// other transition is a bug and throws at once. The work on the way is liveness.ts (activate and
// release), dispatch.ts (hand out) and task-reports.ts (finish and fail).
import { InvariantError } from "../../base/errors.js";
import type { GraphRecord } from "./records.js";
import type { SchedulerState } from "./scheduler-state.js";
import { FORGOTTEN, isActive, STATUS_NAMES, statusName, type TaskStatus } from "./task-status.js";

type Edge = `${TaskStatus}>${TaskStatus}`;

/** Legal edges, each with when it is taken. */
export const EDGES = {
  "released>waiting": "its result is needed",
  "released>forgotten": "no live graph contains it",
  "waiting>queued": "a root task; a worker with room will take it",
  "waiting>noWorker": "a root task, and there is no worker",
  "waiting>processing":
    "its inputs are in memory, or being made on the worker that it goes to at once",
  "waiting>memory": "a copy of its lost result turned up",
  "waiting>released": "it is no longer needed",
  "waiting>erred": "too many workers died while they ran it, or none can have all its inputs",
  "queued>processing": "a worker had room",
  "queued>noWorker": "the last worker left",
  "queued>memory": "a copy of its lost result turned up",
  "queued>released": "it is no longer needed",
  "noWorker>queued": "a first worker joined",
  "noWorker>released": "it is no longer needed",
  "processing>memory": "it finished",
  "processing>erred": "it failed for good",
  "processing>waiting":
    "its worker is gone, gave it up for another or could not get its inputs, an input that it was pipelined behind will not come, or it failed and is tried again",
  "processing>released": "it is no longer needed",
  "memory>released": "its result is no longer needed, or all copies are lost",
  "erred>released": "it is needed again: it gets another chance",
  "erred>forgotten": "no live graph contains it",
  "forgotten>released": "a graph brought it",
} as const satisfies Partial<Record<Edge, string>>;

const STATES = STATUS_NAMES.length;
const LEGAL = new Uint8Array(STATES * STATES);
for (const edge of Object.keys(EDGES)) {
  const [from, to] = edge.split(">") as [TaskStatus, TaskStatus];
  LEGAL[STATUS_NAMES.indexOf(from) * STATES + STATUS_NAMES.indexOf(to)] = 1;
}

/**
 * Moves a task along a legal edge.
 *
 * @throws InvariantError when there is no such edge
 */
export function become(state: SchedulerState, slot: number, to: number): void {
  const { tasks, statusCounts } = state;
  const from = tasks.status[slot] as number;
  if (LEGAL[from * STATES + to] !== 1) {
    throw new InvariantError(
      `task ${tasks.idOf(slot)}: ${statusName(from)}>${statusName(to)} is not an edge`,
      { slot, block: tasks.block[slot], layer: tasks.layer[slot] },
    );
  }
  tasks.status[slot] = to;
  // Becoming known and being forgotten are events of the graph, and need no notes.
  if (from !== FORGOTTEN && to !== FORGOTTEN) {
    state.history.noteEdge(
      tasks.layer[slot] as number,
      tasks.block[slot] as number,
      tasks.worker[slot] as number,
      from,
      to,
    );
  }
  statusCounts[from] = (statusCounts[from] as number) - 1;
  statusCounts[to] = (statusCounts[to] as number) + 1;
  const was = isActive(from);
  if (was !== isActive(to)) countActive(state, slot, was ? -1 : 1);
}

/** Counts the task as active, or not any more, in all graphs that contain it. */
function countActive(state: SchedulerState, slot: number, by: number): void {
  const { tasks, graphsByNumber } = state;
  if ((tasks.graphCount[slot] as number) === 0) return;
  const first = graphsByNumber.get(tasks.graph[slot] as number) as GraphRecord;
  first.active += by;
  if ((tasks.graphCount[slot] as number) === 1) return;
  for (const number of state.sharedGraphs.of(slot)) {
    (graphsByNumber.get(number) as GraphRecord).active += by;
  }
}
