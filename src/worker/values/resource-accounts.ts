// Abstract resources of this worker, and tasks that wait for them. They are taken when the shell
// gets a task, not when a thread begins it, so two tasks given out ahead never share a resource for
// one. A task that waits for a resource blocks no other. Of those that wait, as many are made ready
// as could begin with what is free; when one of these does not begin, others get what was left for
// it.
import { PriorityQueue } from "../state/priority-queue.js";
import type { Resources, TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";

/** The tolerance for sums of fractions that are added and subtracted. */
const ROUNDING = 1e-6;

/** Something that takes resources: a task while it runs, an actor while it lives. */
type Taker = Pick<TaskRecord, "resources">;

/** Whether there are enough resources for the task. */
export function hasResources(state: WorkerState, { resources }: TaskRecord): boolean {
  return resources === undefined || isEnough(state.freeResources, resources);
}

/** The task begins. */
export function takeResources(state: WorkerState, { resources }: Taker): void {
  if (resources !== undefined) add(state.freeResources, resources, -1);
}

/** The taker has ended, or will not begin: others can have its resources. */
export function returnResources(state: WorkerState, { resources }: Taker): void {
  if (resources === undefined) return;
  add(state.freeResources, resources, 1);
  state.mayWakeStarved = true;
}

/** A ready task does not begin: others can have what was left for it. */
export function passOnResources(state: WorkerState, { resources }: Taker): void {
  if (resources !== undefined) state.mayWakeStarved = true;
}

/** Tasks that wait for resources are ready again, as many as could begin now. */
export function wakeStarved(state: WorkerState): void {
  if (!state.mayWakeStarved) return;
  state.mayWakeStarved = false;
  const left = new Map(state.freeResources);
  for (const [kind, waiting] of state.starved) {
    wakeAsFits(state, waiting, left);
    if (waiting.peek() === undefined) state.starved.delete(kind);
  }
}

/** The task, whose turn has come, waits until there is enough. */
export function waitForResources(state: WorkerState, record: TaskRecord): void {
  const kind = JSON.stringify(record.resources);
  let waiting = state.starved.get(kind);
  if (waiting === undefined) {
    waiting = new PriorityQueue();
    state.starved.set(kind, waiting);
  }
  waiting.push(record);
  passOnResources(state, record);
}

/** As many as could begin now; tasks released meanwhile are dropped. */
function wakeAsFits(
  state: WorkerState,
  waiting: PriorityQueue<TaskRecord>,
  left: Map<string, number>,
): void {
  for (let first = waiting.peek(); first !== undefined; first = waiting.peek()) {
    if (first.status === "ready") {
      const { resources = {} } = first;
      if (!isEnough(left, resources)) return;
      add(left, resources, -1);
      (first.operands.length === 0 ? state.readyRoots : state.ready).push(first);
    }
    waiting.pop();
  }
}

/** Whether that much is free. */
export function isEnough(free: ReadonlyMap<string, number>, resources: Resources): boolean {
  for (const name of Object.keys(resources)) {
    const amount = resources[name] as number;
    if ((free.get(name) ?? 0) < amount - ROUNDING * amount) return false;
  }
  return true;
}

function add(free: Map<string, number>, resources: Resources, by: 1 | -1): void {
  for (const [name, amount] of Object.entries(resources)) {
    free.set(name, (free.get(name) ?? 0) + by * amount);
  }
}
